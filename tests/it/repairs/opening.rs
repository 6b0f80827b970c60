//! What is taken in, and what is not (spec 6.10).

use serde_json::json;

use crate::repairs::{as_outcome, opening};
use crate::shop::Shop;
use crate::world::World;

#[tokio::test]
async fn a_ticket_is_of_a_customer_or_of_a_device() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let input = opening(json!({}));
    let refused = world.refused(&shop.sales, "bizhubRepairTicketOpen", input).await;
    assert_eq!(refused, ["REQUIRED customerId"]);
    let ticket = shop.taken_in(&shop.customer().await).await;
    assert_eq!(shop.bench(&ticket).await, "Open: 0.00 + 0.00 = 0.00");
    assert_eq!(shop.diary(&ticket).await, ["opened: - -> Open by sales"]);
    let device = shop.received(&shop.laptop_model().await).await;
    shop.opened(json!({ "assetId": device })).await;
    world.verify().await;
}

#[tokio::test]
async fn somebody_else_than_the_buyer_needs_a_note() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (buyer, friend) = (shop.customer().await, shop.customer().await);
    let (laptop, _) = shop.sold_to(&buyer).await;
    for customer in [Some(&friend), None] {
        let input = opening(json!({ "customerId": customer, "assetId": laptop }));
        let refused = world.refused(&shop.sales, "bizhubRepairTicketOpen", input).await;
        assert_eq!(refused, ["REQUIRED notes"]);
    }
    let more = json!({ "customerId": friend, "assetId": laptop, "notes": "Got it as a gift" });
    let ticket = shop.opened(more).await;
    assert_eq!(shop.shelf(&laptop).await, "Sold at Sold, 5000.00 on 2026-03-02 by INV-000001");
    shop.does(&shop.sales, "Close", &ticket, as_outcome("UNABLE")).await;
    shop.opened(json!({ "customerId": buyer, "assetId": laptop })).await;
    world.verify().await;
}

#[tokio::test]
async fn the_shops_own_device_goes_into_repair_hold_and_nobody_pays() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let input = opening(json!({ "assetId": laptop, "billable": true }));
    let refused = world.refused(&shop.sales, "bizhubRepairTicketOpen", input).await;
    assert_eq!(refused, ["VALIDATION_FAILED billable"]);
    let ticket = shop.opened(json!({ "assetId": laptop })).await;
    assert_eq!(shop.shelf(&laptop).await, "Repair Hold at Repair Bench");
    let free = "SELECT billable FROM bizhub.repair_tickets";
    assert_eq!(world.value(free).await, json!(false));
    let why = "SELECT reason FROM bizhub.inventory_movements ORDER BY id DESC LIMIT 1";
    assert_eq!(world.value(why).await, json!("On the repair ticket TKT-000001"));
    assert!(!ticket.is_empty());
    world.verify().await;
}

#[tokio::test]
async fn what_is_promised_to_somebody_is_not_taken_to_the_bench() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    shop.draft(json!([{ "assetId": laptop }])).await;
    let input = opening(json!({ "assetId": laptop }));
    let refused = world.refused(&shop.sales, "bizhubRepairTicketOpen", input).await;
    assert_eq!(refused, ["INVALID_TRANSITION assetId"]);
}

#[tokio::test]
async fn a_device_is_on_one_open_ticket() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.received(&shop.laptop_model().await).await;
    let ticket = shop.opened(json!({ "assetId": laptop })).await;
    let input = opening(json!({ "assetId": laptop }));
    let refused = world.refused(&shop.sales, "bizhubRepairTicketOpen", input.clone()).await;
    assert_eq!(refused, ["ALREADY_DONE assetId"]);
    shop.does(&shop.sales, "Close", &ticket, as_outcome("UNABLE")).await;
    world.done(&shop.sales, "bizhubRepairTicketOpen", input, "").await;
    let refused = shop.cannot(&shop.manager, "Reopen", &ticket, crate::repairs::because()).await;
    assert_eq!(refused, ["ALREADY_DONE repairTicketId"]);
    world.verify().await;
}

#[tokio::test]
async fn a_device_in_repair_is_not_approved_as_a_claim() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (laptop, _) = shop.sold_to(&customer).await;
    let claim = shop.claimed(&shop.warranty_of(&laptop).await, &customer).await;
    let ticket = shop.opened(json!({ "customerId": customer, "assetId": laptop })).await;
    let input = json!({ "warrantyClaimId": claim });
    let refused = world.refused(&shop.manager, "bizhubWarrantyClaimApprove", input.clone()).await;
    assert_eq!(refused, ["ALREADY_DONE warrantyClaimId"]);
    shop.does(&shop.sales, "Close", &ticket, as_outcome("UNABLE")).await;
    world.done(&shop.manager, "bizhubWarrantyClaimApprove", input, "").await;
    world.verify().await;
}
