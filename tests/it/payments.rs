//! Split tender (spec 6.6), one test a sentence.

mod references;
mod void;

use serde_json::{Value, json};

use crate::shop::Shop;
use crate::till::{asset, cash, momo, service, tender};
use crate::world::{World, key};

/// The document's example: 5000 = 3000 Cash + 2000 MoMo.
#[tokio::test]
async fn five_thousand_is_three_thousand_in_cash_and_two_thousand_by_momo() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let invoice = shop.sent(json!([asset(&laptop)])).await;
    shop.pay(&invoice, json!([cash("3000.00")])).await;
    assert_eq!(shop.books(&invoice).await, "Sent: 3000.00 of 5000.00, 0.00 back");
    assert_eq!(shop.shelf(&laptop).await, "Reserved at Repair Bench");
    shop.pay(&invoice, json!([momo("2000.00", "MM-77")])).await;
    assert_eq!(shop.books(&invoice).await, "Paid: 5000.00 of 5000.00, 0.00 back");
    assert_eq!(shop.shelf(&laptop).await, "Sold at Sold, 5000.00 on 2026-03-02 by INV-000001");
    assert_eq!(shop.tenders(&invoice).await, ["Cash 3000.00", "MoMo 2000.00"]);
    let movements = "SELECT to_status || ': ' || reason AS line FROM bizhub.inventory_movements \
                     ORDER BY id DESC LIMIT 2";
    assert_eq!(
        shop.lines(movements).await,
        ["Sold: Sold on INV-000001", "Reserved: Put on a draft invoice"]
    );
    let events = format!(
        "SELECT name AS line FROM bizhub.outbox_events WHERE entity = 'BizhubInvoice' \
         AND entity_id = '{}' ORDER BY id",
        crate::till::row(&invoice)
    );
    assert_eq!(
        shop.lines(&events).await,
        [
            "bizhub.invoice.create",
            "bizhub.invoice.send",
            "bizhub.invoice.pay",
            "bizhub.invoice.settle"
        ]
    );
    world.verify().await;
}

#[tokio::test]
async fn an_amount_is_above_zero_in_whole_cents() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    for amount in ["0.00", "-1.00", "0.001", "49.995"] {
        for method in ["CASH", "MOMO", "OTHER"] {
            let refusals = shop.pay_refused(&invoice, json!([tender(method, amount)])).await;
            assert_eq!(refusals, ["OUT_OF_RANGE tenders.0.amount"], "{method} {amount}");
        }
    }
    assert_eq!(shop.pay_refused(&invoice, json!([])).await, ["REQUIRED tenders"]);
    assert_eq!(shop.books(&invoice).await, "Sent: 0.00 of 50.00, 0.00 back");
}

#[tokio::test]
async fn only_a_sent_invoice_takes_payments() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let draft = shop.draft(json!([service("50.00")])).await;
    let paid = shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let cancelled = shop.draft(json!([service("50.00")])).await;
    let cancel = json!({ "invoiceId": cancelled, "idempotencyKey": key() });
    world.done(&shop.sales, "bizhubInvoiceCancel", cancel, "").await;
    for invoice in [draft, paid, cancelled] {
        let refusals = shop.pay_refused(&invoice, json!([cash("50.00")])).await;
        assert_eq!(refusals, ["INVALID_TRANSITION invoiceId"]);
    }
    assert_eq!(world.value("SELECT count(*) FROM bizhub.payments").await, 1);
}

#[tokio::test]
async fn a_tender_other_than_cash_is_no_more_than_what_is_due() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    shop.pay(&invoice, json!([cash("20.00")])).await;
    for method in ["MOMO", "BANK_TRANSFER", "CARD", "OTHER"] {
        let refusals = shop.pay_refused(&invoice, json!([tender(method, "30.01")])).await;
        assert_eq!(refusals, ["OVERPAYMENT tenders.0.amount"], "{method}");
    }
    let both = json!([tender("MOMO", "20.00"), tender("CARD", "10.01")]);
    assert_eq!(shop.pay_refused(&invoice, both).await, ["OVERPAYMENT tenders.1.amount"]);
    assert_eq!(shop.books(&invoice).await, "Sent: 20.00 of 50.00, 0.00 back");
}

#[tokio::test]
async fn cash_may_be_more_than_what_is_due_and_gives_change() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    shop.pay(&invoice, json!([cash("20.00")])).await;
    shop.pay(&invoice, json!([cash("100.00")])).await;
    assert_eq!(shop.tenders(&invoice).await, ["Cash 20.00", "Cash 30.00 of 100.00, change 70.00"]);
    assert_eq!(shop.books(&invoice).await, "Paid: 50.00 of 50.00, 0.00 back");
    world.verify().await;
}

#[tokio::test]
async fn change_comes_from_the_cash_part_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    for tenders in
        [json!([cash("40.00"), momo("30.00", "A")]), json!([momo("30.00", "B"), cash("40.00")])]
    {
        let cash_first = tenders[0]["paymentMethod"] == "CASH";
        let invoice = shop.sent(json!([service("50.00")])).await;
        shop.pay(&invoice, tenders).await;
        let mut expected = ["Cash 20.00 of 40.00, change 20.00", "MoMo 30.00"];
        if !cash_first {
            expected.reverse();
        }
        assert_eq!(shop.tenders(&invoice).await, expected);
    }
    let invoice = shop.sent(json!([service("50.00")])).await;
    let nothing_left = json!([momo("50.00", "C"), cash("10.00")]);
    let refusals = shop.pay_refused(&invoice, nothing_left).await;
    assert_eq!(refusals, ["OVERPAYMENT tenders.1.amount"], "cash that nothing is due for");
    world.verify().await;
}

#[tokio::test]
async fn an_invoice_is_paid_when_the_sum_is_equal_and_never_when_about_equal() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("0.30")])).await;
    for (amount, books) in [
        ("0.10", "Sent: 0.10 of 0.30, 0.00 back"),
        ("0.19", "Sent: 0.29 of 0.30, 0.00 back"),
        ("0.01", "Paid: 0.30 of 0.30, 0.00 back"),
    ] {
        shop.pay(&invoice, json!([tender("OTHER", amount)])).await;
        assert_eq!(shop.books(&invoice).await, books);
    }
    let paid = "SELECT concat_ws(' ', paid_date, paid_at) AS line FROM bizhub.invoices";
    assert_eq!(shop.lines(paid).await, ["2026-03-02 2026-03-02 09:00:00+00"]);
    world.verify().await;
}

#[tokio::test]
async fn a_payment_is_received_by_the_caller() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    shop.pay(&invoice, json!([cash("20.00")])).await;
    let input =
        json!({ "invoiceId": invoice, "tenders": [cash("30.00")], "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubInvoicePay", input, "").await;
    let receivers = "SELECT u.username AS line FROM bizhub.payments p \
                     JOIN bizhub.users u ON u.id = p.received_by ORDER BY p.id";
    assert_eq!(shop.lines(receivers).await, ["sales", "manager"]);
}

#[tokio::test]
async fn who_records_payments() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    let input =
        json!({ "invoiceId": invoice, "tenders": [cash("50.00")], "idempotencyKey": key() });
    for username in ["technician", "warehouse"] {
        let person = world.person(username).await;
        let refusals = world.refused(&person, "bizhubInvoicePay", input.clone()).await;
        assert_eq!(refusals, ["FORBIDDEN "], "{username}");
    }
    let other = world.person("sales2").await;
    let refusals = world.refused(&other, "bizhubInvoicePay", input).await;
    assert_eq!(refusals, ["NOT_FOUND invoiceId"], "another seller's invoice");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.payments").await, 0);
}

fn on(date: &str, invoice: &str) -> Value {
    json!({
        "invoiceId": invoice, "tenders": [cash("10.00")], "paymentDate": date,
        "idempotencyKey": key(),
    })
}

#[tokio::test]
async fn the_date_of_a_payment_is_not_in_the_future() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    let refusals = world.refused(&shop.sales, "bizhubInvoicePay", on("2026-03-03", &invoice)).await;
    assert_eq!(refusals, ["OUT_OF_RANGE paymentDate"]);
    world.done(&shop.sales, "bizhubInvoicePay", on("2026-03-01", &invoice), "").await;
    world.done(&shop.sales, "bizhubInvoicePay", on("2026-03-02", &invoice), "").await;
    shop.pay(&invoice, json!([cash("10.00")])).await;
    let dates = "SELECT payment_date::text AS line FROM bizhub.payments ORDER BY id";
    assert_eq!(shop.lines(dates).await, ["2026-03-01", "2026-03-02", "2026-03-02"]);
}

#[tokio::test]
async fn one_call_holds_twenty_tenders() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("21.00")])).await;
    let many =
        |count: usize| json!((0..count).map(|_| tender("OTHER", "1.00")).collect::<Vec<_>>());
    assert_eq!(shop.pay_refused(&invoice, many(21)).await, ["LIMIT_EXCEEDED tenders"]);
    shop.pay(&invoice, many(20)).await;
    assert_eq!(shop.books(&invoice).await, "Sent: 20.00 of 21.00, 0.00 back");
}
