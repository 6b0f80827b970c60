//! One runner per job and tenant, across servers and restarts.

use std::sync::Arc;

use bizgraph::schema::MODULES;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::db::{Database, PoolSizes, Tx};
use bizgraph_kernel::job;
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::refusal::Rule;
use chrono::TimeDelta;
use serde_json::json;
use tokio::sync::Notify;

use crate::world::World;

/// Another server over the same database and clock.
async fn another(world: &World) -> Arc<Kernel> {
    let database = Database::new(&world.app_url, PoolSizes { reads: 2, writes: 2 }).unwrap();
    let kernel = Kernel::new(database, world.clock.clone(), Cipher::new(&[7; 32]), MODULES);
    kernel.refresh_tenants().await.unwrap();
    Arc::new(kernel)
}

static BEGUN: Notify = Notify::const_new();
static GO_ON: Notify = Notify::const_new();

job! {
    /// Takes as long as it is told.
    WAIT = "wait", daily, due "SELECT 'only'" => wait
}

async fn wait(_tx: &mut Tx, _key: &str) -> Rule<()> {
    BEGUN.notify_one();
    GO_ON.notified().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_runners_one_wins() {
    let world = World::new().await;
    let (tenant, other) = (world.kernel.tenant("bizhub").unwrap(), another(&world).await);
    let (kernel, of) = (world.kernel.clone(), tenant.clone());
    let first = tokio::spawn(async move { kernel.run_job(&of, &WAIT, None).await.unwrap() });
    BEGUN.notified().await;
    assert_eq!(other.run_job(&tenant, &WAIT, None).await.unwrap(), None);
    // Another tenant's job is none of theirs.
    GO_ON.notify_one();
    assert_eq!(first.await.unwrap().unwrap().succeeded, 1);
    GO_ON.notify_one();
    assert_eq!(other.run_job(&tenant, &WAIT, None).await.unwrap().unwrap().succeeded, 1);
    let sql = "SELECT count(*) FROM bizhub.job_runs WHERE status = 'done'";
    assert_eq!(world.value(sql).await, json!(2));
}

job! {
    /// Does nothing.
    NOTHING = "nothing", daily, due "SELECT 'only'" => nothing
}

async fn nothing(_tx: &mut Tx, _key: &str) -> Rule<()> {
    Ok(())
}

#[tokio::test]
async fn a_lease_that_ran_out_is_taken_over_and_the_broken_run_is_told() {
    let world = World::new().await;
    let tenant = world.kernel.tenant("bizhub").unwrap();
    world
        .meddle(
            "INSERT INTO bizhub.job_leases (job, holder, expires_at) \
             VALUES ('nothing', 'a server that is gone', now() + interval '50 seconds'); \
             INSERT INTO bizhub.job_runs (job, business_date, started_at, status, asked_by) \
             VALUES ('nothing', '2026-03-02', '2026-03-02 08:00Z', 'running', 'system')",
        )
        .await;
    assert_eq!(world.kernel.run_job(&tenant, &NOTHING, None).await.unwrap(), None);
    let ran_out = "UPDATE bizhub.job_leases SET expires_at = now() - interval '1 second'";
    world.meddle(ran_out).await;
    let ran = world.kernel.run_job(&tenant, &NOTHING, None).await.unwrap().unwrap();
    assert_eq!(ran.succeeded, 1);
    let rows = world.rows("SELECT status FROM bizhub.job_runs ORDER BY id").await;
    assert_eq!(rows, [json!({"status": "interrupted"}), json!({"status": "done"})]);
    let lease = "SELECT holder, expires_at, ran_for FROM bizhub.job_leases";
    let left = json!({"holder": null, "expires_at": null, "ran_for": "2026-03-02"});
    assert_eq!(world.rows(lease).await, [left]);
}

/// The jobs that are due, by name, after they were run.
async fn due(kernel: &Arc<Kernel>) -> Vec<&'static str> {
    let tenant = kernel.tenant("bizhub").unwrap();
    let ran = kernel.run_due_jobs(&tenant).await.unwrap();
    ran.iter().map(|ran| ran.job).collect()
}

#[tokio::test]
async fn daily_jobs_run_once_a_day_from_midnight_and_over_restarts() {
    let world = World::new().await;
    let all = due(&world.kernel).await;
    assert!(all.contains(&"expireDrafts") && all.contains(&"alertLowStock"), "{all:?}");
    assert_eq!(due(&world.kernel).await, Vec::<&str>::new());
    let restarted = another(&world).await;
    assert_eq!(due(&restarted).await, Vec::<&str>::new());

    // 09:00 of the second of March until the last minute of that day.
    world.clock.advance(TimeDelta::minutes(15 * 60 - 1));
    let frequent = due(&restarted).await;
    assert!(frequent.contains(&"expireDrafts") && !frequent.contains(&"alertLowStock"));
    world.clock.advance(TimeDelta::minutes(1));
    let next_day = due(&world.kernel).await;
    assert!(next_day.contains(&"alertLowStock") && !next_day.contains(&"expireDrafts"));
    let sql = "SELECT count(*) FROM bizhub.job_runs WHERE job = 'alertLowStock'";
    assert_eq!(world.value(sql).await, json!(2));
}

#[tokio::test]
async fn a_frequent_job_that_finds_nothing_leaves_no_record() {
    let world = World::new().await;
    due(&world.kernel).await;
    let sql = "SELECT count(*) FROM bizhub.job_runs WHERE job = 'expireDrafts'";
    assert_eq!(world.value(sql).await, json!(0));
}
