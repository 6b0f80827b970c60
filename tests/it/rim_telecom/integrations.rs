//! Integrations as rows: what may be written down, and what is never shown (spec 5.10, 1.11).

use serde_json::{Value, json};

use super::provider_server::ProviderServer;
use super::{added, calling, lender, telecom, telecom_id};
use crate::rim_loans::agreed;
use crate::world::{World, key};

#[tokio::test]
async fn secrets_are_written_only_and_their_last_characters_are_all_that_is_shown() {
    let (world, _server) = lender().await;
    let admin = world.person("admin").await;
    let query = "{ rim { apiIntegrations { nodes { apiKey apiSecret } } } }";
    let shown = json!([{ "apiKey": "****6789", "apiSecret": "****cret" }]);
    let nodes = |data: Value| data["rim"]["apiIntegrations"]["nodes"].clone();
    assert_eq!(nodes(world.read(&admin, query).await), shown);
    let auditor = world.person("auditor").await;
    let hidden = json!([{ "apiKey": null, "apiSecret": null }]);
    assert_eq!(nodes(world.read(&auditor, query).await), hidden);
    let stored = "SELECT api_secret_sealed FROM rim.api_integrations";
    let stored = world.value(stored).await;
    assert!(stored.as_str().unwrap().starts_with("envelope:"), "{stored}");
    for table in ["api_integrations", "audit_entries", "outbox_events", "idempotency_records"] {
        let sql = format!(
            "SELECT count(*) FROM rim.{table} t WHERE t::text LIKE '%0123456789%' \
             OR t::text LIKE '%shared-secret%'"
        );
        assert_eq!(world.value(&sql).await, 0, "{table}");
    }
    let sealed = "SELECT count(*) FROM rim.audit_entries WHERE new_values::text LIKE '%envelope:%'";
    assert_eq!(world.value(sealed).await, 0);
}

#[tokio::test]
async fn an_address_is_public_and_https_unless_the_operator_allows_its_host() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    for url in [
        "http://telecom.example",
        "https://127.0.0.1",
        "https://10.0.0.1/v1",
        "https://169.254.169.254/latest",
        "https://[::ffff:127.0.0.1]",
        "https://localhost",
        "https://metadata.google.internal",
        "https://user:word@telecom.example",
        "nonsense",
    ] {
        let refused = world.refused(&admin, "rimApiIntegrationCreate", telecom(url)).await;
        assert_eq!(refused, ["BAD_FORMAT baseUrl"], "{url}");
    }
    let public = telecom("https://telecom.example/v1/");
    let shown = "apiIntegration { status baseUrl }";
    let payload = world.done(&admin, "rimApiIntegrationCreate", public, shown).await;
    let added = json!({ "status": "INACTIVE", "baseUrl": "https://telecom.example/v1" });
    assert_eq!(payload["apiIntegration"], added);
    let world = calling(world).await;
    let mut local = telecom("http://127.0.0.1:1");
    local["name"] = json!("Local");
    world.done(&admin, "rimApiIntegrationCreate", local, "").await;
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    for (field, value, refusal) in [
        ("name", json!(" "), "REQUIRED name"),
        ("network", json!(null), "REQUIRED network"),
        ("apiKey", json!("short"), "OUT_OF_RANGE apiKey"),
        ("apiSecret", json!("has a space in it"), "BAD_FORMAT apiSecret"),
        ("config", json!([]), "BAD_FORMAT config"),
        ("config", json!({ "a": { "api_token": "x" } }), "VALIDATION_FAILED config"),
    ] {
        let mut input = telecom("https://telecom.example");
        input[field] = value;
        let refused = world.refused(&admin, "rimApiIntegrationCreate", input).await;
        assert_eq!(refused, [refusal]);
    }
    let mut input = telecom("https://telecom.example");
    input["type"] = json!("SMS");
    let refused = world.refused(&admin, "rimApiIntegrationCreate", input).await;
    assert_eq!(refused, ["VALIDATION_FAILED network"]);
    added(&world, "https://telecom.example").await;
    let again = telecom("https://telecom.example");
    let refused = world.refused(&admin, "rimApiIntegrationCreate", again).await;
    assert_eq!(refused, ["NOT_UNIQUE name"]);
}

#[tokio::test]
async fn without_a_test_that_succeeded_nothing_is_activated() {
    let world = calling(World::rim().await).await;
    let admin = world.person("admin").await;
    let server = ProviderServer::start().await;
    let input = json!({ "apiIntegrationId": added(&world, &server.url()).await });
    let activate = "rimApiIntegrationActivate";
    let refused = world.refused(&admin, activate, input.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED apiIntegrationId"]);
    server.is(super::provider_server::Mood::Fails);
    let shown = "apiIntegration { lastTestResult calls { nodes { purpose succeeded message } } }";
    let payload = world.done(&admin, "rimApiIntegrationTest", input.clone(), shown).await;
    assert_eq!(
        payload["apiIntegration"],
        json!({
            "lastTestResult": "FAILED",
            "calls": { "nodes": [
                { "purpose": "TEST", "succeeded": false, "message": "HTTP status 500" },
            ] },
        })
    );
    let refused = world.refused(&admin, activate, input).await;
    assert_eq!(refused, ["PRECONDITION_FAILED apiIntegrationId"]);
}

#[tokio::test]
async fn one_way_to_each_network_is_active() {
    let (world, server) = lender().await;
    let admin = world.person("admin").await;
    let mut input = telecom(&server.url());
    input["name"] = json!("MTN spare");
    input["provider"] = json!("Another");
    let payload =
        world.done(&admin, "rimApiIntegrationCreate", input, "apiIntegration { id }").await;
    let input = json!({ "apiIntegrationId": payload["apiIntegration"]["id"] });
    world.done(&admin, "rimApiIntegrationTest", input.clone(), "").await;
    let refused = world.refused(&admin, "rimApiIntegrationActivate", input).await;
    assert_eq!(refused, ["NOT_UNIQUE apiIntegrationId"]);
}

#[tokio::test]
async fn another_address_takes_another_test_and_an_active_provider_keeps_its_own() {
    let (world, server) = lender().await;
    let admin = world.person("admin").await;
    let telecom = telecom_id(&world).await;
    let update = "rimApiIntegrationUpdate";
    for (field, value) in [("baseUrl", "http://127.0.0.1:1"), ("apiSecret", "another-secret")] {
        let input = json!({ "apiIntegrationId": telecom, field: value });
        let refused = world.refused(&admin, update, input).await;
        assert_eq!(refused, ["PRECONDITION_FAILED apiIntegrationId"], "{field}");
    }
    let input = json!({ "apiIntegrationId": telecom, "baseUrl": server.url(), "name": "MTN" });
    world.done(&admin, update, input, "").await;
    let only = json!({ "apiIntegrationId": telecom });
    world.done(&admin, "rimApiIntegrationDeactivate", only.clone(), "").await;
    let input = json!({ "apiIntegrationId": telecom, "apiSecret": "another-secret" });
    let shown = "apiIntegration { lastTested apiSecret apiKey }";
    let payload = world.done(&admin, update, input, shown).await;
    let changed = json!({ "lastTested": null, "apiSecret": "****cret", "apiKey": "****6789" });
    assert_eq!(payload["apiIntegration"], changed);
    let refused = world.refused(&admin, "rimApiIntegrationActivate", only).await;
    assert_eq!(refused, ["PRECONDITION_FAILED apiIntegrationId"]);
}

/// Whoever may change an address must not be able to have the secrets sent there.
#[tokio::test]
async fn another_host_is_not_sent_the_secrets_of_the_one_before() {
    let (world, server) = lender().await;
    let admin = world.person("admin").await;
    let telecom = telecom_id(&world).await;
    let only = json!({ "apiIntegrationId": telecom });
    world.done(&admin, "rimApiIntegrationDeactivate", only, "").await;
    let update = "rimApiIntegrationUpdate";
    let elsewhere = ProviderServer::start().await;
    let moved = json!({ "apiIntegrationId": telecom, "baseUrl": elsewhere.url() });
    let refused = world.refused(&admin, update, moved.clone()).await;
    assert_eq!(refused, ["REQUIRED apiKey", "REQUIRED apiSecret"]);
    // Another path of the same host is no other host.
    let path = json!({ "apiIntegrationId": telecom, "baseUrl": format!("{}/v2", server.url()) });
    let payload = world.done(&admin, update, path, "apiIntegration { apiKey apiSecret }").await;
    let kept = json!({ "apiKey": "****6789", "apiSecret": "****cret" });
    assert_eq!(payload["apiIntegration"], kept);
    let mut given = moved;
    given["apiKey"] = json!("key-of-elsewhere");
    given["apiSecret"] = Value::Null;
    let payload = world.done(&admin, update, given, "apiIntegration { apiKey apiSecret }").await;
    let changed = json!({ "apiKey": "****here", "apiSecret": null });
    assert_eq!(payload["apiIntegration"], changed);
}

#[tokio::test]
async fn a_provider_is_deleted_when_it_is_off_and_owes_nothing_and_comes_back_without_secrets() {
    let (world, server) = lender().await;
    let (admin, finance) = (world.person("admin").await, world.person("finance").await);
    let telecom = telecom_id(&world).await;
    let delete = json!({ "apiIntegrationId": telecom, "reason": "Another contract" });
    let refused = world.refused(&admin, "rimApiIntegrationDelete", delete.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED apiIntegrationId"]);
    server.is(super::provider_server::Mood::Stalls);
    let loan = agreed(&world, "1000.00").await;
    let input = json!({ "loanId": loan, "idempotencyKey": key() });
    world.done(&finance, "rimLoanDisburse", input, "").await;
    let only = json!({ "apiIntegrationId": telecom });
    world.done(&admin, "rimApiIntegrationDeactivate", only.clone(), "").await;
    let refused = world.refused(&admin, "rimApiIntegrationDelete", delete.clone()).await;
    assert_eq!(refused, ["REFERENCED_IN_USE apiIntegrationId"]);
    let airtime = crate::rim::id_of(&world, "transactions", "type: { eq: AIRTIME }").await;
    let input = json!({ "transactionId": airtime, "reason": "Down", "idempotencyKey": key() });
    world.done(&finance, "rimTransactionFail", input, "").await;
    world.done(&admin, "rimApiIntegrationDelete", delete, "deletedId").await;
    let row = "SELECT api_key_sealed, api_secret_end FROM rim.api_integrations";
    let gone = json!({ "api_key_sealed": null, "api_secret_end": null });
    assert_eq!(world.rows(row).await, [gone]);
    let test = "rimApiIntegrationTest";
    assert_eq!(world.refused(&admin, test, only.clone()).await, ["NOT_FOUND apiIntegrationId"]);
    let shown = "apiIntegration { status apiKey }";
    let payload = world.done(&admin, "rimApiIntegrationRestore", only, shown).await;
    assert_eq!(payload["apiIntegration"], json!({ "status": "INACTIVE", "apiKey": null }));
}
