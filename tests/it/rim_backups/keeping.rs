//! Backups by the clock: begun, and removed.

use chrono::TimeDelta;
use serde_json::json;

use super::{backups, made, set};
use crate::world::World;

#[tokio::test]
async fn one_begins_when_it_is_due_and_once_however_long_no_server_ran() {
    let world = World::rim().await;
    set(&world, "enabled = TRUE, next_backup = '2026-03-03T01:00:00Z'").await;
    assert_eq!(world.run_job("startBackup").await, 0);
    world.clock.advance(TimeDelta::days(4));
    assert_eq!(world.run_job("startBackup").await, 1);
    assert_eq!(world.run_job("startBackup").await, 0);
    let columns = "name, type, kind, status";
    assert_eq!(
        backups(&world, columns).await,
        [json!({ "name": "full 2026-03-06 10:00", "type": "full", "kind": "daily",
                 "status": "in_progress" })]
    );
    let next = "SELECT next_backup = '2026-03-07T01:00:00Z' FROM rim.backup_settings";
    assert_eq!(world.value(next).await, true);
}

#[tokio::test]
async fn one_that_is_due_waits_for_the_one_that_is_made() {
    let world = World::rim().await;
    super::begun(&world, "FULL").await;
    set(&world, "enabled = TRUE, next_backup = '2026-03-02T08:00:00Z'").await;
    world.run_job("startBackup").await;
    assert_eq!(backups(&world, "kind").await, [json!({ "kind": "manual" })]);
    world.run_job("makeBackups").await;
    world.run_job("startBackup").await;
    let kinds = backups(&world, "kind, status").await;
    assert_eq!(kinds.len(), 2);
    // The second of March 2026 is a Monday.
    assert!(kinds.contains(&json!({ "kind": "weekly", "status": "in_progress" })), "{kinds:?}");
}

#[tokio::test]
async fn of_incremental_ones_the_first_is_full_and_one_after_each_six() {
    let world = World::rim().await;
    set(&world, "enabled = TRUE, backup_type = 'incremental', time = '02:00'").await;
    world.run_job("startBackup").await;
    for _ in 0..9 {
        world.clock.advance(TimeDelta::days(1));
        assert_eq!(world.run_job("startBackup").await, 1);
        assert_eq!(world.run_job("makeBackups").await, 1);
    }
    let types = backups(&world, "left(type, 1) AS it").await;
    let types: String = types.iter().map(|row| row["it"].as_str().unwrap()).collect();
    assert_eq!(types, "fiiiiiifi");
    world.verify().await;
}

#[tokio::test]
async fn a_backup_is_removed_after_its_days() {
    let world = World::rim().await;
    made(&world, "FULL").await;
    world.clock.advance(TimeDelta::days(29));
    assert_eq!(world.run_job("removeBackups").await, 0);
    world.clock.advance(TimeDelta::days(1));
    assert_eq!(world.run_job("removeBackups").await, 1);
    let columns = "status, removed_at = '2026-04-01T09:00:00Z' AS removed, location";
    assert_eq!(
        backups(&world, columns).await,
        [json!({ "status": "success", "removed": true, "location": null })]
    );
    assert_eq!(world.run_job("removeBackups").await, 0);
    world.verify().await;
}

#[tokio::test]
async fn of_each_kind_only_so_many_are_kept() {
    let world = World::rim().await;
    set(&world, "keep_daily = 2, keep_weekly = 1").await;
    world
        .meddle(
            "INSERT INTO rim.backups (id, name, type, kind, status, completed_at, \
               retention_days, location, created_at) \
             SELECT gen_random_uuid(), kind || day, 'full', kind, 'success', day, 30, \
               'local:rim/' || kind || day, day \
             FROM unnest(ARRAY['daily', 'weekly', 'monthly', 'manual']) kind, \
               generate_series('2026-02-26'::timestamptz, '2026-03-01', '1 day') day",
        )
        .await;
    assert_eq!(world.run_job("removeBackups").await, 5);
    let kept = "SELECT kind, count(*)::int AS kept, min(created_at)::date::text AS first \
                FROM rim.backups WHERE removed_at IS NULL GROUP BY kind ORDER BY kind";
    assert_eq!(
        world.rows(kept).await,
        [
            json!({ "kind": "daily", "kept": 2, "first": "2026-02-28" }),
            json!({ "kind": "manual", "kept": 4, "first": "2026-02-26" }),
            json!({ "kind": "monthly", "kept": 4, "first": "2026-02-26" }),
            json!({ "kind": "weekly", "kept": 1, "first": "2026-03-01" }),
        ]
    );
}

#[tokio::test]
async fn a_full_one_stays_as_long_as_an_incremental_one_needs_it() {
    let world = World::rim().await;
    made(&world, "FULL").await;
    world.clock.advance(TimeDelta::days(10));
    made(&world, "INCREMENTAL").await;
    world.clock.advance(TimeDelta::days(25));
    assert_eq!(world.run_job("removeBackups").await, 0);
    world.clock.advance(TimeDelta::days(5));
    assert_eq!(world.run_job("removeBackups").await, 2);
    world.verify().await;
}
