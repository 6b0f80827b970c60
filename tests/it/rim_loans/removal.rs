//! What can be deleted softly, what is kept beside the columns, and what many at once come to
//! (spec 5.4, 5.5, 1.9).

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    agreed, allow_loans, asked, connect_telecom, figures, lent, refused_move, repaid, repayment,
    wish,
};
use crate::rim::ask;
use crate::world::{World, key};

#[tokio::test]
async fn only_a_rejected_loan_is_deleted_and_it_can_come_back() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    let loan = asked(&world, "1000.00").await;
    let delete = json!({ "loanId": loan, "reason": "Entered by mistake" });
    let refused = world.refused(&operations, "rimLoanDelete", delete.clone()).await;
    assert_eq!(refused, ["IMMUTABLE loanId"]);
    let input = json!({ "loanId": loan, "reason": "No income" });
    world.done(&operations, "rimLoanReject", input, "").await;
    world.done(&operations, "rimLoanDelete", delete.clone(), "deletedId").await;
    let listed = ask(&world, &operations, "loans { totalCount }").await;
    let all = ask(&world, &operations, "loans(includeDeleted: true) { totalCount }").await;
    assert_eq!((&listed["totalCount"], &all["totalCount"]), (&json!(0), &json!(1)));
    let refused = world.refused(&operations, "rimLoanDelete", delete).await;
    assert_eq!(refused, ["NOT_FOUND loanId"]);
    assert_eq!(figures(&world).await["total_loans"], 1);
    world.verify().await;
    let only = json!({ "loanId": loan });
    let shown = "loan { status deletedAt }";
    let payload = world.done(&operations, "rimLoanRestore", only.clone(), shown).await;
    assert_eq!(payload["loan"], json!({ "status": "REJECTED", "deletedAt": null }));
    let refused = world.refused(&operations, "rimLoanRestore", only).await;
    assert_eq!(refused, ["ALREADY_DONE loanId"]);
}

#[tokio::test]
async fn money_that_moved_stays_and_what_moved_nothing_can_go() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let finance = world.person("finance").await;
    let arrived = repaid(&world, "100.00").await;
    let delete = |id: &Value| json!({ "transactionId": id, "reason": "Entered by mistake" });
    let refused = world.refused(&finance, "rimTransactionDelete", delete(&json!(arrived))).await;
    assert_eq!(refused, ["IMMUTABLE transactionId"]);
    let mut input = repayment(&world, "50.00").await;
    input["arrived"] = json!(false);
    input["reference"] = json!("R-1");
    let shown = "transaction { id }";
    let payload = world.done(&finance, "rimTransactionCreate", input.clone(), shown).await;
    let announced = payload["transaction"]["id"].clone();
    world.done(&finance, "rimTransactionDelete", delete(&announced), "deletedId").await;
    // Its reference is free for another, so that it cannot come back.
    input["idempotencyKey"] = json!(key());
    world.done(&finance, "rimTransactionCreate", input, "").await;
    let only = json!({ "transactionId": announced });
    let refused = world.refused(&finance, "rimTransactionRestore", only).await;
    assert_eq!(refused, ["NOT_UNIQUE reference"]);
    world.verify().await;
}

#[tokio::test]
async fn airtime_on_its_way_is_not_deleted() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    let loan = agreed(&world, "1000.00").await;
    let airtime = super::sent(&world, &loan).await;
    let finance = world.person("finance").await;
    let input = json!({ "transactionId": airtime, "reason": "Entered by mistake" });
    let refused = world.refused(&finance, "rimTransactionDelete", input).await;
    assert_eq!(refused, ["IMMUTABLE transactionId"]);
}

#[tokio::test]
async fn what_else_is_given_is_kept_beside_the_columns_and_never_in_their_place() {
    let world = World::rim().await;
    let (ada, admin) = (world.customer("ada").await, world.person("admin").await);
    let mut input = wish(&world, "1000.00").await;
    input["metadata"] = json!({ "creditScore": 1000 });
    let refused = world.refused(&ada, "rimLoanRequest", input.clone()).await;
    assert_eq!(refused, ["VALIDATION_FAILED metadata"]);
    input["metadata"] = json!([1]);
    let refused = world.refused(&ada, "rimLoanRequest", input.clone()).await;
    assert_eq!(refused, ["BAD_FORMAT metadata"]);
    input["metadata"] = json!({ "long": "x".repeat(17_000) });
    let request = "mutation($input: RimLoanRequestInput!) { \
                   rimLoanRequest(input: $input) { userErrors { code } } }";
    let answer = world.send(&ada, request, json!({ "input": input })).await;
    let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("\"input.metadata\""), "{answer}");
    input["metadata"] = json!({ "channel": "app" });
    world.done(&ada, "rimLoanRequest", input, "").await;
    let loans = ask(&world, &admin, "loans { nodes { metadata } }").await;
    assert_eq!(
        loans["nodes"][0]["metadata"],
        json!({
            "channel": "app", "creditScore": 500, "previousLoans": 0, "autoApproved": false,
            "recovered": false, "fee": "0.00",
        })
    );
}

#[tokio::test]
async fn fee_and_commission_are_columns_that_the_metadata_answers_too() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let (finance, ada) = (world.person("finance").await, world.customer("ada").await);
    let mut input = repayment(&world, "100.00").await;
    for (field, value) in [("originalAmount", "103.00"), ("fee", "3.00"), ("commission", "1.00")] {
        input[field] = json!(value);
    }
    input["metadata"] = json!({ "till": 7 });
    let shown = "transaction { id version metadata }";
    let payload = world.done(&finance, "rimTransactionCreate", input.clone(), shown).await;
    let kept = json!({
        "till": 7, "originalAmount": "103.00", "fee": "3.00", "commission": "1.00",
    });
    assert_eq!(payload["transaction"]["metadata"], kept);
    input["idempotencyKey"] = json!(key());
    input["fee"] = json!("4.00");
    let refused = world.refused(&finance, "rimTransactionCreate", input.clone()).await;
    assert_eq!(refused, ["AMOUNT_MISMATCH amount"]);
    input["fee"] = json!("3.00");
    input["arrived"] = json!(false);
    let refused = world.refused(&ada, "rimTransactionCreate", input).await;
    assert_eq!(refused, ["FORBIDDEN commission"]);
    let (id, version) = (&payload["transaction"]["id"], &payload["transaction"]["version"]);
    let input = json!({ "transactionId": id, "expectedVersion": version, "notes": "Seen" });
    let shown = "transaction { notes version }";
    let payload = world.done(&finance, "rimTransactionUpdate", input.clone(), shown).await;
    assert_eq!(payload["transaction"]["notes"], "Seen");
    let refused = world.refused(&finance, "rimTransactionUpdate", input).await;
    assert_eq!(refused, ["STALE_VERSION expectedVersion"]);
}

#[tokio::test]
async fn of_many_loans_asked_for_at_once_as_many_pass_as_fit() {
    let world = World::rim().await;
    allow_loans(&world, 20).await;
    let ada = world.customer("ada").await;
    let mut inputs = Vec::new();
    for _ in 0..12 {
        inputs.push(wish(&world, "2500.00").await);
    }
    let calls = inputs.into_iter().map(|input| world.call(&ada, "rimLoanRequest", input, ""));
    let payloads = join_all(calls).await;
    let codes: Vec<&str> = payloads
        .iter()
        .map(|payload| payload["userErrors"][0]["code"].as_str().unwrap_or("done"))
        .collect();
    let passed = codes.iter().filter(|code| **code == "done").count();
    assert!(passed <= 4, "{codes:?}");
    let rest = codes.iter().filter(|code| **code != "done");
    assert!(rest.clone().all(|code| matches!(*code, "CREDIT_LIMIT_EXCEEDED" | "RETRY_LATER")));
    let kept = world.value("SELECT count(*) FROM rim.loans").await;
    assert_eq!(kept, passed);
    assert!(passed == 4 || codes.contains(&"RETRY_LATER"), "{codes:?}");
    world.verify().await;
}

#[tokio::test]
async fn what_a_caller_is_told_can_be_done_is_what_can_be_done() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    let admin = world.person("admin").await;
    let loan = agreed(&world, "1000.00").await;
    let query = "loans { nodes { availableActions { action allowed } } }";
    let loans = ask(&world, &admin, query).await;
    for told in loans["nodes"][0]["availableActions"].as_array().unwrap() {
        let action = told["action"].as_str().unwrap();
        let mut name = action.to_owned();
        name[..1].make_ascii_uppercase();
        if told["allowed"] == true || action == "request" {
            continue;
        }
        let refused = refused_move(&world, &admin, &format!("rimLoan{name}"), &loan).await;
        assert_eq!(refused, ["INVALID_TRANSITION loanId"], "{action}");
    }
}
