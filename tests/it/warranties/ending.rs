//! How warranties end: on their last day, or withdrawn (spec 6.9).

use chrono::TimeDelta;
use serde_json::json;

use crate::shop::Shop;
use crate::world::World;

#[tokio::test]
async fn a_warranty_expires_after_its_last_day_and_no_sooner() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.sold_to(&shop.customer().await).await;
    world.clock.advance(TimeDelta::days(90));
    assert_eq!(world.run_job("expireWarranties").await, 0);
    assert!(shop.promises().await[0].contains("Active"));
    world.clock.advance(TimeDelta::days(1));
    assert_eq!(world.run_job("expireWarranties").await, 1);
    assert!(shop.promises().await[0].contains("Expired"));
    assert_eq!(world.run_job("expireWarranties").await, 0, "a rerun does nothing");
    world.verify().await;
}

#[tokio::test]
async fn a_warranty_does_not_expire_under_an_open_claim() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (laptop, _) = shop.sold_to(&customer).await;
    let warranty = shop.warranty_of(&laptop).await;
    let claim = shop.claimed(&warranty, &customer).await;
    world.clock.advance(TimeDelta::days(91));
    assert_eq!(world.run_job("expireWarranties").await, 0);
    assert!(shop.promises().await[0].contains("Active"));
    shop.agreed(&claim).await;
    assert_eq!(world.run_job("expireWarranties").await, 0);
    assert!(shop.promises().await[0].contains("Claimed"));
}

#[tokio::test]
async fn a_manager_withdraws_a_warranty_with_a_reason_and_its_claim_is_denied() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    let input = |reason: &str| json!({ "warrantyId": claimed.warranty, "reason": reason });
    let refused = world.refused(&shop.manager, "bizhubWarrantyVoid", input(" ")).await;
    assert_eq!(refused, ["REQUIRED reason"]);
    world.done(&shop.manager, "bizhubWarrantyVoid", input("Seal broken"), "").await;
    assert!(shop.promises().await[0].contains("Void"));
    let expected = "WCLAIM-000001 Denied as Denied on 2026-03-02, ticket Closed as Unable";
    assert_eq!(shop.claims().await, [expected]);
    let why = "SELECT denial_reason FROM bizhub.warranty_claims";
    assert_eq!(world.value(why).await, json!("WAR-000001 was voided: Seal broken"));
    world.verify().await;
}

#[tokio::test]
async fn a_customer_with_a_running_warranty_is_not_deleted() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    shop.sold_to(&customer).await;
    let input = json!({ "customerId": customer, "reason": "Asked for it" });
    let refused = world.refused(&shop.manager, "bizhubCustomerDelete", input.clone()).await;
    assert_eq!(refused, ["REFERENCED_IN_USE customerId"]);
    world.clock.advance(TimeDelta::days(91));
    assert_eq!(world.run_job("expireWarranties").await, 1);
    world.done(&shop.manager, "bizhubCustomerDelete", input, "").await;
}
