//! How money goes back: as it came, each method up to what it brought in (spec 6.7).

use serde_json::{Value, json};

use super::{refund_rows, whole};
use crate::shop::Shop;
use crate::till::{cash, momo, service};
use crate::world::{World, key};

/// An approved refund of an invoice that was paid 30.00 in cash and 20.00 by MoMo.
async fn approved(shop: &Shop<'_>) -> String {
    let tenders = json!([cash("30.00"), momo("20.00", &key())]);
    let invoice = shop.sold(json!([service("50.00")]), tenders).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let refund = shop.asked(&invoice, json!([whole(&line)])).await;
    let input = json!({ "refundId": refund });
    shop.world.done(&shop.manager, "bizhubRefundApprove", input, "").await;
    refund
}

fn by(method: &str, amount: &str) -> Value {
    json!({ "paymentMethod": method, "amount": amount })
}

fn complete(refund: &str, tenders: Value) -> Value {
    json!({ "refundId": refund, "tenders": tenders, "idempotencyKey": key() })
}

#[tokio::test]
async fn the_tenders_out_come_to_the_refund_exactly() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let refund = approved(&shop).await;
    for tenders in [
        json!([]),
        json!([by("CASH", "30.00"), by("MOMO", "19.99")]),
        json!([by("CASH", "30.01"), by("MOMO", "20.00")]),
    ] {
        let input = complete(&refund, tenders);
        let refusals = world.refused(&shop.manager, "bizhubRefundComplete", input).await;
        assert_eq!(refusals, ["AMOUNT_MISMATCH tenders"]);
    }
    assert_eq!(world.value("SELECT count(*) FROM bizhub.refund_tenders").await, 0);
}

#[tokio::test]
async fn a_method_gives_back_no_more_than_it_brought_in() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let refund = approved(&shop).await;
    for (tenders, refusal) in [
        (json!([by("CASH", "29.99"), by("MOMO", "20.01")]), "OVERPAYMENT tenders.1.amount"),
        (json!([by("CARD", "50.00")]), "OVERPAYMENT tenders.0.amount"),
        (
            json!([by("MOMO", "15.00"), by("MOMO", "15.00"), by("CASH", "20.00")]),
            "OVERPAYMENT tenders.1.amount",
        ),
    ] {
        let input = complete(&refund, tenders);
        let refusals = world.refused(&shop.manager, "bizhubRefundComplete", input).await;
        assert_eq!(refusals, [refusal]);
    }
    let input = complete(&refund, json!([by("MOMO", "20.00"), by("CASH", "30.00")]));
    world.done(&shop.manager, "bizhubRefundComplete", input, "").await;
    assert_eq!(
        refund_rows(&shop).await,
        ["completed 50.00 on 2026-03-02: MoMo 20.00 of payment 20.00, Cash 30.00 of payment 30.00"]
    );
    world.verify().await;
}

#[tokio::test]
async fn a_manager_may_pay_cash_in_place_of_another_method() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let refund = approved(&shop).await;
    let input = complete(&refund, json!([by("CASH", "50.00")]));
    world.done(&shop.manager, "bizhubRefundComplete", input, "").await;
    assert_eq!(refund_rows(&shop).await, ["completed 50.00 on 2026-03-02: Cash 50.00"]);
    world.verify().await;
}

#[tokio::test]
async fn amounts_paid_out_are_above_zero_in_whole_cents() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let refund = approved(&shop).await;
    for amount in ["0.00", "-1.00", "0.001"] {
        let input = complete(&refund, json!([by("CASH", amount)]));
        let refusals = world.refused(&shop.manager, "bizhubRefundComplete", input).await;
        assert!(refusals.contains(&"OUT_OF_RANGE tenders.0.amount".to_owned()), "{refusals:?}");
    }
}

#[tokio::test]
async fn what_an_earlier_refund_gave_back_is_gone() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let tenders = json!([cash("30.00"), momo("20.00", "A")]);
    let invoice = shop.sold(json!([service("50.00")]), tenders).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let part = json!([{ "invoiceLineId": line, "amount": "15.00" }]);
    shop.refunded(&invoice, part, json!([by("MOMO", "15.00")])).await;
    let refund = shop.asked(&invoice, json!([whole(&line)])).await;
    world.done(&shop.manager, "bizhubRefundApprove", json!({ "refundId": refund }), "").await;
    let input = complete(&refund, json!([by("MOMO", "5.01"), by("CASH", "29.99")]));
    let refusals = world.refused(&shop.manager, "bizhubRefundComplete", input).await;
    assert_eq!(refusals, ["OVERPAYMENT tenders.0.amount"]);
    let input = complete(&refund, json!([by("MOMO", "5.00"), by("CASH", "30.00")]));
    world.done(&shop.manager, "bizhubRefundComplete", input, "").await;
    assert_eq!(shop.books(&invoice).await, "Refunded: 50.00 of 50.00, 50.00 back");
    world.verify().await;
}

#[tokio::test]
async fn a_voided_tender_brought_nothing_in() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("50.00")]), json!([momo("50.00", "A")])).await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    let void = json!({ "paymentId": payment, "reason": "Wrong", "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubPaymentVoid", void, "").await;
    shop.pay(&invoice, json!([cash("50.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let refund = shop.asked(&invoice, json!([whole(&line)])).await;
    world.done(&shop.manager, "bizhubRefundApprove", json!({ "refundId": refund }), "").await;
    let input = complete(&refund, json!([by("MOMO", "50.00")]));
    let refusals = world.refused(&shop.manager, "bizhubRefundComplete", input).await;
    assert_eq!(refusals, ["OVERPAYMENT tenders.0.amount"]);
    world.verify().await;
}
