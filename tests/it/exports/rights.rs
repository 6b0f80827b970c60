//! Who may take out what.

use std::collections::HashMap;
use std::sync::Arc;

use bizgraph_kernel::actor::Actor;
use bizgraph_kernel::policy::{Rights, Scope};
use serde_json::json;

use super::{customers, refused, rows};
use crate::server::Server;
use crate::shop::Shop;
use crate::till::service;
use crate::world::{Person, World};

/// A person with exactly these rights.
fn with_rights(person: &Person, rights: &[(&str, Scope)]) -> Person {
    let rights: HashMap<String, Scope> =
        rights.iter().map(|(permission, scope)| ((*permission).to_owned(), *scope)).collect();
    let actor = Actor { rights: Arc::new(Rights::of(rights)), ..(*person.0).clone() };
    Person(Arc::new(actor))
}

#[tokio::test]
async fn reading_a_list_is_not_the_right_to_take_it_out() {
    let world = World::new().await;
    let sales = world.person("sales").await;
    assert_eq!(refused(&world, &sales, "customers", json!({})).await, "FORBIDDEN ");
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    assert_eq!(server.export(&token, "customers.csv", json!({})).await.status(), 403);
    // Nor is it enough to export what one cannot read.
    let blind = with_rights(&sales, &[("bizhub.customer.export", Scope::All)]);
    assert_eq!(refused(&world, &blind, "customers", json!({})).await, "FORBIDDEN ");
}

#[tokio::test]
async fn an_export_holds_the_rows_that_the_caller_may_see() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.draft(json!([service("10.00")])).await;
    shop.draft(json!([service("20.00")])).await;
    let other = world.person("sales2").await;
    shop.draft_of(&other, json!([service("30.00")])).await;
    let own = Scope::Only("own");
    for rights in [
        [("bizhub.invoice.read", own), ("bizhub.invoice.export", Scope::All)],
        [("bizhub.invoice.read", Scope::All), ("bizhub.invoice.export", own)],
    ] {
        let person = with_rights(&shop.sales, &rights);
        assert_eq!(rows(&world, &person, "invoices", json!({})).await.len(), 2, "{rights:?}");
    }
    assert_eq!(rows(&world, &shop.manager, "invoices", json!({})).await.len(), 3);
    let stranger = world.person_of("kumasi", "manager").await;
    assert_eq!(rows(&world, &stranger, "invoices", json!({})).await.len(), 0);
}

#[tokio::test]
async fn what_the_caller_may_not_see_is_empty_and_cannot_be_searched_for() {
    let world = World::new().await;
    customers(&world, &["Ama"]).await;
    let manager = world.person("manager").await;
    let person = with_rights(
        &manager,
        &[("bizhub.customer.read", Scope::All), ("bizhub.customer.export", Scope::All)],
    );
    let request = json!({ "columns": ["fullName", "phone"] });
    let taken = rows(&world, &person, "customers", request).await;
    assert_eq!(taken, [json!({ "fullName": "Ama", "phone": null })]);
    let shown = rows(&world, &manager, "customers", json!({ "columns": ["phone"] })).await;
    assert_eq!(shown, [json!({ "phone": "+233201234500" })]);
    let sql = "SELECT new_values->'fields' FROM bizhub.audit_entries WHERE action = 'export' \
               ORDER BY id LIMIT 1";
    assert_eq!(world.value(sql).await, json!(["fullName"]));
    let request = json!({ "where": { "phone": { "eq": "+233201234500" } } });
    assert_eq!(refused(&world, &person, "customers", request).await, "FORBIDDEN where.phone");
}

#[tokio::test]
async fn deleted_rows_are_taken_out_only_by_whoever_may_delete() {
    let world = World::new().await;
    customers(&world, &["Ama", "Kofi"]).await;
    world.meddle("UPDATE bizhub.customers SET deleted_at = now() WHERE full_name = 'Kofi'").await;
    let manager = world.person("manager").await;
    let all = json!({ "includeDeleted": true });
    assert_eq!(rows(&world, &manager, "customers", json!({})).await.len(), 1);
    assert_eq!(rows(&world, &manager, "customers", all.clone()).await.len(), 2);
    let person = with_rights(
        &manager,
        &[("bizhub.customer.read", Scope::All), ("bizhub.customer.export", Scope::All)],
    );
    assert_eq!(refused(&world, &person, "customers", all).await, "FORBIDDEN includeDeleted");
}
