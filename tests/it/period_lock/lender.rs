//! The lock at a lender: money counts on the day on which it arrived, and a refund marks the very
//! row, so that it reverses it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{agreement, lock, promote, refusal};
use crate::rim::id_of;
use crate::rim_loans::{connect_telecom, lent, loans, repaid, set};
use crate::rim_telecom::callbacks::{Desk, airtime};
use crate::world::{World, key};

fn refund(transaction: &str) -> Value {
    json!({
        "transactionId": transaction, "refundReference": "R-1", "reason": "Paid twice",
        "idempotencyKey": key(),
    })
}

fn batch(name: &str, day: &str, reason: Value) -> Value {
    json!({ "name": name, "provider": "MTN Nigeria", "statementDate": day, "reason": reason })
}

/// A lender that lent 1,000 on the second of March, got 150 back, closed that day and goes on.
async fn lender() -> (World, String) {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let repayment = repaid(&world, "150.00").await;
    world.clock.advance(TimeDelta::days(3));
    lock(&world, "2026-03-03").await;
    (world, repayment)
}

#[tokio::test]
async fn money_of_a_locked_day_is_not_sent_back() {
    let (world, repayment) = lender().await;
    let finance = world.person("finance").await;
    let airtime = id_of(&world, "transactions", "type: { eq: AIRTIME }").await;
    let refused = refusal(&world, &finance, "rimTransactionRefund", refund(&repayment)).await;
    assert_eq!(refused["code"], "PERIOD_LOCKED");
    assert_eq!(refused["field"], json!(["transactionId"]));
    let details = json!({ "lockedThrough": "2026-03-03", "businessDate": "2026-03-02" });
    assert_eq!(refused["details"], details);
    let refused = world.refused(&finance, "rimTransactionRefund", refund(&airtime)).await;
    assert!(refused.contains(&"PERIOD_LOCKED transactionId".to_owned()), "{refused:?}");
    // Nobody is asked to agree to what cannot be.
    assert_eq!(world.value("SELECT count(*) FROM rim.approval_requests").await, json!(0));
    let today = repaid(&world, "50.00").await;
    let shown = "approvalRequest { id }";
    let asked = world.done(&finance, "rimTransactionRefund", refund(&today), shown).await;
    let second = world.person("finance2").await;
    world.done(&second, "approvalApprove", agreement(&asked), "").await;
    let left = json!({ "status": "repaying", "paid": "150.00", "due": "1000.00" });
    assert_eq!(loans(&world).await, [left]);
    world.verify().await;
}

#[tokio::test]
async fn two_who_may_write_behind_the_lock_send_it_back_with_a_reason() {
    let (world, repayment) = lender().await;
    let admin = world.person("admin").await;
    let shown = "approvalRequest { id }";
    let asked = world.done(&admin, "rimTransactionRefund", refund(&repayment), shown).await;
    let finance = world.person("finance").await;
    let refused = world.refused(&finance, "approvalApprove", agreement(&asked)).await;
    assert_eq!(refused, ["PERIOD_LOCKED transactionId"]);
    let second = promote(&world, "operations2").await;
    world.done(&second, "approvalApprove", agreement(&asked), "").await;
    let open = json!({ "status": "disbursed", "paid": "0.00", "due": "1150.00" });
    assert_eq!(loans(&world).await, [open]);
    let trail = "SELECT DISTINCT actor_name, reason, new_values ->> 'businessDate' AS day \
                 FROM rim.audit_entries WHERE action = 'override'";
    let told = json!({ "actor_name": "operations2", "reason": "Paid twice", "day": "2026-03-02" });
    assert_eq!(world.rows(trail).await, [told]);
}

#[tokio::test]
async fn statements_are_of_days_after_the_lock() {
    let (world, _) = lender().await;
    let (finance, admin) = (world.person("finance").await, world.person("admin").await);
    let name = "rimReconciliationBatchCreate";
    let late = batch("March", "2026-03-03", json!("It came late"));
    let refused = world.refused(&finance, name, late.clone()).await;
    assert_eq!(refused, ["PERIOD_LOCKED statementDate"]);
    let silent = batch("March", "2026-03-03", json!(null));
    assert_eq!(world.refused(&admin, name, silent).await, ["REQUIRED reason"]);
    world.done(&admin, name, late, "").await;
    world.done(&finance, name, batch("April", "2026-03-04", json!(null)), "").await;
}

#[tokio::test]
async fn money_of_a_locked_day_is_held_against_a_statement_of_today() {
    let (world, repayment) = lender().await;
    let finance = world.person("finance").await;
    let shown = "reconciliationBatch { id }";
    let input = batch("April", "2026-03-05", json!(null));
    let made = world.done(&finance, "rimReconciliationBatchCreate", input, shown).await;
    let input = json!({
        "transactionId": repayment, "statementLine": "7", "statementAmount": "150.00",
        "reconciliationBatchId": made["reconciliationBatch"]["id"],
    });
    world.done(&finance, "rimTransactionReconcile", input, "").await;
    let note = json!({ "transactionId": repayment, "expectedVersion": 3, "notes": "Seen" });
    world.done(&finance, "rimTransactionUpdate", note, "").await;
    world.verify().await;
}

#[tokio::test]
async fn a_loan_of_a_locked_day_is_paid_back_today() {
    let (world, _) = lender().await;
    repaid(&world, "1000.00").await;
    let done = json!({ "status": "completed", "paid": "1150.00", "due": "0.00" });
    assert_eq!(loans(&world).await, [done]);
    world.verify().await;
}

#[tokio::test]
async fn a_loan_of_a_locked_day_is_charged_for_being_late_and_given_up() {
    let (world, _) = lender().await;
    set(&world, "loans", "late_fee", "100").await;
    world.clock.advance(TimeDelta::days(200));
    lock(&world, "2026-09-16").await;
    world.run_jobs("2026-09-20").await;
    let late = "SELECT status, defaulted_at IS NOT NULL AS given_up FROM rim.loans";
    assert_eq!(world.rows(late).await, [json!({ "status": "defaulted", "given_up": true })]);
    world.verify().await;
}

#[tokio::test]
async fn what_a_telecom_took_back_is_a_fact_whatever_is_locked() {
    let desk = Desk::open().await;
    crate::rim_telecom::lent(&desk.world, "1000.00").await;
    let telecom = crate::rim_telecom::telecom_id(&desk.world).await;
    desk.world.clock.advance(TimeDelta::days(3));
    lock(&desk.world, "2026-03-03").await;
    let told = desk.done(&telecom, airtime("reversed")).await;
    assert_eq!(told["status"], "refunded");
    assert_eq!(loans(&desk.world).await[0]["status"], "approved");
    let trail = "SELECT DISTINCT actor_name, reason FROM rim.audit_entries \
                 WHERE action = 'override'";
    let said = json!({ "actor_name": "MTN airtime", "reason": "no credit" });
    assert_eq!(desk.world.rows(trail).await, [said]);
    desk.world.verify().await;
}
