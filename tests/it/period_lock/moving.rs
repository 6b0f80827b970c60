//! Locks only move forward except by two administrators.

use serde_json::{Value, json};

use super::{agreement, lock, locked_through, promote};
use crate::world::World;

const FORWARD: &str = "periodLockMoveForward";
const BACK: &str = "periodLockMoveBack";
const ASKED: &str = "periodLock { lockedThrough } approvalRequest { id summary }";

fn through(day: Value) -> Value {
    json!({ "lockedThrough": day })
}

fn back_to(day: Value) -> Value {
    json!({ "lockedThrough": day, "reason": "An invoice was forgotten" })
}

async fn worlds() -> [(World, &'static str); 2] {
    [(World::new().await, "manager2"), (World::rim().await, "operations2")]
}

#[tokio::test]
async fn one_administrator_moves_the_lock_forward_and_the_trail_says_who_and_why() {
    for (world, _) in worlds().await {
        let admin = world.person("admin").await;
        assert_eq!(locked_through(&world).await, json!(null));
        let input = json!({ "lockedThrough": "2026-01-31", "expectedVersion": 1, "reason": "Q" });
        let shown = "periodLock { lockedThrough version }";
        let moved = world.done(&admin, FORWARD, input.clone(), shown).await;
        let expected = json!({ "lockedThrough": "2026-01-31", "version": 2 });
        assert_eq!(moved["periodLock"], expected);
        assert_eq!(world.refused(&admin, FORWARD, input).await, ["STALE_VERSION expectedVersion"]);
        lock(&world, "2026-03-01").await;
        let query = "{ platform { periodLocks { nodes { lockedThrough history(first: 1) { nodes { \
                     actorName reason operation } } } } auditEntries(first: 2) { nodes { \
                     actor reason operation } } } }";
        let data = world.read(&admin, query).await;
        assert_eq!(locked_through(&world).await, "2026-03-01");
        let entries = data["platform"]["auditEntries"]["nodes"].as_array().unwrap();
        assert_eq!(entries[1]["reason"], "Q");
        assert!(entries.iter().all(|entry| entry["operation"] == FORWARD), "{entries:?}");
    }
}

#[tokio::test]
async fn only_days_that_are_over_can_be_locked() {
    for (world, _) in worlds().await {
        let admin = world.person("admin").await;
        for day in ["2026-03-02", "2026-03-03", "9999-12-31"] {
            let refused = world.refused(&admin, FORWARD, through(json!(day))).await;
            assert_eq!(refused, ["OUT_OF_RANGE lockedThrough"], "{day}");
        }
        assert_eq!(locked_through(&world).await, json!(null));
        lock(&world, "2026-03-01").await;
    }
}

#[tokio::test]
async fn the_lock_moves_forward_only() {
    for (world, _) in worlds().await {
        let admin = world.person("admin").await;
        lock(&world, "2026-01-31").await;
        for day in ["2026-01-31", "2026-01-30", "0001-01-01"] {
            let refused = world.refused(&admin, FORWARD, through(json!(day))).await;
            assert_eq!(refused, ["OUT_OF_RANGE lockedThrough"], "{day}");
        }
        assert_eq!(locked_through(&world).await, "2026-01-31");
    }
}

#[tokio::test]
async fn two_administrators_move_it_back_together() {
    for (world, second) in worlds().await {
        let admin = world.person("admin").await;
        let second = promote(&world, second).await;
        lock(&world, "2026-02-28").await;
        let asked = world.done(&admin, BACK, back_to(json!("2026-01-31")), ASKED).await;
        assert_eq!(asked["periodLock"], json!(null));
        assert_eq!(
            asked["approvalRequest"]["summary"],
            "Move the period lock back from 2026-02-28 to 2026-01-31"
        );
        let agreed = agreement(&asked);
        let refused = world.refused(&admin, "approvalApprove", agreed.clone()).await;
        assert_eq!(refused, ["SELF_APPROVAL_FORBIDDEN approvalRequestId"]);
        assert_eq!(locked_through(&world).await, "2026-02-28");
        world.done(&second, "approvalApprove", agreed, "").await;
        assert_eq!(locked_through(&world).await, "2026-01-31");

        let asked = world.done(&second, BACK, back_to(json!(null)), ASKED).await;
        world.done(&admin, "approvalApprove", agreement(&asked), "").await;
        assert_eq!(locked_through(&world).await, json!(null));
    }
}

#[tokio::test]
async fn what_was_asked_for_is_looked_at_again_when_the_second_agrees() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let second = promote(&world, "manager2").await;
    lock(&world, "2026-02-28").await;
    let first = world.done(&admin, BACK, back_to(json!("2026-01-31")), ASKED).await;
    world.meddle("UPDATE bizhub.period_locks SET locked_through = '2026-01-15'").await;
    let refused = world.refused(&second, "approvalApprove", agreement(&first)).await;
    assert_eq!(refused, ["OUT_OF_RANGE lockedThrough"]);
    assert_eq!(locked_through(&world).await, "2026-01-15");
}

#[tokio::test]
async fn back_is_back_and_needs_a_reason() {
    for (world, _) in worlds().await {
        let admin = world.person("admin").await;
        let refused = world.refused(&admin, BACK, back_to(json!(null))).await;
        assert_eq!(refused, ["OUT_OF_RANGE lockedThrough"], "nothing is locked");
        lock(&world, "2026-02-28").await;
        for day in ["2026-02-28", "2026-03-01"] {
            let refused = world.refused(&admin, BACK, back_to(json!(day))).await;
            assert_eq!(refused, ["OUT_OF_RANGE lockedThrough"], "{day}");
        }
        let mut silent = back_to(json!("2026-01-31"));
        silent["reason"] = json!("  ");
        assert_eq!(world.refused(&admin, BACK, silent).await, ["REQUIRED reason"]);
        let vague = json!({ "reason": "Because" });
        assert_eq!(world.refused(&admin, BACK, vague).await, ["REQUIRED lockedThrough"]);
    }
}

#[tokio::test]
async fn only_who_holds_the_right_moves_it_or_agrees_to_it() {
    let world = World::new().await;
    for name in ["manager", "sales", "warehouse"] {
        let person = world.person(name).await;
        let refused = world.refused(&person, FORWARD, through(json!("2026-01-31"))).await;
        assert_eq!(refused, ["FORBIDDEN "], "{name}");
    }
    lock(&world, "2026-02-28").await;
    let (admin, manager) = (world.person("admin").await, world.person("manager").await);
    let asked = world.done(&admin, BACK, back_to(json!("2026-01-31")), ASKED).await;
    let refused = world.refused(&manager, "approvalApprove", agreement(&asked)).await;
    assert_eq!(refused, ["FORBIDDEN approvalRequestId"]);

    let world = World::rim().await;
    let finance = world.person("finance").await;
    world.done(&finance, FORWARD, through(json!("2026-01-31")), "").await;
    assert_eq!(world.refused(&finance, BACK, back_to(json!(null))).await, ["FORBIDDEN "]);
    for name in ["operations", "auditor", "officer"] {
        let person = world.person(name).await;
        let refused = world.refused(&person, FORWARD, through(json!("2026-02-28"))).await;
        assert_eq!(refused, ["FORBIDDEN "], "{name}");
    }
    let auditor = world.person("auditor").await;
    let data = world.read(&auditor, "{ platform { periodLocks { totalCount } } }").await;
    assert_eq!(data["platform"]["periodLocks"]["totalCount"], 1);
}

#[tokio::test]
async fn a_locked_day_cannot_become_today() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    lock(&world, "2026-02-28").await;
    for (day, refusals) in [
        ("2026-02-27", &["PERIOD_LOCKED value"][..]),
        ("2026-02-28", &["PERIOD_LOCKED value"]),
        ("2026-03-01", &[]),
    ] {
        let input = json!({ "key": "business_date", "value": day });
        let payload = world.call(&admin, "tenantSettingSet", input, "").await;
        let codes = payload["userErrors"].as_array().unwrap();
        assert_eq!(codes.len(), refusals.len(), "{day}: {payload}");
    }
    // What is fixed ahead does not come back behind the lock either.
    world.meddle("UPDATE bizhub.period_locks SET locked_through = '2026-03-31'").await;
    let input = json!({ "key": "business_date", "value": null });
    let refused = world.refused(&admin, "tenantSettingSet", input).await;
    assert_eq!(refused, ["PERIOD_LOCKED value"]);
}
