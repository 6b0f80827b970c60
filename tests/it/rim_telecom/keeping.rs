//! Calls of providers are kept for the days that the tenant sets (spec 5.10, 5.12).

use chrono::TimeDelta;
use serde_json::json;

use super::{lender, lent, telecom_id};
use crate::rim_loans::set;
use crate::world::World;

async fn calls(world: &World) -> serde_json::Value {
    world.value("SELECT count(*) FROM rim.api_calls").await
}

#[tokio::test]
async fn calls_of_providers_are_removed_after_180_days_and_what_was_paid_stays() {
    let (world, _server) = lender().await;
    lent(&world, "1000.00").await;
    // A test, and the order of the airtime.
    assert_eq!(calls(&world).await, 2);
    world.clock.advance(TimeDelta::days(180));
    assert_eq!(world.run_job("pruneApiCalls").await, 0);
    let admin = world.person("admin").await;
    let test = json!({ "apiIntegrationId": telecom_id(&world).await });
    world.done(&admin, "rimApiIntegrationTest", test, "").await;
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(world.run_job("pruneApiCalls").await, 1);
    assert_eq!(calls(&world).await, 1);
    assert_eq!(world.run_job("pruneApiCalls").await, 0);
    assert_eq!(world.value("SELECT count(*) FROM rim.transactions").await, 1);
}

#[tokio::test]
async fn the_tenant_says_for_how_long_calls_are_kept() {
    let (world, _server) = lender().await;
    set(&world, "integrations", "call_days", "30").await;
    world.clock.advance(TimeDelta::days(30));
    assert_eq!(world.run_job("pruneApiCalls").await, 0);
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(world.run_job("pruneApiCalls").await, 1);
    assert_eq!(calls(&world).await, 0);
}

#[tokio::test]
async fn many_calls_are_removed_a_thousand_at_a_time() {
    let (world, _server) = lender().await;
    world
        .meddle(
            "INSERT INTO rim.api_calls (id, api_integration_id, purpose, succeeded, created_at) \
             SELECT gen_random_uuid(), i.id, 'test', TRUE, '2020-01-01' \
             FROM rim.api_integrations i, generate_series(1, 2001)",
        )
        .await;
    assert_eq!(world.run_job("pruneApiCalls").await, 3);
    assert_eq!(calls(&world).await, 1);
}

#[tokio::test]
async fn the_days_are_a_whole_number_within_bounds() {
    let (world, _server) = lender().await;
    let admin = world.person("admin").await;
    let config = crate::rim::id_of(&world, "systemConfigs", "key: { eq: \"call_days\" }").await;
    for value in ["0", "3651", "1.5"] {
        let input = json!({ "systemConfigId": config, "value": value });
        let refused = world.refused(&admin, "rimSystemConfigUpdate", input).await;
        assert_eq!(refused, ["OUT_OF_RANGE value"], "{value}");
    }
}
