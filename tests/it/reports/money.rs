//! Money: payments, refunds, customers, and what is owed to them.

use chrono::TimeDelta;
use serde_json::json;

use super::{lines, totals};
use crate::shop::{Shop, id_of};
use crate::till::{cash, momo, service};
use crate::world::{World, key};

#[tokio::test]
async fn payments_are_told_by_method_day_and_person() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let first =
        shop.sold(json!([service("50.00")]), json!([cash("40.00"), momo("20.00", "A")])).await;
    let second = shop.sent(json!([service("30.00")])).await;
    shop.pay(&second, json!([cash("10.00")])).await;
    let payment = shop.ids_of("payments", &second).await.remove(0);
    let void = json!({ "paymentId": payment, "reason": "Torn", "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubPaymentVoid", void, "").await;
    world.clock.advance(TimeDelta::days(1));
    let line = shop.ids_of("lines", &first).await.remove(0);
    let back = json!([cash("30.00"), { "paymentMethod": "MOMO", "amount": "20.00" }]);
    shop.refunded(&first, json!([{ "invoiceLineId": line }]), back).await;

    let fields = "group tenders received applied changeGiven voided refunded credited net";
    let methods = [
        "Cash | 1 | 30.00 | 0.00 | 10.00 | 10.00 | 30.00 | 0.00 | 0.00",
        "MoMo | 1 | 20.00 | 0.00 | 0.00 | 0.00 | 20.00 | 0.00 | 0.00",
    ];
    assert_eq!(lines(&world, &shop.manager, "payments", fields).await, methods);
    let days = [
        "2026-03-02 | 2 | 50.00 | 0.00 | 10.00 | 10.00 | 0.00 | 0.00 | 50.00",
        "2026-03-03 | 0 | 0.00 | 0.00 | 0.00 | 0.00 | 50.00 | 0.00 | -50.00",
    ];
    assert_eq!(lines(&world, &shop.manager, "payments(groupBy: DAY)", fields).await, days);
    let people = [
        "sales of bizhub | 2 | 50.00 | 0.00 | 10.00 | 10.00 | 0.00 | 0.00 | 50.00",
        "manager2 of bizhub | 0 | 0.00 | 0.00 | 0.00 | 0.00 | 50.00 | 0.00 | -50.00",
    ];
    assert_eq!(lines(&world, &shop.manager, "payments(groupBy: PERSON)", fields).await, people);
    let whole = "2 | 50.00 | 0.00 | 10.00 | 10.00 | 50.00 | 0.00 | 0.00";
    let fields = fields.replace("group ", "");
    assert_eq!(totals(&world, &shop.manager, "payments", &fields).await, whole);
}

#[tokio::test]
async fn what_deposits_and_credit_pay_is_no_new_money() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, laptop) = shop.arrived(&customer).await;
    let held = "preorderNumber customerName status depositAmount kept held";
    let open = ["PRE-000001 | Ama Mensah | ARRIVED | 500.00 | 0.00 | 500.00"];
    assert_eq!(lines(&world, &shop.manager, "depositsHeld", held).await, open);
    let input = json!({
        "customerId": customer, "lines": [{ "assetId": laptop }], "idempotencyKey": key(),
        "tenders": [{ "paymentMethod": "OTHER", "amount": "500.00", "preorderId": preorder },
                    cash("4500.00")],
    });
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    let fields = "group tenders received applied net";
    let methods = ["Cash | 1 | 4500.00 | 0.00 | 4500.00", "Other | 1 | 500.00 | 500.00 | 0.00"];
    assert_eq!(lines(&world, &shop.manager, "payments", fields).await, methods);
    assert!(lines(&world, &shop.manager, "depositsHeld", held).await.is_empty());
}

#[tokio::test]
async fn a_deposit_is_held_until_it_is_spent_settled_or_back() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    shop.preorder(&customer).await;
    let waiting = shop.with_deposit(&customer).await;
    let (resold, _) = shop.resold(&customer, "4800.00").await;
    let fields = "preorderNumber status depositAmount kept held";
    let rows = [
        "PRE-000002 | DEPOSIT_PENDING | 500.00 | 0.00 | 500.00",
        "PRE-000003 | RESOLD | 500.00 | 200.00 | 300.00",
    ];
    assert_eq!(lines(&world, &shop.manager, "depositsHeld", fields).await, rows);
    let sums = "depositAmount kept held";
    let whole = "1000.00 | 200.00 | 800.00";
    assert_eq!(totals(&world, &shop.manager, "depositsHeld", sums).await, whole);
    let credit = json!({ "tender": { "paymentMethod": "OTHER", "storeCredit": true } });
    shop.move_on(&shop.manager, "Settle", &resold, credit).await;
    assert_eq!(lines(&world, &shop.manager, "depositsHeld", fields).await, rows[..1]);
    let back = json!({ "tender": { "paymentMethod": "CASH" }, "reason": "Changed his mind" });
    shop.move_on(&shop.manager, "RefundDeposit", &waiting, back).await;
    assert!(lines(&world, &shop.manager, "depositsHeld", fields).await.is_empty());
    let credits = lines(&world, &shop.manager, "creditsHeld", "group credits issued held").await;
    assert_eq!(credits, ["Ama Mensah | 1 | 300.00 | 300.00"]);
    let credits = lines(&world, &shop.manager, "creditsHeld(groupBy: SOURCE)", "group held").await;
    assert_eq!(credits, ["Deposit | 300.00"]);
}

#[tokio::test]
async fn refunds_are_told_with_what_the_shop_kept() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice =
        shop.sold(json!([service("60.00"), service("40.00")]), json!([cash("100.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let input = json!({
        "invoiceId": invoice, "lines": [{ "invoiceLineId": line }], "restockingFee": "10.00",
        "reason": "Did not fit", "idempotencyKey": key(),
    });
    let made = world.done(&shop.sales, "bizhubRefundRequest", input, "refund { id }").await;
    shop.pay_out(&id_of(&made, "refund"), json!([cash("50.00")])).await;
    let sent = shop.sent(json!([service("70.00")])).await;
    shop.pay(&sent, json!([cash("20.00")])).await;
    let input = json!({
        "invoiceId": sent, "paymentsOnly": true, "reason": "Gave up", "idempotencyKey": key(),
    });
    let made = world.done(&shop.sales, "bizhubRefundRequest", input, "refund { id }").await;
    world.clock.advance(TimeDelta::days(1));
    shop.pay_out(&id_of(&made, "refund"), json!([cash("20.00")])).await;
    shop.asked(&invoice, json!([{ "invoiceLineId": shop.ids_of("lines", &invoice).await[1] }]))
        .await;

    let fields = "group refunds taken restockingFees paidOut tendersReturned";
    let days = [
        "2026-03-02 | 1 | 60.00 | 10.00 | 50.00 | 0.00",
        "2026-03-03 | 1 | 0.00 | 0.00 | 0.00 | 20.00",
    ];
    assert_eq!(lines(&world, &shop.manager, "refunds", fields).await, days);
    let reps = ["sales of bizhub | 2 | 60.00 | 10.00 | 50.00 | 20.00"];
    assert_eq!(lines(&world, &shop.sales, "refunds(groupBy: REP)", fields).await, reps);
}

#[tokio::test]
async fn customers_stand_in_the_order_of_what_they_bought_and_kept() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let ama = shop.customer().await;
    let input =
        json!({ "customerType": "RETAIL", "fullName": "Kofi Boateng", "phone": "0201234568" });
    let made = world.done(&shop.sales, "bizhubCustomerCreate", input, "customer { id }").await;
    let kofi = id_of(&made, "customer");
    let buys = async |customer: &str, price: &str| {
        let input = json!({
            "customerId": customer, "lines": [service(price)], "tenders": [cash(price)],
            "idempotencyKey": key(),
        });
        let shown = "invoice { id }";
        id_of(&world.done(&shop.sales, "bizhubInvoiceCheckout", input, shown).await, "invoice")
    };
    let back = buys(&ama, "90.00").await;
    buys(&ama, "20.00").await;
    buys(&kofi, "70.00").await;
    shop.sold(json!([service("500.00")]), json!([cash("500.00")])).await;
    let line = shop.ids_of("lines", &back).await.remove(0);
    shop.refunded(&back, json!([{ "invoiceLineId": line }]), json!([cash("90.00")])).await;
    let fields = "fullName invoices grossSales refunds netSales lastInvoiceDate";
    let rows = [
        "Kofi Boateng | 1 | 70.00 | 0.00 | 70.00 | 2026-03-02",
        "Ama Mensah | 2 | 110.00 | 90.00 | 20.00 | 2026-03-02",
    ];
    assert_eq!(lines(&world, &shop.manager, "topCustomers", fields).await, rows);
}
