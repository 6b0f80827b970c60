//! What proves a tender (spec 6.6).

use serde_json::json;

use crate::shop::Shop;
use crate::till::{momo, service, tender};
use crate::world::{World, key};

#[tokio::test]
async fn momo_bank_transfer_and_card_need_a_reference() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    for method in ["MOMO", "BANK_TRANSFER", "CARD"] {
        for reference in [json!(null), json!("  ")] {
            let offer =
                json!({ "paymentMethod": method, "amount": "1.00", "reference": reference });
            let refusals = shop.pay_refused(&invoice, json!([offer])).await;
            assert_eq!(refusals, ["REQUIRED tenders.0.reference"], "{method}");
        }
    }
    for method in ["CASH", "OTHER"] {
        let offer = json!({ "paymentMethod": method, "amount": "1.00" });
        shop.pay(&invoice, json!([offer])).await;
    }
    assert_eq!(shop.books(&invoice).await, "Sent: 2.00 of 50.00, 0.00 back");
}

#[tokio::test]
async fn a_reference_is_unique_per_method() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let first = shop.sent(json!([service("50.00")])).await;
    let second = shop.sent(json!([service("50.00")])).await;
    shop.pay(&first, json!([momo("10.00", "MM-1")])).await;
    let other = json!({ "paymentMethod": "OTHER", "amount": "5.00" });
    let again = shop.pay_refused(&second, json!([other, momo("10.00", " MM-1 ")])).await;
    assert_eq!(again, ["NOT_UNIQUE tenders.1.reference"]);
    let twice = json!([momo("10.00", "MM-2"), momo("10.00", "MM-2")]);
    assert_eq!(shop.pay_refused(&second, twice).await, ["NOT_UNIQUE tenders.1.reference"]);
    let elsewhere = json!({ "paymentMethod": "CARD", "amount": "10.00", "reference": "MM-1" });
    shop.pay(&second, json!([elsewhere])).await;
    assert_eq!(shop.tenders(&second).await, ["Card 10.00"]);
    world.verify().await;
}

#[tokio::test]
async fn cash_and_other_tenders_may_repeat_a_reference() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    for method in ["CASH", "OTHER"] {
        for _ in 0..2 {
            let offer = json!({ "paymentMethod": method, "amount": "1.00", "reference": "till 1" });
            shop.pay(&invoice, json!([offer])).await;
        }
    }
    assert_eq!(shop.books(&invoice).await, "Sent: 4.00 of 50.00, 0.00 back");
}

#[tokio::test]
async fn a_reference_used_at_checkout_is_refused_too() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.sold(json!([service("50.00")]), json!([momo("50.00", "MM-1")])).await;
    let input = json!({
        "lines": [service("50.00")], "tenders": [momo("50.00", "MM-1")], "idempotencyKey": key(),
    });
    let refusals = world.refused(&shop.sales, "bizhubInvoiceCheckout", input).await;
    assert_eq!(refusals, ["NOT_UNIQUE tenders.0.reference"]);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.invoices").await, 1);
    shop.sold(json!([service("50.00")]), json!([tender("MOMO", "50.00")])).await;
    let numbers = "SELECT string_agg(invoice_number, ' ' ORDER BY id) FROM bizhub.invoices";
    assert_eq!(
        world.value(numbers).await,
        "INV-000001 INV-000002",
        "a refused sale draws no number"
    );
    world.verify().await;
}

#[tokio::test]
async fn a_voided_tenders_reference_can_be_entered_again() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let wrong = shop.sent(json!([service("50.00")])).await;
    let right = shop.sent(json!([service("50.00")])).await;
    shop.pay(&wrong, json!([momo("50.00", "MM-1")])).await;
    let payment = shop.ids_of("payments", &wrong).await.remove(0);
    let void = json!({ "paymentId": payment, "reason": "Wrong invoice", "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubPaymentVoid", void, "").await;
    shop.pay(&right, json!([momo("50.00", "MM-1")])).await;
    assert_eq!(shop.books(&right).await, "Paid: 50.00 of 50.00, 0.00 back");
    world.verify().await;
}

#[tokio::test]
async fn references_and_notes_hold_no_card_number() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    let mut offer = json!({
        "paymentMethod": "CARD", "amount": "50.00", "reference": "4111 1111 1111 1111",
    });
    let refusals = shop.pay_refused(&invoice, json!([offer])).await;
    assert_eq!(refusals, ["VALIDATION_FAILED tenders.0.reference"]);
    offer["reference"] = json!("slip 12");
    offer["notes"] = json!("5555-5555-5555-4444");
    let refusals = shop.pay_refused(&invoice, json!([offer])).await;
    assert_eq!(refusals, ["VALIDATION_FAILED tenders.0.notes"]);
    offer["notes"] = json!("");
    offer["reference"] = json!("x".repeat(101));
    let refusals = shop.pay_refused(&invoice, json!([offer])).await;
    assert_eq!(refusals, ["OUT_OF_RANGE tenders.0.reference"]);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.payments").await, 0);
}
