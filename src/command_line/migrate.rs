//! `bizgraph migrate`: all tenants, with a progress bar.

use std::time::Duration;

use bizgraph_kernel::db::migrate::{History, Step, status};
use bizgraph_kernel::db::provision::Owner;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::output;
use super::running_database::with_owner;
use super::set_up::{all_tenants, module, set_up};
use crate::config::DatabaseOptions;

/// What `bizgraph migrate` takes.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    database: DatabaseOptions,

    /// Only list which migrations have run and which are pending
    #[arg(long)]
    status: bool,
}

/// Runs or lists the migrations.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let environment = options.database.environment;
    with_owner(&options.database, async |owner| {
        let histories = histories(owner).await?;
        if options.status {
            return output::write(&status_text(&histories));
        }
        let pending = histories.iter().flat_map(|(_, steps)| steps);
        let pending = pending.filter(|step| !step.applied).count();
        let bar = progress_bar(pending)?;
        let told = bar.clone();
        set_up(owner, None, environment, move |schema, name| {
            told.set_message(format!("{schema}: {name}"));
            told.inc(1);
        })
        .await?;
        bar.finish_and_clear();
        println!("{pending} migrations ran, {} schemas are up to date", histories.len());
        Ok(())
    })
    .await
}

/// Every schema with its migrations, the platform's first.
async fn histories(owner: &mut Owner) -> anyhow::Result<Vec<(String, Vec<Step>)>> {
    let platform = status(owner.url(), History::platform()).await?;
    let mut all = vec![("platform".to_owned(), platform)];
    for tenant in all_tenants(owner).await? {
        if let Some(module) = module(&tenant.module) {
            let history = History::tenant(&tenant.slug, module);
            all.push((tenant.slug, status(owner.url(), history).await?));
        }
    }
    Ok(all)
}

fn status_text(histories: &[(String, Vec<Step>)]) -> String {
    let mut text = String::new();
    for (schema, steps) in histories {
        let applied = steps.iter().filter(|step| step.applied).count();
        text.push_str(&format!("{schema}: {applied} of {} applied\n", steps.len()));
        for step in steps {
            let state = if step.applied { "applied" } else { "pending" };
            text.push_str(&format!("  {state}  {}\n", step.name));
        }
    }
    text
}

fn progress_bar(length: usize) -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}")?;
    let bar = ProgressBar::new(length as u64).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    Ok(bar)
}
