//! Jobs at their time, as long as a server serves; and by hand.

use std::process::Command;
use std::time::Duration;

use bizgraph_kernel::job::Scheduler;
use serde_json::json;

use crate::notifications;
use crate::program::{DataFolder, failure, run};
use crate::world::World;

/// Asks again and again until a query answers true.
async fn until(world: &World, sql: &str) {
    let asked = async {
        while world.value(sql).await != json!(true) {
            tokio::task::yield_now().await;
        }
    };
    let told = format!("never: {sql}");
    tokio::time::timeout(Duration::from_secs(30), asked).await.expect(&told);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_runs_what_is_due_and_sends_what_waits_in_every_tenant() {
    let world = World::new().await;
    assert!(notifications::greet(&world, "ama@example.com", "one").await);
    let (one, other) =
        (Scheduler::start(world.kernel.clone()), Scheduler::start(world.kernel.clone()));
    for tenant in ["bizhub", "kumasi"] {
        let sql = format!(
            "SELECT count(*) = 1 AS ran FROM {tenant}.job_runs \
             WHERE job = 'alertLowStock' AND status = 'done'"
        );
        until(&world, &sql).await;
    }
    until(&world, "SELECT status = 'sent' AS sent FROM bizhub.notifications").await;
    one.stop(Duration::from_secs(10)).await;
    other.stop(Duration::from_secs(10)).await;
    let held = "SELECT count(*) FROM bizhub.job_leases WHERE holder IS NOT NULL";
    assert_eq!(world.value(held).await, json!(0));
    let twice = "SELECT count(*) FROM (SELECT FROM bizhub.job_runs GROUP BY job, business_date \
                 HAVING count(*) > 1) q";
    assert_eq!(world.value(twice).await, json!(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_tenant_has_no_jobs() {
    let world = World::new().await;
    world.meddle("UPDATE platform.tenants SET status = 'suspended' WHERE slug = 'bizhub'").await;
    world.kernel.refresh_tenants().await.unwrap();
    let scheduler = Scheduler::start(world.kernel.clone());
    until(&world, "SELECT count(*) > 3 AS ran FROM kumasi.job_runs WHERE status = 'done'").await;
    scheduler.stop(Duration::from_secs(10)).await;
    assert_eq!(world.value("SELECT count(*) FROM bizhub.job_leases").await, json!(0));
}

#[test]
fn the_program_lists_every_job_with_its_sentence() {
    let program = env!("CARGO_BIN_EXE_bizgraph");
    let output = Command::new(program).args(["jobs", "list"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    for words in ["bizhub  expireDrafts", "every 10 minutes", "rim     pruneOutbox", "daily"] {
        assert!(text.contains(words), "{text}");
    }
}

#[tokio::test]
async fn the_program_runs_jobs_by_hand_for_a_past_day_and_no_day_to_come() {
    let data = DataFolder::new();
    let migrated = run(&["migrate"], &data.path()).await;
    assert!(migrated.status.success(), "{migrated:?}");
    let arguments = ["jobs", "run", "--tenant", "bizhub", "--date", "2026-01-31"];
    let output = run(&arguments, &data.path()).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(text.contains("bizhub expireDrafts for 2026-01-31: 0 done\n"), "{text}");
    assert!(text.contains("bizhub pruneSessions for 2026-01-31: 0 done\n"), "{text}");
    let future = ["jobs", "run", "--tenant", "bizhub", "--date", "2999-01-01"];
    assert!(failure(&future, &data.path()).await.contains("a day that is past"));
    let unknown = ["jobs", "run", "--job", "paySalaries"];
    assert!(failure(&unknown, &data.path()).await.contains("bizgraph jobs list"));
}
