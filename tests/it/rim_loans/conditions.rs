//! Who gets a loan and on what terms, and what a limit becomes, sentence by sentence (spec 5.3 to
//! 5.6).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    ADA, allow_loans, asked, connect_telecom, figures, lent, loans, repaid, repayment, set, wish,
};
use crate::rim::{customer, id_of};
use crate::world::{World, key};

async fn refused(world: &World, amount: &str) -> Vec<String> {
    let ada = world.customer("ada").await;
    world.refused(&ada, "rimLoanRequest", wish(world, amount).await).await
}

#[tokio::test]
async fn an_account_that_is_too_young_gets_no_loan() {
    let world = World::rim().await;
    set(&world, "loans", "min_account_age_days", "30").await;
    let now = world.kernel.clock.now();
    world.meddle(&format!("UPDATE rim.users SET created_at = '{}'", now.to_rfc3339())).await;
    world.clock.advance(TimeDelta::days(29));
    assert_eq!(refused(&world, "1000.00").await, ["NOT_ELIGIBLE userId"]);
    world.clock.advance(TimeDelta::days(1));
    asked(&world, "1000.00").await;
}

#[tokio::test]
async fn who_is_past_due_or_in_default_gets_no_loan() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    allow_loans(&world, 9).await;
    lent(&world, "1000.00").await;
    world.clock.advance(TimeDelta::days(14));
    asked(&world, "100.00").await;
    world.clock.advance(TimeDelta::days(1));
    assert_eq!(refused(&world, "100.00").await, ["NOT_ELIGIBLE userId"]);
    world.clock.advance(TimeDelta::days(30));
    world.run_job("defaultLoans").await;
    assert_eq!(refused(&world, "100.00").await, ["NOT_ELIGIBLE userId"]);
    repaid(&world, "1150.00").await;
    asked(&world, "100.00").await;
}

#[tokio::test]
async fn what_is_asked_for_and_agreed_to_counts_by_its_amount_and_what_is_out_by_what_is_due() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    allow_loans(&world, 9).await;
    // 1,150.00 are out and 4,000.00 asked for, of 10,000.00.
    lent(&world, "1000.00").await;
    asked(&world, "4000.00").await;
    assert_eq!(refused(&world, "4900.00").await, ["CREDIT_LIMIT_EXCEEDED amount"]);
    asked(&world, "4850.00").await;
}

#[tokio::test]
async fn a_product_says_rate_period_fee_and_bounds() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    let input = json!({
        "name": "Short", "network": "MTN", "minAmount": "500.00", "maxAmount": "1000.00",
        "interestRate": "12.5", "repaymentPeriod": 7, "fee": "25.00",
    });
    let shown = "loanProduct { id }";
    let product = world.done(&operations, "rimLoanProductCreate", input, shown).await;
    let ada = world.customer("ada").await;
    for (amount, network, refusal) in [
        ("450.00", "MTN", "OUT_OF_RANGE amount"),
        ("1050.00", "MTN", "OUT_OF_RANGE amount"),
        ("500.00", "GLO", "VALIDATION_FAILED network"),
    ] {
        let mut input = wish(&world, amount).await;
        input["network"] = json!(network);
        input["loanProductId"] = product["loanProduct"]["id"].clone();
        assert_eq!(world.refused(&ada, "rimLoanRequest", input).await, [refusal]);
    }
    let mut input = wish(&world, "550.00").await;
    input["loanProductId"] = product["loanProduct"]["id"].clone();
    let shown = "loan { interestRate repaymentPeriod fee amountDue outstandingAmount dueDate }";
    let payload = world.done(&ada, "rimLoanRequest", input, shown).await;
    // 550.00, 68.75 of interest and the fee.
    assert_eq!(
        payload["loan"],
        json!({
            "interestRate": "12.5000", "repaymentPeriod": 7, "fee": "25.00",
            "amountDue": "643.75", "outstandingAmount": "643.75", "dueDate": null,
        })
    );
}

#[tokio::test]
async fn who_may_not_borrow_still_pays_back_and_asks_for_help() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    world.meddle("UPDATE rim.users SET status = 'suspended', suspension_reason = 'x'").await;
    repaid(&world, "1150.00").await;
    assert_eq!(loans(&world).await[0]["status"], "completed");
    let ada = world.customer("ada").await;
    let input = json!({
        "customerId": customer(&world, ADA).await, "subject": "Why am I suspended?",
        "description": "I paid it all back.", "category": "ACCOUNT", "priority": "MEDIUM",
        "idempotencyKey": key(),
    });
    let payload = world.call(&ada, "rimTicketCreate", input, "ticket { status }").await;
    assert_eq!(payload["userErrors"], json!([]));
}

#[tokio::test]
async fn how_a_customer_stands_follows_from_the_loans() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    let stands = async || figures(&world).await["repayment_status"].clone();
    assert_eq!(stands().await, "Pending");
    lent(&world, "1000.00").await;
    assert_eq!(stands().await, "Pending");
    repaid(&world, "100.00").await;
    assert_eq!(stands().await, "Partial");
    world.clock.advance(TimeDelta::days(15));
    world.run_job("refreshOverdue").await;
    assert_eq!(stands().await, "Overdue");
    repaid(&world, "1050.00").await;
    assert_eq!(stands().await, "Completed");
    asked(&world, "100.00").await;
    assert_eq!(stands().await, "Pending");
    world.verify().await;
}

#[tokio::test]
async fn a_refund_lets_a_recovered_loan_be_in_default_again() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    world.clock.advance(TimeDelta::days(45));
    world.run_job("defaultLoans").await;
    let before = figures(&world).await;
    let all = repaid(&world, "1150.00").await;
    super::refunds::refunded(&world, &all).await;
    let row = "SELECT status, recovered, completed_at, amount_paid::text AS paid FROM rim.loans";
    let again =
        json!({ "status": "defaulted", "recovered": false, "completed_at": null, "paid": "0.00" });
    assert_eq!(world.rows(row).await, [again]);
    assert_eq!(figures(&world).await, before);
    world.verify().await;
}

#[tokio::test]
async fn what_failed_goes_back_with_the_providers_proof_and_changes_no_loan() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let finance = world.person("finance").await;
    let mut input = repayment(&world, "150.00").await;
    input["arrived"] = json!(false);
    let payload = world.done(&finance, "rimTransactionCreate", input, "transaction { id }").await;
    let id = payload["transaction"]["id"].clone();
    let input = json!({ "transactionId": id, "reason": "Declined", "idempotencyKey": key() });
    world.done(&finance, "rimTransactionFail", input, "").await;
    let mut input = json!({
        "transactionId": id, "refundReference": " ", "reason": "It had left the customer",
        "idempotencyKey": key(),
    });
    let refused = world.refused(&finance, "rimTransactionRefund", input.clone()).await;
    assert_eq!(refused, ["REQUIRED refundReference"]);
    input["refundReference"] = json!("R-9");
    let shown = "transaction { status refundReference }";
    let payload = world.done(&finance, "rimTransactionRefund", input, shown).await;
    let back = json!({ "status": "REFUNDED", "refundReference": "R-9" });
    assert_eq!(payload["transaction"], back);
    assert_eq!(loans(&world).await[0]["paid"], "0.00");
    world.verify().await;
}

#[tokio::test]
async fn only_what_is_completed_or_failed_is_reconciled() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let finance = world.person("finance").await;
    let mut input = repayment(&world, "150.00").await;
    input["arrived"] = json!(false);
    world.done(&finance, "rimTransactionCreate", input, "").await;
    let id = id_of(&world, "transactions", "type: { eq: REPAYMENT }").await;
    let input = json!({ "name": "March", "provider": "PayCo", "statementDate": "2026-03-02" });
    let shown = "reconciliationBatch { id }";
    let batch: Value = world.done(&finance, "rimReconciliationBatchCreate", input, shown).await;
    let line = json!({
        "transactionId": id, "statementLine": "7", "statementAmount": "150.00",
        "reconciliationBatchId": batch["reconciliationBatch"]["id"],
    });
    let refused = world.refused(&finance, "rimTransactionReconcile", line.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED transactionId"]);
    let input = json!({ "transactionId": id, "reason": "Declined", "idempotencyKey": key() });
    world.done(&finance, "rimTransactionFail", input, "").await;
    world.done(&finance, "rimTransactionReconcile", line, "").await;
}
