//! What nobody needs any more is removed, in batches.

use serde_json::json;

use crate::world::World;

/// Puts rows into a table, so many old ones and a fresh one, and answers what a job leaves.
async fn left(world: &World, job: &str, table: &str, columns: &str, values: &str) -> (i32, i64) {
    for (count, at) in [(2_001, "2025-12-01 09:00Z"), (1, "2026-03-02 08:30Z")] {
        let values = values.replace("{at}", &format!("'{at}'::timestamptz"));
        let sql = format!(
            "INSERT INTO bizhub.{table} ({columns}) SELECT {values} FROM generate_series(1, {count}) n"
        );
        world.meddle(&sql).await;
    }
    let batches = world.run_job(job).await;
    let count = world.value(&format!("SELECT count(*) FROM bizhub.{table}")).await;
    (batches, count.as_i64().unwrap())
}

#[tokio::test]
async fn old_login_attempts_go_a_thousand_at_a_time() {
    let world = World::new().await;
    let (columns, values) = ("principal, succeeded, attempted_at", "'ama', FALSE, {at}");
    let left = left(&world, "pruneLoginAttempts", "login_attempts", columns, values).await;
    assert_eq!(left, (3, 1));
}

#[tokio::test]
async fn sessions_go_a_week_after_their_end() {
    let world = World::new().await;
    let columns = "id, user_id, token_hash, created_at, last_seen_at, expires_at, revoked_at";
    let values = "gen_random_uuid(), '1', sha256(({at}::text || n)::bytea), {at}, {at}, \
                  CASE WHEN n % 2 = 0 THEN {at} ELSE '2026-03-02 09:30Z' END, \
                  CASE WHEN n % 2 = 1 THEN {at} END";
    assert_eq!(left(&world, "pruneSessions", "sessions", columns, values).await, (3, 1));
}

#[tokio::test]
async fn idempotency_records_go_after_seven_days() {
    let world = World::new().await;
    let columns = "actor, key, mutation, input_hash, outcome, created_at";
    let values = "'1', {at}::text || n, 'm', ''::bytea, '{}', {at}";
    let left = left(&world, "pruneIdempotencyRecords", "idempotency_records", columns, values);
    assert_eq!(left.await, (3, 1));
}

#[tokio::test]
async fn signals_go_after_an_hour() {
    let world = World::new().await;
    let columns = "name, entity, entity_id, payload, created_at";
    let values = "'typing', 'X', '1', '{}', {at}";
    assert_eq!(left(&world, "pruneLiveSignals", "live_signals", columns, values).await, (3, 1));
}

#[tokio::test]
async fn announcements_go_after_the_days_of_the_setting_and_their_listeners_can_tell() {
    let world = World::new().await;
    let columns = "name, entity, entity_id, payload, actor, request_id, business_date, created_at";
    let values = "'n', 'X', '1', '{}', '1', 'r', '2026-01-01', {at}";
    assert_eq!(left(&world, "pruneOutbox", "outbox_events", columns, values).await, (3, 1));
    let horizon = world.value("SELECT pruned_through FROM bizhub.outbox_horizon").await;
    assert_eq!(horizon, json!(2_001));

    world.meddle("UPDATE bizhub.outbox_events SET created_at = '2026-02-20 09:00Z'").await;
    assert_eq!(world.run_job("pruneOutbox").await, 0);
    let admin = world.person("admin").await;
    let input = json!({"key": "outbox.kept_days", "value": 5});
    world.done(&admin, "tenantSettingSet", input, "tenantSetting { id }").await;
    assert_eq!(world.run_job("pruneOutbox").await, 1);
    let horizon = world.value("SELECT pruned_through FROM bizhub.outbox_horizon").await;
    assert_eq!(horizon, json!(2_002));
}

#[tokio::test]
async fn records_of_jobs_go_after_ninety_days() {
    let world = World::new().await;
    let columns = "job, business_date, status, asked_by, created_at";
    let values = "'x', '2026-01-01', 'done', 'system', {at}";
    // Its own record is made while it runs.
    assert_eq!(left(&world, "pruneJobRuns", "job_runs", columns, values).await, (3, 2));
}
