//! `history`: who changed what, when, from which operation (spec 1.8).

use std::collections::HashMap;
use std::sync::Arc;

use bizgraph_kernel::policy::{Rights, Scope};
use serde_json::{Value, json};

use crate::shop::Shop;
use crate::world::{Person, World, key};

const CUSTOMERS: &str = "{ bizhub { customers { nodes { id history { totalCount nodes { actorName \
     actorRole occurredAt businessDate action operation reason entity subjectId \
     changes { field old new redacted } } } } } } }";

fn only<'v>(data: &'v Value, list: &str) -> &'v Value {
    let nodes = data["bizhub"][list]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 1, "{data:#}");
    &nodes[0]
}

/// A person who may do these things and no others.
async fn person_with(world: &World, permissions: &[&str]) -> Person {
    let mut actor = (*world.person("manager").await.0).clone();
    let rights: HashMap<String, Scope> =
        permissions.iter().map(|name| ((*name).to_owned(), Scope::All)).collect();
    actor.rights = Arc::new(Rights::of(rights));
    Person(Arc::new(actor))
}

#[tokio::test]
async fn a_history_tells_who_changed_what_when_and_from_which_operation() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let input = json!({ "customerId": customer, "fullName": "Ama Owusu" });
    world.done(&shop.sales, "bizhubCustomerUpdate", input, "").await;
    let data = world.read(&shop.manager, CUSTOMERS).await;
    let history = &only(&data, "customers")["history"];
    assert_eq!(history["totalCount"], 2);
    assert_eq!(
        history["nodes"][0],
        json!({
            "actorName": "sales of bizhub", "actorRole": "Sales",
            "occurredAt": "2026-03-02T09:00:00Z", "businessDate": "2026-03-02",
            "action": "update", "operation": "bizhubCustomerUpdate", "reason": null,
            "entity": "BizhubCustomer", "subjectId": customer,
            "changes": [
                { "field": "fullName", "old": "Ama Mensah", "new": "Ama Owusu", "redacted": false },
            ],
        })
    );
    assert_eq!(history["nodes"][1]["action"], "create");
}

#[tokio::test]
async fn a_history_speaks_the_words_and_the_ids_of_the_api() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let asset = shop.received(&shop.laptop_model().await).await;
    let input = json!({ "assetId": asset, "idempotencyKey": key() });
    world.done(&shop.warehouse, "bizhubAssetStartIntake", input, "").await;
    let query = "{ bizhub { locations { nodes { id locationName } } assets { nodes { history(first: 1) \
                 { nodes { action changes { field old new } } } } } } }";
    let data = world.read(&shop.manager, query).await;
    let mut places = data["bizhub"]["locations"]["nodes"].as_array().unwrap().iter();
    let bench = places.find(|place| place["locationName"] == "Repair Bench").unwrap();
    let entry = &only(&data, "assets")["history"]["nodes"][0];
    assert_eq!(entry["action"], "startIntake");
    let changes = entry["changes"].as_array().unwrap();
    let status = changes.iter().find(|change| change["field"] == "status").unwrap();
    assert_eq!(
        (&status["old"], &status["new"]),
        (&json!("RECEIVED"), &json!("DIAGNOSTICS_PENDING"))
    );
    let place = changes.iter().find(|change| change["field"] == "locationId").unwrap();
    assert_eq!(place["new"], bench["id"]);
}

#[tokio::test]
async fn sensitive_values_are_shown_with_the_right_to_them_and_that_is_recorded() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.customer().await;
    let data = world.read(&shop.manager, CUSTOMERS).await;
    let changes = only(&data, "customers")["history"]["nodes"][0]["changes"].clone();
    let phone = changes.as_array().unwrap().iter().find(|it| it["field"] == "phone").unwrap();
    assert_eq!(phone["new"], "+233201234567");
    let shown = "SELECT new_values -> 'fields' ? 'phone' FROM bizhub.audit_entries \
                 WHERE action = 'read_sensitive'";
    assert_eq!(world.value(shown).await, true);
}

#[tokio::test]
async fn sensitive_values_are_hidden_without_the_right_to_them_and_the_answer_says_so() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.customer().await;
    let person = person_with(&world, &["bizhub.customer.read", "platform.audit_entry.read"]).await;
    let answer = world.send(&person, CUSTOMERS, json!({})).await;
    assert!(answer.get("errors").is_none(), "{answer:#}");
    let changes = only(&answer["data"], "customers")["history"]["nodes"][0]["changes"].clone();
    let phone = changes.as_array().unwrap().iter().find(|it| it["field"] == "phone").unwrap();
    assert_eq!(phone, &json!({ "field": "phone", "old": null, "new": null, "redacted": true }));
    let name = changes.as_array().unwrap().iter().find(|it| it["field"] == "fullName").unwrap();
    assert_eq!(name["redacted"], false);
    let hidden = answer["extensions"]["redactions"].as_array().unwrap();
    assert!(hidden.contains(&json!("bizhub.customers.nodes.history.nodes.changes")), "{hidden:?}");
    let count = "SELECT count(*) FROM bizhub.audit_entries WHERE action = 'read_sensitive'";
    assert_eq!(world.value(count).await, 0);
}

#[tokio::test]
async fn who_may_not_read_the_trail_sees_no_history() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.customer().await;
    let query = "{ bizhub { customers { nodes { history { totalCount } } } } }";
    let answer = world.send(&shop.sales, query, json!({})).await;
    assert_eq!(only(&answer["data"], "customers")["history"], Value::Null);
    assert_eq!(answer["extensions"]["redactions"], json!(["bizhub.customers.nodes.history"]));
    let list = "{ platform { auditEntries { totalCount } } }";
    let answer = world.send(&shop.sales, list, json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
}

#[tokio::test]
async fn the_whole_trail_hides_changes_of_what_the_caller_may_not_read() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.customer().await;
    let person = person_with(&world, &["platform.audit_entry.read"]).await;
    let query = "{ platform { auditEntries(where: {entity: {eq: \"BizhubCustomer\"}}) { nodes { \
                 action actorName changes { field } } } } }";
    let answer = world.send(&person, query, json!({})).await;
    let entries = &answer["data"]["platform"]["auditEntries"]["nodes"];
    assert_eq!(
        entries,
        &json!([{ "action": "create", "actorName": "sales of bizhub", "changes": null }])
    );
    assert_eq!(answer["extensions"]["redactions"], json!(["platform.auditEntries.nodes.changes"]));
    let data = world.read(&shop.manager, query).await;
    assert!(data["platform"]["auditEntries"]["nodes"][0]["changes"].is_array());
}

#[tokio::test]
async fn the_histories_of_many_rows_are_one_statement() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let mut counts = Vec::new();
    for _ in 0..3 {
        shop.customer().await;
        let before = world.kernel.database.statements();
        let query = "{ bizhub { customers { nodes { fullName history(first: 3) { nodes { action \
                     changes { field old new } } } } } } }";
        world.read(&shop.manager, query).await;
        counts.push(world.kernel.database.statements() - before);
    }
    assert_eq!(counts, [2, 2, 2]);
}

#[tokio::test]
async fn a_history_is_read_on_page_by_page() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    for name in ["Ama A", "Ama B", "Ama C"] {
        let input = json!({ "customerId": customer, "fullName": name });
        world.done(&shop.sales, "bizhubCustomerUpdate", input, "").await;
    }
    let page = async |after: &str| {
        let query = format!(
            "{{ bizhub {{ customers {{ nodes {{ history(first: 3{after}) {{ nodes {{ action }} \
             pageInfo {{ hasNextPage endCursor }} }} }} }} }} }}"
        );
        only(&world.read(&shop.manager, &query).await, "customers")["history"].clone()
    };
    let first = page("").await;
    assert_eq!(first["nodes"].as_array().unwrap().len(), 3);
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let second = page(&format!(", after: {}", first["pageInfo"]["endCursor"])).await;
    assert_eq!(second["nodes"], json!([{ "action": "create" }]));
    assert_eq!(second["pageInfo"]["hasNextPage"], false);
}
