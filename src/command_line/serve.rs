//! `bizgraph serve`: from nothing to a server that answers, and back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::Router;
use axum::routing::get;
use bizgraph_kernel::audit::seal::Sealer;
use bizgraph_kernel::cipher::rotation;
use bizgraph_kernel::db::PoolSizes;
use bizgraph_kernel::job::Scheduler;
use bizgraph_kernel::kernel::Kernel;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::running_database::{RunningDatabase, cipher, login_password};
use super::set_up::set_up;
use super::{demo, verify, welcome};
use crate::config::{Config, DatabaseOptions, ServeOptions};
use crate::engine::KernelEngine;
use crate::http_provider;
use crate::schema::Schemas;
use crate::server::graphiql::{self, DemoLogins};
use crate::server::{ServerSettings, listen::listen, shutdown};
use crate::smtp;

/// How often the registry is read again: a suspended tenant is kept out within two seconds
/// (spec 1.11).
const REFRESH: Duration = Duration::from_secs(1);

/// How often the audit trails are sealed: an entry is settled at one turn and sealed at the next.
const SEAL: Duration = Duration::from_secs(5);

/// How long the end of the server waits for items of jobs that are under way.
const JOBS_WAIT: Duration = Duration::from_secs(10);

/// Serves until SIGTERM or Ctrl-C.
pub async fn run(options: ServeOptions) -> anyhow::Result<()> {
    // From here on a signal ends the server in order, also while it is starting.
    let stop = tokio::spawn(shutdown::requested());
    let database_options: DatabaseOptions = options.database.clone();
    let config = Config::try_from(options)?;
    let address = config.listen;
    let listener = listen(address).with_context(|| {
        format!(
            "cannot listen on {address}: stop the program that does, or choose another port with \
             --listen (BIZGRAPH_LISTEN)"
        )
    })?;
    let database = RunningDatabase::open(&database_options).await?;
    let served = serve(&config, &database, listener, stop).await;
    database.close().await?;
    served
}

async fn serve(
    config: &Config,
    database: &RunningDatabase,
    listener: TcpListener,
    stop: JoinHandle<std::io::Result<()>>,
) -> anyhow::Result<()> {
    let started = Instant::now();
    // Made while the database is waited for.
    let schemas = tokio::task::spawn_blocking(Schemas::new);
    let password = login_password(&config.data_folder)?;
    let mut owner = database.owner().await?;
    let told = |schema: &str, name: &str| tracing::debug!(schema, name, "migrated");
    let tenants = set_up(&mut owner, Some(&password), config.environment, told).await?;
    let migrations: usize = tenants.iter().map(|provisioned| provisioned.migrations).sum();
    if migrations > 0 {
        tracing::info!(migrations, "the tables are up to date");
    }
    rotation::note_first(&mut owner, &cipher(&config.data_folder)?).await?;
    let app_url = owner.app_url(&password);
    drop(owner);

    let sizes = PoolSizes { reads: config.read_connections, writes: config.write_connections };
    let senders = config.mail.as_ref().map(smtp::senders).transpose()?.unwrap_or_default();
    let providers = http_provider::providers(&config.providers)?;
    let folder = &config.data_folder;
    let kernel = database.kernel(folder, &app_url, sizes, senders, providers).await?;
    let refreshing = tokio::spawn(refresh_tenants(kernel.clone()));
    let sealing = tokio::spawn(seal_trails(kernel.clone()));
    verify::refuse_differences(&kernel).await?;
    let logins = match config.demo {
        true => demo::load_and_offer(&kernel).await?,
        false => DemoLogins::default(),
    };
    let settings = ServerSettings {
        allowed_origins: config.cors_origins.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        cost_budget: config.cost_budget,
        cost_refill_per_second: config.cost_refill,
        extra_routes: demo_logins(&logins),
        ..ServerSettings::default()
    };
    let jobs = config.jobs.then(|| Scheduler::start(kernel.clone()));
    let schemas = schemas.await?.context("the contract cannot be read back")?;
    let engine = Arc::new(KernelEngine::new(kernel, Arc::new(schemas)));
    tracing::info!(milliseconds = started.elapsed().as_millis(), "ready");
    welcome::print(listener.local_addr()?, &logins);
    let stopped = async {
        if let Ok(Err(error)) | Err(error) = stop.await.map_err(std::io::Error::from) {
            tracing::error!(%error, "signals cannot be received");
        }
    };
    let served = crate::server::serve(engine, settings, listener, stopped).await;
    if let Some(jobs) = jobs {
        jobs.stop(JOBS_WAIT).await;
    }
    refreshing.abort();
    sealing.abort();
    served.context("connections can no longer be accepted")
}

async fn seal_trails(kernel: Arc<Kernel>) {
    let mut sealer = Sealer::default();
    let mut ticks = tokio::time::interval(SEAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for tenant in kernel.tenants() {
            if let Err(fault) = sealer.seal(&kernel, &tenant).await {
                tracing::warn!(%fault, tenant = tenant.slug, "the audit trail could not be sealed");
            }
        }
    }
}

async fn refresh_tenants(kernel: Arc<Kernel>) {
    let mut ticks = tokio::time::interval(REFRESH);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(fault) = kernel.refresh_tenants().await {
            tracing::warn!(%fault, "the tenants could not be read again");
        }
    }
}

/// Whom GraphiQL offers to log in as.
fn demo_logins(logins: &DemoLogins) -> Router {
    let logins = Arc::new(logins.clone());
    let answer = move || {
        let logins = logins.clone();
        async move { graphiql::demo(&logins) }
    };
    Router::new().route("/graphiql/demo.json", get(answer))
}
