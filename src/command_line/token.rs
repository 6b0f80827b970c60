//! `bizgraph token`: keys with which programs call.

use anyhow::ensure;
use bizgraph_kernel::auth::api_key::{Create, issue};
use chrono::TimeDelta;
use clap::{Args, Subcommand};

use super::person::{self, PersonOptions, begin};
use super::refused::refused;
use super::running_database::with_kernel;

/// What can be done with API keys.
#[derive(Subcommand)]
pub enum Command {
    /// Makes an API key and prints its token, which is shown only this once
    #[command(after_help = "Example:\n  bizgraph token create --tenant bizhub --username admin \
                      --role Sales --name till-1 --days 90")]
    Create(CreateOptions),
}

/// What `bizgraph token create` takes.
#[derive(Args)]
pub struct CreateOptions {
    #[command(flatten)]
    person: PersonOptions,
    /// The role whose rights the key gets; its owner's must include them
    #[arg(long)]
    role: String,
    /// What the key is for
    #[arg(long)]
    name: String,
    /// After how many days it ends [default: never]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    days: Option<u16>,
}

impl Command {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        let Command::Create(options) = self;
        let PersonOptions { database, tenant, username } = &options.person;
        with_kernel(database, async |kernel| {
            let mut tx = begin(kernel, tenant, "token create").await?;
            let owner = person::find(&mut tx, username).await?;
            let actor = tx.actor.clone();
            let rights = kernel.role_rights(&actor, &owner.role).await?;
            ensure!(
                rights.include(&*kernel.role_rights(&actor, &options.role).await?),
                "{username} is {} and cannot own a key that may do more: {}",
                owner.role,
                options.role
            );
            let now = tx.now;
            let key = Create {
                name: options.name,
                role: options.role,
                expires_at: options.days.map(|days| now + TimeDelta::days(days.into())),
            };
            let (_, token) = issue(&mut tx, &owner.id, key).await.map_err(refused)?;
            tx.commit().await?;
            println!("{token}");
            Ok(())
        })
        .await
    }
}
