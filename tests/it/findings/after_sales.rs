//! What `verify` finds about warranties, claims and repairs (B9, B11).

use serde_json::json;

use super::found;
use crate::shop::Shop;
use crate::till::{cash, row};
use crate::world::World;

#[tokio::test]
async fn b9_a_warranty_is_of_a_device_that_its_invoice_sold_to_its_customer() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (laptop, _) = shop.sold_to(&customer).await;
    let other = shop.received(&shop.laptop_model().await).await;
    shop.customer().await;
    let warranty = [format!("B9 warranty {}", row(&shop.warranty_of(&laptop).await))];
    let (laptop, other, customer) = (row(&laptop), row(&other), row(&customer));
    found(
        &world,
        &format!("UPDATE bizhub.warranties SET asset_id = {other}"),
        &format!("UPDATE bizhub.warranties SET asset_id = {laptop}"),
        &warranty,
    )
    .await;
    found(
        &world,
        "UPDATE bizhub.warranties SET customer_id = (SELECT max(id) FROM bizhub.customers)",
        &format!("UPDATE bizhub.warranties SET customer_id = {customer}"),
        &warranty,
    )
    .await;
    found(
        &world,
        "UPDATE bizhub.invoice_lines SET refunded_quantity = 1",
        "UPDATE bizhub.invoice_lines SET refunded_quantity = 0",
        &warranty,
    )
    .await;
}

#[tokio::test]
async fn b11_an_approved_claim_has_its_ticket_and_its_warranty_claimed() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    let claim = format!("B11 warranty_claim {}", row(&claimed.claim));
    let ticket = format!("B11 repair_ticket {}", row(&claimed.ticket));
    for (breaks, mends, findings) in [
        (
            "UPDATE bizhub.warranties SET status = 'Active'",
            "UPDATE bizhub.warranties SET status = 'Claimed'",
            vec![claim.clone()],
        ),
        (
            "UPDATE bizhub.repair_tickets SET asset_id = NULL",
            "UPDATE bizhub.repair_tickets SET asset_id = (SELECT asset_id FROM bizhub.warranties)",
            vec![claim.clone()],
        ),
        (
            "UPDATE bizhub.warranty_claims SET repair_ticket_id = NULL",
            "UPDATE bizhub.warranty_claims SET repair_ticket_id = \
             (SELECT id FROM bizhub.repair_tickets)",
            vec![claim.clone(), ticket.clone()],
        ),
        (
            "UPDATE bizhub.repair_tickets SET parts_cost = 1",
            "UPDATE bizhub.repair_tickets SET parts_cost = 0",
            vec![ticket.clone()],
        ),
    ] {
        found(&world, breaks, mends, &findings).await;
    }
}

#[tokio::test]
async fn b11_a_completed_claim_ended_as_its_ticket_did_at_its_cost() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    shop.on_bench(&claimed.ticket).await;
    shop.with_labor(&claimed.ticket, "80.00").await;
    shop.finished(&claimed.ticket).await;
    shop.ended(&claimed.claim, "REPAIRED", json!({})).await;
    let claim = [format!("B11 warranty_claim {}", row(&claimed.claim))];
    for (breaks, mends) in [
        (
            "UPDATE bizhub.repair_tickets SET outcome = 'Unable'",
            "UPDATE bizhub.repair_tickets SET outcome = 'Repaired'",
        ),
        (
            "UPDATE bizhub.repair_tickets SET status = 'Ready', closed_date = NULL",
            "UPDATE bizhub.repair_tickets SET status = 'Closed', closed_date = opened_date",
        ),
        (
            "UPDATE bizhub.warranty_claims SET labor_cost = 79.99",
            "UPDATE bizhub.warranty_claims SET labor_cost = 80.00",
        ),
    ] {
        found(&world, breaks, mends, &claim).await;
    }
}

#[tokio::test]
async fn b11_the_shops_own_device_in_work_is_in_repair_hold() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.received(&shop.laptop_model().await).await;
    let ticket = shop.opened(json!({ "assetId": laptop })).await;
    let breaks = "UPDATE bizhub.assets SET status = 'Returned'; \
                  UPDATE bizhub.inventory_movements SET to_status = 'Returned' WHERE id = \
                  (SELECT max(id) FROM bizhub.inventory_movements)";
    let mends = "UPDATE bizhub.assets SET status = 'Repair Hold'; \
                 UPDATE bizhub.inventory_movements SET to_status = 'Repair Hold' WHERE id = \
                 (SELECT max(id) FROM bizhub.inventory_movements)";
    found(&world, breaks, mends, &[format!("B11 repair_ticket {}", row(&ticket))]).await;
}

#[tokio::test]
async fn b11_a_repair_that_a_customer_owes_for_is_closed_on_a_bill() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.ready_to_bill(&shop.customer().await, &chargers, 1).await;
    let invoice = shop.billed(&ticket).await;
    shop.send(&invoice).await;
    shop.pay(&invoice, json!([cash("130.00")])).await;
    let close = json!({ "outcome": "REPAIRED" });
    shop.does(&shop.sales, "Close", &ticket, close).await;
    let breaks = "UPDATE bizhub.repair_tickets SET invoice_id = NULL";
    let mends = format!("UPDATE bizhub.repair_tickets SET invoice_id = {}", row(&invoice));
    found(&world, breaks, &mends, &[format!("B11 repair_ticket {}", row(&ticket))]).await;
}
