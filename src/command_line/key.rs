//! `bizgraph key`: the key that secrets are sealed with.

use anyhow::Context;
use bizgraph_kernel::cipher::Cipher;
use bizgraph_kernel::cipher::rotation;
use bizgraph_kernel::db::PoolSizes;
use bizgraph_kernel::notification::Senders;
use bizgraph_kernel::provider::Providers;
use clap::{Args, Subcommand};

use super::output;
use super::running_database::{RunningDatabase, login_password};
use crate::config::{DatabaseOptions, KeyChange};

/// What can be done with the key.
#[derive(Subcommand)]
pub enum Command {
    /// Puts a new key in the place of the one in use; what was broken off goes on when it is
    /// begun again
    #[command(
        after_help = "Examples:\n  bizgraph key rotate\n  BIZGRAPH_KEY=$NEW BIZGRAPH_OLD_KEY=$OLD \
                      bizgraph key rotate\n\nStop all servers first. Where the key is kept in the \
                      data folder, a new one is made there and used from then on. Where the \
                      environment gives it, the new one is expected in BIZGRAPH_KEY and the old one \
                      in BIZGRAPH_OLD_KEY. Secrets get new envelopes; what the old key sealed and \
                      signed in the audit trail can still be read and verified."
    )]
    Rotate(Rotate),
}

/// What `bizgraph key rotate` takes.
#[derive(Args)]
pub struct Rotate {
    #[command(flatten)]
    database: DatabaseOptions,
}

impl Command {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        let Command::Rotate(options) = self;
        let database = RunningDatabase::join(&options.database).await?;
        let rotated = rotate(&options.database, &database).await;
        database.close().await?;
        rotated
    }
}

async fn rotate(options: &DatabaseOptions, database: &RunningDatabase) -> anyhow::Result<()> {
    let variable = |name| std::env::var(name).ok();
    let change = KeyChange::find(
        variable("BIZGRAPH_KEY"),
        variable("BIZGRAPH_OLD_KEY"),
        &options.data_folder,
    )?;
    let mut owner = database.owner().await?;
    rotation::replace(&mut owner, &change.old.0, &change.new.0).await?;
    let app_url = owner.app_url(&login_password(&options.data_folder)?);
    drop(owner);
    let cipher = Cipher::new(&change.new.0);
    let sizes = PoolSizes { reads: 1, writes: 2 };
    let folder = &options.data_folder;
    let (senders, providers) = (Senders::default(), Providers::default());
    let kernel = database.kernel_by(cipher, folder, &app_url, sizes, senders, providers).await?;
    for tenant in kernel.tenants() {
        let renewed = kernel.renew_envelopes(&tenant).await;
        let renewed = renewed.with_context(|| format!("{} is not done", tenant.slug))?;
        output::write(&format!("{}: {renewed} secrets in new envelopes\n", tenant.slug))?;
    }
    change.finish()?;
    output::write("The new key is in use; servers can be started with it.\n")
}
