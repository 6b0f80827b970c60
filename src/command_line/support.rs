//! `bizgraph support`: an operator looks into a tenant.

use anyhow::Context;
use bizgraph_kernel::auth::support::open_support_session;
use clap::Args;

use super::refused::refused;
use super::running_database::with_kernel;
use crate::config::DatabaseOptions;

/// What `bizgraph support` takes.
#[derive(Args)]
pub struct SupportOptions {
    #[command(flatten)]
    database: DatabaseOptions,
    /// The tenant to look into
    #[arg(long, value_name = "SLUG")]
    tenant: String,
    /// Why; the tenant reads it in its audit trail
    #[arg(long)]
    reason: String,
    /// How long the session lasts, in minutes
    #[arg(long, default_value_t = 30)]
    minutes: i64,
}

/// Opens the session and prints its token.
pub async fn run(options: SupportOptions) -> anyhow::Result<()> {
    let SupportOptions { database, tenant, reason, minutes } = &options;
    with_kernel(database, async |kernel| {
        let tenant =
            kernel.tenant(tenant).with_context(|| format!("there is no tenant {tenant}"))?;
        let opened = open_support_session(kernel, tenant, reason, *minutes).await;
        let (token, until) = opened.map_err(refused)?;
        println!("{token}");
        eprintln!("good until {until}");
        Ok(())
    })
    .await
}
