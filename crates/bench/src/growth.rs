//! Growth: what becomes of a point and a list when there is more of everything. Each pair is
//! measured alternately, so that a neighbour on the machine touches both.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio_postgres::Client;

use crate::load;
use crate::server::{self, Program, Server};
use crate::usage::Usage;
use crate::workload::{Page, Shop, Workload, page_body};
use crate::world::{self, World};

/// Rounds of each pair.
const ROUNDS: u64 = 3;

/// Tenants that share the server.
const TENANTS: u32 = 50;

/// Invoices of each of them.
const SMALL: u32 = 2_000;

/// A server rests when it and its database use less than this share of a core by themselves.
const AT_REST: f64 = 0.1;

/// Seconds until every connection has met the statements of every tenant often enough that
/// PostgreSQL keeps their plans.
const PLANNED: u64 = 12;

/// How long it may take to come to rest.
const PATIENCE: Duration = Duration::from_secs(120);

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
#[derive(Clone, Copy)]
pub struct Growth<'a> {
    pub program: &'a Program,
    pub postmaster: u32,
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

    /// Waits until the server has done what it does by itself after a start in many tenants.
    pub fn settle(&self, server: &Server) -> anyhow::Result<()> {
        let since = Instant::now();
        loop {
            let (before, looked) = (self.used(server), Instant::now());
            sleep(Duration::from_secs(6));
            let used = self.used(server).since(before);
            let milliseconds = looked.elapsed().as_secs_f64() * 1_000.0;
            if (used.server + used.postgres) / milliseconds < AT_REST {
                return Ok(());
            }
            ensure!(since.elapsed() < PATIENCE, "the server does not come to rest");
        }
    }

    fn used(&self, server: &Server) -> Usage {
        Usage::now(server.process(), self.postmaster)
    }

    /// A table of many times the rows, beside the smaller one.
    pub fn rows(
        &self,
        server: &Server,
        small: &Target,
        large: &Target,
        workload: &Workload,
    ) -> anyhow::Result<()> {
        let times = large.shop.invoices / small.shop.invoices;
        let name = format!("{}, {times} times the rows", workload.name);
        self.pair(server, &name, &small.requests(workload), &large.requests(workload))
    }

    /// The 1,000th page beside the same rows as a first page.
    pub fn pages(&self, server: &Server, target: &Target) -> anyhow::Result<()> {
        let a_day = (target.shop.invoices / 500).max(1);
        let newest = 500 - PAGE * 50 / a_day;
        let (mut first, mut far) = (Vec::new(), Vec::new());
        for day in newest.saturating_sub(20)..newest {
            let instant = day_number(day);
            first.push(page_body(&Page::Before(&instant)));
            far.push(page_body(&Page::After(&cursor_at(target, &instant)?)));
        }
        self.pair(server, "list, the 1,000th page", &lines(target, first), &lines(target, far))
    }

    /// Fifty tenants in turn beside one of them alone.
    pub fn sharing(
        &self,
        server: &Server,
        targets: &[Target],
        workload: &Workload,
    ) -> anyhow::Result<()> {
        let alone = targets.first().context("no tenants")?;
        let alone = alone.requests(workload);
        let each: Vec<_> = targets.iter().map(|target| target.requests(workload)).collect();
        let mixed: Vec<_> = (0..2_000)
            .filter_map(|number| each[number % each.len()].get(number / each.len()).cloned())
            .collect();
        self.pair(server, &format!("{}, 50 tenants in turn", workload.name), &alone, &mixed)
    }

    /// Requests per second, and CPU milliseconds of server and database for each.
    fn pair(
        &self,
        server: &Server,
        name: &str,
        before: &[String],
        after: &[String],
    ) -> anyhow::Result<()> {
        let (mut small, mut large) = ([0.0; 2], [0.0; 2]);
        for requests in [before, after] {
            load::warm_up(self.folder, requests, self.connections, PLANNED, "plan")?;
        }
        for _ in 0..ROUNDS {
            for (sum, requests) in [(&mut small, before), (&mut large, after)] {
                let (per_second, cpu) = self.load(server, requests)?;
                sum[0] += per_second / ROUNDS as f64;
                sum[1] += cpu / ROUNDS as f64;
            }
        }
        println!(
            "{name:<30} {:>9.0} {:>9.0} {:>6.2} {:>5.1} {:>9.3} {:>9.3}",
            small[0],
            large[0],
            large[0] / small[0],
            0.9,
            small[1],
            large[1]
        );
        Ok(())
    }

    fn load(&self, server: &Server, requests: &[String]) -> anyhow::Result<(f64, f64)> {
        let (folder, connections) = (self.folder, self.connections);
        load::warm_up(folder, requests, connections, 1, "warm")?;
        let (errors, used) = (server::errors()?, self.used(server));
        let load = load::run(folder, requests, connections, self.seconds, "run")?;
        let used = self.used(server).since(used);
        ensure!(server::errors()? == errors, "the server answered errors");
        Ok((load.per_second, (used.server + used.postgres) / load.requests))
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
