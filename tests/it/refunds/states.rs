//! Asked, agreed by another person, paid out (spec 6.7).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{ask, refund_rows, whole};
use crate::shop::{Shop, id_of};
use crate::till::{cash, momo, service};
use crate::world::{World, key};

/// A paid invoice of 50.00 and its only line.
async fn paid(shop: &Shop<'_>) -> (String, Value) {
    let invoice = shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    (invoice, json!([whole(&line)]))
}

fn complete(refund: &str) -> Value {
    json!({ "refundId": refund, "tenders": [cash("50.00")], "idempotencyKey": key() })
}

#[tokio::test]
async fn whoever_asked_does_not_approve() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (invoice, lines) = paid(&shop).await;
    let input = ask(&invoice, lines, json!({}));
    let made = world.done(&shop.manager, "bizhubRefundRequest", input, "refund { id }").await;
    let refund = id_of(&made, "refund");
    let approve = json!({ "refundId": refund });
    let refusals = world.refused(&shop.manager, "bizhubRefundApprove", approve.clone()).await;
    assert_eq!(refusals, ["SELF_APPROVAL_FORBIDDEN refundId"]);
    let second = world.person("manager2").await;
    world.done(&second, "bizhubRefundApprove", approve, "").await;
    world.done(&shop.manager, "bizhubRefundComplete", complete(&refund), "").await;
    assert_eq!(
        refund_rows(&shop).await,
        ["completed 50.00 on 2026-03-02: Cash 50.00 of payment 50.00"]
    );
    world.verify().await;
}

#[tokio::test]
async fn a_tenant_with_one_administrator_can_switch_four_eyes_off() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.set("four_eyes.enforced", json!(false)).await;
    let (invoice, lines) = paid(&shop).await;
    let input = ask(&invoice, lines, json!({}));
    let made = world.done(&shop.manager, "bizhubRefundRequest", input, "refund { id }").await;
    let approve = json!({ "refundId": id_of(&made, "refund") });
    world.done(&shop.manager, "bizhubRefundApprove", approve, "").await;
    assert_eq!(refund_rows(&shop).await, ["approved 50.00"]);
}

#[tokio::test]
async fn a_seller_asks_and_only_a_manager_decides_and_pays_out() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (invoice, lines) = paid(&shop).await;
    let other = world.person("sales2").await;
    let input = ask(&invoice, lines.clone(), json!({}));
    let refusals = world.refused(&other, "bizhubRefundRequest", input.clone()).await;
    assert_eq!(refusals, ["NOT_FOUND invoiceId"], "another seller's invoice");
    let refusals = world.refused(&shop.technician, "bizhubRefundRequest", input).await;
    assert_eq!(refusals, ["FORBIDDEN "]);
    let refund = shop.asked(&invoice, lines).await;
    for (mutation, input) in [
        ("bizhubRefundApprove", json!({ "refundId": refund })),
        ("bizhubRefundReject", json!({ "refundId": refund, "reason": "No" })),
        ("bizhubRefundComplete", complete(&refund)),
    ] {
        for person in [&shop.sales, &shop.technician, &shop.warehouse] {
            assert_eq!(world.refused(person, mutation, input.clone()).await, ["FORBIDDEN "]);
        }
    }
    assert_eq!(refund_rows(&shop).await, ["requested 50.00"]);
    assert_eq!(shop.books(&invoice).await, "Paid: 50.00 of 50.00, 0.00 back");
}

#[tokio::test]
async fn a_rejection_has_a_reason_and_is_final() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (invoice, lines) = paid(&shop).await;
    let refund = shop.asked(&invoice, lines.clone()).await;
    let silent = json!({ "refundId": refund, "reason": "" });
    let refusals = world.refused(&shop.manager, "bizhubRefundReject", silent).await;
    assert_eq!(refusals, ["REQUIRED reason"]);
    let reject = json!({ "refundId": refund, "reason": "Dropped by the customer" });
    world.done(&shop.manager, "bizhubRefundReject", reject.clone(), "").await;
    for (mutation, input) in [
        ("bizhubRefundApprove", json!({ "refundId": refund })),
        ("bizhubRefundReject", reject),
        ("bizhubRefundComplete", complete(&refund)),
    ] {
        let refusals = world.refused(&shop.manager, mutation, input).await;
        assert_eq!(refusals[0], "INVALID_TRANSITION refundId", "{mutation}");
    }
    assert_eq!(shop.books(&invoice).await, "Paid: 50.00 of 50.00, 0.00 back");
    shop.asked(&invoice, lines).await;
    assert_eq!(refund_rows(&shop).await, ["rejected 50.00", "requested 50.00"]);
}

#[tokio::test]
async fn only_an_approved_refund_is_paid_out_and_only_once() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (invoice, lines) = paid(&shop).await;
    let refund = shop.asked(&invoice, lines).await;
    let refusals = world.refused(&shop.manager, "bizhubRefundComplete", complete(&refund)).await;
    assert_eq!(refusals[0], "INVALID_TRANSITION refundId");
    shop.pay_out(&refund, json!([cash("50.00")])).await;
    let refusals = world.refused(&shop.manager, "bizhubRefundComplete", complete(&refund)).await;
    assert_eq!(refusals[0], "INVALID_TRANSITION refundId");
    assert_eq!(world.value("SELECT sum(amount)::text FROM bizhub.refund_tenders").await, "50.00");
    world.verify().await;
}

#[tokio::test]
async fn only_what_is_paid_is_refunded() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let draft = shop.draft(json!([service("50.00")])).await;
    let sent = shop.sent(json!([service("50.00")])).await;
    shop.pay(&sent, json!([cash("20.00")])).await;
    for invoice in [draft, sent] {
        let line = shop.ids_of("lines", &invoice).await.remove(0);
        let input = ask(&invoice, json!([whole(&line)]), json!({}));
        let refusals = world.refused(&shop.manager, "bizhubRefundRequest", input).await;
        assert_eq!(refusals, ["PRECONDITION_FAILED invoiceId"]);
    }
    let (invoice, lines) = paid(&shop).await;
    shop.refunded(&invoice, lines.clone(), json!([cash("50.00")])).await;
    let input = ask(&invoice, lines, json!({}));
    let refusals = world.refused(&shop.manager, "bizhubRefundRequest", input).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED invoiceId"], "it is Refunded already");
}

#[tokio::test]
async fn one_refund_at_a_time_is_open_on_an_invoice() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (invoice, lines) = paid(&shop).await;
    let refund = shop.asked(&invoice, lines.clone()).await;
    let input = ask(&invoice, lines, json!({}));
    let refusals = world.refused(&shop.manager, "bizhubRefundRequest", input.clone()).await;
    assert_eq!(refusals, ["ALREADY_DONE invoiceId"]);
    let approve = json!({ "refundId": refund });
    world.done(&shop.manager, "bizhubRefundApprove", approve, "").await;
    let refusals = world.refused(&shop.manager, "bizhubRefundRequest", input).await;
    assert_eq!(refusals, ["ALREADY_DONE invoiceId"]);
}

#[tokio::test]
async fn after_the_window_a_manager_has_to_ask() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (invoice, lines) = paid(&shop).await;
    world.clock.advance(TimeDelta::days(14));
    let refund = shop.asked(&invoice, lines.clone()).await;
    let reject = json!({ "refundId": refund, "reason": "Try a repair first" });
    world.done(&shop.manager, "bizhubRefundReject", reject, "").await;
    world.clock.advance(TimeDelta::days(1));
    let input = ask(&invoice, lines, json!({}));
    let refusals = world.refused(&shop.sales, "bizhubRefundRequest", input.clone()).await;
    assert_eq!(refusals, ["EXPIRED invoiceId"]);
    world.done(&shop.manager, "bizhubRefundRequest", input, "").await;
}

#[tokio::test]
async fn the_window_is_a_setting() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.set("bizhub.refund_days", json!(0)).await;
    let (invoice, lines) = paid(&shop).await;
    world.clock.advance(TimeDelta::days(1));
    let input = ask(&invoice, lines, json!({}));
    let refusals = world.refused(&shop.sales, "bizhubRefundRequest", input).await;
    assert_eq!(refusals, ["EXPIRED invoiceId"]);
}

#[tokio::test]
async fn a_refund_that_no_longer_fits_its_invoice_is_not_paid_out() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("50.00")]), json!([momo("50.00", "A")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let refund = shop.asked(&invoice, json!([whole(&line)])).await;
    world.done(&shop.manager, "bizhubRefundApprove", json!({ "refundId": refund }), "").await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    let void = json!({ "paymentId": payment, "reason": "Wrong", "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubPaymentVoid", void, "").await;
    let refusals = world.refused(&shop.manager, "bizhubRefundComplete", complete(&refund)).await;
    assert_eq!(refusals[0], "PRECONDITION_FAILED refundId");
    assert_eq!(shop.books(&invoice).await, "Sent: 0.00 of 50.00, 0.00 back");
    world.verify().await;
}
