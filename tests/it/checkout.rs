//! Selling over the counter and by draft (spec 6.5), one test a sentence.

mod lines;
mod parties;
mod prices;
mod sending;

use serde_json::{Value, json};

use crate::shop::Shop;
use crate::till::{asset, cash, momo, pieces, row, service};
use crate::world::{World, key};

/// The input of a checkout of these lines and tenders, with anything else laid over it.
fn sale(lines: Value, tenders: Value, more: Value) -> Value {
    let mut input = json!({ "lines": lines, "tenders": tenders, "idempotencyKey": key() });
    for (field, value) in more.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}

/// How many rows a sale can leave behind.
const TRACES: &str = "SELECT (SELECT count(*) FROM bizhub.invoices) + \
    (SELECT count(*) FROM bizhub.invoice_lines) + (SELECT count(*) FROM bizhub.payments) + \
    (SELECT count(*) FROM bizhub.inventory_movements) + \
    (SELECT count(*) FROM bizhub.bulk_stock_movements) + \
    (SELECT count(*) FROM bizhub.audit_entries) + (SELECT count(*) FROM bizhub.outbox_events) + \
    (SELECT count(*) FROM bizhub.idempotency_records) + \
    (SELECT next FROM bizhub.number_series WHERE name = 'invoice') AS traces";

/// Refuses a checkout of a seller and shows that it left nothing behind.
async fn refused(shop: &Shop<'_>, input: Value) -> Vec<String> {
    let before = shop.world.value(TRACES).await;
    let refusals = shop.world.refused(&shop.sales, "bizhubInvoiceCheckout", input).await;
    assert_eq!(shop.world.value(TRACES).await, before, "a refused checkout left something behind");
    refusals
}

#[tokio::test]
async fn checkout_sends_and_pays_a_new_invoice_in_one_call() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let chargers = shop.chargers(10).await;
    let lines = json!([asset(&laptop), pieces(&chargers, 2), service("20.00")]);
    let tenders = json!([cash("3120.00"), momo("2000.00", "MM-1")]);
    let customer = shop.customer().await;
    let more = json!({ "customerId": customer, "customerType": "RETAIL" });
    let shown = "invoice { status invoiceNumber subtotal taxAmount totalAmount amountPaid amountDue \
                 invoiceDate paidDate salesRepName customer { fullName } \
                 lines { nodes { lineNumber lineKind itemDescription quantity lineTotal } } }";
    let input = sale(lines, tenders, more);
    let payload = world.done(&shop.sales, "bizhubInvoiceCheckout", input, shown).await;
    let serial = "SELECT serial_number FROM bizhub.assets";
    let serial = world.value(serial).await.as_str().unwrap().to_owned();
    let mut lines = payload["invoice"]["lines"]["nodes"].as_array().unwrap().clone();
    lines.sort_by_key(|line| line["lineNumber"].as_i64());
    let mut invoice = payload["invoice"].clone();
    invoice["lines"] = json!(lines);
    assert_eq!(
        invoice,
        json!({
            "status": "PAID", "invoiceNumber": "INV-000001", "subtotal": "5120.00",
            "taxAmount": "0.00", "totalAmount": "5120.00", "amountPaid": "5120.00",
            "amountDue": "0.00", "invoiceDate": "2026-03-02", "paidDate": "2026-03-02",
            "salesRepName": "sales of bizhub", "customer": { "fullName": "Ama Mensah" },
            "lines": [
                { "lineNumber": 1, "lineKind": "ASSET", "quantity": 1, "lineTotal": "5000.00",
                  "itemDescription": format!("HP EliteBook 840 G7, grade A, serial {serial}") },
                { "lineNumber": 2, "lineKind": "BULK", "quantity": 2, "lineTotal": "100.00",
                  "itemDescription": "Charger 65 W" },
                { "lineNumber": 3, "lineKind": "SERVICE", "quantity": 1, "lineTotal": "20.00",
                  "itemDescription": "Hinge repaired" },
            ],
        })
    );
    assert_eq!(shop.shelf(&laptop).await, "Sold at Sold, 5000.00 on 2026-03-02 by INV-000001");
    assert_eq!(shop.pile(&chargers).await, "8 there, 0 held");
    let paid = "SELECT payment_method || ' ' || amount AS line FROM bizhub.payments ORDER BY id";
    assert_eq!(shop.lines(paid).await, ["Cash 3120.00", "MoMo 2000.00"]);
    let costs =
        "SELECT coalesce(unit_cost::text, '-') AS line FROM bizhub.invoice_lines ORDER BY id";
    assert_eq!(shop.lines(costs).await, ["3200.00", "30.00", "-"]);
    world.verify().await;
}

#[tokio::test]
async fn checkout_sends_and_pays_a_draft_in_one_call() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let draft = shop.draft(json!([asset(&laptop)])).await;
    assert_eq!(shop.shelf(&laptop).await, "Reserved at Repair Bench");
    let tenders = json!([cash("3000.00"), momo("2000.00", "MM-1")]);
    let input = json!({ "invoiceId": draft, "tenders": tenders, "idempotencyKey": key() });
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    assert_eq!(shop.books(&draft).await, "Paid: 5000.00 of 5000.00, 0.00 back");
    assert_eq!(shop.tenders(&draft).await, ["Cash 3000.00", "MoMo 2000.00"]);
    assert_eq!(shop.shelf(&laptop).await, "Sold at Sold, 5000.00 on 2026-03-02 by INV-000001");
    world.verify().await;
}

#[tokio::test]
async fn checkout_takes_a_draft_or_a_new_invoice_but_not_both() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let draft = shop.draft(json!([service("20.00")])).await;
    let more = json!({ "invoiceId": draft });
    let input = sale(json!([service("30.00")]), json!([cash("50.00")]), more);
    assert_eq!(refused(&shop, input).await, ["VALIDATION_FAILED invoiceId"]);
}

#[tokio::test]
async fn checkout_needs_tenders_that_sum_to_the_total() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let lines = json!([service("20.00")]);
    let short = sale(lines.clone(), json!([cash("10.00"), momo("9.99", "A")]), json!({}));
    assert_eq!(refused(&shop, short).await, ["AMOUNT_MISMATCH tenders"]);
    let none = sale(lines.clone(), json!([]), json!({}));
    assert_eq!(refused(&shop, none).await, ["REQUIRED tenders"]);
    let over = sale(lines.clone(), json!([momo("20.01", "A")]), json!({}));
    assert_eq!(refused(&shop, over).await, ["OVERPAYMENT tenders.0.amount"]);
    shop.sold(lines, json!([cash("10.00"), momo("10.00", "A")])).await;
    world.verify().await;
}

#[tokio::test]
async fn checkout_of_a_draft_that_is_too_little_paid_leaves_the_draft() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let draft = shop.draft(json!([service("20.00")])).await;
    let input = json!({ "invoiceId": draft, "tenders": [cash("19.99")], "idempotencyKey": key() });
    assert_eq!(refused(&shop, input).await, ["AMOUNT_MISMATCH tenders"]);
    assert_eq!(shop.books(&draft).await, "Draft: 0.00 of 20.00, 0.00 back");
}

#[tokio::test]
async fn only_a_draft_is_checked_out() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let sent = shop.sent(json!([service("20.00")])).await;
    let paid = shop.sold(json!([service("20.00")]), json!([cash("20.00")])).await;
    for invoice in [sent, paid] {
        let input =
            json!({ "invoiceId": invoice, "tenders": [cash("20.00")], "idempotencyKey": key() });
        assert_eq!(refused(&shop, input).await, ["INVALID_TRANSITION invoiceId"]);
    }
}

#[tokio::test]
async fn a_seller_checks_out_its_own_drafts_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let draft = shop.draft(json!([service("20.00")])).await;
    let input = json!({ "invoiceId": draft, "tenders": [cash("20.00")], "idempotencyKey": key() });
    let other = world.person("sales2").await;
    let refusals = world.refused(&other, "bizhubInvoiceCheckout", input.clone()).await;
    assert_eq!(refusals, ["NOT_FOUND invoiceId"], "another's draft is not to be seen either");
    let warehouse = world.refused(&shop.warehouse, "bizhubInvoiceCheckout", input.clone()).await;
    assert_eq!(warehouse, ["FORBIDDEN "]);
    world.done(&shop.manager, "bizhubInvoiceCheckout", input, "").await;
}

#[tokio::test]
async fn a_stale_version_is_refused_at_the_till() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let draft = shop.draft(json!([service("20.00")])).await;
    let sql = format!("SELECT version FROM bizhub.invoices WHERE id = {}", row(&draft));
    let version = world.value(&sql).await.as_i64().unwrap();
    let mut input = json!({
        "invoiceId": draft, "tenders": [cash("20.00")], "idempotencyKey": key(),
        "expectedVersion": version - 1,
    });
    assert_eq!(refused(&shop, input.clone()).await, ["STALE_VERSION expectedVersion"]);
    input["expectedVersion"] = json!(version);
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
}

#[tokio::test]
async fn all_that_is_wrong_with_a_checkout_is_told_at_once() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let lines = json!([{ "unitPrice": "20.00" }, { "itemDescription": "Work" }]);
    let tenders = json!([{ "paymentMethod": "MOMO", "amount": "0.00" }]);
    let more = json!({ "customerType": "RETAIL", "paymentDate": "2026-03-03" });
    let mut refusals = refused(&shop, sale(lines, tenders, more)).await;
    refusals.sort();
    assert_eq!(
        refusals,
        [
            "OUT_OF_RANGE paymentDate",
            "OUT_OF_RANGE tenders.0.amount",
            "REQUIRED customerId",
            "REQUIRED lines.0.itemDescription",
            "REQUIRED lines.1.unitPrice",
            "REQUIRED tenders.0.reference",
        ]
    );
}
