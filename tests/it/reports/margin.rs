//! Gross margin and sales, refunds taken off on their own day.

use chrono::TimeDelta;
use serde_json::json;

use super::{lines, totals};
use crate::shop::{Shop, id_of};
use crate::till::{asset, cash, pieces, service};
use crate::world::{World, key};

const MARGIN: &str =
    "group unitsSold unitsReturned sales refunds netSales cost margin marginPercent";

/// A laptop for 5,000.00 that cost 3,200.00, three chargers for 50.00 that cost 30.00 each, and
/// work for 20.00 on one day; two chargers are refunded on the next, one of them to be thrown
/// away.
async fn traded(world: &World) -> Shop<'_> {
    let shop = Shop::open(world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let chargers = shop.chargers(5).await;
    let input = json!({
        "customerId": shop.customer().await, "tenders": [cash("5170.00")], "idempotencyKey": key(),
        "lines": [asset(&laptop), pieces(&chargers, 3), service("20.00")],
    });
    let made = world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
    let invoice = id_of(&made, "invoice");
    world.clock.advance(TimeDelta::days(1));
    let line = shop.ids_of("lines", &invoice).await.remove(1);
    for restock in [true, false] {
        let part = json!([{ "invoiceLineId": line, "quantity": 1, "restock": restock }]);
        shop.refunded(&invoice, part, json!([cash("50.00")])).await;
    }
    shop
}

#[tokio::test]
async fn a_margin_counts_on_the_day_of_the_sale_and_a_refund_on_its_own() {
    let world = World::new().await;
    let shop = traded(&world).await;
    // 5,170 - (3,200 + 90); of what came back, only what is sold again takes its cost off.
    let days = [
        "2026-03-02 | 5 | 0 | 5170.00 | 0.00 | 5170.00 | 3290.00 | 1880.00 | 36.36",
        "2026-03-03 | 0 | 2 | 0.00 | 100.00 | -100.00 | -30.00 | -70.00 | 70.00",
    ];
    assert_eq!(lines(&world, &shop.manager, "grossMargin", MARGIN).await, days);
    let whole = MARGIN.replace("group ", "");
    let all = "5 | 2 | 5170.00 | 100.00 | 5070.00 | 3260.00 | 1810.00 | 35.70";
    assert_eq!(totals(&world, &shop.manager, "grossMargin", &whole).await, all);
    let later = "grossMargin(from: \"2026-03-03\")";
    assert_eq!(lines(&world, &shop.manager, later, MARGIN).await, days[1..]);
    let earlier = "grossMargin(to: \"2026-03-02\")";
    assert_eq!(lines(&world, &shop.manager, earlier, MARGIN).await, days[..1]);
}

#[tokio::test]
async fn a_margin_is_told_by_model_and_by_rep() {
    let world = World::new().await;
    let shop = traded(&world).await;
    let models = [
        "HP EliteBook 840 G7 | 1 | 0 | 5000.00 | 0.00 | 5000.00 | 3200.00 | 1800.00 | 36.00",
        "Charger 65 W | 3 | 2 | 150.00 | 100.00 | 50.00 | 60.00 | -10.00 | -20.00",
        "Service | 1 | 0 | 20.00 | 0.00 | 20.00 | 0.00 | 20.00 | 100.00",
    ];
    let report = "grossMargin(groupBy: MODEL)";
    assert_eq!(lines(&world, &shop.manager, report, MARGIN).await, models);
    let rep = "sales of bizhub | 5 | 2 | 5170.00 | 100.00 | 5070.00 | 3260.00 | 1810.00 | 35.70";
    let report = "grossMargin(groupBy: REP)";
    assert_eq!(lines(&world, &shop.manager, report, MARGIN).await, [rep]);
    let only = "grossMargin(groupBy: MODEL, where: {lineKind: {eq: BULK}})";
    assert_eq!(lines(&world, &shop.manager, only, MARGIN).await, models[1..2]);
}

#[tokio::test]
async fn tax_is_no_part_of_a_margin_whether_prices_include_it_or_not() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.set("bizhub.tax_rate", json!("15")).await;
    for (inclusive, due) in [(false, "115.00"), (true, "100.00")] {
        shop.set("bizhub.prices_include_tax", json!(inclusive)).await;
        let invoice = shop.sold(json!([service("100.00")]), json!([cash(due)])).await;
        let line = shop.ids_of("lines", &invoice).await.remove(0);
        // In three parts that do not divide evenly: together they are the whole.
        for part in ["33.33", "33.33"] {
            let lines = json!([{ "invoiceLineId": line, "amount": part }]);
            shop.refunded(&invoice, lines, json!([cash(part)])).await;
        }
        let rest = if inclusive { "33.34" } else { "48.34" };
        let last = json!([{ "invoiceLineId": line }]);
        shop.refunded(&invoice, last, json!([cash(rest)])).await;
        world.clock.advance(TimeDelta::days(1));
    }
    let fields = "group sales refunds netSales margin";
    let days =
        ["2026-03-02 | 100.00 | 100.00 | 0.00 | 0.00", "2026-03-03 | 86.96 | 86.96 | 0.00 | 0.00"];
    assert_eq!(lines(&world, &shop.manager, "grossMargin", fields).await, days);
}

#[tokio::test]
async fn what_nobody_knows_the_cost_of_has_no_margin() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    world.meddle("UPDATE bizhub.assets SET landed_cost = NULL").await;
    let lines_sold = json!([asset(&laptop), service("20.00")]);
    let input = json!({
        "customerId": shop.customer().await, "lines": lines_sold, "tenders": [cash("5020.00")],
        "idempotencyKey": key(),
    });
    world.done(&shop.manager, "bizhubInvoiceCheckout", input, "").await;
    let fields = "netSales cost salesWithoutCost margin marginPercent";
    let day = "5020.00 | 0.00 | 5000.00 | 20.00 | 100.00";
    assert_eq!(lines(&world, &shop.manager, "grossMargin", fields).await, [day]);
}

#[tokio::test]
async fn sales_are_told_by_lead_source_and_otherwise() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let query =
        "{ bizhub { leadSources(where: {sourceName: {eq: \"Instagram\"}}) { nodes { id } } } }";
    let data = world.read(&shop.sales, query).await;
    let instagram = data["bizhub"]["leadSources"]["nodes"][0]["id"].clone();
    let input = json!({
        "leadSourceId": instagram, "lines": [service("60.00"), service("40.00")],
        "tenders": [cash("100.00")], "idempotencyKey": key(),
    });
    let made = world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
    let invoice = id_of(&made, "invoice");
    shop.sold(json!([service("30.00")]), json!([cash("30.00")])).await;
    shop.sent(json!([service("70.00")])).await;
    world.clock.advance(TimeDelta::days(1));
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    shop.refunded(&invoice, json!([{ "invoiceLineId": line }]), json!([cash("60.00")])).await;

    let fields = "group invoices grossSales refunds netSales averageSale";
    let by_source = [
        "Instagram | 1 | 100.00 | 60.00 | 40.00 | 100.00",
        "null | 1 | 30.00 | 0.00 | 30.00 | 30.00",
    ];
    assert_eq!(lines(&world, &shop.manager, "sales", fields).await, by_source);
    let by_day = [
        "2026-03-02 | 2 | 130.00 | 0.00 | 130.00 | 65.00",
        "2026-03-03 | 0 | 0.00 | 60.00 | -60.00 | null",
    ];
    assert_eq!(lines(&world, &shop.manager, "sales(groupBy: DAY)", fields).await, by_day);
    let month = ["2026-03 | 2 | 130.00 | 60.00 | 70.00 | 65.00"];
    assert_eq!(lines(&world, &shop.manager, "sales(groupBy: MONTH)", fields).await, month);
    let kind = ["Walk-in | 2 | 130.00 | 60.00 | 70.00 | 65.00"];
    assert_eq!(lines(&world, &shop.manager, "sales(groupBy: CUSTOMER_TYPE)", fields).await, kind);
    let whole = fields.replace("group ", "");
    let all = "2 | 130.00 | 60.00 | 70.00 | 65.00";
    assert_eq!(totals(&world, &shop.manager, "sales", &whole).await, all);
}
