//! What is taken and paid out belongs to the open drawer of whoever does it.

use serde_json::json;

use super::{closing, counted};
use crate::preorders::in_cash;
use crate::shop::Shop;
use crate::till::{cash, momo, service};
use crate::world::{World, key};

/// Each payment with the drawer that it went into, by the drawer's person.
const WHOSE: &str = "SELECT p.payment_method || ' ' || p.amount || coalesce(' of ' || u.username, '') \
     AS line FROM bizhub.payments p \
     LEFT JOIN bizhub.cash_drawer_sessions s ON s.id = p.cash_drawer_session_id \
     LEFT JOIN bizhub.users u ON u.id = s.user_id ORDER BY p.id";

#[tokio::test]
async fn a_person_has_one_open_drawer_at_a_time() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let drawer = shop.opens(&shop.sales, "100.00").await;
    let again = json!({ "openingFloat": "0.00", "idempotencyKey": key() });
    let name = "bizhubCashDrawerSessionOpen";
    assert_eq!(world.refused(&shop.sales, name, again.clone()).await, ["ALREADY_DONE "]);
    shop.opens(&shop.manager, "0.00").await;
    shop.closes(&shop.sales, &drawer, json!([counted("CASH", "100.00")])).await;
    world.done(&shop.sales, name, again, "").await;
    let sql = "SELECT u.username || ' ' || s.status || ' ' || s.opening_float AS line \
               FROM bizhub.cash_drawer_sessions s JOIN bizhub.users u ON u.id = s.user_id \
               ORDER BY s.id";
    let expected = ["sales Closed 100.00", "manager Open 0.00", "sales Open 0.00"];
    assert_eq!(shop.lines(sql).await, expected);
    world.verify().await;
}

#[tokio::test]
async fn a_float_is_an_amount_and_a_technician_opens_no_drawer() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let name = "bizhubCashDrawerSessionOpen";
    let less = json!({ "openingFloat": "-1.00", "idempotencyKey": key() });
    assert_eq!(world.refused(&shop.sales, name, less).await, ["OUT_OF_RANGE openingFloat"]);
    let fine = json!({ "openingFloat": "1.00", "idempotencyKey": key() });
    for person in [&shop.technician, &shop.warehouse] {
        assert_eq!(world.refused(person, name, fine.clone()).await, ["FORBIDDEN "]);
    }
}

#[tokio::test]
async fn tenders_go_into_the_drawer_of_whoever_takes_them() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.sold(json!([service("10.00")]), json!([cash("10.00")])).await;
    shop.opens(&shop.sales, "0.00").await;
    shop.sold(json!([service("50.00")]), json!([cash("30.00"), momo("20.00", "A")])).await;
    let input = json!({
        "lines": [service("5.00")], "tenders": [cash("5.00")], "idempotencyKey": key(),
    });
    world.done(&shop.manager, "bizhubInvoiceCheckout", input, "").await;
    let expected = ["Cash 10.00", "Cash 30.00 of sales", "MoMo 20.00 of sales", "Cash 5.00"];
    assert_eq!(shop.lines(WHOSE).await, expected);
}

#[tokio::test]
async fn a_refund_in_cash_comes_out_of_the_drawer_of_whoever_pays_it() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let till = shop.opens(&shop.sales, "100.00").await;
    let invoice = shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let second = world.person("manager2").await;
    let safe = shop.opens(&second, "500.00").await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    shop.refunded(&invoice, json!([{ "invoiceLineId": line }]), json!([cash("50.00")])).await;
    shop.closes(&shop.sales, &till, json!([counted("CASH", "150.00")])).await;
    shop.closes(&second, &safe, json!([counted("CASH", "450.00")])).await;
    assert_eq!(shop.counts(&till).await, ["Cash 150.00, counted 150.00, 0.00"]);
    assert_eq!(shop.counts(&safe).await, ["Cash 450.00, counted 450.00, 0.00"]);
    world.verify().await;
}

#[tokio::test]
async fn a_deposit_goes_into_the_drawer_and_paying_with_it_does_not() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let till = shop.opens(&shop.sales, "0.00").await;
    let customer = shop.customer().await;
    let (preorder, laptop) = shop.arrived(&customer).await;
    let tenders = json!([
        { "paymentMethod": "OTHER", "amount": "500.00", "preorderId": preorder }, cash("4500.00"),
    ]);
    let input = json!({
        "customerId": customer, "lines": [{ "assetId": laptop }], "tenders": tenders,
        "idempotencyKey": key(),
    });
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    shop.closes(&shop.sales, &till, json!([counted("CASH", "5000.00")])).await;
    assert_eq!(shop.counts(&till).await, ["Cash 5000.00, counted 5000.00, 0.00"]);
    world.verify().await;
}

#[tokio::test]
async fn a_payment_is_voided_only_while_its_drawer_is_open() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let till = shop.opens(&shop.sales, "0.00").await;
    let first = shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let second = shop.sold(json!([service("20.00")]), json!([cash("20.00")])).await;
    let void = |payment: String| json!({ "paymentId": payment, "reason": "Entered twice", "idempotencyKey": key() });
    let payment = shop.ids_of("payments", &first).await.remove(0);
    world.done(&shop.manager, "bizhubPaymentVoid", void(payment), "").await;
    shop.closes(&shop.sales, &till, json!([counted("CASH", "20.00")])).await;
    assert_eq!(shop.counts(&till).await, ["Cash 20.00, counted 20.00, 0.00"]);
    let payment = shop.ids_of("payments", &second).await.remove(0);
    let refusals = world.refused(&shop.manager, "bizhubPaymentVoid", void(payment)).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED paymentId"]);
    assert_eq!(shop.tenders(&second).await, ["Cash 20.00"]);
    world.verify().await;
}

#[tokio::test]
async fn a_shop_can_ask_for_a_drawer_before_cash_changes_hands() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("9.00")]), json!([cash("9.00")])).await;
    shop.set("bizhub.drawer_required", json!(true)).await;
    let sale = |tender| json!({ "lines": [service("50.00")], "tenders": [tender], "idempotencyKey": key() });
    let name = "bizhubInvoiceCheckout";
    let refusals = world.refused(&shop.sales, name, sale(cash("50.00"))).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED "]);
    let preorder = shop.preorder(&shop.customer().await).await;
    let refusals = shop.stays(&shop.sales, "PayDeposit", &preorder, in_cash("500.00")).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED "]);
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let refund = shop.asked(&invoice, json!([{ "invoiceLineId": line }])).await;
    world.done(&shop.manager, "bizhubRefundApprove", json!({ "refundId": refund }), "").await;
    let back = json!({ "refundId": refund, "tenders": [cash("9.00")], "idempotencyKey": key() });
    let refusals = world.refused(&shop.manager, "bizhubRefundComplete", back).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED "]);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.payments").await, 1);

    world.done(&shop.sales, name, sale(momo("50.00", "A")), "").await;
    let till = shop.opens(&shop.sales, "0.00").await;
    world.done(&shop.sales, name, sale(cash("50.00")), "").await;
    let counts = json!([counted("CASH", "50.00")]);
    world.done(&shop.sales, "bizhubCashDrawerSessionClose", closing(&till, counts), "").await;
    let refusals = world.refused(&shop.sales, name, sale(cash("50.00"))).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED "]);
    world.verify().await;
}
