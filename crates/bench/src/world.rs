//! The bench world, made inside the database with a progress bar, and checked before use.

use anyhow::{Context, bail};
use bizgraph_bizhub::verify::CHECKS;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;
use tokio_postgres::{Client, SimpleQueryMessage};

/// A tenant's shop of a size.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The tenant, which is its schema too.
    pub schema: &'a str,
    /// How many invoices it has, and as many assets; a multiple of 500.
    pub invoices: u32,
}

impl World<'_> {
    /// Invoices of one day: the same 500 days in every size.
    fn a_day(self) -> u32 {
        (self.invoices / 500).max(1)
    }

    /// Invoices that left draft.
    fn numbered(self) -> u32 {
        self.invoices / 100 * 96
    }

    fn sql(self, tables: &str) -> String {
        WORLD
            .replace("{tables}", tables)
            .replace("{rows}", &self.invoices.to_string())
            .replace("{numbered}", &self.numbered().to_string())
            .replace("{a_day}", &self.a_day().to_string())
            .replace("{customers}", &(self.invoices / 5).to_string())
            .replace("{bulk}", &(self.invoices / 10).to_string())
    }
}

/// The rows, in steps that begin with `-- step:`.
const WORLD: &str = include_str!("../world.sql");

/// What the checks need beside the tenant's tables.
const BUSINESS_DATE: &str = "SET bizgraph.business_date = '2026-01-01'";

/// Fills the tenant's empty tables.
pub async fn make(owner: &Client, world: World<'_>) -> anyhow::Result<()> {
    let schema = world.schema;
    owner.batch_execute(&format!("SET search_path = \"{schema}\"; {BUSINESS_DATE}")).await?;
    // Statistics of other tenants' tables would take longer than the rows of a small one.
    let tables = "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') \
                  FROM pg_tables WHERE schemaname = $1";
    let tables: String = owner.query_one(tables, &[&schema]).await?.get(0);
    let sql = world.sql(&tables);
    let steps: Vec<&str> = sql.split("-- step: ").skip(1).collect();
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
    let (invoices, seconds) = (world.invoices, bar.elapsed().as_secs_f64());
    println!("{schema}: {invoices} invoices made in {seconds:.1} s");
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
