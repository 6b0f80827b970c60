//! Asking for a loan, agreeing to it, rejecting it (spec 5.4, 5.5).

use serde_json::{Value, json};

use super::{ADA, agreed, allow_loans, asked, connect_telecom, figures, sent, set, wish};
use crate::rim::{ask, customer};
use crate::world::{World, key};

#[tokio::test]
async fn a_loan_keeps_what_it_costs_and_how_the_customer_stood() {
    let world = World::rim().await;
    asked(&world, "1000.00").await;
    let sql = "SELECT status, amount_due::text, interest_rate::text, repayment_period, \
               exposure_at_request::text, limit_at_request::text, credit_score, previous_loans \
               FROM rim.loans";
    assert_eq!(
        world.rows(sql).await,
        [json!({
            "status": "pending", "amount_due": "1150.00", "interest_rate": "15.0000",
            "repayment_period": 14, "exposure_at_request": "1000.00",
            "limit_at_request": "10000.00", "credit_score": 500, "previous_loans": 0,
        })]
    );
    assert_eq!(figures(&world).await["total_loans"], 1);
    world.verify().await;
}

#[tokio::test]
async fn amounts_are_multiples_of_50_within_the_limit() {
    let world = World::rim().await;
    let ada = world.customer("ada").await;
    for (amount, refusal) in [
        ("1010.00", "OUT_OF_RANGE amount"),
        ("0.00", "OUT_OF_RANGE amount"),
        ("10050.00", "CREDIT_LIMIT_EXCEEDED amount"),
    ] {
        let input = wish(&world, amount).await;
        assert_eq!(world.refused(&ada, "rimLoanRequest", input).await, [refusal], "{amount}");
    }
}

#[tokio::test]
async fn a_second_loan_has_to_wait_for_the_first() {
    let world = World::rim().await;
    let ada = world.customer("ada").await;
    asked(&world, "1000.00").await;
    let input = wish(&world, "50.00").await;
    assert_eq!(world.refused(&ada, "rimLoanRequest", input).await, ["NOT_ELIGIBLE userId"]);
}

#[tokio::test]
async fn of_two_loans_asked_for_at_once_one_fits_below_the_limit() {
    let world = World::rim().await;
    allow_loans(&world, 5).await;
    let ada = world.customer("ada").await;
    let (one, two) = (wish(&world, "6000.00").await, wish(&world, "6000.00").await);
    let (one, two) = tokio::join!(
        world.call(&ada, "rimLoanRequest", one, ""),
        world.call(&ada, "rimLoanRequest", two, ""),
    );
    let codes: Vec<String> = [one, two]
        .iter()
        .map(|payload| payload["userErrors"][0]["code"].as_str().unwrap_or("done").to_owned())
        .collect();
    let passed = codes.iter().filter(|code| *code == "done").count();
    assert_eq!(passed, 1, "{codes:?}");
    assert!(codes.iter().any(|code| code == "CREDIT_LIMIT_EXCEEDED"), "{codes:?}");
    assert_eq!(world.value("SELECT count(*) FROM rim.loans").await, 1);
}

#[tokio::test]
async fn a_customer_asks_only_for_itself() {
    let world = World::rim().await;
    let bola = world.customer("bola").await;
    let input = wish(&world, "1000.00").await;
    assert_eq!(world.refused(&bola, "rimLoanRequest", input).await, ["NOT_FOUND userId"]);
}

#[tokio::test]
async fn a_suspended_customer_gets_no_loan() {
    let world = World::rim().await;
    world.meddle("UPDATE rim.users SET status = 'suspended'").await;
    let ada = world.customer("ada").await;
    let input = wish(&world, "1000.00").await;
    assert_eq!(world.refused(&ada, "rimLoanRequest", input).await, ["NOT_ELIGIBLE userId"]);
}

#[tokio::test]
async fn a_good_score_gets_small_amounts_without_a_person() {
    let world = World::rim().await;
    allow_loans(&world, 5).await;
    world.meddle("UPDATE rim.users SET credit_score = 700").await;
    asked(&world, "5000.00").await;
    asked(&world, "5000.00").await;
    let sql = "SELECT status, auto_approved, approved_by, exposure_at_approval::text AS out \
               FROM rim.loans ORDER BY id";
    let approved = |out: &str| json!({ "status": "approved", "auto_approved": true, "approved_by": null, "out": out });
    assert_eq!(world.rows(sql).await, [approved("5000.00"), approved("10000.00")]);
    world.meddle("UPDATE rim.users SET credit_limit = 50000").await;
    asked(&world, "5050.00").await;
    let last = "SELECT status FROM rim.loans ORDER BY id DESC LIMIT 1";
    assert_eq!(world.value(last).await, "pending");
    world.verify().await;
}

#[tokio::test]
async fn who_entered_a_loan_does_not_agree_to_it() {
    let world = World::rim().await;
    let officer = world.person("officer").await;
    let input = wish(&world, "1000.00").await;
    let payload = world.done(&officer, "rimLoanRequest", input, "loan { id }").await;
    let input = json!({ "loanId": payload["loan"]["id"] });
    let refused = world.refused(&officer, "rimLoanApprove", input.clone()).await;
    assert_eq!(refused, ["SELF_APPROVAL_FORBIDDEN loanId"]);
    let second = world.person("officer2").await;
    let payload = world.done(&second, "rimLoanApprove", input, "loan { status }").await;
    assert_eq!(payload["loan"]["status"], "APPROVED");
}

#[tokio::test]
async fn a_lowered_limit_counts_when_a_loan_is_agreed_to() {
    let world = World::rim().await;
    let loan = asked(&world, "5000.00").await;
    let operations = world.person("operations").await;
    let input = json!({
        "userId": customer(&world, ADA).await, "creditLimit": "1000.00", "reason": "Risk",
    });
    world.done(&operations, "rimUserSetCredit", input, "").await;
    let officer = world.person("officer").await;
    let refused = world.refused(&officer, "rimLoanApprove", json!({ "loanId": loan })).await;
    assert_eq!(refused, ["CREDIT_LIMIT_EXCEEDED amount"]);
}

#[tokio::test]
async fn an_agreement_is_taken_back_unless_airtime_is_on_its_way() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    let officer = world.person("officer").await;
    let loan = agreed(&world, "1000.00").await;
    world.done(&officer, "rimLoanUndoApprove", json!({ "loanId": loan }), "").await;
    let row = "SELECT status, approved_at, approved_by FROM rim.loans";
    let pending = json!({ "status": "pending", "approved_at": null, "approved_by": null });
    assert_eq!(world.rows(row).await, [pending]);
    world.done(&officer, "rimLoanApprove", json!({ "loanId": loan }), "").await;
    sent(&world, &loan).await;
    let refused = world.refused(&officer, "rimLoanUndoApprove", json!({ "loanId": loan })).await;
    assert_eq!(refused, ["PRECONDITION_FAILED loanId"]);
}

/// What an officer is told of taking the agreement to the only loan back: whether, and why not.
async fn told_of_undoing(world: &World) -> Value {
    let officer = world.person("officer").await;
    let query = "loans { nodes { availableActions { action allowed reason } } }";
    let loan = ask(world, &officer, query).await["nodes"][0].clone();
    let actions = loan["availableActions"].as_array().unwrap();
    let undo = actions.iter().find(|it| it["action"] == "undoApprove").unwrap();
    json!([undo["allowed"], undo["reason"]])
}

#[tokio::test]
async fn the_moves_of_a_loan_say_that_airtime_on_its_way_keeps_the_agreement() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    let pending = "Not possible while the loan is pending.";
    asked(&world, "1000.00").await;
    assert_eq!(told_of_undoing(&world).await, json!([false, pending]));
    world.meddle("DELETE FROM rim.loans").await;
    let loan = agreed(&world, "1000.00").await;
    assert_eq!(told_of_undoing(&world).await, json!([true, null]));
    let airtime = sent(&world, &loan).await;
    let officer = world.person("officer").await;
    let payload = world.call(&officer, "rimLoanUndoApprove", json!({ "loanId": loan }), "").await;
    let refusal = payload["userErrors"][0]["message"].clone();
    assert_eq!(told_of_undoing(&world).await, json!([false, refusal]));
    let finance = world.person("finance").await;
    let input = json!({ "transactionId": airtime, "reason": "No answer", "idempotencyKey": key() });
    world.done(&finance, "rimTransactionFail", input, "").await;
    assert_eq!(told_of_undoing(&world).await, json!([true, null]));
    world.done(&officer, "rimLoanUndoApprove", json!({ "loanId": loan }), "").await;
}

#[tokio::test]
async fn a_rejection_has_a_reason_and_frees_the_limit() {
    let world = World::rim().await;
    let officer = world.person("officer").await;
    let loan = asked(&world, "10000.00").await;
    let input = |reason: &str| json!({ "loanId": loan, "reason": reason });
    let refused = world.refused(&officer, "rimLoanReject", input(" ")).await;
    assert_eq!(refused, ["REQUIRED reason"]);
    world.done(&officer, "rimLoanReject", input("No income"), "").await;
    asked(&world, "10000.00").await;
    world.verify().await;
}

#[tokio::test]
async fn airtime_of_a_network_that_is_off_is_not_lent() {
    let world = World::rim().await;
    set(&world, "loans", "enabled_networks", "[\"Glo\"]").await;
    let ada = world.customer("ada").await;
    let input = wish(&world, "1000.00").await;
    assert_eq!(world.refused(&ada, "rimLoanRequest", input).await, ["NOT_ELIGIBLE network"]);
}

#[tokio::test]
async fn the_same_key_asks_once() {
    let world = World::rim().await;
    let ada = world.customer("ada").await;
    let mut input = wish(&world, "1000.00").await;
    input["idempotencyKey"] = json!(key());
    world.done(&ada, "rimLoanRequest", input.clone(), "").await;
    let again = world.done(&ada, "rimLoanRequest", input, "").await;
    assert_eq!(again["replayed"], true);
    assert_eq!(world.value("SELECT count(*) FROM rim.loans").await, 1);
}
