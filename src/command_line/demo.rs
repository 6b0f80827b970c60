//! `bizgraph demo`: the demo world by hand; `bizgraph serve` loads it by itself in demo mode.

use std::io::IsTerminal;
use std::sync::Arc;

use anyhow::{Context, ensure};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::tenant::Tenant;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use super::running_database::with_kernel;
use super::welcome;
use crate::config::{DatabaseOptions, Environment};
use crate::demo::{self, Loaded};
use crate::server::graphiql::{DemoLogin, DemoLogins};

/// What can be done with the demo world.
#[derive(Subcommand)]
pub enum Command {
    /// Loads the demo world into a tenant that nobody uses yet
    #[command(after_help = "Example:\n  bizgraph demo load --tenant bizhub\n\nA load that was \
                      interrupted goes on where it stopped.")]
    Load(Load),
}

/// What `bizgraph demo load` takes.
#[derive(Args)]
pub struct Load {
    #[command(flatten)]
    database: DatabaseOptions,
    /// The tenant's slug
    #[arg(long, default_value = "bizhub")]
    tenant: String,
}

impl Command {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        let Command::Load(options) = self;
        ensure!(
            options.database.environment == Environment::Development,
            "the demo world is not for production, as its passwords are public"
        );
        with_kernel(&options.database, async |kernel| {
            let slug = &options.tenant;
            let unknown = || format!("there is no tenant {slug:?}: `bizgraph tenant list`");
            let tenant = kernel.tenant(slug).with_context(unknown)?;
            match load(kernel, &tenant).await? {
                Loaded::Now(calls) => println!("The demo world was loaded with {calls} calls."),
                Loaded::Before => println!("The demo world was loaded before."),
                Loaded::InUse => println!("People use {slug} already; nothing was loaded."),
                Loaded::None => println!("The module {} has no demo world.", tenant.module),
            }
            welcome::print_logins(&demo::logins(kernel, &tenant).await?);
            Ok(())
        })
        .await
    }
}

/// Loads the demo world into the shipped tenants that nobody uses yet, and answers whom one can
/// log in as.
pub async fn load_and_offer(kernel: &Arc<Kernel>) -> anyhow::Result<DemoLogins> {
    let mut logins: Vec<DemoLogin> = Vec::new();
    for tenant in kernel.tenants() {
        // A tenant that somebody added is theirs to fill.
        if tenant.slug == tenant.module
            && tenant.active
            && let Loaded::Now(calls) = load(kernel, &tenant).await?
        {
            tracing::info!(tenant = tenant.slug, calls, "the demo world was loaded");
        }
        logins.extend(demo::logins(kernel, &tenant).await?);
    }
    Ok(DemoLogins { demo: true, logins })
}

/// Loads with a progress bar on a terminal.
async fn load(kernel: &Arc<Kernel>, tenant: &Arc<Tenant>) -> anyhow::Result<Loaded> {
    let bar = match std::io::stderr().is_terminal() {
        true => ProgressBar::new(0),
        false => ProgressBar::hidden(),
    };
    let message = format!("{}: loading the demo world", tenant.slug);
    let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}")?;
    let bar = bar.with_style(style).with_message(message);
    let loaded = demo::load(kernel, tenant, |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    let loaded = loaded.await;
    bar.finish_and_clear();
    loaded
}
