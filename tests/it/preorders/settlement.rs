//! What a rejection left open is paid back, or taken (spec 6.8).

use chrono::TimeDelta;
use serde_json::json;

use crate::preorders::by_cash;
use crate::shop::Shop;
use crate::world::World;

#[tokio::test]
async fn what_is_due_goes_back_once() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, _) = shop.resold(&shop.customer().await, "4700.00").await;
    let refused = shop.stays(&shop.sales, "Settle", &preorder, by_cash()).await;
    assert_eq!(refused, ["FORBIDDEN "], "forfeits are a manager's");
    let refused = shop.stays(&shop.manager, "Settle", &preorder, json!({})).await;
    assert_eq!(refused, ["REQUIRED tender"]);
    let momo = json!({ "tender": { "paymentMethod": "MOMO", "reference": "MM-9" } });
    shop.move_on(&shop.manager, "Settle", &preorder, momo.clone()).await;
    let purse = ["Deposit 500.00 by Cash", "Refund 200.00 by MoMo MM-9"];
    assert_eq!(shop.purse(&preorder).await, purse);
    let refused = shop.stays(&shop.manager, "Settle", &preorder, momo).await;
    assert_eq!(refused, ["INVALID_TRANSITION preorderId"]);
    let stand = "Closed, paid, back, recovered 4700.00, short 300.00, due 200.00, on INV-000001";
    assert_eq!(shop.stand(&preorder).await, stand);
    world.verify().await;
}

#[tokio::test]
async fn what_is_due_can_become_store_credit() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, _) = shop.resold(&shop.customer().await, "5000.00").await;
    let credit = json!({ "tender": { "paymentMethod": "OTHER", "storeCredit": true } });
    shop.move_on(&shop.manager, "Settle", &preorder, credit).await;
    assert_eq!(shop.store_credit().await, ["Deposit 0.00 of 500.00"]);
    let purse = ["Deposit 500.00 by Cash", "Refund 500.00 by Other as credit"];
    assert_eq!(shop.purse(&preorder).await, purse);
    world.verify().await;
}

#[tokio::test]
async fn what_the_deposit_does_not_cover_is_taken_from_the_customer() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, _) = shop.resold(&shop.customer().await, "4300.00").await;
    let credit = json!({ "tender": { "paymentMethod": "OTHER", "storeCredit": true } });
    let refused = shop.stays(&shop.manager, "Settle", &preorder, credit).await;
    assert_eq!(refused, ["VALIDATION_FAILED tender.storeCredit"]);
    shop.move_on(&shop.manager, "Settle", &preorder, by_cash()).await;
    let purse = ["Deposit 500.00 by Cash", "Shortfall 200.00 by Cash"];
    assert_eq!(shop.purse(&preorder).await, purse);
    let stand = "Closed, paid, recovered 4300.00, short 700.00, due 0.00, on INV-000001";
    assert_eq!(shop.stand(&preorder).await, stand);
    world.verify().await;
}

#[tokio::test]
async fn an_even_settlement_needs_no_tender() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, _) = shop.resold(&shop.customer().await, "4500.00").await;
    let refused = shop.stays(&shop.manager, "Settle", &preorder, by_cash()).await;
    assert_eq!(refused, ["VALIDATION_FAILED tender"]);
    shop.move_on(&shop.manager, "Settle", &preorder, json!({ "notes": "Even" })).await;
    let stand = "Closed, paid, recovered 4500.00, short 500.00, due 0.00, on INV-000001";
    assert_eq!(shop.stand(&preorder).await, stand);
    world.verify().await;
}

#[tokio::test]
async fn nothing_goes_back_before_the_resale_or_the_limit_and_then_the_whole_deposit() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.set("bizhub.preorder_payback_days", json!(30)).await;
    let (preorder, _) = shop.rejected(&shop.customer().await).await;
    world.clock.advance(TimeDelta::days(29));
    let refused = shop.stays(&shop.manager, "Settle", &preorder, by_cash()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED preorderId"]);
    world.clock.advance(TimeDelta::days(1));
    shop.move_on(&shop.manager, "Settle", &preorder, by_cash()).await;
    assert_eq!(shop.stand(&preorder).await, "Closed, paid, back, short 0.00, due 500.00");
    let purse = ["Deposit 500.00 by Cash", "Refund 500.00 by Cash"];
    assert_eq!(shop.purse(&preorder).await, purse);
    world.verify().await;
}
