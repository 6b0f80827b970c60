//! What comes back of each line, and what the shop keeps (spec 6.7).

use serde_json::{Value, json};

use super::{ask, refund_rows, whole};
use crate::shop::{Shop, id_of};
use crate::till::{asset, cash, pieces, service};
use crate::world::World;

async fn refused(shop: &Shop<'_>, invoice: &str, lines: Value, more: Value) -> Vec<String> {
    let input = ask(invoice, lines, more);
    shop.world.refused(&shop.sales, "bizhubRefundRequest", input).await
}

#[tokio::test]
async fn an_asset_comes_back_whole() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let invoice = shop.sold(json!([asset(&laptop)]), json!([cash("5000.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    for (part, refusal) in [
        (json!({ "amount": "100.00" }), "VALIDATION_FAILED lines.0.amount"),
        (json!({ "quantity": 0 }), "OUT_OF_RANGE lines.0.quantity"),
        (json!({ "quantity": 2 }), "OUT_OF_RANGE lines.0.quantity"),
    ] {
        let mut input = whole(&line);
        for (field, value) in part.as_object().unwrap() {
            input[field] = value.clone();
        }
        assert_eq!(refused(&shop, &invoice, json!([input]), json!({})).await, [refusal]);
    }
}

#[tokio::test]
async fn a_refund_names_at_most_200_lines() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("10.00")]), json!([cash("10.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let lines = vec![whole(&line); 201];
    assert_eq!(refused(&shop, &invoice, json!(lines), json!({})).await, ["LIMIT_EXCEEDED lines"]);
    let refusals = refused(&shop, &invoice, json!(lines[..200]), json!({})).await;
    assert_eq!(refusals.len(), 199);
}

#[tokio::test]
async fn bulk_goods_come_back_by_quantity_and_the_last_part_takes_the_cents_left_over() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(10).await;
    let lines = json!([{ "bulkStockId": chargers, "quantity": 3, "discount": "0.01" }]);
    let invoice = shop.sold(lines, json!([cash("149.99")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let part = |quantity: i32| json!([{ "invoiceLineId": line, "quantity": quantity }]);
    let refusals = refused(&shop, &invoice, part(4), json!({})).await;
    assert_eq!(refusals, ["OUT_OF_RANGE lines.0.quantity"]);
    shop.refunded(&invoice, part(1), json!([cash("50.00")])).await;
    assert_eq!(shop.pile(&chargers).await, "8 there, 0 held");
    let refusals = refused(&shop, &invoice, part(3), json!({})).await;
    assert_eq!(refusals, ["OUT_OF_RANGE lines.0.quantity"], "one of three is back already");
    shop.refunded(&invoice, part(1), json!([cash("50.00")])).await;
    shop.refunded(&invoice, part(1), json!([cash("49.99")])).await;
    assert_eq!(shop.books(&invoice).await, "Refunded: 149.99 of 149.99, 149.99 back");
    assert_eq!(shop.pile(&chargers).await, "10 there, 0 held");
    world.verify().await;
}

#[tokio::test]
async fn bulk_goods_that_cannot_be_sold_again_do_not_go_back_on_the_shelf() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(10).await;
    let invoice = shop.sold(json!([pieces(&chargers, 2)]), json!([cash("100.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let broken = json!([{ "invoiceLineId": line, "restock": false }]);
    shop.refunded(&invoice, broken, json!([cash("100.00")])).await;
    assert_eq!(shop.pile(&chargers).await, "8 there, 0 held");
    assert_eq!(shop.books(&invoice).await, "Refunded: 100.00 of 100.00, 100.00 back");
    world.verify().await;
}

#[tokio::test]
async fn a_service_is_refunded_by_amount() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let part = |amount: &str| json!([{ "invoiceLineId": line, "amount": amount }]);
    let counted = json!([{ "invoiceLineId": line, "quantity": 1 }]);
    let refusals = refused(&shop, &invoice, counted, json!({})).await;
    assert_eq!(refusals, ["VALIDATION_FAILED lines.0.quantity"]);
    for amount in ["0.00", "-1.00", "0.001", "50.01"] {
        let refusals = refused(&shop, &invoice, part(amount), json!({})).await;
        assert_eq!(refusals, ["OUT_OF_RANGE lines.0.amount"], "{amount}");
    }
    shop.refunded(&invoice, part("20.00"), json!([cash("20.00")])).await;
    assert_eq!(shop.books(&invoice).await, "Paid: 50.00 of 50.00, 20.00 back");
    let refusals = refused(&shop, &invoice, part("30.01"), json!({})).await;
    assert_eq!(refusals, ["OUT_OF_RANGE lines.0.amount"], "no more than is left");
    shop.refunded(&invoice, json!([whole(&line)]), json!([cash("30.00")])).await;
    assert_eq!(shop.books(&invoice).await, "Refunded: 50.00 of 50.00, 50.00 back");
    world.verify().await;
}

#[tokio::test]
async fn a_line_comes_back_once_and_from_its_own_invoice() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice =
        shop.sold(json!([service("20.00"), service("30.00")]), json!([cash("50.00")])).await;
    let other = shop.sold(json!([service("20.00")]), json!([cash("20.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let foreign = shop.ids_of("lines", &other).await.remove(0);
    assert_eq!(refused(&shop, &invoice, json!([]), json!({})).await, ["REQUIRED lines"]);
    let twice = json!([whole(&line), whole(&line)]);
    let refusals = refused(&shop, &invoice, twice, json!({})).await;
    assert_eq!(refusals, ["NOT_UNIQUE lines.1.invoiceLineId"]);
    let refusals = refused(&shop, &invoice, json!([whole(&foreign)]), json!({})).await;
    assert_eq!(refusals[0], "NOT_FOUND lines.0.invoiceLineId");
    shop.refunded(&invoice, json!([whole(&line)]), json!([cash("20.00")])).await;
    let refusals = refused(&shop, &invoice, json!([whole(&line)]), json!({})).await;
    assert_eq!(refusals[0], "ALREADY_DONE lines.0.invoiceLineId");
    world.verify().await;
}

#[tokio::test]
async fn a_restocking_fee_is_kept_by_the_shop() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let invoice = shop.sold(json!([asset(&laptop)]), json!([cash("5000.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let lines = json!([whole(&line)]);
    for (fee, refusal) in
        [("5000.01", "OUT_OF_RANGE restockingFee"), ("-1.00", "OUT_OF_RANGE restockingFee")]
    {
        let refusals =
            refused(&shop, &invoice, lines.clone(), json!({ "restockingFee": fee })).await;
        assert_eq!(refusals[0], refusal);
    }
    let input = ask(&invoice, lines, json!({ "restockingFee": "250.00" }));
    let made = world.done(&shop.sales, "bizhubRefundRequest", input, "refund { id }").await;
    shop.pay_out(&id_of(&made, "refund"), json!([cash("4750.00")])).await;
    assert_eq!(
        refund_rows(&shop).await,
        ["completed 4750.00 on 2026-03-02: Cash 4750.00 of payment 5000.00"]
    );
    assert_eq!(shop.books(&invoice).await, "Refunded: 5000.00 of 5000.00, 4750.00 back");
    assert_eq!(shop.shelf(&laptop).await, "Returned at Backroom");
    world.verify().await;
}

#[tokio::test]
async fn tax_goes_back_with_its_line() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.set("bizhub.tax_rate", json!("15")).await;
    let chargers = shop.chargers(10).await;
    let lines = json!([pieces(&chargers, 3), service("10.00")]);
    let invoice = shop.sold(lines, json!([cash("184.00")])).await;
    let ids = shop.ids_of("lines", &invoice).await;
    let part = json!([{ "invoiceLineId": ids[0], "quantity": 1 }]);
    shop.refunded(&invoice, part, json!([cash("57.50")])).await;
    let rest = json!([whole(&ids[0]), whole(&ids[1])]);
    shop.refunded(&invoice, rest, json!([cash("126.50")])).await;
    assert_eq!(shop.books(&invoice).await, "Refunded: 184.00 of 184.00, 184.00 back");
    world.verify().await;
}

#[tokio::test]
async fn why_it_goes_back_is_said_without_a_card_number() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    for (reason, refusal) in
        [(" ", "REQUIRED reason"), ("Card 4111111111111111", "VALIDATION_FAILED reason")]
    {
        let more = json!({ "reason": reason });
        assert_eq!(refused(&shop, &invoice, json!([whole(&line)]), more).await, [refusal]);
    }
}
