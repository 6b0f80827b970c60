//! A large adjustment of bulk stock needs a second person, a small one does not (spec 6.4).

use serde_json::{Value, json};

use crate::machines::subject::print;
use crate::shop::Shop;
use crate::till::{pieces, row};
use crate::world::{World, key};

fn adjust(stock: &str, change: i32) -> Value {
    json!({
        "bulkStockId": stock, "quantityChange": change, "reason": "Counted", "idempotencyKey": key(),
    })
}

async fn movements(shop: &Shop<'_>, stock: &str) -> Vec<String> {
    let sql = format!(
        "SELECT m.movement_type || ' ' || m.quantity_change || ' -> ' || m.quantity_after || ' by ' \
           || u.username || coalesce(': ' || m.reason, '') AS line \
         FROM bizhub.bulk_stock_movements m JOIN bizhub.users u ON u.id = m.moved_by \
         WHERE m.bulk_stock_id = {} ORDER BY m.id",
        row(stock)
    );
    shop.lines(&sql).await
}

#[tokio::test]
async fn an_adjustment_up_to_the_threshold_is_made_at_once() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let stock = shop.chargers(20).await;
    for change in [10, -10] {
        let shown = "bulkStock { quantity } approvalRequest { id }";
        let done =
            world.done(&shop.warehouse, "bizhubBulkStockAdjust", adjust(&stock, change), shown);
        assert_eq!(done.await["approvalRequest"], json!(null), "{change}");
    }
    let expected = [
        "Receive 20 -> 20 by warehouse",
        "Adjust 10 -> 30 by warehouse: Counted",
        "Adjust -10 -> 20 by warehouse: Counted",
    ];
    assert_eq!(movements(&shop, &stock).await, expected);
}

#[tokio::test]
async fn an_adjustment_above_the_threshold_waits_for_a_manager() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let stock = shop.chargers(20).await;
    for (change, left) in [(11, "31 there, 0 held"), (-11, "20 there, 0 held")] {
        let before = shop.pile(&stock).await;
        let input = adjust(&stock, change);
        let shown = "bulkStock { id } approvalRequest { id status }";
        let asked = world.done(&shop.warehouse, "bizhubBulkStockAdjust", input, shown).await;
        assert_eq!(asked["bulkStock"], json!(null));
        assert_eq!(asked["approvalRequest"]["status"], "PENDING");
        assert_eq!(shop.pile(&stock).await, before);
        let agree = json!({
            "approvalRequestId": asked["approvalRequest"]["id"], "idempotencyKey": key(),
        });
        let refused = world.refused(&shop.warehouse, "approvalApprove", agree.clone()).await;
        assert_eq!(refused, ["FORBIDDEN "]);
        world.done(&shop.manager, "approvalApprove", agree, "").await;
        assert_eq!(shop.pile(&stock).await, left);
    }
    let expected = [
        "Receive 20 -> 20 by warehouse",
        "Adjust 11 -> 31 by manager: Counted",
        "Adjust -11 -> 20 by manager: Counted",
    ];
    assert_eq!(movements(&shop, &stock).await, expected);
}

#[tokio::test]
async fn a_manager_who_asked_for_an_adjustment_cannot_agree_to_it() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let stock = shop.chargers(20).await;
    let shown = "approvalRequest { id }";
    let asked = world.done(&shop.manager, "bizhubBulkStockAdjust", adjust(&stock, 11), shown).await;
    let agree =
        json!({ "approvalRequestId": asked["approvalRequest"]["id"], "idempotencyKey": key() });
    let refused = world.refused(&shop.manager, "approvalApprove", agree).await;
    assert_eq!(refused, ["SELF_APPROVAL_FORBIDDEN approvalRequestId"]);
    assert_eq!(shop.pile(&stock).await, "20 there, 0 held");
}

#[tokio::test]
async fn the_pieces_are_counted_again_when_the_manager_agrees() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let stock = shop.chargers(20).await;
    let shown = "approvalRequest { id }";
    let asked = world.done(&shop.warehouse, "bizhubBulkStockAdjust", adjust(&stock, -15), shown);
    let asked = asked.await;
    shop.draft(json!([pieces(&stock, 6)])).await;
    let before = print(&world).await;
    let agree =
        json!({ "approvalRequestId": asked["approvalRequest"]["id"], "idempotencyKey": key() });
    let refused = world.refused(&shop.manager, "approvalApprove", agree).await;
    assert_eq!(refused, ["INSUFFICIENT_STOCK quantityChange"]);
    assert_eq!(print(&world).await, before);
    assert_eq!(shop.pile(&stock).await, "20 there, 6 held");
}

#[tokio::test]
async fn a_rejected_adjustment_changes_no_count() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let stock = shop.chargers(20).await;
    let shown = "approvalRequest { id }";
    let asked =
        world.done(&shop.warehouse, "bizhubBulkStockAdjust", adjust(&stock, 50), shown).await;
    let no =
        json!({ "approvalRequestId": asked["approvalRequest"]["id"], "reason": "Count again" });
    world.done(&shop.manager, "approvalReject", no, "").await;
    assert_eq!(shop.pile(&stock).await, "20 there, 0 held");
    assert_eq!(movements(&shop, &stock).await, ["Receive 20 -> 20 by warehouse"]);
}

#[tokio::test]
async fn an_adjustment_needs_a_change_and_a_reason_and_takes_no_held_piece() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let stock = shop.chargers(5).await;
    shop.draft(json!([pieces(&stock, 3)])).await;
    let before = print(&world).await;
    let mut blank = adjust(&stock, 1);
    blank["reason"] = json!(" ");
    for (input, expected) in [
        (adjust(&stock, 0), "OUT_OF_RANGE quantityChange"),
        (blank, "REQUIRED reason"),
        (adjust(&stock, -3), "INSUFFICIENT_STOCK quantityChange"),
    ] {
        let refused = world.refused(&shop.warehouse, "bizhubBulkStockAdjust", input).await;
        assert_eq!(refused, [expected]);
    }
    assert_eq!(print(&world).await, before);
    world.done(&shop.warehouse, "bizhubBulkStockAdjust", adjust(&stock, -2), "").await;
    assert_eq!(shop.pile(&stock).await, "3 there, 3 held");
}

#[tokio::test]
async fn the_reason_of_a_movement_holds_no_card_number() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let stock = shop.chargers(20).await;
    let laptop = shop.received(&shop.laptop_model().await).await;
    let location = shop.location("Repair Bench").await;
    for (mutation, mut input) in [
        ("bizhubBulkStockAdjust", json!({ "bulkStockId": stock, "quantityChange": 1 })),
        (
            "bizhubBulkStockReceive",
            json!({ "bulkStockId": stock, "quantity": 1, "unitCost": "1.00" }),
        ),
        ("bizhubBulkStockTransfer", json!({ "bulkStockId": stock, "locationId": location })),
        ("bizhubAssetBlock", json!({ "assetId": laptop })),
        ("bizhubAssetHold", json!({ "assetId": laptop })),
        ("bizhubAssetMove", json!({ "assetId": laptop, "locationId": location })),
    ] {
        input["reason"] = json!("Card 4111 1111 1111 1111");
        input["idempotencyKey"] = json!(key());
        let refused = world.refused(&shop.manager, mutation, input).await;
        assert_eq!(refused, ["VALIDATION_FAILED reason"], "{mutation}");
    }
}
