//! The shop's own devices on the bench, and devices that come back to the shop (spec 6.3, 6.10).

use serde_json::json;

use crate::repairs::because;
use crate::shop::Shop;
use crate::till::cash;
use crate::world::{World, key};

#[tokio::test]
async fn a_device_leaves_repair_hold_once_its_ticket_is_ready() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let ticket = shop.opened(json!({ "assetId": laptop })).await;
    shop.on_bench(&ticket).await;
    let repaired = json!({ "assetId": laptop, "idempotencyKey": key() });
    let refused = world.refused(&shop.technician, "bizhubAssetRepaired", repaired.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED assetId"]);
    for mutation in ["bizhubAssetBlock", "bizhubAssetScrap"] {
        let mut input =
            json!({ "assetId": laptop, "reason": "Beyond repair", "idempotencyKey": key() });
        if mutation == "bizhubAssetScrap" {
            input["driveDestroyed"] = json!(true);
        }
        let refused = world.refused(&shop.manager, mutation, input).await;
        assert_eq!(refused, ["PRECONDITION_FAILED assetId"], "{mutation}");
    }
    shop.finished(&ticket).await;
    world.done(&shop.technician, "bizhubAssetRepaired", repaired, "").await;
    assert!(shop.shelf(&laptop).await.starts_with("Diagnostics Pending"));
    // Taken up again, it is set aside again.
    shop.works("Resume", &ticket, because()).await;
    assert!(shop.shelf(&laptop).await.starts_with("Repair Hold"));
    world.verify().await;
}

#[tokio::test]
async fn a_repair_does_not_go_on_with_a_device_that_is_promised_by_now() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let ticket = shop.opened(json!({ "assetId": laptop })).await;
    shop.on_bench(&ticket).await;
    shop.finished(&ticket).await;
    let repaired = json!({ "assetId": laptop, "idempotencyKey": key() });
    world.done(&shop.technician, "bizhubAssetRepaired", repaired, "").await;
    shop.diagnosed(&laptop).await;
    let wipe = json!({ "assetId": laptop, "wipeMethod": "NIST 800-88", "idempotencyKey": key() });
    world.done(&shop.technician, "bizhubAssetRecordWipe", wipe, "").await;
    let pass = json!({ "assetId": laptop, "conditionGrade": "A", "idempotencyKey": key() });
    world.done(&shop.technician2, "bizhubAssetPassQc", pass, "").await;
    shop.draft(json!([{ "assetId": laptop }])).await;
    let refused = shop.cannot(&shop.technician, "Resume", &ticket, because()).await;
    assert_eq!(refused, ["INVALID_TRANSITION repairTicketId"]);
    world.verify().await;
}

#[tokio::test]
async fn a_device_that_is_refunded_on_the_bench_is_the_shops_own() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (laptop, invoice) = shop.sold_to(&customer).await;
    shop.opened(json!({ "customerId": customer, "assetId": laptop })).await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    let input = json!({ "paymentId": payment, "reason": "Mistake", "idempotencyKey": key() });
    let refused = world.refused(&shop.manager, "bizhubPaymentVoid", input).await;
    assert_eq!(refused, ["PRECONDITION_FAILED paymentId"]);
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    shop.refunded(&invoice, json!([{ "invoiceLineId": line }]), json!([cash("5000.00")])).await;
    assert!(shop.shelf(&laptop).await.starts_with("Repair Hold"));
    world.verify().await;
}
