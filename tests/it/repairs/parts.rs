//! The parts of a repair and the stock (spec 6.4, 6.10).

use serde_json::json;

use crate::repairs::because;
use crate::shop::Shop;
use crate::world::{World, key};

#[tokio::test]
async fn parts_leave_the_stock_when_the_repair_is_finished() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.on_bench(&ticket).await;
    shop.with_part(&ticket, &chargers, 2).await;
    assert_eq!(shop.pile(&chargers).await, "5 there, 0 held");
    assert_eq!(shop.bench(&ticket).await, "In Repair: 0.00 + 60.00 = 60.00");
    shop.finished(&ticket).await;
    assert_eq!(shop.pile(&chargers).await, "3 there, 0 held");
    let movement = "SELECT m.movement_type || ' ' || m.quantity_change || ' for ' || t.ticket_number \
                    FROM bizhub.bulk_stock_movements m \
                    JOIN bizhub.repair_tickets t ON t.id = m.repair_ticket_id";
    assert_eq!(world.value(movement).await, json!("Repair Use -2 for TKT-000001"));
    world.verify().await;
}

#[tokio::test]
async fn a_repair_is_not_finished_with_parts_that_are_not_there() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(3).await;
    shop.draft(json!([{ "bulkStockId": chargers, "quantity": 2 }])).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.on_bench(&ticket).await;
    shop.with_part(&ticket, &chargers, 1).await;
    shop.with_part(&ticket, &chargers, 1).await;
    let finish = json!({ "resolutionNotes": "Done", "idempotencyKey": key() });
    let refused = shop.cannot(&shop.technician, "FinishRepair", &ticket, finish).await;
    assert_eq!(refused, ["INSUFFICIENT_STOCK repairTicketId"]);
    assert_eq!(shop.pile(&chargers).await, "3 there, 2 held");
    world.verify().await;
}

#[tokio::test]
async fn what_was_used_stays_out_when_the_repair_goes_on_until_it_is_removed() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.on_bench(&ticket).await;
    shop.with_part(&ticket, &chargers, 2).await;
    shop.finished(&ticket).await;
    shop.works("Resume", &ticket, because()).await;
    shop.with_part(&ticket, &chargers, 1).await;
    assert_eq!(shop.pile(&chargers).await, "3 there, 0 held");
    shop.finished(&ticket).await;
    assert_eq!(shop.pile(&chargers).await, "2 there, 0 held", "each part leaves once");
    shop.works("Resume", &ticket, because()).await;
    let part = shop.newest("repairParts").await;
    let remove = json!({ "repairPartId": part, "idempotencyKey": key() });
    shop.works("RemovePart", &ticket, remove).await;
    assert_eq!(shop.pile(&chargers).await, "3 there, 0 held");
    shop.finished(&ticket).await;
    assert_eq!(shop.bench(&ticket).await, "Ready: 0.00 + 60.00 = 60.00");
    world.verify().await;
}

#[tokio::test]
async fn a_ticket_holds_as_many_parts_as_its_bill_can_name() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.on_bench(&ticket).await;
    world
        .meddle(
            "INSERT INTO bizhub.repair_parts (repair_ticket_id, bulk_stock_id, quantity) \
             SELECT t.id, b.id, 1 FROM bizhub.repair_tickets t, bizhub.bulk_stock b, \
             generate_series(1, 198)",
        )
        .await;
    shop.with_part(&ticket, &chargers, 1).await;
    let more = json!({ "bulkStockId": chargers });
    let refused = shop.cannot(&shop.technician, "AddPart", &ticket, more).await;
    assert_eq!(refused, ["LIMIT_EXCEEDED repairTicketId"]);
}

#[tokio::test]
async fn parts_change_only_while_the_ticket_is_in_work() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.given(&ticket).await;
    let add = |quantity: i32| json!({ "bulkStockId": chargers, "quantity": quantity });
    let refused = shop.cannot(&shop.technician, "AddPart", &ticket, add(1)).await;
    assert_eq!(refused, ["PRECONDITION_FAILED repairTicketId"]);
    shop.on_bench(&ticket).await;
    for quantity in [0, -1, 1001] {
        let refused = shop.cannot(&shop.technician, "AddPart", &ticket, add(quantity)).await;
        assert_eq!(refused, ["OUT_OF_RANGE quantity"]);
    }
    shop.finished(&ticket).await;
    let refused = shop.cannot(&shop.technician, "AddPart", &ticket, add(1)).await;
    assert_eq!(refused, ["PRECONDITION_FAILED repairTicketId"]);
}

#[tokio::test]
async fn a_part_without_a_price_is_not_used_where_the_customer_pays() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let input = json!({ "sku": "SCREW", "itemName": "Screw", "category": "Small parts" });
    let made =
        world.done(&shop.warehouse, "bizhubBulkStockCreate", input, "bulkStock { id }").await;
    let screw = crate::shop::id_of(&made, "bulkStock");
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.on_bench(&ticket).await;
    let add = json!({ "bulkStockId": screw });
    let refused = shop.cannot(&shop.technician, "AddPart", &ticket, add.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED bulkStockId"]);
    let claimed = shop.under_claim(&shop.customer().await).await;
    shop.on_bench(&claimed.ticket).await;
    shop.works("AddPart", &claimed.ticket, add).await;
}

#[tokio::test]
async fn a_part_that_is_put_on_a_ticket_twice_with_one_key_is_there_once() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.on_bench(&ticket).await;
    let add = json!({ "bulkStockId": chargers, "quantity": 2, "idempotencyKey": key() });
    shop.works("AddPart", &ticket, add.clone()).await;
    shop.works("AddPart", &ticket, add).await;
    assert_eq!(world.value("SELECT count(*) FROM bizhub.repair_parts").await, json!(1));
    assert_eq!(shop.bench(&ticket).await, "In Repair: 0.00 + 60.00 = 60.00");
}
