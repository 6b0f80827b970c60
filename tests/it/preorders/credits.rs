//! Store credit: paid out for a refund, spent as a tender (spec 6.6, 6.7).

use serde_json::{Value, json};

use crate::preorders::{credit, sale_to};
use crate::shop::{Shop, id_of};
use crate::till::{cash, service};
use crate::world::{World, key};

/// A sale to a customer, and an approved refund of all of it.
async fn approved(shop: &Shop<'_>, customer: Option<&str>, price: &str) -> (String, String) {
    let mut input = sale_to("", json!([service(price)]), json!([cash(price)]));
    match customer {
        Some(customer) => input["customerId"] = json!(customer),
        None => {
            input["customerId"] = Value::Null;
            input["customerType"] = json!("WALK_IN");
        }
    }
    let sale = shop.world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
    let invoice = id_of(&sale, "invoice");
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let refund = shop.asked(&invoice, json!([{ "invoiceLineId": line }])).await;
    shop.world.done(&shop.manager, "bizhubRefundApprove", json!({ "refundId": refund }), "").await;
    (invoice, refund)
}

fn complete(refund: &str, tenders: Value) -> Value {
    json!({ "refundId": refund, "tenders": tenders, "idempotencyKey": key() })
}

fn as_credit(amount: &str) -> Value {
    json!({ "paymentMethod": "OTHER", "amount": amount, "storeCredit": true })
}

#[tokio::test]
async fn a_refund_becomes_store_credit_of_a_named_customer() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (invoice, refund) = approved(&shop, Some(&customer), "100.00").await;
    let mut by_cash = as_credit("100.00");
    by_cash["paymentMethod"] = json!("CASH");
    let input = complete(&refund, json!([by_cash]));
    let refused = world.refused(&shop.manager, "bizhubRefundComplete", input).await;
    assert_eq!(refused, ["VALIDATION_FAILED tenders.0.paymentMethod"]);
    let input = complete(&refund, json!([as_credit("60.00"), cash("40.00")]));
    world.done(&shop.manager, "bizhubRefundComplete", input, "").await;
    assert_eq!(shop.books(&invoice).await, "Refunded: 100.00 of 100.00, 100.00 back");
    assert_eq!(shop.store_credit().await, ["Refund 0.00 of 60.00"]);
    let query = "{ bizhub { customers { nodes { credits { nodes { amount balance \
                 sourceKind refund { totalAmount } } } } } } }";
    let shown = world.read(&shop.sales, query).await;
    let shown = &shown["bizhub"]["customers"]["nodes"][0]["credits"]["nodes"][0];
    let expected = json!({
        "amount": "60.00", "balance": "60.00", "sourceKind": "REFUND",
        "refund": { "totalAmount": "100.00" },
    });
    assert_eq!(*shown, expected);
    world.verify().await;
}

#[tokio::test]
async fn nobody_in_particular_gets_no_store_credit() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (_, refund) = approved(&shop, None, "100.00").await;
    let input = complete(&refund, json!([as_credit("100.00")]));
    let refused = world.refused(&shop.manager, "bizhubRefundComplete", input).await;
    assert_eq!(refused, ["NOT_ELIGIBLE tenders.0.storeCredit"]);
    assert_eq!(shop.store_credit().await, Vec::<String>::new());
    world.verify().await;
}

/// A customer with store credit over an amount, and the credit.
async fn credited(shop: &Shop<'_>, customer: &str, amount: &str) -> String {
    let (_, refund) = approved(shop, Some(customer), amount).await;
    let input = complete(&refund, json!([as_credit(amount)]));
    shop.world.done(&shop.manager, "bizhubRefundComplete", input, "").await;
    shop.newest_credit().await
}

#[tokio::test]
async fn store_credit_is_spent_up_to_what_is_left_of_it() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let given = credited(&shop, &customer, "100.00").await;
    let buy = |price: &str, tenders: Value| sale_to(&customer, json!([service(price)]), tenders);
    let input = buy("70.00", json!([credit(&given, "70.00")]));
    let sale = world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
    assert_eq!(shop.store_credit().await, ["Refund 70.00 of 100.00"]);
    let input = buy("40.00", json!([credit(&given, "40.00")]));
    let refused = world.refused(&shop.sales, "bizhubInvoiceCheckout", input).await;
    assert_eq!(refused, ["INSUFFICIENT_FUNDS tenders.0.amount"]);
    let input =
        buy("40.00", json!([credit(&given, "15.00"), credit(&given, "15.00"), cash("10.00")]));
    let refused = world.refused(&shop.sales, "bizhubInvoiceCheckout", input).await;
    assert_eq!(refused, ["NOT_UNIQUE tenders.1"]);
    let input = buy("20.00", json!([credit(&given, "30.00")]));
    let refused = world.refused(&shop.sales, "bizhubInvoiceCheckout", input).await;
    assert_eq!(refused, ["OVERPAYMENT tenders.0.amount"], "credit gives no change");
    let input = buy("40.00", json!([credit(&given, "30.00"), cash("10.00")]));
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    assert_eq!(shop.store_credit().await, ["Refund 100.00 of 100.00"]);
    let payment = shop.ids_of("payments", &id_of(&sale, "invoice")).await.remove(0);
    let void = json!({ "paymentId": payment, "reason": "Wrong", "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubPaymentVoid", void, "").await;
    assert_eq!(shop.store_credit().await, ["Refund 30.00 of 100.00"]);
    world.verify().await;
}

#[tokio::test]
async fn store_credit_pays_its_own_customers_invoice_alone() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let given = credited(&shop, &customer, "100.00").await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    let refused = shop.pay_refused(&invoice, json!([credit(&given, "50.00")])).await;
    assert_eq!(refused, ["NOT_ELIGIBLE tenders.0.customerCreditId"], "nobody on record");
    let other = json!({ "customerType": "RETAIL", "fullName": "Kofi", "phone": "0201234568" });
    let other = world.done(&shop.sales, "bizhubCustomerCreate", other, "customer { id }").await;
    let tenders = json!([credit(&given, "50.00")]);
    let input = sale_to(&id_of(&other, "customer"), json!([service("50.00")]), tenders);
    let refused = world.refused(&shop.sales, "bizhubInvoiceCheckout", input).await;
    assert_eq!(refused, ["NOT_ELIGIBLE tenders.0.customerCreditId"]);
    assert_eq!(shop.store_credit().await, ["Refund 0.00 of 100.00"]);
    world.verify().await;
}

#[tokio::test]
async fn what_store_credit_paid_can_become_store_credit_again() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let given = credited(&shop, &customer, "100.00").await;
    let input = sale_to(&customer, json!([service("100.00")]), json!([credit(&given, "100.00")]));
    let sale = world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
    let invoice = id_of(&sale, "invoice");
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let out = json!([as_credit("100.00")]);
    shop.refunded(&invoice, json!([{ "invoiceLineId": line }]), out).await;
    assert_eq!(shop.store_credit().await, ["Refund 100.00 of 100.00", "Refund 0.00 of 100.00"]);
    world.verify().await;
}

#[tokio::test]
async fn what_store_credit_paid_brought_in_no_money_that_could_go_back_as_other() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let given = credited(&shop, &customer, "60.00").await;
    let lines = json!([service("100.00")]);
    let by_other = |amount: &str| json!({ "paymentMethod": "OTHER", "amount": amount });
    let input = sale_to(&customer, lines, json!([credit(&given, "60.00"), by_other("40.00")]));
    let sale = world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
    let invoice = id_of(&sale, "invoice");
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let refund = shop.asked(&invoice, json!([{ "invoiceLineId": line }])).await;
    world.done(&shop.manager, "bizhubRefundApprove", json!({ "refundId": refund }), "").await;
    let input = complete(&refund, json!([by_other("100.00")]));
    let refused = world.refused(&shop.manager, "bizhubRefundComplete", input).await;
    assert_eq!(refused, ["OVERPAYMENT tenders.0.amount"]);
    let input = complete(&refund, json!([by_other("40.00"), as_credit("60.00")]));
    world.done(&shop.manager, "bizhubRefundComplete", input, "").await;
    assert_eq!(shop.store_credit().await, ["Refund 60.00 of 60.00", "Refund 0.00 of 60.00"]);
    world.verify().await;
}

#[tokio::test]
async fn a_deleted_customer_gets_no_store_credit() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (_, refund) = approved(&shop, Some(&customer), "100.00").await;
    let delete = json!({ "customerId": customer, "reason": "Moved away" });
    world.done(&shop.manager, "bizhubCustomerDelete", delete, "").await;
    let input = complete(&refund, json!([as_credit("100.00")]));
    let refused = world.refused(&shop.manager, "bizhubRefundComplete", input).await;
    assert_eq!(refused, ["NOT_ELIGIBLE tenders.0.storeCredit"]);
    assert_eq!(shop.store_credit().await, Vec::<String>::new());
    world.verify().await;
}
