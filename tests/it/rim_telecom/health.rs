//! A provider that fails five times in a row is not called until a test succeeds (spec 5.10).

use chrono::TimeDelta;
use serde_json::json;

use super::provider_server::Mood;
use super::{lender, standing, telecom_id};
use crate::rim_loans::{agreed, refused_move};
use crate::world::key;

#[tokio::test]
async fn five_failures_in_a_row_break_a_provider_until_a_test_succeeds() {
    let (world, server) = lender().await;
    let finance = world.person("finance").await;
    let admin = world.person("admin").await;
    let loan = agreed(&world, "1000.00").await;
    server.is(Mood::Refuses);
    for failures in 1..=5 {
        assert_eq!(standing_of(&world).await, json!(["active", failures - 1]));
        let input = json!({ "loanId": loan, "idempotencyKey": key() });
        world.done(&finance, "rimLoanDisburse", input, "").await;
    }
    assert_eq!(standing_of(&world).await, json!(["error", 5]));
    let refused = refused_move(&world, &finance, "rimLoanDisburse", &loan).await;
    assert_eq!(refused, ["PRECONDITION_FAILED loanId"]);
    let test = json!({ "apiIntegrationId": telecom_id(&world).await });
    let shown = "apiIntegration { status lastTestResult }";
    let payload = world.done(&admin, "rimApiIntegrationTest", test.clone(), shown).await;
    let broken = json!({ "status": "ERROR", "lastTestResult": "FAILED" });
    assert_eq!(payload["apiIntegration"], broken);
    server.is(Mood::Pays);
    let payload = world.done(&admin, "rimApiIntegrationTest", test, shown).await;
    let well = json!({ "status": "ACTIVE", "lastTestResult": "SUCCESS" });
    assert_eq!(payload["apiIntegration"], well);
    assert_eq!(standing_of(&world).await, json!(["active", 0]));
}

async fn standing_of(world: &crate::world::World) -> serde_json::Value {
    let sql = "SELECT jsonb_build_array(status, failure_count) FROM rim.api_integrations";
    world.value(sql).await
}

#[tokio::test]
async fn a_success_in_between_begins_the_count_anew() {
    let (world, server) = lender().await;
    let finance = world.person("finance").await;
    let loan = agreed(&world, "1000.00").await;
    server.is(Mood::Refuses);
    for _ in 0..4 {
        let input = json!({ "loanId": loan, "idempotencyKey": key() });
        world.done(&finance, "rimLoanDisburse", input, "").await;
    }
    server.is(Mood::Pays);
    let input = json!({ "loanId": loan, "idempotencyKey": key() });
    world.done(&finance, "rimLoanDisburse", input, "").await;
    assert_eq!(standing(&world).await["failures"], 0);
}

#[tokio::test]
async fn a_broken_provider_stays_broken_while_another_has_its_place() {
    let (world, server) = lender().await;
    let admin = world.person("admin").await;
    let first = telecom_id(&world).await;
    world.meddle("UPDATE rim.api_integrations SET status = 'error', failure_count = 5").await;
    let mut input = super::telecom(&server.url());
    input["name"] = json!("MTN spare");
    let payload =
        world.done(&admin, "rimApiIntegrationCreate", input, "apiIntegration { id }").await;
    let second = json!({ "apiIntegrationId": payload["apiIntegration"]["id"] });
    world.done(&admin, "rimApiIntegrationTest", second.clone(), "").await;
    world.done(&admin, "rimApiIntegrationActivate", second, "").await;
    let shown = "apiIntegration { status lastTestResult }";
    let input = json!({ "apiIntegrationId": first });
    let payload = world.done(&admin, "rimApiIntegrationTest", input, shown).await;
    let kept = json!({ "status": "ERROR", "lastTestResult": "SUCCESS" });
    assert_eq!(payload["apiIntegration"], kept);
}

#[tokio::test]
async fn a_test_counts_for_24_hours() {
    let (world, _server) = lender().await;
    let admin = world.person("admin").await;
    let input = json!({ "apiIntegrationId": telecom_id(&world).await });
    world.done(&admin, "rimApiIntegrationDeactivate", input.clone(), "").await;
    world.clock.advance(TimeDelta::hours(24));
    world.done(&admin, "rimApiIntegrationActivate", input.clone(), "").await;
    world.done(&admin, "rimApiIntegrationDeactivate", input.clone(), "").await;
    world.clock.advance(TimeDelta::seconds(1));
    let refused = world.refused(&admin, "rimApiIntegrationActivate", input).await;
    assert_eq!(refused, ["PRECONDITION_FAILED apiIntegrationId"]);
}
