//! Growth: what becomes of a point and a list when there is more of everything. Each pair is
//! measured alternately, so that a neighbour on the machine touches both.

use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio_postgres::Client;

use crate::load;
use crate::server::{self, Program};
use crate::workload::{Page, Shop, Workload, page_body};
use crate::world::{self, World};

/// Rounds of each pair.
const ROUNDS: u64 = 3;

/// Tenants that share the server.
const TENANTS: u32 = 50;

/// Invoices of each of them.
const SMALL: u32 = 2_000;

/// The page that is as fast as the first.
const PAGE: u32 = 1_000;

/// A tenant under load.
pub struct Target {
    pub shop: Shop,
    pub token: String,
}

impl Target {
    /// A workload's requests in this tenant.
    pub fn requests(&self, workload: &Workload) -> Vec<String> {
        lines(self, workload.bodies(self.shop))
    }
}

/// What is measured with what.
pub struct Growth<'a> {
    pub program: &'a Program,
    pub owner: &'a Client,
    pub folder: &'a Path,
    pub connections: usize,
    pub seconds: u64,
}

impl Growth<'_> {
    /// A tenant with a world of this size, made unless it is there.
    pub async fn target(&self, slug: &str, invoices: u32) -> anyhow::Result<Target> {
        let found = "SELECT id FROM platform.tenants WHERE slug = $1";
        let mut row = self.owner.query_opt(found, &[&slug]).await?;
        if row.is_none() {
            add_tenant(self.program, slug)?;
            world::make(self.owner, World { schema: slug, invoices }).await?;
            row = self.owner.query_opt(found, &[&slug]).await?;
        }
        let row = row.context("a tenant that was added is not there")?;
        let person = ["--tenant", slug, "--username", "manager", "--role", "Manager"];
        let words = [&["token", "create", "--name", "growth"][..], &person].concat();
        let token = self.program.run(&words)?;
        Ok(Target { shop: Shop { tenant: row.get(0), invoices }, token })
    }

    /// The tenants that share the server.
    pub async fn tenants(&self) -> anyhow::Result<Vec<Target>> {
        let mut targets = Vec::new();
        for number in 1..=TENANTS {
            targets.push(self.target(&format!("shared{number}"), SMALL).await?);
        }
        Ok(targets)
    }

    /// A table of many times the rows, beside the smaller one.
    pub fn rows(&self, small: &Target, large: &Target, workload: &Workload) -> anyhow::Result<()> {
        let times = large.shop.invoices / small.shop.invoices;
        let name = format!("{}, {times} times the rows", workload.name);
        self.pair(&name, &small.requests(workload), &large.requests(workload))
    }

    /// The 1,000th page beside the same rows as a first page.
    pub fn pages(&self, target: &Target) -> anyhow::Result<()> {
        let a_day = (target.shop.invoices / 500).max(1);
        let newest = 500 - PAGE * 50 / a_day;
        let (mut first, mut far) = (Vec::new(), Vec::new());
        for day in newest.saturating_sub(20)..newest {
            let instant = day_number(day);
            first.push(page_body(&Page::Before(&instant)));
            far.push(page_body(&Page::After(&cursor_at(target, &instant)?)));
        }
        self.pair("list, the 1,000th page", &lines(target, first), &lines(target, far))
    }

    /// Fifty tenants in turn beside one of them alone.
    pub fn sharing(&self, targets: &[Target], workload: &Workload) -> anyhow::Result<()> {
        let alone = targets.first().context("no tenants")?;
        let alone = alone.requests(workload);
        let each: Vec<_> = targets.iter().map(|target| target.requests(workload)).collect();
        let mixed: Vec<_> = (0..2_000)
            .filter_map(|number| each[number % each.len()].get(number / each.len()).cloned())
            .collect();
        self.pair(&format!("{}, 50 tenants in turn", workload.name), &alone, &mixed)
    }

    fn pair(&self, name: &str, before: &[String], after: &[String]) -> anyhow::Result<()> {
        let (mut small, mut large) = (0.0, 0.0);
        for _ in 0..ROUNDS {
            small += self.load(before)? / ROUNDS as f64;
            large += self.load(after)? / ROUNDS as f64;
        }
        println!("{name:<30} {small:>9.0} {large:>9.0} {:>6.2} {:>5.1}", large / small, 0.9);
        Ok(())
    }

    fn load(&self, requests: &[String]) -> anyhow::Result<f64> {
        let (folder, connections) = (self.folder, self.connections);
        load::warm_up(folder, requests, connections, 1, "warm")?;
        let errors = server::errors()?;
        let load = load::run(folder, requests, connections, self.seconds, "run")?;
        ensure!(server::errors()? == errors, "the server answered errors");
        Ok(load.per_second)
    }
}

/// The cursor of the newest invoice before an instant.
fn cursor_at(target: &Target, instant: &str) -> anyhow::Result<String> {
    let body = page_body(&Page::Before(instant)).replace("first: 50", "first: 1");
    let (_, answer) = server::post(&target.token, &body)?;
    let answer: Value = serde_json::from_str(&answer)?;
    let cursor = answer.pointer("/data/bizhub/invoices/pageInfo/endCursor");
    Ok(cursor.and_then(Value::as_str).context("a page without a cursor")?.to_owned())
}

/// The beginning of a day of the world, counted from 2024-01-01.
fn day_number(day: u32) -> String {
    let first = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    format!("{}T00:00:00Z", first + chrono::Days::new(day.into()))
}

/// Adds a tenant without rows.
pub fn add_tenant(program: &Program, slug: &str) -> anyhow::Result<()> {
    let tenant = ["--module", "bizhub", "--name", "Bench", "--country", "GH", "--currency", "GHS"];
    let place = ["--time-zone", "Africa/Accra", "--slug", slug];
    program.run(&[&["tenant", "add"][..], &tenant, &place].concat())?;
    Ok(())
}

fn lines(target: &Target, bodies: Vec<String>) -> Vec<String> {
    bodies.iter().map(|body| load::line(&target.token, body)).collect()
}
