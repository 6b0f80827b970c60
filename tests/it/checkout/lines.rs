//! What can be put on a draft (spec 6.3, 6.4, 6.5).

use serde_json::json;

use super::{refused, sale};
use crate::shop::Shop;
use crate::till::{asset, cash, pieces, row, service};
use crate::world::{World, key};

#[tokio::test]
async fn only_an_asset_that_is_ready_for_sale_is_sold() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.received(&shop.laptop_model().await).await;
    let states = "SELECT unnest(ARRAY['Received', 'Diagnostics Pending', 'Wipe Pending', 'QC Pending', \
                  'Repair Hold', 'Returned', 'Not Sellable', 'Scrapped']) AS line";
    for state in shop.lines(states).await {
        let sql = format!("UPDATE bizhub.assets SET status = '{state}'");
        world.meddle(&sql).await;
        let input = sale(json!([asset(&laptop)]), json!([cash("5000.00")]), json!({}));
        let refusals = refused(&shop, input).await;
        assert!(
            refusals.contains(&"INVALID_TRANSITION lines.0.assetId".to_owned()),
            "{refusals:?}"
        );
    }
}

#[tokio::test]
async fn the_second_draft_of_an_asset_hears_the_firsts_number_and_owner() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let first = shop.draft(json!([asset(&laptop)])).await;
    let input = json!({
        "customerType": "WALK_IN", "lines": [asset(&laptop)], "idempotencyKey": key(),
    });
    let payload = world.call(&shop.manager, "bizhubInvoiceCreate", input, "").await;
    let error = &payload["userErrors"][0];
    assert_eq!(error["code"], "ALREADY_DONE");
    assert_eq!(error["field"], json!(["lines", "0", "assetId"]));
    assert_eq!(error["details"]["invoiceNumber"], format!("DRAFT-{}", row(&first)));
    assert_eq!(error["details"]["owner"], "sales of bizhub");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.invoice_lines").await, 1);
}

#[tokio::test]
async fn bulk_stock_is_sold_only_as_far_as_it_is_free() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(10).await;
    shop.draft(json!([pieces(&chargers, 4)])).await;
    assert_eq!(shop.pile(&chargers).await, "10 there, 4 held");
    let input = sale(json!([pieces(&chargers, 7)]), json!([cash("350.00")]), json!({}));
    assert_eq!(refused(&shop, input).await, ["INSUFFICIENT_STOCK lines.0.quantity"]);
    let lines = json!([pieces(&chargers, 3), pieces(&chargers, 4)]);
    let input = sale(lines, json!([cash("350.00")]), json!({}));
    let refusals = refused(&shop, input).await;
    assert_eq!(refusals, ["INSUFFICIENT_STOCK lines.1.quantity"], "the lines share the stock");
    shop.sold(json!([pieces(&chargers, 6)]), json!([cash("300.00")])).await;
    assert_eq!(shop.pile(&chargers).await, "4 there, 4 held");
    world.verify().await;
}

#[tokio::test]
async fn an_asset_line_has_quantity_one() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let line = json!({ "assetId": laptop, "quantity": 2 });
    let input = sale(json!([line]), json!([cash("10000.00")]), json!({}));
    assert_eq!(refused(&shop, input).await, ["OUT_OF_RANGE lines.0.quantity"]);
}

#[tokio::test]
async fn a_line_sells_one_kind_of_thing() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.received(&shop.laptop_model().await).await;
    let line = json!({ "assetId": laptop, "bulkStockId": shop.chargers(1).await });
    let input = sale(json!([line]), json!([cash("50.00")]), json!({}));
    assert_eq!(refused(&shop, input).await, ["VALIDATION_FAILED lines.0.bulkStockId"]);
}

#[tokio::test]
async fn an_asset_stands_on_one_line_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let lines = json!([asset(&laptop), asset(&laptop)]);
    let input = sale(lines, json!([cash("10000.00")]), json!({}));
    assert_eq!(refused(&shop, input).await, ["NOT_UNIQUE lines.1.assetId"]);
}

#[tokio::test]
async fn a_quantity_is_at_least_one() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(10).await;
    for quantity in [0, -1] {
        let lines = json!([pieces(&chargers, quantity)]);
        let input = sale(lines, json!([cash("50.00")]), json!({}));
        assert_eq!(refused(&shop, input).await, ["OUT_OF_RANGE lines.0.quantity"]);
    }
}

#[tokio::test]
async fn a_service_says_what_it_is_and_what_it_costs() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    for (line, refusal) in [
        (json!({ "unitPrice": "20.00" }), "REQUIRED lines.0.itemDescription"),
        (
            json!({ "itemDescription": "  ", "unitPrice": "20.00" }),
            "REQUIRED lines.0.itemDescription",
        ),
        (json!({ "itemDescription": "Work" }), "REQUIRED lines.0.unitPrice"),
    ] {
        let input = sale(json!([line]), json!([cash("20.00")]), json!({}));
        assert_eq!(refused(&shop, input).await, [refusal]);
    }
}

#[tokio::test]
async fn lines_are_numbered_without_gaps_and_removing_one_frees_its_goods() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let chargers = shop.chargers(5).await;
    let lines = json!([asset(&laptop), pieces(&chargers, 2), service("20.00")]);
    let draft = shop.draft(lines).await;
    let ids = shop.ids_of("lines", &draft).await;
    for (line, left) in [(&ids[0], "1 Bulk, 2 Service"), (&ids[1], "1 Service")] {
        let input = json!({ "invoiceId": draft, "invoiceLineId": line, "idempotencyKey": key() });
        world.done(&shop.sales, "bizhubInvoiceRemoveLine", input, "").await;
        let numbers = "SELECT string_agg(line_number || ' ' || line_kind, ', ' ORDER BY line_number) \
                       FROM bizhub.invoice_lines";
        assert_eq!(world.value(numbers).await, left);
    }
    assert_eq!(shop.shelf(&laptop).await, "Ready for Sale at Repair Bench");
    assert_eq!(shop.pile(&chargers).await, "5 there, 0 held");
    assert_eq!(shop.books(&draft).await, "Draft: 0.00 of 20.00, 0.00 back");
    let input = json!({ "invoiceId": draft, "line": service("5.00"), "idempotencyKey": key() });
    world.done(&shop.sales, "bizhubInvoiceAddLine", input, "").await;
    assert_eq!(shop.books(&draft).await, "Draft: 0.00 of 25.00, 0.00 back");
    world.verify().await;
}

#[tokio::test]
async fn changing_a_lines_quantity_holds_or_frees_the_difference() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let draft = shop.draft(json!([pieces(&chargers, 2)])).await;
    let line = shop.ids_of("lines", &draft).await.remove(0);
    for (quantity, pile, total) in
        [(5, "5 there, 5 held", "250.00"), (1, "5 there, 1 held", "50.00")]
    {
        let input = reprice(&world, &draft, &line, json!({ "quantity": quantity })).await;
        world.done(&shop.sales, "bizhubInvoiceReprice", input, "").await;
        assert_eq!(shop.pile(&chargers).await, pile);
        assert_eq!(shop.books(&draft).await, format!("Draft: 0.00 of {total}, 0.00 back"));
    }
    let input = reprice(&world, &draft, &line, json!({ "quantity": 6 })).await;
    let refusals = world.refused(&shop.sales, "bizhubInvoiceReprice", input).await;
    assert_eq!(refusals, ["INSUFFICIENT_STOCK quantity"]);
    world.verify().await;
}

/// The input that changes a line of a draft.
pub async fn reprice(
    world: &World,
    draft: &str,
    line: &str,
    change: serde_json::Value,
) -> serde_json::Value {
    let sql = format!("SELECT version FROM bizhub.invoices WHERE id = {}", row(draft));
    let mut input = json!({
        "invoiceId": draft, "invoiceLineId": line, "idempotencyKey": key(),
        "expectedVersion": world.value(&sql).await,
    });
    for (field, value) in change.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}
