//! What has to be unique is named by its field, also where an index computes with it or says
//! among which rows it is unique (spec 5.6, 1.14).

use serde_json::json;

use super::{allow_loans, connect_telecom, lent, repayment};
use crate::world::World;

#[tokio::test]
async fn a_reference_is_unique_for_each_provider_and_named_where_it_is_not() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let finance = world.person("finance").await;
    let mut input = repayment(&world, "10.00").await;
    input["reference"] = json!("P-1");
    for provider in [json!("PayCo"), json!("Other"), json!(null)] {
        input["provider"] = provider.clone();
        input["idempotencyKey"] = json!(crate::world::key());
        world.done(&finance, "rimTransactionCreate", input.clone(), "").await;
        input["idempotencyKey"] = json!(crate::world::key());
        let refused = world.refused(&finance, "rimTransactionCreate", input.clone()).await;
        assert_eq!(refused, ["NOT_UNIQUE reference"], "{provider}");
    }
    world.verify().await;
}

#[tokio::test]
async fn a_line_of_a_statement_is_one_transaction_and_named_where_it_is_two() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    allow_loans(&world, 9).await;
    lent(&world, "1000.00").await;
    let finance = world.person("finance").await;
    let shown = "reconciliationBatch { id }";
    let input = json!({ "name": "March", "provider": "PayCo", "statementDate": "2026-03-02" });
    let batch = world.done(&finance, "rimReconciliationBatchCreate", input, shown).await;
    let mut refused = Vec::new();
    for _ in 0..2 {
        let paid = super::repaid(&world, "10.00").await;
        let input = json!({
            "transactionId": paid, "statementLine": "7", "statementAmount": "10.00",
            "reconciliationBatchId": batch["reconciliationBatch"]["id"],
        });
        let payload = world.call(&finance, "rimTransactionReconcile", input, "").await;
        let errors = payload["userErrors"].as_array().unwrap().clone();
        refused.extend(errors.into_iter().map(|it| (it["code"].clone(), it["field"].clone())));
    }
    assert_eq!(refused, [(json!("NOT_UNIQUE"), json!(["statementLine"]))]);
}
