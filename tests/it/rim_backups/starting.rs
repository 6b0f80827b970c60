//! Beginning and making.

use std::sync::Arc;

use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::backup::{Backups, PgDump};
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::job::Job;
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::stored_file::FileStore;
use serde_json::json;

use super::{backups, begun, made, ran};
use crate::world::World;

#[tokio::test]
async fn a_backup_is_begun_by_hand_and_made_in_the_background() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let shown = "backup { name type kind status size retentionDays completedAt }";
    let done = world.done(&admin, "rimBackupStart", json!({ "type": "FULL" }), shown).await;
    assert_eq!(
        done["backup"],
        json!({
            "name": "full 2026-03-02 10:00", "type": "FULL", "kind": "MANUAL",
            "status": "IN_PROGRESS", "size": "0", "retentionDays": 30, "completedAt": null,
        })
    );
    let asked = "SELECT job, status FROM rim.job_runs";
    assert_eq!(world.rows(asked).await, [json!({ "job": "makeBackups", "status": "queued" })]);
    assert_eq!(world.run_job("makeBackups").await, 1);
    let columns = "status, size > 1000 AS has_size, completed_at IS NOT NULL AS has_end, \
                   length(sha256) AS digits, starts_with(location, 'local:rim/') AS is_local";
    assert_eq!(
        backups(&world, columns).await,
        [json!({
            "status": "success", "has_size": true, "has_end": true, "digits": 64,
            "is_local": true,
        })]
    );
    let last = "SELECT last_backup = '2026-03-02T09:00:00Z' FROM rim.backup_settings";
    assert_eq!(world.value(last).await, true);
    let trail = "SELECT action FROM rim.audit_entries WHERE entity = 'RimBackup' ORDER BY id";
    let actions: Vec<_> = world.rows(trail).await;
    assert_eq!(actions, [json!({ "action": "create" }), json!({ "action": "succeed" })]);
    world.verify().await;
}

#[tokio::test]
async fn one_is_made_at_a_time() {
    let world = World::rim().await;
    begun(&world, "FULL").await;
    let admin = world.person("admin").await;
    let input = json!({ "type": "FULL" });
    let refused = world.refused(&admin, "rimBackupStart", input.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED "]);
    world.run_job("makeBackups").await;
    let done = world.done(&admin, "rimBackupStart", input, "backup { name }").await;
    assert_eq!(done["backup"]["name"], "full 2026-03-02 10:00 (2)");
}

#[tokio::test]
async fn of_two_at_once_one_begins() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let begin = || world.call(&admin, "rimBackupStart", json!({ "type": "FULL" }), "");
    let (one, other) = tokio::join!(begin(), begin());
    let codes = [&one, &other].map(|it| it["userErrors"][0]["code"].clone());
    assert!(codes.contains(&json!(null)), "{codes:?}");
    assert!(codes.contains(&json!("PRECONDITION_FAILED")), "{codes:?}");
    assert_eq!(backups(&world, "status").await, [json!({ "status": "in_progress" })]);
}

#[tokio::test]
async fn an_incremental_one_needs_a_full_one() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let input = json!({ "type": "INCREMENTAL" });
    let refused = world.refused(&admin, "rimBackupStart", input.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED type"]);
    made(&world, "FULL").await;
    let shown = "backup { baseBackup { name } }";
    let done = world.done(&admin, "rimBackupStart", input, shown).await;
    assert_eq!(done["backup"]["baseBackup"]["name"], "full 2026-03-02 10:00");
}

#[tokio::test]
async fn only_who_may_write_backups_begins_one() {
    let world = World::rim().await;
    for username in ["operations", "finance", "auditor"] {
        let person = world.person(username).await;
        let refused = world.refused(&person, "rimBackupStart", json!({ "type": "FULL" })).await;
        assert_eq!(refused, ["FORBIDDEN "], "{username}");
    }
    let ada = world.customer("ada").await;
    let refused = world.refused(&ada, "rimBackupStart", json!({ "type": "FULL" })).await;
    assert_eq!(refused, ["FORBIDDEN "]);
    assert_eq!(backups(&world, "id").await, [] as [serde_json::Value; 0]);
}

#[tokio::test]
async fn wrong_inputs_are_told_together() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let input = json!({ "type": "INCREMENTAL", "name": "x".repeat(101), "retentionDays": 0 });
    let refused = world.refused(&admin, "rimBackupStart", input).await;
    assert_eq!(
        refused,
        ["PRECONDITION_FAILED type", "OUT_OF_RANGE name", "OUT_OF_RANGE retentionDays"]
    );
    let named = json!({ "type": "FULL", "name": "before the move" });
    world.done(&admin, "rimBackupStart", named.clone(), "").await;
    world.run_job("makeBackups").await;
    assert_eq!(world.refused(&admin, "rimBackupStart", named).await, ["NOT_UNIQUE name"]);
}

#[tokio::test]
async fn a_backup_that_cannot_be_made_fails_and_says_why() {
    let world = World::rim().await;
    begun(&world, "FULL").await;
    let database = Database::new(&world.app_url, PoolSizes { reads: 1, writes: 2 }).unwrap();
    let missing = PgDump::new(|| Box::pin(async { "/nowhere/pg_dump".into() }), &world.app_url);
    let backups_made = Backups::new(Arc::new(missing), FileStore::in_memory(), None);
    let cipher = Cipher::new(&[7; 32]);
    let kernel = Kernel::new(database, world.clock.clone(), cipher, world.kernel.modules());
    let kernel = Arc::new(kernel.with_backups(backups_made));
    kernel.refresh_tenants().await.unwrap();
    let tenant = kernel.tenant("rim").unwrap();
    let job = Job::named(kernel.module("rim").unwrap(), "makeBackups").unwrap();
    let ran = kernel.run_job(&tenant, job, None).await.unwrap().unwrap();
    assert_eq!((ran.succeeded, ran.failed), (0, 1));
    let columns = "status, error_message LIKE '%BIZGRAPH_PG_DUMP%' AS says, location";
    assert_eq!(
        backups(&world, columns).await,
        [json!({ "status": "failed", "says": true, "location": null })]
    );
    world.verify().await;
}

#[tokio::test]
async fn one_that_hangs_for_six_hours_has_failed() {
    let world = World::rim().await;
    begun(&world, "FULL").await;
    assert_eq!(world.run_job("giveUpBackups").await, 0);
    world.clock.advance(chrono::TimeDelta::hours(6));
    assert_eq!(world.run_job("giveUpBackups").await, 1);
    let columns = "status, error_message";
    assert_eq!(
        backups(&world, columns).await,
        [json!({ "status": "failed", "error_message": "It was not there after 6 hours." })]
    );
    made(&world, "FULL").await;
    world.verify().await;
}

#[tokio::test]
async fn a_cloud_that_the_server_does_not_have_is_told() {
    let world = World::rim().await;
    super::set(&world, "storage_location = 'cloud', cloud_provider = 'aws'").await;
    begun(&world, "FULL").await;
    assert_eq!(ran(&world, "makeBackups").await.failed, 1);
    let columns = "status, error_message LIKE '%BIZGRAPH_BACKUPS_CLOUD%' AS says";
    assert_eq!(backups(&world, columns).await, [json!({ "status": "failed", "says": true })]);
}
