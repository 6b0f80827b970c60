//! Growth: what becomes of a point and a list when there is more of everything. Each pair is
//! measured alternately, so that a neighbour on the machine touches both.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio_postgres::Client;

use crate::capture::Statement;
use crate::floor::Floor;
use crate::load;
use crate::look::Look;
use crate::server::{self, Program, Server};
use crate::usage::Usage;
use crate::workload::{Page, Shop, Workload, page_body};
use crate::world::{self, World};

/// Rounds of each pair.
const ROUNDS: u64 = 3;

/// Requests whose statements are played without the server, where a tenant has more rows.
const PLAYED: usize = 100;

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
    /// Its short name, which is its schema too.
    pub slug: String,
    pub shop: Shop,
    pub token: String,
    role: String,
}

impl Target {
    /// A workload's requests in this tenant.
    pub fn requests(&self, workload: &Workload) -> Vec<String> {
        lines(self, workload.bodies(self.shop))
    }

    /// What a connection is told that plays the statements of this tenant alone.
    pub fn settings(&self) -> String {
        format!(
            "-c role={} -c search_path={} -c bizgraph.business_date=2026-01-01",
            self.role, self.slug
        )
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
    /// How many connections of the server one tenant may hold.
    pub pool: usize,
}

/// What the server asks of PostgreSQL for a workload, to be played without it.
pub struct Floors {
    small: Vec<Vec<Statement>>,
    large: Vec<Vec<Statement>>,
    alone: Vec<Vec<Statement>>,
    shared: Vec<Vec<Statement>>,
}

impl Floors {
    /// Looks at some requests of each: many where rows are many, one of each tenant where those
    /// are many.
    pub fn look(
        look: &Look<'_>,
        (small, large): (&Target, &Target),
        tenants: &[Target],
        workload: &Workload,
    ) -> anyhow::Result<Floors> {
        let of = |target: &Target, samples| -> anyhow::Result<Vec<_>> {
            Ok(look.at(target, workload, samples)?.requests)
        };
        let mut shared = Vec::new();
        for tenant in tenants {
            shared.extend(of(tenant, 1)?);
        }
        Ok(Floors {
            small: of(small, PLAYED)?,
            large: of(large, PLAYED)?,
            alone: of(tenants.first().context("no tenants")?, 1)?,
            shared,
        })
    }
}

impl Growth<'_> {
    /// A tenant with a world of this size, made unless it is there.
    pub async fn target(&self, slug: &str, invoices: u32) -> anyhow::Result<Target> {
        let found = "SELECT id, role_name FROM platform.tenants WHERE slug = $1";
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
        let shop = Shop { tenant: row.get(0), invoices };
        Ok(Target { slug: slug.to_owned(), shop, token, role: row.get(1) })
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
        (small, large): (&Target, &Target),
        workload: &Workload,
        floors: &Floors,
    ) -> anyhow::Result<()> {
        let times = large.shop.invoices / small.shop.invoices;
        let name = format!("{}, {times} times the rows", workload.name);
        let floor = self.floors(
            server,
            [
                (&floors.small, &small.settings(), self.pool),
                (&floors.large, &large.settings(), self.pool),
            ],
        )?;
        self.pair(server, &name, [&small.requests(workload), &large.requests(workload)], floor)
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
        let pair = [&lines(target, first)[..], &lines(target, far)[..]];
        self.pair(server, "list, the 1,000th page", pair, None)
    }

    /// Fifty tenants in turn beside one of them alone. Without the server, transactions are
    /// played whole, for they say whose they are, on twice the connections: one tenant may hold
    /// half of what all may.
    pub fn sharing(
        &self,
        server: &Server,
        targets: &[Target],
        workload: &Workload,
        floors: &Floors,
    ) -> anyhow::Result<()> {
        let alone = targets.first().context("no tenants")?;
        let alone = alone.requests(workload);
        let each: Vec<_> = targets.iter().map(|target| target.requests(workload)).collect();
        let mixed: Vec<_> = (0..2_000)
            .filter_map(|number| each[number % each.len()].get(number / each.len()).cloned())
            .collect();
        let floor = self.floors(
            server,
            [(&floors.alone, "", self.pool), (&floors.shared, "", 2 * self.pool)],
        )?;
        let name = format!("{}, {TENANTS} tenants in turn", workload.name);
        self.pair(server, &name, [&alone, &mixed], floor)
    }

    /// What the same statements keep of their speed without the server, and PostgreSQL's CPU
    /// milliseconds for each request before and after.
    fn floors(
        &self,
        server: &Server,
        pair: [(&[Vec<Statement>], &str, usize); 2],
    ) -> anyhow::Result<Option<[f64; 3]>> {
        let (mut rates, mut used) = ([0.0; 2], [0.0; 2]);
        for (place, (requests, settings, connections)) in pair.into_iter().enumerate() {
            let floor = Floor {
                folder: self.folder,
                url: &self.program.database_url,
                settings,
                requests,
                whole: settings.is_empty(),
                keys: &[],
            };
            let before = self.used(server);
            let played = floor.run_warm(connections, PLANNED, self.seconds)?;
            rates[place] = played.per_second;
            used[place] = self.used(server).since(before).postgres / played.transactions;
        }
        Ok(Some([rates[1] / rates[0], used[0], used[1]]))
    }

    /// Requests per second, and CPU milliseconds of server and of database for each.
    fn pair(
        &self,
        server: &Server,
        name: &str,
        pair: [&[String]; 2],
        floor: Option<[f64; 3]>,
    ) -> anyhow::Result<()> {
        for requests in pair {
            load::warm_up(self.folder, requests, self.connections, PLANNED, "plan")?;
        }
        let mut sums = [[0.0; 3]; 2];
        for _ in 0..ROUNDS {
            for (sum, requests) in sums.iter_mut().zip(pair) {
                for (sum, figure) in sum.iter_mut().zip(self.load(server, requests)?) {
                    *sum += figure / ROUNDS as f64;
                }
            }
        }
        let [before, after] = sums;
        let (mut kept, mut used) = (String::new(), String::new());
        if let Some([ratio, before, after]) = floor {
            (kept, used) = (format!("{ratio:.2}"), format!(" {before:>8.3} {after:>7.3}"));
        }
        println!(
            "{name:<27} {:>8.0} {:>8.0} {:>6.2} {:>6} {:>5.1} {:>7.3} {:>7.3} {:>7.3} {:>7.3}{used}",
            before[0],
            after[0],
            after[0] / before[0],
            kept,
            0.9,
            before[1],
            after[1],
            before[2],
            after[2],
        );
        Ok(())
    }

    fn load(&self, server: &Server, requests: &[String]) -> anyhow::Result<[f64; 3]> {
        let (folder, connections) = (self.folder, self.connections);
        load::warm_up(folder, requests, connections, 1, "warm")?;
        let (errors, used) = (server::errors()?, self.used(server));
        let load = load::run(folder, requests, connections, self.seconds, "run")?;
        let used = self.used(server).since(used);
        ensure!(server::errors()? == errors, "the server answered errors");
        let per_request = [used.server / load.requests, used.postgres / load.requests];
        Ok([load.per_second, per_request[0], per_request[1]])
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
