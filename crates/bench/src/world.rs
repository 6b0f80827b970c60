//! The bench world, made inside the database with a progress bar, and checked before use.

use anyhow::{Context, bail};
use bizgraph_bizhub::verify::CHECKS;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::TENANT;

/// The rows, in steps that begin with `-- step:`.
const WORLD: &str = include_str!("../world.sql");

/// What the checks need beside the tenant's tables.
const BUSINESS_DATE: &str = "SET bizgraph.business_date = '2026-01-01'";

/// Fills the tenant's empty tables.
pub async fn make(owner: &Client) -> anyhow::Result<()> {
    owner.batch_execute(&format!("SET search_path = \"{TENANT}\"; {BUSINESS_DATE}")).await?;
    let steps: Vec<&str> = WORLD.split("-- step: ").skip(1).collect();
    let bar = ProgressBar::new(steps.len() as u64);
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {wide_msg}")?);
    bar.enable_steady_tick(Duration::from_millis(200));
    for step in steps {
        let (name, sql) = step.split_once('\n').context("a step without a name")?;
        bar.set_message(name.to_owned());
        owner.batch_execute(sql.trim()).await.with_context(|| format!("the step {name}"))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!("world made in {:.1} s", bar.elapsed().as_secs_f64());
    Ok(())
}

/// Refuses a world that breaks an invariant of the shop.
pub async fn verify(owner: &Client) -> anyhow::Result<()> {
    for check in CHECKS {
        let found = owner.simple_query(check.sql).await.context(check.name)?;
        let rows = found.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let rows: Vec<_> = rows.collect();
        if let Some(row) = rows.first() {
            let cells: Vec<&str> = (0..row.len()).filter_map(|place| row.get(place)).collect();
            bail!("{} rows break {} ({}): {cells:?}", rows.len(), check.name, check.says);
        }
    }
    println!("{} checks of the shop are silent", CHECKS.len());
    Ok(())
}
