//! `bizgraph personal-data`: whether a tenant keeps its customers' contact data encrypted.

use std::sync::Arc;

use anyhow::Context;
use bizgraph_kernel::cipher::personal_data::convert::EVERYWHERE;
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::tenant::Tenant;
use clap::{Args, Subcommand};

use super::output;
use super::running_database::with_kernel;
use crate::config::DatabaseOptions;

/// What can be done with personal data.
#[derive(Subcommand)]
pub enum Command {
    /// Encrypts phone numbers, mail addresses and addresses of customers in the database, with a
    /// key of the tenant's own; servers may go on
    #[command(
        after_help = "Example:\n  bizgraph personal-data encrypt --tenant rim\n\nAnswers stay as \
                      they are, for who may see them; lists are still filtered by the whole value \
                      (eq, ne, in), but no more by a part of it. A run that was broken off goes on \
                      when it is begun again. Backups and the reporting role see what is encrypted."
    )]
    Encrypt(Options),
    /// Opens them again and throws the tenant's key away
    #[command(after_help = "Example:\n  bizgraph personal-data decrypt --tenant rim")]
    Decrypt(Options),
}

/// Whose data.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    database: DatabaseOptions,
    /// The tenant's short name
    #[arg(long)]
    tenant: String,
}

impl Command {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Command::Encrypt(options) => {
                in_tenant(options, async |kernel, tenant| {
                    let values = kernel.encrypt_personal_data(tenant, EVERYWHERE).await?;
                    Ok(format!("{values} values were encrypted"))
                })
                .await
            }
            Command::Decrypt(options) => {
                in_tenant(options, async |kernel, tenant| {
                    let values = kernel.decrypt_personal_data(tenant, EVERYWHERE).await?;
                    Ok(format!("{values} values were opened"))
                })
                .await
            }
        }
    }
}

async fn in_tenant(
    options: Options,
    convert: impl AsyncFnOnce(&Arc<Kernel>, &Arc<Tenant>) -> anyhow::Result<String>,
) -> anyhow::Result<()> {
    let slug = options.tenant;
    with_kernel(&options.database, async |kernel| {
        let unknown = || format!("there is no tenant {slug:?}: `bizgraph tenant list`");
        let tenant = kernel.tenant(&slug).with_context(unknown)?;
        let done = convert(kernel, &tenant).await?;
        output::write(&format!("{slug}: {done}\n"))
    })
    .await
}
