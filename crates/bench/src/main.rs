//! `make bench`: the whole server under load, beside the same statements without it.
//!
//! One run makes a private cluster with the settings of `make run`, a tenant with the bench
//! world, and the release server with its guard, its rights and its pools. Each workload is
//! checked before it is timed.

mod builds;
mod capture;
mod floor;
mod growth;
mod live;
mod load;
mod look;
mod memory;
mod server;
mod usage;
mod workload;
mod world;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, ensure};
use bizgraph::embedded::{Cluster, Profile};
use clap::Parser;
use tokio_postgres::{Client, NoTls};

use floor::Floor;
use growth::{Floors, Growth, Target};
use look::{Look, Looked};
use server::Program;
use usage::Usage;
use workload::{WORKLOADS, Workload};
use world::World;

/// The bench's tenant, which is its schema too.
const TENANT: &str = "bench";

/// Invoices of its world.
const INVOICES: u32 = 100_000;

/// Requests whose statements are looked at and played again.
const SAMPLES: usize = 40;

/// Reads played again; few, for each is prepared and planned apart on every connection. Writes
/// need all, or they would wait for each other's rows.
const READS_PLAYED: usize = 8;

/// Measures the release server end to end
#[derive(Parser)]
struct Options {
    /// Seconds of each measurement
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Connections of many clients
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Only these workloads, separated by commas
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Keep the cluster in this folder, and use the world that is there already
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
    /// Print the statements that the server sends for each workload
    #[arg(long)]
    statements: bool,
    /// Leave out growth and memory
    #[arg(long)]
    brief: bool,
    /// Measure what a developer waits for instead: the first build and checks after an edit
    #[arg(long)]
    builds: bool,
    /// Measure live streams, and nothing else
    #[arg(long)]
    live: bool,
    /// Invoices of the larger world of the growth runs
    #[arg(long, default_value_t = 1_000_000)]
    grown: u32,
}

/// Everything that is running.
struct Bench {
    options: Options,
    folder: PathBuf,
    cluster_url: String,
    target: Target,
    pool: usize,
    postmaster: u32,
    /// Sets this run's idempotency keys apart from those of others in the same world.
    run: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    if options.builds {
        return builds::measure();
    }
    let temporary = tempfile::Builder::new().prefix("bizgraph-bench").tempdir()?;
    let folder = options.keep.clone().unwrap_or_else(|| temporary.path().to_owned());
    let cluster = Cluster::start(&folder, Profile::Durable).await?;
    let outcome = if options.live {
        live::measure(&folder, &cluster, options.seconds).await
    } else {
        bench(options, &folder, &cluster).await
    };
    cluster.stop().await?;
    outcome
}

async fn bench(options: Options, folder: &Path, cluster: &Cluster) -> anyhow::Result<()> {
    let database_url = cluster.url("bizgraph");
    let program = Program {
        folder: server::folder_in(folder, "server")?,
        database_url: database_url.clone(),
    };
    let owner = match connect(&database_url).await {
        Ok(owner) => owner,
        Err(_) => {
            connect(&cluster.url("postgres"))
                .await?
                .batch_execute("CREATE DATABASE bizgraph")
                .await?;
            let owner = connect(&database_url).await?;
            set_up(&program, &owner).await?;
            owner
        }
    };
    // The server's login role is made with its first start.
    let first = program.serve()?;
    let start_up = first.start_up;
    first.stop()?;
    let (connections, seconds) = (options.connections, options.seconds);
    let postmaster = postmaster(folder)?;
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let growth = Growth {
        program: &program,
        postmaster,
        owner: &owner,
        folder,
        connections,
        seconds,
        // A tenant may hold half of the server's pool.
        pool: (4 * cores).clamp(8, 24) / 2,
    };
    let target = growth.target(TENANT, INVOICES).await?;
    let bench = Bench {
        options,
        folder: folder.to_owned(),
        cluster_url: program.database_url.clone(),
        target,
        pool: growth.pool,
        postmaster,
        run: SystemTime::UNIX_EPOCH.elapsed()?.as_secs(),
    };
    let chosen: Vec<&Workload> = WORKLOADS.iter().filter(|one| bench.is_chosen(one)).collect();

    let looked = bench.look(&program, &owner, &chosen).await?;
    let server = program.serve()?;
    println!(
        "{cores} cores; start-up {:.2} s, {:.2} s when all is migrated\n",
        start_up.as_secs_f64(),
        server.start_up.as_secs_f64()
    );
    bench.measure(&server, &owner, &chosen, &looked).await?;
    let (now, peak) = usage::memory(server.process());
    println!("\nresident memory of the server: {now} MiB, at most {peak} MiB");
    server.stop()?;
    if bench.options.brief {
        return Ok(());
    }
    bench.remember(&program)?;
    bench.grow(&growth).await
}

/// An empty database becomes one with the bench world.
async fn set_up(program: &Program, owner: &Client) -> anyhow::Result<()> {
    println!("setting up");
    program.run(&["migrate"])?;
    growth::add_tenant(program, TENANT)?;
    world::make(owner, World { schema: TENANT, invoices: INVOICES }).await?;
    world::verify(owner).await
}

impl Bench {
    fn is_chosen(&self, workload: &Workload) -> bool {
        let only = &self.options.only;
        only.is_empty() || only.iter().any(|name| name == workload.name)
    }

    /// Checks the answers and what is asked of PostgreSQL for them.
    async fn look(
        &self,
        program: &Program,
        owner: &Client,
        chosen: &[&Workload],
    ) -> anyhow::Result<Vec<Looked>> {
        let look = Look::begin(program, owner, &self.folder, self.run).await?;
        let mut all = Vec::new();
        for workload in chosen {
            let looked = look.at(&self.target, workload, SAMPLES)?;
            if self.options.statements {
                println!("-- {}", workload.name);
                for statement in looked.requests.first().into_iter().flatten() {
                    println!("{}", statement.text);
                }
            }
            all.push(looked);
        }
        look.end().await?;
        Ok(all)
    }

    async fn measure(
        &self,
        server: &server::Server,
        owner: &Client,
        chosen: &[&Workload],
        looked: &[Looked],
    ) -> anyhow::Result<()> {
        for workload in chosen {
            println!("{}: {}", workload.name, workload.says);
        }
        println!(
            "\n{:<7} {:>5} {:>9} {:>8} {:>8} {:>8} {:>8} {:>6} {:>8} {:>9} {:>6} {:>5}",
            "",
            "conns",
            "req/s",
            "p50 ms",
            "p99 ms",
            "srv ms",
            "pg ms",
            "stmts",
            "bytes",
            "floor/s",
            "ratio",
            "goal"
        );
        for (workload, looked) in chosen.iter().zip(looked) {
            let requests = self.target.requests(workload);
            let played = if workload.writes { SAMPLES } else { READS_PLAYED };
            let floor = Floor {
                folder: &self.folder,
                url: &self.cluster_url,
                settings: &self.target.settings(),
                requests: looked.requests.get(..played).unwrap_or(&looked.requests),
                whole: workload.writes,
                keys: &looked.keys,
            };
            let statements = looked.requests.first().map_or(0, Vec::len);
            for connections in [1, self.options.connections] {
                let name = |part| format!("{}-{part}-{}-{connections}", self.run, workload.name);
                load::warm_up(&self.folder, &requests, connections, 2, &name("warm"))?;
                let (before, errors) = (payments(owner).await?, server::errors()?);
                let used = Usage::now(server.process(), self.postmaster);
                let seconds = self.options.seconds;
                let load = load::run(&self.folder, &requests, connections, seconds, &name("run"))?;
                let used = Usage::now(server.process(), self.postmaster).since(used);
                ensure!(server::errors()? == errors, "{} answered errors", workload.name);
                let entered = payments(owner).await? - before;
                if workload.writes {
                    // wrk ends in the middle of a request of each connection.
                    let missing = load.requests - entered as f64;
                    ensure!(missing.abs() <= connections as f64, "{missing} were not paid");
                }
                let floor = floor.run(connections.min(self.pool), self.options.seconds)?;
                println!(
                    "{:<7} {:>5} {:>9.0} {:>8.2} {:>8.2} {:>8.3} {:>8.3} {:>6} {:>8} {:>9.0} {:>6.2} {:>5.1}",
                    workload.name,
                    connections,
                    load.per_second,
                    load.p50,
                    load.p99,
                    used.server / load.requests,
                    used.postgres / load.requests,
                    statements,
                    looked.bytes,
                    floor,
                    load.per_second / floor,
                    workload.goal,
                );
            }
        }
        Ok(())
    }

    /// The server under a limit of memory, with many connections that ask for much.
    fn remember(&self, program: &Program) -> anyhow::Result<()> {
        println!("\nat most {} MiB, {} connections", memory::LIMIT, memory::CONNECTIONS);
        for workload in WORKLOADS.iter().filter(|one| ["list", "wide"].contains(&one.name)) {
            let requests = self.target.requests(workload);
            let held = memory::measure(program, &self.folder, &requests, self.options.seconds)?;
            let Some(held) = held else {
                println!("not measured: this process may not make a cgroup");
                return Ok(());
            };
            println!(
                "{:<7} {:>9.0} answered {:>9.0} told to come back, peak {} MiB, health within {:.0} ms",
                workload.name, held.answered, held.shed, held.peak, held.slowest_health
            );
        }
        Ok(())
    }

    /// More rows, later pages, more tenants.
    async fn grow(&self, growth: &Growth<'_>) -> anyhow::Result<()> {
        let large = growth.target("grown", self.options.grown).await?;
        let tenants = growth.tenants().await?;
        let sizes = (&self.target, &large);
        let chosen = || WORKLOADS.iter().filter(|one| ["point", "list"].contains(&one.name));
        let look = Look::begin(growth.program, growth.owner, growth.folder, self.run).await?;
        let floors: anyhow::Result<Vec<_>> =
            chosen().map(|workload| Floors::look(&look, sizes, &tenants, workload)).collect();
        let floors = floors?;
        look.end().await?;
        let server = growth.program.serve()?;
        growth.settle(&server)?;
        println!(
            "\n{:<27} {:>8} {:>8} {:>6} {:>6} {:>5} {:>7} {:>7} {:>7} {:>7} {:>8} {:>7}",
            "growth",
            "before",
            "after",
            "ratio",
            "floor",
            "goal",
            "srv ms",
            "after",
            "pg ms",
            "after",
            "floor ms",
            "after"
        );
        for (workload, floors) in chosen().zip(&floors) {
            growth.rows(&server, sizes, workload, floors)?;
            growth.sharing(&server, &tenants, workload, floors)?;
        }
        growth.pages(&server, &self.target)?;
        server.stop()
    }
}

fn postmaster(folder: &Path) -> anyhow::Result<u32> {
    let text = std::fs::read_to_string(folder.join("postgres/postmaster.pid"))?;
    Ok(text.lines().next().context("a postmaster without a number")?.trim().parse()?)
}

/// Payments that were ever entered.
async fn payments(owner: &Client) -> anyhow::Result<i64> {
    // A read that was cut off may still be on its way.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let sql = format!("SELECT count(*) FROM \"{TENANT}\".payments");
    Ok(owner.query_one(&sql, &[]).await?.get(0))
}

async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
