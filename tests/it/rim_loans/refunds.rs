//! Money that goes back, and statements that it is held against (spec 5.6).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{agreed, connect_telecom, figures, lent, loans, repaid, sent, set};
use crate::rim::id_of;
use crate::world::{Person, World, key};

fn refund(transaction: &str) -> Value {
    json!({
        "transactionId": transaction, "refundReference": "R-1", "reason": "Paid twice",
        "idempotencyKey": key(),
    })
}

/// Refunds with a second person's consent.
pub async fn refunded(world: &World, transaction: &str) {
    let finance = world.person("finance").await;
    let shown = "approvalRequest { id }";
    let asked = world.call(&finance, "rimTransactionRefund", refund(transaction), shown).await;
    let request = asked["approvalRequest"]["id"].clone();
    assert!(request.is_string(), "{asked}");
    let second = world.person("finance2").await;
    let input = json!({ "approvalRequestId": request, "idempotencyKey": key() });
    world.done(&second, "approvalApprove", input, "").await;
}

#[tokio::test]
async fn a_refunded_repayment_reopens_its_loan_and_takes_the_reward_back() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let before = figures(&world).await;
    let all = repaid(&world, "1150.00").await;
    refunded(&world, &all).await;
    let open = json!({ "status": "disbursed", "paid": "0.00", "due": "1150.00" });
    assert_eq!(loans(&world).await, [open]);
    assert_eq!(figures(&world).await, before);
    world.verify().await;
}

#[tokio::test]
async fn only_what_was_refunded_is_taken_back() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let first = repaid(&world, "150.00").await;
    let rest = repaid(&world, "1000.00").await;
    refunded(&world, &rest).await;
    let open = json!({ "status": "repaying", "paid": "150.00", "due": "1000.00" });
    assert_eq!(loans(&world).await, [open]);
    refunded(&world, &first).await;
    assert_eq!(loans(&world).await[0]["status"], "disbursed");
    world.verify().await;
}

#[tokio::test]
async fn credit_goes_to_the_loan_that_a_refund_reopened() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    set(&world, "repayments", "allow_credit", "true").await;
    lent(&world, "1000.00").await;
    let all = repaid(&world, "1150.00").await;
    repaid(&world, "200.00").await;
    refunded(&world, &all).await;
    let open = json!({ "status": "repaying", "paid": "200.00", "due": "950.00" });
    assert_eq!(loans(&world).await, [open]);
    assert_eq!(figures(&world).await["credit"], "0.00");
    world.verify().await;
}

#[tokio::test]
async fn airtime_that_the_telecom_took_back_leaves_the_loan_agreed_to() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let airtime = id_of(&world, "transactions", "type: { eq: AIRTIME }").await;
    refunded(&world, &airtime).await;
    assert_eq!(loans(&world).await[0]["status"], "approved");
    world.verify().await;
}

#[tokio::test]
async fn airtime_that_was_never_there_was_never_late() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    set(&world, "loans", "late_fee", "25.00").await;
    lent(&world, "1000.00").await;
    world.clock.advance(TimeDelta::days(18));
    world.run_job("chargeLateFees").await;
    assert_eq!(loans(&world).await[0]["due"], "1175.00");
    let airtime = id_of(&world, "transactions", "type: { eq: AIRTIME }").await;
    refunded(&world, &airtime).await;
    assert_eq!(loans(&world).await[0]["due"], "1150.00");
    assert_eq!(world.value("SELECT late_fee::text FROM rim.loans").await, "0.00");
    world.verify().await;
}

#[tokio::test]
async fn airtime_of_a_loan_that_is_being_paid_back_stays() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    repaid(&world, "100.00").await;
    let finance = world.person("finance").await;
    let airtime = id_of(&world, "transactions", "type: { eq: AIRTIME }").await;
    let refused = world.refused(&finance, "rimTransactionRefund", refund(&airtime)).await;
    assert_eq!(refused, ["PRECONDITION_FAILED transactionId"]);
}

#[tokio::test]
async fn airtime_that_failed_has_nothing_to_send_back() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    let finance = world.person("finance").await;
    let airtime = sent(&world, &agreed(&world, "1000.00").await).await;
    let input = json!({ "transactionId": airtime, "reason": "Down", "idempotencyKey": key() });
    world.done(&finance, "rimTransactionFail", input, "").await;
    let refused = world.refused(&finance, "rimTransactionRefund", refund(&airtime)).await;
    assert_eq!(refused, ["PRECONDITION_FAILED transactionId"]);
}

/// Enters a statement and answers how a transaction of 1,150 is held against its line 7.
async fn statement(world: &World, finance: &Person, transaction: &str) -> Value {
    let input = json!({
        "name": "March", "provider": "MTN Nigeria", "statementDate": "2026-03-02",
    });
    let shown = "reconciliationBatch { id }";
    let payload = world.done(finance, "rimReconciliationBatchCreate", input, shown).await;
    json!({
        "transactionId": transaction, "statementLine": "7", "statementAmount": "1150.00",
        "reconciliationBatchId": payload["reconciliationBatch"]["id"],
    })
}

#[tokio::test]
async fn a_line_has_the_amount_of_its_transaction_and_counts_once() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let paid = repaid(&world, "1150.00").await;
    let finance = world.person("finance").await;
    let right = statement(&world, &finance, &paid).await;
    let mut wrong = right.clone();
    wrong["statementAmount"] = json!("1150.01");
    let refused = world.refused(&finance, "rimTransactionReconcile", wrong).await;
    assert_eq!(refused, ["AMOUNT_MISMATCH statementAmount"]);
    world.done(&finance, "rimTransactionReconcile", right.clone(), "").await;
    let refused = world.refused(&finance, "rimTransactionReconcile", right).await;
    assert_eq!(refused, ["ALREADY_DONE transactionId"]);
}

#[tokio::test]
async fn what_was_reconciled_is_refunded_only_after_somebody_else_took_that_back() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let paid = repaid(&world, "1150.00").await;
    let finance = world.person("finance").await;
    let input = statement(&world, &finance, &paid).await;
    world.done(&finance, "rimTransactionReconcile", input, "").await;
    let refused = world.refused(&finance, "rimTransactionRefund", refund(&paid)).await;
    assert_eq!(refused, ["PRECONDITION_FAILED transactionId"]);
    let input = json!({ "transactionId": paid });
    let refused = world.refused(&finance, "rimTransactionUndoReconcile", input.clone()).await;
    assert_eq!(refused, ["SELF_APPROVAL_FORBIDDEN transactionId"]);
    let second = world.person("finance2").await;
    world.done(&second, "rimTransactionUndoReconcile", input, "").await;
    refunded(&world, &paid).await;
    world.verify().await;
}
