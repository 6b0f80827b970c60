//! An operator of the server looks into a tenant, and the tenant knows (spec 1.2.7).

use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::auth::support::open_support_session;
use chrono::TimeDelta;
use serde_json::json;

use crate::shop::Shop;
use crate::world::{Person, World};

#[tokio::test]
async fn a_support_session_reads_changes_nothing_ends_and_is_in_the_trail() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.customer().await;
    let tenant = world.kernel.tenant("bizhub").unwrap();
    let reason = "The customer cannot be found";
    let opened = open_support_session(&world.kernel, tenant, reason, 10).await;
    let (token, _) = opened.unwrap();
    let origin = Origin::default();
    let actor = world.kernel.authenticate(&token, &origin).await.unwrap().unwrap();
    let operator = Person(actor);
    let query = "{ bizhub { customers { nodes { fullName phone } } } }";
    let answer = world.send(&operator, query, json!({})).await;
    let customer = &answer["data"]["bizhub"]["customers"]["nodes"][0];
    assert_eq!(*customer, json!({ "fullName": "Ama Mensah", "phone": null }));
    let input = json!({ "customerType": "RETAIL", "fullName": "X", "phone": "0201234567" });
    let refused = world.refused(&operator, "bizhubCustomerCreate", input).await;
    assert_eq!(refused, ["FORBIDDEN "]);
    let trail = "SELECT actor, reason FROM bizhub.audit_entries WHERE action = 'support_session'";
    assert_eq!(world.rows(trail).await, [json!({ "actor": "system", "reason": reason })]);
    world.clock.advance(TimeDelta::minutes(11));
    assert!(world.kernel.authenticate(&token, &origin).await.unwrap().is_none());
}

#[tokio::test]
async fn a_support_session_needs_a_reason_and_an_end() {
    let world = World::new().await;
    for (reason, minutes) in [("  ", 10), ("A reason", 0), ("A reason", 241)] {
        let tenant = world.kernel.tenant("bizhub").unwrap();
        assert!(open_support_session(&world.kernel, tenant, reason, minutes).await.is_err());
    }
    assert_eq!(world.value("SELECT count(*) FROM bizhub.sessions").await, 0);
}
