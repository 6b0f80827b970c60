//! `bizgraph jobs`: what the server does by itself, by hand.

use std::sync::Arc;

use anyhow::{Context, bail};
use bizgraph_kernel::job::{Ended, Job, Ran, Schedule};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::tenant::Tenant;
use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::output;
use super::running_database::with_kernel_and_providers;
use crate::config::{DatabaseOptions, ProviderOptions};
use crate::http_provider;
use crate::schema::MODULES;

/// What can be done with jobs.
#[derive(Subcommand)]
pub enum Command {
    /// Runs jobs now, whether they are due or not; a rerun does no harm
    #[command(after_help = "Examples:\n  bizgraph jobs run\n  \
                      bizgraph jobs run --tenant bizhub --job expireDrafts --date 2026-11-20")]
    Run(Run),
    /// Lists the jobs of every module
    #[command(after_help = "Example:\n  bizgraph jobs list")]
    List,
}

/// What `bizgraph jobs run` takes.
#[derive(Args)]
pub struct Run {
    #[command(flatten)]
    database: DatabaseOptions,
    /// Only this tenant [default: all that are active]
    #[arg(long)]
    tenant: Option<String>,
    /// Only this job [default: all]
    #[arg(long)]
    job: Option<String>,
    /// The day to run them for [default: today in each tenant's zone]
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<NaiveDate>,
    #[command(flatten)]
    providers: ProviderOptions,
}

impl Command {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Command::Run(run) => run.run().await,
            Command::List => list(),
        }
    }
}

fn list() -> anyhow::Result<()> {
    let mut text = String::new();
    for module in MODULES {
        for job in Job::all(module) {
            let often = match job.schedule {
                Schedule::Daily => "daily".to_owned(),
                Schedule::Minutes(1) => "every minute".to_owned(),
                Schedule::Minutes(minutes) => format!("every {minutes} minutes"),
            };
            text.push_str(&format!(
                "{:<7} {:<24} {often:<16}{}\n",
                module.name,
                job.name,
                job.doc.trim()
            ));
        }
    }
    output::write(&text)
}

impl Run {
    async fn run(self) -> anyhow::Result<()> {
        let providers = http_provider::providers(&self.providers)?;
        with_kernel_and_providers(&self.database, providers, async |kernel| {
            let tenants = match &self.tenant {
                Some(slug) => {
                    let unknown = || format!("there is no tenant {slug:?}: `bizgraph tenant list`");
                    vec![kernel.tenant(slug).with_context(unknown)?]
                }
                None => kernel.tenants().into_iter().filter(|tenant| tenant.active).collect(),
            };
            let (mut runs, mut bad) = (0, 0);
            for tenant in &tenants {
                let Some(module) = kernel.module(&tenant.module) else { continue };
                let is_asked =
                    |job: &&Job| self.job.as_ref().is_none_or(|name| job.name == name.as_str());
                for job in Job::all(module).filter(is_asked) {
                    runs += 1;
                    bad += usize::from(!self.run_one(kernel, tenant, job).await?);
                }
            }
            if runs == 0 {
                bail!("there is no such job: `bizgraph jobs list`");
            }
            if bad > 0 {
                bail!("{bad} of {runs} jobs were not done in full, see above");
            }
            Ok(())
        })
        .await
    }

    /// Runs one job and answers whether all went well.
    async fn run_one(
        &self,
        kernel: &Arc<Kernel>,
        tenant: &Arc<Tenant>,
        job: &'static Job,
    ) -> anyhow::Result<bool> {
        let today = tenant.local_date(kernel.clock.now());
        if self.date.is_some_and(|date| date > today) {
            bail!(
                "today is {today} in {}: a job runs for today or a day that is past",
                tenant.slug
            );
        }
        let name = format!("{} {}", tenant.slug, job.name);
        match kernel.run_job(tenant, job, self.date).await? {
            Some(ran) => {
                output::write(&told(&name, &ran))?;
                Ok(ran.failed == 0 && ran.ended == Ended::Done)
            }
            None => {
                output::write(&format!("{name}: another server is running it\n"))?;
                Ok(false)
            }
        }
    }
}

fn told(name: &str, ran: &Ran) -> String {
    let Ran { business_date, succeeded, failed, .. } = ran;
    let mut text = format!("{name} for {business_date}: {succeeded} done");
    if *failed > 0 {
        text.push_str(&format!(", {failed} failed"));
    }
    if ran.ended != Ended::Done {
        text.push_str(", not to its end");
    }
    text.push('\n');
    for failure in &ran.failures {
        let item = failure.item.as_deref().unwrap_or("the job itself");
        text.push_str(&format!("  {item}: {}\n", failure.message));
    }
    text
}
