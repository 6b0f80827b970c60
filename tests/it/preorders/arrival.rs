//! From the arrival to the counter: the device is held for its customer (spec 6.8).

use serde_json::json;

use crate::shop::{Shop, id_of};
use crate::till::{asset, row};
use crate::world::{World, key};

#[tokio::test]
async fn an_arrival_holds_the_device_for_its_customer() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, laptop) = shop.arrived(&shop.customer().await).await;
    assert_eq!(shop.stand(&preorder).await, "Arrived, paid");
    assert_eq!(shop.shelf(&laptop).await, "Reserved at Repair Bench");
    let held = format!(
        "SELECT a.preorder_id || ' ' || p.asset_id || ' on ' || p.arrival_date || ': ' || m.reason \
         FROM bizhub.assets a JOIN bizhub.preorders p ON p.id = a.preorder_id \
         JOIN bizhub.inventory_movements m ON m.asset_id = a.id WHERE a.id = {} \
         ORDER BY m.id DESC LIMIT 1",
        row(&laptop)
    );
    let words = format!("1 {} on 2026-03-02: Arrived for PRE-000001", row(&laptop));
    assert_eq!(world.value(&held).await, words.as_str());
    let query = format!(
        "{{ bizhub {{ asset(id: \"{laptop}\") {{ preorder {{ preorderNumber asset {{ id }} }} }} }} }}"
    );
    let shown = world.read(&shop.warehouse, &query).await;
    assert_eq!(shown["bizhub"]["asset"]["preorder"]["preorderNumber"], "PRE-000001");
    assert_eq!(shown["bizhub"]["asset"]["preorder"]["asset"]["id"], laptop.as_str());
    world.verify().await;
}

#[tokio::test]
async fn only_a_device_that_is_ready_of_the_right_kind_and_free_arrives() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let preorder = shop.ordered(&customer).await;
    let model = shop.laptop_model().await;
    let arrive = |asset: &str| json!({ "assetId": asset });
    let untested = shop.received(&model).await;
    let refused = shop.stays(&shop.warehouse, "Arrive", &preorder, arrive(&untested)).await;
    assert_eq!(refused, ["INVALID_TRANSITION assetId"]);
    let drafted = shop.ready(&model).await;
    shop.draft(json!([asset(&drafted)])).await;
    let refused = shop.stays(&shop.warehouse, "Arrive", &preorder, arrive(&drafted)).await;
    assert_eq!(refused, ["ALREADY_DONE assetId"]);
    let held = shop.ready(&model).await;
    let other = shop.ordered(&customer).await;
    shop.move_on(&shop.warehouse, "Arrive", &other, arrive(&held)).await;
    let refused = shop.stays(&shop.warehouse, "Arrive", &preorder, arrive(&held)).await;
    assert_eq!(refused, ["ALREADY_DONE assetId"]);
    let phone = shop.with_deposit(&customer).await;
    let category = json!({ "requestedCategory": "PHONE" });
    shop.move_on(&shop.sales, "Update", &phone, category).await;
    shop.move_on(&shop.sales, "Order", &phone, json!({})).await;
    let laptop = shop.ready(&model).await;
    let refused = shop.stays(&shop.warehouse, "Arrive", &phone, arrive(&laptop)).await;
    assert_eq!(refused, ["NOT_ELIGIBLE assetId"], "a phone was asked for");
    shop.move_on(&shop.warehouse, "Arrive", &preorder, arrive(&laptop)).await;
    world.verify().await;
}

#[tokio::test]
async fn nobody_else_can_buy_what_is_held_for_a_preorder() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, laptop) = shop.arrived(&shop.customer().await).await;
    let input =
        json!({ "customerType": "WALK_IN", "lines": [asset(&laptop)], "idempotencyKey": key() });
    let payload = world.call(&shop.sales, "bizhubInvoiceCreate", input, "").await;
    assert_eq!(payload["userErrors"][0]["code"], "ALREADY_DONE");
    assert_eq!(payload["userErrors"][0]["field"], json!(["lines", "0", "assetId"]));
    assert_eq!(payload["userErrors"][0]["details"]["preorderNumber"], "PRE-000001");
    let other = json!({ "customerType": "RETAIL", "fullName": "Kofi", "phone": "0201234568" });
    let other = world.done(&shop.sales, "bizhubCustomerCreate", other, "customer { id }").await;
    let input = json!({
        "customerId": id_of(&other, "customer"), "customerType": "RETAIL",
        "lines": [asset(&laptop)], "tenders": [{ "paymentMethod": "CASH", "amount": "5000.00" }],
        "idempotencyKey": key(),
    });
    let refused = world.refused(&shop.sales, "bizhubInvoiceCheckout", input).await;
    assert_eq!(refused, ["ALREADY_DONE lines.0.assetId"]);
    assert_eq!(shop.stand(&preorder).await, "Arrived, paid");
    world.verify().await;
}

#[tokio::test]
async fn a_draft_of_the_customer_carries_it_and_gives_it_back_to_the_preorder() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (_, laptop) = shop.arrived(&customer).await;
    let lines = json!([asset(&laptop)]);
    let draft = json!({
        "customerId": customer, "customerType": "RETAIL", "lines": lines, "idempotencyKey": key(),
    });
    let made =
        world.done(&shop.sales, "bizhubInvoiceCreate", draft.clone(), "invoice { id }").await;
    let invoice = id_of(&made, "invoice");
    let mut second = draft;
    second["idempotencyKey"] = json!(key());
    let refused = world.refused(&shop.sales, "bizhubInvoiceCreate", second).await;
    assert_eq!(refused, ["ALREADY_DONE lines.0.assetId"], "it is on the first draft");
    let walk_in = json!({
        "invoiceId": invoice, "expectedVersion": 2, "customerId": null, "customerType": "WALK_IN",
    });
    let refused = world.refused(&shop.sales, "bizhubInvoiceUpdate", walk_in).await;
    assert_eq!(refused, ["PRECONDITION_FAILED customerId"]);
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let remove = json!({ "invoiceId": invoice, "invoiceLineId": line, "idempotencyKey": key() });
    world.done(&shop.sales, "bizhubInvoiceRemoveLine", remove, "").await;
    assert_eq!(shop.shelf(&laptop).await, "Reserved at Repair Bench");
    world.verify().await;
    let add = json!({ "invoiceId": invoice, "line": asset(&laptop), "idempotencyKey": key() });
    world.done(&shop.sales, "bizhubInvoiceAddLine", add, "").await;
    let cancel = json!({ "invoiceId": invoice, "idempotencyKey": key() });
    world.done(&shop.sales, "bizhubInvoiceCancel", cancel, "").await;
    assert_eq!(shop.shelf(&laptop).await, "Reserved at Repair Bench");
    let moves = format!(
        "SELECT count(*) FROM bizhub.inventory_movements WHERE asset_id = {} \
         AND to_status = 'Reserved'",
        row(&laptop)
    );
    assert_eq!(world.value(&moves).await, 1, "it was held all the time");
    world.verify().await;
}

#[tokio::test]
async fn the_customer_is_told_where_there_is_a_way_to() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, _) = shop.arrived(&customer).await;
    world.meddle("UPDATE bizhub.customers SET phone = 'erased'").await;
    let refused = shop.stays(&shop.sales, "Notify", &preorder, json!({})).await;
    assert_eq!(refused, ["PRECONDITION_FAILED preorderId"]);
    world.meddle("UPDATE bizhub.customers SET phone = '+233201234567'").await;
    shop.move_on(&shop.sales, "Notify", &preorder, json!({})).await;
    assert_eq!(shop.stand(&preorder).await, "Customer Notified, paid");
    let day = "SELECT customer_notified_date FROM bizhub.preorders";
    assert_eq!(world.value(day).await, "2026-03-02");
    let last = shop.preorder_story(&preorder).await.pop().unwrap();
    assert_eq!(last, "customer_notified by sales: Arrived -> Customer Notified");
    world.verify().await;
}

#[tokio::test]
async fn a_preorder_is_late_from_the_day_after_its_time_until_it_is_picked_up() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (_, _) = shop.arrived(&shop.customer().await).await;
    let late = |day: &'static str| {
        let shop = &shop;
        async move {
            shop.world.meddle(&format!("SET bizgraph.business_date = '{day}'")).await;
            let sql = "SELECT days_overdue || ' over, ' || coalesce(days_left::text, 'none') \
                       || ' left, ' || is_overdue AS line FROM bizhub.view_preorder_sla";
            shop.lines(sql).await
        }
    };
    assert_eq!(late("2026-03-02").await, ["0 over, 21 left, false"]);
    assert_eq!(late("2026-03-23").await, ["0 over, 0 left, false"]);
    assert_eq!(late("2026-03-25").await, ["2 over, 0 left, true"]);
    for status in ["Picked Up", "Rejected", "Resold"] {
        world.meddle(&format!("UPDATE bizhub.preorders SET status = '{status}'")).await;
        assert_eq!(late("2026-03-25").await, ["0 over, none left, false"]);
    }
    world.meddle("UPDATE bizhub.preorders SET status = 'Closed'").await;
    assert_eq!(late("2026-03-25").await, Vec::<String>::new());
}
