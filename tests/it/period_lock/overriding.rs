//! Unless the caller holds `platform.period.override`, with a reason.

use serde_json::{Value, json};

use super::shop::next_days;
use super::{lock, refusal};
use crate::shop::Shop;
use crate::till::{cash, service};
use crate::world::{World, key};

fn paid_late(invoice: &str, reason: Value) -> Value {
    json!({
        "invoiceId": invoice, "tenders": [cash("20.00"), cash("30.00")],
        "paymentDate": "2026-02-27", "reason": reason, "idempotencyKey": key(),
    })
}

#[tokio::test]
async fn who_holds_the_right_writes_behind_the_lock_and_the_trail_says_why() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let admin = world.person("admin").await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    lock(&world, "2026-02-28").await;
    let input = paid_late(&invoice, json!("Found in the drawer"));
    world.done(&admin, "bizhubInvoicePay", input, "").await;
    assert_eq!(shop.books(&invoice).await, "Paid: 50.00 of 50.00, 0.00 back");
    let trail = "SELECT actor_name, reason, new_values FROM bizhub.audit_entries \
                 WHERE action = 'override' AND entity = 'PeriodLock' AND entity_id = '1'";
    let told = json!({
        "actor_name": "admin of bizhub", "reason": "Found in the drawer",
        "new_values": { "businessDate": "2026-02-27" },
    });
    assert_eq!(world.rows(trail).await, [told]);
    world.verify().await;
}

#[tokio::test]
async fn the_right_without_a_reason_is_not_enough() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let admin = world.person("admin").await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    lock(&world, "2026-02-28").await;
    for reason in [json!(null), json!(""), json!("  ")] {
        let input = paid_late(&invoice, reason);
        let refused = refusal(&world, &admin, "bizhubInvoicePay", input).await;
        assert_eq!(refused["code"], "REQUIRED", "{refused}");
        assert_eq!(refused["field"], json!(["reason"]));
        assert_eq!(refused["details"]["lockedThrough"], "2026-02-28");
    }
    assert_eq!(shop.books(&invoice).await, "Sent: 0.00 of 50.00, 0.00 back");
    let trail = "SELECT count(*) FROM bizhub.audit_entries WHERE action = 'override'";
    assert_eq!(world.value(trail).await, json!(0));
}

#[tokio::test]
async fn a_reason_without_the_right_is_not_enough() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    lock(&world, "2026-02-28").await;
    for person in [&shop.sales, &shop.manager] {
        let input = paid_late(&invoice, json!("Found in the drawer"));
        let refused = world.refused(person, "bizhubInvoicePay", input).await;
        assert_eq!(refused, ["PERIOD_LOCKED paymentDate"]);
    }
}

#[tokio::test]
async fn every_way_behind_the_lock_takes_a_reason() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let admin = world.person("admin").await;
    let customer = shop.customer().await;
    let (laptop, _) = shop.sold_to(&customer).await;
    let model = shop.laptop_model().await;
    let old = shop.received(&model).await;
    let warranty = shop.warranty_of(&laptop).await;
    let sent = shop.sent(json!([service("50.00")])).await;
    let ticket = shop.taken_in(&customer).await;
    shop.does(&shop.sales, "Close", &ticket, json!({ "outcome": "UNABLE" })).await;
    next_days(&world).await;
    for (mutation, mut input) in [
        (
            "bizhubInvoiceCheckout",
            json!({
                "lines": [service("50.00")], "tenders": [cash("50.00")], "paymentDate": "2026-03-03",
                "idempotencyKey": key(),
            }),
        ),
        (
            "bizhubAssetReceive",
            json!({
                "productModelId": model, "serialNumber": "SN1", "receivedDate": "2026-03-03",
                "idempotencyKey": key(),
            }),
        ),
        (
            "bizhubWarrantyClaimSubmit",
            json!({
                "warrantyId": warranty, "customerId": customer, "issueDescription": "Dark",
                "claimDate": "2026-03-03",
            }),
        ),
        (
            "bizhubAssetUpdateCost",
            json!({
                "assetId": old, "expectedVersion": 1, "landedCost": "3100.00",
            }),
        ),
        ("bizhubInvoiceCancel", json!({ "invoiceId": sent, "idempotencyKey": key() })),
    ] {
        assert_eq!(world.refused(&admin, mutation, input.clone()).await, ["REQUIRED reason"]);
        input["reason"] = json!("It was forgotten");
        world.done(&admin, mutation, input, "").await;
    }
    let reopen = json!({ "reason": "Came back", "idempotencyKey": key() });
    shop.does(&admin, "Reopen", &ticket, reopen).await;
    let trail = "SELECT count(*) FROM bizhub.audit_entries WHERE action = 'override'";
    assert_eq!(world.value(trail).await, json!(6));
    world.verify().await;
}
