//! Sending a draft, what is frozen then, and giving an invoice up (spec 6.5).

use serde_json::{Value, json};

use super::lines::reprice;
use super::{refused, sale};
use crate::shop::Shop;
use crate::till::{asset, cash, momo, pieces, row, service};
use crate::world::{Person, World, key};

async fn send_refused(world: &World, person: &Person, invoice: &str) -> Vec<String> {
    let input = json!({ "invoiceId": invoice, "idempotencyKey": key() });
    world.refused(person, "bizhubInvoiceSend", input).await
}

#[tokio::test]
async fn sending_draws_the_next_number_and_sets_the_days() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.set("bizhub.invoice_due_days", json!(14)).await;
    let abandoned = shop.draft(json!([service("20.00")])).await;
    let draft = shop.draft(json!([service("20.00")])).await;
    world.clock.advance(chrono::TimeDelta::days(1));
    shop.send(&draft).await;
    shop.sent(json!([service("30.00")])).await;
    let sql = "SELECT concat_ws(' ', invoice_number, status, invoice_date, due_date, sent_at) AS line \
               FROM bizhub.invoices ORDER BY id";
    assert_eq!(
        shop.lines(sql).await,
        [
            format!("DRAFT-{} Draft 2026-03-02", row(&abandoned)),
            "INV-000001 Sent 2026-03-03 2026-03-17 2026-03-03 09:00:00+00".to_owned(),
            "INV-000002 Sent 2026-03-03 2026-03-17 2026-03-03 09:00:00+00".to_owned(),
        ],
        "an abandoned draft takes no number"
    );
    world.verify().await;
}

#[tokio::test]
async fn an_invoice_without_lines_is_not_sent() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let draft = shop.draft(json!([])).await;
    assert_eq!(send_refused(&world, &shop.sales, &draft).await, ["PRECONDITION_FAILED invoiceId"]);
    let input = sale(json!([]), json!([cash("20.00")]), json!({}));
    let refusals = refused(&shop, input).await;
    assert!(refusals.contains(&"PRECONDITION_FAILED lines".to_owned()), "{refusals:?}");
}

#[tokio::test]
async fn a_sent_invoices_lines_and_header_are_frozen() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let sent = shop.sent(json!([service("20.00"), service("30.00")])).await;
    let line = shop.ids_of("lines", &sent).await.remove(0);
    let add = json!({ "invoiceId": sent, "line": service("5.00"), "idempotencyKey": key() });
    let remove = json!({ "invoiceId": sent, "invoiceLineId": line, "idempotencyKey": key() });
    let price = reprice(&world, &sent, &line, json!({ "unitPrice": "1.00" })).await;
    let update =
        json!({ "invoiceId": sent, "expectedVersion": price["expectedVersion"], "notes": "x" });
    for (mutation, input) in [
        ("bizhubInvoiceAddLine", add),
        ("bizhubInvoiceRemoveLine", remove),
        ("bizhubInvoiceReprice", price),
        ("bizhubInvoiceUpdate", update),
    ] {
        for person in [&shop.sales, &shop.manager] {
            let refusals = world.refused(person, mutation, input.clone()).await;
            assert_eq!(refusals, ["IMMUTABLE invoiceId"], "{mutation}");
        }
    }
    assert_eq!(send_refused(&world, &shop.sales, &sent).await, ["INVALID_TRANSITION invoiceId"]);
    assert_eq!(shop.books(&sent).await, "Sent: 0.00 of 50.00, 0.00 back");
}

#[tokio::test]
async fn above_the_limit_a_walk_in_must_be_named() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let above = json!([service("5000.01")]);
    let input = sale(above.clone(), json!([cash("5000.01")]), json!({}));
    assert_eq!(refused(&shop, input).await, ["PRECONDITION_FAILED customerId"]);
    let draft = shop.draft(above.clone()).await;
    assert_eq!(send_refused(&world, &shop.sales, &draft).await, ["PRECONDITION_FAILED customerId"]);
    assert_eq!(
        send_refused(&world, &shop.manager, &draft).await,
        ["PRECONDITION_FAILED customerId"],
        "a Manager neither"
    );
    let named = json!({ "customerId": shop.customer().await });
    let input = sale(above, json!([cash("5000.01")]), named);
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    shop.sold(json!([service("5000.00")]), json!([cash("5000.00")])).await;
}

fn cancel(invoice: &str) -> Value {
    json!({ "invoiceId": invoice, "reason": "Changed their mind", "idempotencyKey": key() })
}

#[tokio::test]
async fn a_cancelled_draft_frees_its_goods() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let chargers = shop.chargers(5).await;
    let draft = shop.draft(json!([asset(&laptop), pieces(&chargers, 2)])).await;
    world.done(&shop.sales, "bizhubInvoiceCancel", cancel(&draft), "").await;
    assert_eq!(shop.books(&draft).await, "Cancelled: 0.00 of 5100.00, 0.00 back");
    assert_eq!(shop.shelf(&laptop).await, "Ready for Sale at Repair Bench");
    assert_eq!(shop.pile(&chargers).await, "5 there, 0 held");
    let sql = "SELECT count(*) FROM bizhub.invoice_lines WHERE released_at IS NULL";
    assert_eq!(world.value(sql).await, 0);
    shop.draft(json!([asset(&laptop)])).await;
    world.verify().await;
}

#[tokio::test]
async fn a_sent_invoice_is_cancelled_by_a_manager_alone() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let sent = shop.sent(json!([asset(&laptop)])).await;
    let refusals = world.refused(&shop.sales, "bizhubInvoiceCancel", cancel(&sent)).await;
    assert_eq!(refusals, ["FORBIDDEN invoiceId"]);
    world.done(&shop.manager, "bizhubInvoiceCancel", cancel(&sent), "").await;
    assert_eq!(shop.shelf(&laptop).await, "Ready for Sale at Repair Bench");
    let sql = "SELECT invoice_number || ', ' || cancelled_reason AS line FROM bizhub.invoices";
    assert_eq!(shop.lines(sql).await, ["INV-000001, Changed their mind"], "the number stays");
    world.verify().await;
}

#[tokio::test]
async fn an_invoice_with_live_payments_is_not_cancelled() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let sent = shop.sent(json!([service("50.00")])).await;
    shop.pay(&sent, json!([momo("20.00", "A")])).await;
    let refusals = world.refused(&shop.manager, "bizhubInvoiceCancel", cancel(&sent)).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED invoiceId"]);
    let payment = shop.ids_of("payments", &sent).await.remove(0);
    let void = json!({ "paymentId": payment, "reason": "Wrong invoice", "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubPaymentVoid", void, "").await;
    world.done(&shop.manager, "bizhubInvoiceCancel", cancel(&sent), "").await;
    assert_eq!(shop.books(&sent).await, "Cancelled: 0.00 of 50.00, 0.00 back");
    world.verify().await;
}

#[tokio::test]
async fn a_paid_or_cancelled_invoice_is_not_cancelled() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let paid = shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let gone = shop.draft(json!([service("50.00")])).await;
    world.done(&shop.sales, "bizhubInvoiceCancel", cancel(&gone), "").await;
    for invoice in [paid, gone] {
        let refusals = world.refused(&shop.manager, "bizhubInvoiceCancel", cancel(&invoice)).await;
        assert_eq!(refusals, ["INVALID_TRANSITION invoiceId"]);
    }
}
