//! Voiding a tender: a new state of the row, never a deletion (spec 6.5, 6.6).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::shop::{Shop, id_of};
use crate::till::{asset, cash, momo, pieces, service};
use crate::world::{World, key};

fn void(payment: &str) -> Value {
    json!({ "paymentId": payment, "reason": "Entered twice", "idempotencyKey": key() })
}

#[tokio::test]
async fn voiding_a_payment_of_a_paid_invoice_opens_it_again_and_holds_its_goods() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let chargers = shop.chargers(5).await;
    let customer = shop.customer().await;
    let input = json!({
        "customerId": customer, "lines": [asset(&laptop), pieces(&chargers, 2)],
        "tenders": [cash("3100.00"), momo("2000.00", "A")], "idempotencyKey": key(),
    });
    let made = world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
    let invoice = id_of(&made, "invoice");
    assert_eq!(shop.pile(&chargers).await, "3 there, 0 held");
    let payment = shop.ids_of("payments", &invoice).await.remove(1);
    world.done(&shop.manager, "bizhubPaymentVoid", void(&payment), "payment { id }").await;
    assert_eq!(shop.books(&invoice).await, "Sent: 3100.00 of 5100.00, 0.00 back");
    assert_eq!(shop.shelf(&laptop).await, "Reserved at Backroom");
    assert_eq!(shop.pile(&chargers).await, "5 there, 2 held");
    assert_eq!(shop.tenders(&invoice).await, ["Cash 3100.00", "MoMo 2000.00 void"]);
    let who = "SELECT concat_ws(', ', u.username, p.void_reason, p.voided_at) AS line \
               FROM bizhub.payments p JOIN bizhub.users u ON u.id = p.voided_by";
    assert_eq!(shop.lines(who).await, ["manager, Entered twice, 2026-03-02 09:00:00+00"]);
    world.verify().await;

    shop.pay(&invoice, json!([momo("2000.00", "A")])).await;
    assert_eq!(shop.books(&invoice).await, "Paid: 5100.00 of 5100.00, 0.00 back");
    assert_eq!(shop.shelf(&laptop).await, "Sold at Sold, 5000.00 on 2026-03-02 by INV-000001");
    assert_eq!(shop.pile(&chargers).await, "3 there, 0 held");
    world.verify().await;
}

#[tokio::test]
async fn voiding_a_payment_of_a_sent_invoice_lowers_what_is_paid() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    shop.pay(&invoice, json!([cash("10.00"), momo("20.00", "A")])).await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    world.done(&shop.manager, "bizhubPaymentVoid", void(&payment), "").await;
    assert_eq!(shop.books(&invoice).await, "Sent: 20.00 of 50.00, 0.00 back");
    world.verify().await;
}

#[tokio::test]
async fn only_a_manager_voids() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    for person in [&shop.sales, &shop.technician, &shop.warehouse] {
        let refusals = world.refused(person, "bizhubPaymentVoid", void(&payment)).await;
        assert_eq!(refusals, ["FORBIDDEN "]);
    }
    assert_eq!(shop.tenders(&invoice).await, ["Cash 50.00"]);
}

#[tokio::test]
async fn a_payment_is_voided_on_its_own_day_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let paid = shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let sent = shop.sent(json!([service("50.00")])).await;
    shop.pay(&sent, json!([cash("10.00")])).await;
    world.clock.advance(TimeDelta::days(1));
    for invoice in [paid, sent] {
        let payment = shop.ids_of("payments", &invoice).await.remove(0);
        let refusals = world.refused(&shop.manager, "bizhubPaymentVoid", void(&payment)).await;
        assert_eq!(refusals, ["EXPIRED paymentId"]);
    }
    let live = "SELECT count(*) FROM bizhub.payments WHERE voided_at IS NULL";
    assert_eq!(world.value(live).await, 2);
}

#[tokio::test]
async fn a_payment_is_voided_once_and_with_a_reason() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    let silent = json!({ "paymentId": payment, "reason": " ", "idempotencyKey": key() });
    let refusals = world.refused(&shop.manager, "bizhubPaymentVoid", silent).await;
    assert_eq!(refusals, ["REQUIRED reason"]);
    world.done(&shop.manager, "bizhubPaymentVoid", void(&payment), "").await;
    let refusals = world.refused(&shop.manager, "bizhubPaymentVoid", void(&payment)).await;
    assert_eq!(refusals, ["ALREADY_DONE paymentId"]);
    assert_eq!(shop.books(&invoice).await, "Sent: 0.00 of 50.00, 0.00 back");
}

#[tokio::test]
async fn nothing_is_voided_once_something_was_refunded() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let lines = json!([service("20.00"), service("30.00")]);
    let invoice = shop.sold(lines, json!([cash("50.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    shop.refunded(&invoice, json!([{ "invoiceLineId": line }]), json!([cash("20.00")])).await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    let refusals = world.refused(&shop.manager, "bizhubPaymentVoid", void(&payment)).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED paymentId"]);
    assert_eq!(shop.books(&invoice).await, "Paid: 50.00 of 50.00, 20.00 back");
}

/// The fee can eat the whole refund: no money went back, yet the goods came.
#[tokio::test]
async fn nothing_is_voided_once_goods_came_back_for_nothing() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let lines = json!([asset(&laptop), service("0.00")]);
    let lines = {
        let draft = shop.draft_of(&shop.manager, lines).await;
        let input =
            json!({ "invoiceId": draft, "tenders": [cash("5000.00")], "idempotencyKey": key() });
        world.done(&shop.manager, "bizhubInvoiceCheckout", input, "").await;
        draft
    };
    let line = shop.ids_of("lines", &lines).await.remove(0);
    let input = json!({
        "invoiceId": lines, "lines": [{ "invoiceLineId": line }], "restockingFee": "5000.00",
        "reason": "Water damage", "idempotencyKey": key(),
    });
    let made = world.done(&shop.manager, "bizhubRefundRequest", input, "refund { id }").await;
    shop.pay_out(&id_of(&made, "refund"), json!([])).await;
    assert_eq!(shop.shelf(&laptop).await, "Returned at Backroom");
    let payment = shop.ids_of("payments", &lines).await.remove(0);
    let refusals = world.refused(&shop.manager, "bizhubPaymentVoid", void(&payment)).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED paymentId"]);
    world.verify().await;
}
