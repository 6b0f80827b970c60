//! The least that goods are sold for, discounts and tax (spec 6.3, 6.5).

use serde_json::{Value, json};

use super::lines::reprice;
use super::{refused, sale};
use crate::shop::Shop;
use crate::till::{asset, cash, momo, pieces, row, service};
use crate::world::{World, key};

#[tokio::test]
async fn below_the_floor_of_the_models_price_a_manager_must_sell() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    for line in [
        json!({ "assetId": laptop, "unitPrice": "4499.99" }),
        json!({ "assetId": laptop, "discount": "500.01" }),
    ] {
        let input = sale(json!([line]), json!([cash("5000.00")]), json!({}));
        assert_eq!(refused(&shop, input).await, ["NOT_ELIGIBLE lines.0.unitPrice"]);
    }
    let draft = shop.draft(json!([{ "assetId": laptop, "unitPrice": "4500.00" }])).await;
    let line = shop.ids_of("lines", &draft).await.remove(0);
    let lower = json!({ "unitPrice": "4499.99" });
    let input = reprice(&world, &draft, &line, lower.clone()).await;
    let refusals = world.refused(&shop.sales, "bizhubInvoiceReprice", input).await;
    assert_eq!(refusals, ["NOT_ELIGIBLE unitPrice"]);
    let input = reprice(&world, &draft, &line, lower).await;
    world.done(&shop.manager, "bizhubInvoiceReprice", input, "").await;
    assert_eq!(shop.books(&draft).await, "Draft: 0.00 of 4499.99, 0.00 back");
}

#[tokio::test]
async fn the_floor_is_a_setting() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let line = json!({ "bulkStockId": chargers, "quantity": 2, "unitPrice": "40.00" });
    let input = sale(json!([line]), json!([cash("80.00")]), json!({}));
    assert_eq!(refused(&shop, input.clone()).await, ["NOT_ELIGIBLE lines.0.unitPrice"]);
    shop.set("bizhub.floor_percent", json!("80")).await;
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
}

#[tokio::test]
async fn below_what_it_cost_a_manager_must_sell() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let dear = shop.goods("Old stock", "20.00", "25.00", 5).await;
    let input = sale(json!([pieces(&dear, 1)]), json!([cash("20.00")]), json!({}));
    let refusals = refused(&shop, input.clone()).await;
    assert_eq!(refusals, ["NOT_ELIGIBLE lines.0.unitPrice"]);
    let message = world.call(&shop.sales, "bizhubInvoiceCheckout", input.clone(), "").await;
    assert!(!message.to_string().contains("25.00"), "the seller learns no cost: {message}");
    world.done(&shop.manager, "bizhubInvoiceCheckout", input, "").await;
}

#[tokio::test]
async fn a_discount_is_no_more_than_its_line_and_prices_are_whole_cents() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    for (change, refusal) in [
        (json!({ "discount": "20.01" }), "OUT_OF_RANGE lines.0.discount"),
        (json!({ "discount": "-0.01" }), "OUT_OF_RANGE lines.0.discount"),
        (json!({ "discount": "0.001" }), "OUT_OF_RANGE lines.0.discount"),
        (json!({ "unitPrice": "20.001" }), "OUT_OF_RANGE lines.0.unitPrice"),
        (json!({ "unitPrice": "100000000.00" }), "OUT_OF_RANGE lines.0.unitPrice"),
    ] {
        let mut line = service("20.00");
        for (field, value) in change.as_object().unwrap() {
            line[field] = value.clone();
        }
        let input = sale(json!([line]), json!([cash("20.00")]), json!({}));
        let refusals = refused(&shop, input).await;
        assert!(refusals.contains(&refusal.to_owned()), "{change}: {refusals:?}");
    }
}

#[tokio::test]
async fn a_total_of_nothing_needs_a_manager_and_settles_at_once() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let free = json!([{ "itemDescription": "Goodwill", "unitPrice": "0.00" }]);
    let input = sale(free.clone(), json!([]), json!({}));
    assert_eq!(refused(&shop, input.clone()).await, ["NOT_ELIGIBLE lines"]);
    world.done(&shop.manager, "bizhubInvoiceCheckout", input, "").await;
    let draft = shop.draft(free).await;
    let send = |key: String| json!({ "invoiceId": draft, "idempotencyKey": key });
    let refusals = world.refused(&shop.sales, "bizhubInvoiceSend", send(crate::world::key())).await;
    assert_eq!(refusals, ["NOT_ELIGIBLE invoiceId"]);

    let gift = json!([{ "bulkStockId": chargers, "quantity": 2, "unitPrice": "0.00" }]);
    let gift = shop.draft_of(&shop.manager, gift).await;
    let input = json!({ "invoiceId": gift, "idempotencyKey": crate::world::key() });
    world.done(&shop.manager, "bizhubInvoiceSend", input, "").await;
    assert_eq!(shop.books(&gift).await, "Paid: 0.00 of 0.00, 0.00 back");
    assert_eq!(shop.pile(&chargers).await, "3 there, 0 held");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.payments").await, 0);
    world.verify().await;
}

async fn amounts(world: &World, invoice: &str) -> Value {
    let sql = format!(
        "SELECT subtotal || ' + ' || tax_amount || ' = ' || total_amount FROM bizhub.invoices \
         WHERE id = {}",
        row(invoice)
    );
    world.value(&sql).await
}

#[tokio::test]
async fn tax_is_rounded_at_the_line_and_added_to_prices() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.set("bizhub.tax_rate", json!("12.5")).await;
    // 12.5 % of 0.36 is 0.045, so 0.05; of the sum 0.72 it would be 0.09, of each line 0.10.
    let lines = json!([service("0.36"), service("0.36")]);
    let invoice = shop.sold(lines, json!([cash("0.82")])).await;
    assert_eq!(amounts(&world, &invoice).await, "0.72 + 0.10 = 0.82");
    world.verify().await;
}

#[tokio::test]
async fn tax_that_prices_include_is_taken_out_of_the_subtotal() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.set("bizhub.tax_rate", json!("15")).await;
    shop.set("bizhub.prices_include_tax", json!(true)).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let tenders = json!([momo("5000.00", "A")]);
    let invoice = shop.sold(json!([asset(&laptop)]), tenders).await;
    assert_eq!(amounts(&world, &invoice).await, "4347.83 + 652.17 = 5000.00");
    world.verify().await;
}

#[tokio::test]
async fn a_draft_is_sent_at_the_tax_of_the_day() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let draft = shop.draft(json!([service("100.00")])).await;
    shop.set("bizhub.tax_rate", json!("15")).await;
    shop.send(&draft).await;
    assert_eq!(amounts(&world, &draft).await, "100.00 + 15.00 = 115.00");
    world.verify().await;
}

#[tokio::test]
async fn no_line_and_no_invoice_comes_to_more_than_the_documents_amounts_hold() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let line = |price: &str, quantity: i32| {
        let mut line = service(price);
        line["quantity"] = json!(quantity);
        line
    };
    for (lines, expected) in [
        (vec![line("99999999.99", 2)], "OUT_OF_RANGE lines.0.quantity"),
        (vec![line("99999999.99", i32::MAX)], "OUT_OF_RANGE lines.0.quantity"),
        (vec![line("100000000.00", 1)], "OUT_OF_RANGE lines.0.unitPrice"),
        (vec![line("99999999.99", 1), line("0.01", 1)], "OUT_OF_RANGE lines"),
    ] {
        let input = json!({ "customerType": "WALK_IN", "lines": lines, "idempotencyKey": key() });
        let refused = world.refused(&shop.sales, "bizhubInvoiceCreate", input).await;
        assert_eq!(refused, [expected]);
    }
    let draft = shop.draft(json!([service("99999999.99")])).await;
    let input = json!({ "invoiceId": draft, "line": service("0.01"), "idempotencyKey": key() });
    let refused = world.refused(&shop.sales, "bizhubInvoiceAddLine", input).await;
    assert_eq!(refused, ["OUT_OF_RANGE lines"]);
    assert_eq!(shop.books(&draft).await, "Draft: 0.00 of 99999999.99, 0.00 back");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.invoice_lines").await, 1);
}
