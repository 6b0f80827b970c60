//! Creating, editing, reversing or back-dating anything with a business date on or before the
//! lock, in a shop whose February is closed on the second of March.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{lock, refusal};
use crate::shop::{Shop, id_of};
use crate::till::{cash, row, service};
use crate::world::{World, key};

/// A shop that closes the day on which it begins, and goes on three days later.
pub async fn next_days(world: &World) {
    world.clock.advance(TimeDelta::days(3));
    lock(world, "2026-03-03").await;
}

fn paid_on(invoice: &str, day: &str) -> Value {
    json!({
        "invoiceId": invoice, "tenders": [cash("20.00")], "paymentDate": day,
        "idempotencyKey": key(),
    })
}

fn received_on(model: &str, day: &str) -> Value {
    json!({
        "productModelId": model, "serialNumber": key(), "receivedDate": day,
        "idempotencyKey": key(),
    })
}

#[tokio::test]
async fn a_payment_is_back_dated_as_far_as_the_lock_lets_it() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    lock(&world, "2026-02-28").await;
    for day in ["2026-02-28", "2026-02-01", "0001-01-01"] {
        let refused =
            refusal(&world, &shop.sales, "bizhubInvoicePay", paid_on(&invoice, day)).await;
        assert_eq!(refused["code"], "PERIOD_LOCKED", "{refused}");
        assert_eq!(refused["field"], json!(["paymentDate"]));
        let details = json!({ "lockedThrough": "2026-02-28", "businessDate": day });
        assert_eq!(refused["details"], details);
    }
    assert_eq!(shop.books(&invoice).await, "Sent: 0.00 of 50.00, 0.00 back");
    world.done(&shop.sales, "bizhubInvoicePay", paid_on(&invoice, "2026-03-01"), "").await;
    shop.pay(&invoice, json!([cash("30.00")])).await;
    assert_eq!(shop.books(&invoice).await, "Paid: 50.00 of 50.00, 0.00 back");
    let mut sale = json!({
        "lines": [service("50.00")], "tenders": [cash("50.00")], "paymentDate": "2026-02-28",
        "idempotencyKey": key(),
    });
    let refused = world.refused(&shop.sales, "bizhubInvoiceCheckout", sale.clone()).await;
    assert_eq!(refused, ["PERIOD_LOCKED paymentDate"]);
    sale["paymentDate"] = json!("2026-03-01");
    sale["idempotencyKey"] = json!(key());
    world.done(&shop.sales, "bizhubInvoiceCheckout", sale, "").await;
    world.verify().await;
}

#[tokio::test]
async fn goods_come_in_and_claims_are_made_after_the_lock_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (laptop, _) = shop.sold_to(&customer).await;
    let model = shop.laptop_model().await;
    next_days(&world).await;
    let name = "bizhubAssetReceive";
    let refused = world.refused(&shop.warehouse, name, received_on(&model, "2026-03-03")).await;
    assert_eq!(refused, ["PERIOD_LOCKED receivedDate"]);
    world.done(&shop.warehouse, name, received_on(&model, "2026-03-04"), "").await;
    let warranty = shop.warranty_of(&laptop).await;
    let claim = |day: &str| {
        json!({ "warrantyId": warranty, "customerId": customer, "issueDescription": "Dark",
            "claimDate": day })
    };
    let name = "bizhubWarrantyClaimSubmit";
    let refused = world.refused(&shop.sales, name, claim("2026-03-02")).await;
    assert_eq!(refused, ["PERIOD_LOCKED claimDate"]);
    world.done(&shop.sales, name, claim("2026-03-04"), "").await;
    world.verify().await;
}

#[tokio::test]
async fn what_a_device_of_a_locked_day_cost_stays() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let model = shop.laptop_model().await;
    let old = shop.received(&model).await;
    next_days(&world).await;
    let made = world.done(
        &shop.warehouse,
        "bizhubAssetReceive",
        received_on(&model, "2026-03-04"),
        "asset { id }",
    );
    let new = id_of(&made.await, "asset");
    let name = "bizhubAssetUpdateCost";
    for cost in ["purchaseCost", "landedCost"] {
        let mut input = json!({ "assetId": old, "expectedVersion": 1 });
        input[cost] = json!("3100.00");
        let refused = world.refused(&shop.manager, name, input.clone()).await;
        assert_eq!(refused, ["PERIOD_LOCKED assetId"], "{cost}");
        input["assetId"] = json!(new);
        input["expectedVersion"] = json!(if cost == "purchaseCost" { 1 } else { 2 });
        world.done(&shop.manager, name, input, "").await;
    }
    let same = json!({ "assetId": old, "expectedVersion": 1, "landedCost": "3200.00" });
    world.done(&shop.manager, name, same, "").await;
    let cost = format!("SELECT landed_cost::text FROM bizhub.assets WHERE id = {}", row(&old));
    assert_eq!(world.value(&cost).await, "3200.00");
}

#[tokio::test]
async fn a_bill_of_a_locked_day_is_not_voided() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.received(&shop.laptop_model().await).await;
    let bill = |amount: &str| json!({ "assetId": laptop, "costKind": "DUTY", "amount": amount, "idempotencyKey": key() });
    let (add, shown) = ("bizhubAssetCostAdd", "assetCost { id }");
    let old = id_of(&world.done(&shop.manager, add, bill("100.00"), shown).await, "assetCost");
    next_days(&world).await;
    // A bill of today for a device of a locked day is one of today.
    let new = id_of(&world.done(&shop.manager, add, bill("7.00"), shown).await, "assetCost");
    let void =
        |id: &str| json!({ "assetCostId": id, "reason": "Wrong device", "idempotencyKey": key() });
    let refused = world.refused(&shop.manager, "bizhubAssetCostVoid", void(&old)).await;
    assert_eq!(refused, ["PERIOD_LOCKED assetCostId"]);
    world.done(&shop.manager, "bizhubAssetCostVoid", void(&new), "").await;
    let cost = format!("SELECT landed_cost::text FROM bizhub.assets WHERE id = {}", row(&laptop));
    assert_eq!(world.value(&cost).await, "3300.00");
}

#[tokio::test]
async fn a_sent_invoice_of_a_locked_day_is_not_cancelled() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    next_days(&world).await;
    let cancel = |invoice: &str| json!({ "invoiceId": invoice, "reason": "Never came", "idempotencyKey": key() });
    let name = "bizhubInvoiceCancel";
    let refused = world.refused(&shop.manager, name, cancel(&invoice)).await;
    assert_eq!(refused, ["PERIOD_LOCKED invoiceId"]);
    assert_eq!(shop.books(&invoice).await, "Sent: 0.00 of 50.00, 0.00 back");
    let today = shop.sent(json!([service("50.00")])).await;
    world.done(&shop.manager, name, cancel(&today), "").await;
    world.verify().await;
}

#[tokio::test]
async fn a_repair_that_was_closed_on_a_locked_day_stays_closed() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let tickets = [shop.taken_in(&customer).await, shop.taken_in(&customer).await];
    let unable = json!({ "outcome": "UNABLE" });
    let again = || json!({ "reason": "Came back", "idempotencyKey": key() });
    shop.does(&shop.sales, "Close", &tickets[0], unable.clone()).await;
    next_days(&world).await;
    shop.does(&shop.sales, "Close", &tickets[1], unable).await;
    let refused = shop.cannot(&shop.manager, "Reopen", &tickets[0], again()).await;
    assert_eq!(refused, ["PERIOD_LOCKED repairTicketId"]);
    shop.does(&shop.manager, "Reopen", &tickets[1], again()).await;
    world.verify().await;
}
