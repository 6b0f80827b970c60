//! A rejection frees the device, and its resale says what is left open (spec 6.8).

use serde_json::{Value, json};

use crate::preorders::by_cash;
use crate::shop::Shop;
use crate::till::{asset, cash, row};
use crate::world::{World, key};

#[tokio::test]
async fn a_rejected_device_is_for_sale_to_anybody() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, laptop) = shop.rejected(&shop.customer().await).await;
    assert_eq!(shop.stand(&preorder).await, "Rejected, paid");
    assert_eq!(shop.shelf(&laptop).await, "Ready for Sale at Repair Bench");
    let links = format!(
        "SELECT coalesce(a.preorder_id::text, 'free') || ', ' || p.asset_id || ', ' \
         || p.rejected_date || ', ' || p.rejection_reason \
         FROM bizhub.assets a, bizhub.preorders p WHERE a.id = {}",
        row(&laptop)
    );
    let words = format!("free, {}, 2026-03-02, Too heavy", row(&laptop));
    assert_eq!(world.value(&links).await, words.as_str());
    shop.draft(json!([asset(&laptop)])).await;
    world.verify().await;
}

#[tokio::test]
async fn a_device_on_an_invoice_is_not_rejected() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, laptop) = shop.arrived(&customer).await;
    let draft = json!({
        "customerId": customer, "customerType": "RETAIL", "lines": [asset(&laptop)],
        "idempotencyKey": key(),
    });
    world.done(&shop.sales, "bizhubInvoiceCreate", draft, "").await;
    let reason = json!({ "reason": "Too heavy" });
    let refused = shop.stays(&shop.sales, "Reject", &preorder, reason).await;
    assert_eq!(refused, ["PRECONDITION_FAILED preorderId"]);
    world.verify().await;
}

#[tokio::test]
async fn the_resale_says_what_fell_short_and_what_is_due() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, _) = shop.resold(&shop.customer().await, "4700.00").await;
    let stand = "Resold, paid, recovered 4700.00, short 300.00, due 200.00, on INV-000001";
    assert_eq!(shop.stand(&preorder).await, stand);
    let query = format!(
        "{{ bizhub {{ preorder(id: \"{preorder}\") {{ shortfall refundDue customerOwes }} }} }}"
    );
    let shown = world.read(&shop.manager, &query).await;
    let expected = json!({ "shortfall": "300.00", "refundDue": "200.00", "customerOwes": "0.00" });
    assert_eq!(shown["bizhub"]["preorder"], expected);
    let last = shop.preorder_story(&preorder).await.pop().unwrap();
    assert_eq!(last, "resold by manager: Rejected -> Resold");
    world.verify().await;
}

async fn void_first(shop: &Shop<'_>, invoice: &str) -> Value {
    let payment = shop.ids_of("payments", invoice).await.remove(0);
    json!({ "paymentId": payment, "reason": "Wrong till", "idempotencyKey": key() })
}

#[tokio::test]
async fn voiding_the_resale_takes_the_recovery_away_until_it_is_settled() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, invoice) = shop.resold(&shop.customer().await, "4700.00").await;
    let input = void_first(&shop, &invoice).await;
    world.done(&shop.manager, "bizhubPaymentVoid", input, "").await;
    assert_eq!(shop.stand(&preorder).await, "Rejected, paid");
    world.verify().await;
    let again =
        json!({ "invoiceId": invoice, "tenders": [cash("4700.00")], "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubInvoicePay", again, "").await;
    shop.move_on(&shop.manager, "Settle", &preorder, by_cash()).await;
    let payment = shop.ids_of("payments", &invoice).await.remove(1);
    let input = json!({ "paymentId": payment, "reason": "Wrong", "idempotencyKey": key() });
    let refused = world.refused(&shop.manager, "bizhubPaymentVoid", input).await;
    assert_eq!(refused, ["PRECONDITION_FAILED paymentId"]);
    world.verify().await;
}

/// Refunds the resale of a preorder in full.
async fn refund(shop: &Shop<'_>, invoice: &str) {
    let line = shop.ids_of("lines", invoice).await.remove(0);
    let ask = json!({
        "invoiceId": invoice, "lines": [{ "invoiceLineId": line }], "reason": "Broken",
        "idempotencyKey": key(),
    });
    let made = shop.world.done(&shop.manager, "bizhubRefundRequest", ask, "refund { id }").await;
    let refund = crate::shop::id_of(&made, "refund");
    shop.pay_out(&refund, json!([cash("4700.00")])).await;
}

#[tokio::test]
async fn a_refund_of_the_resale_counts_before_the_settlement_and_not_after_it() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (open, sale) = shop.resold(&customer, "4700.00").await;
    refund(&shop, &sale).await;
    assert_eq!(shop.stand(&open).await, "Rejected, paid");
    let last = shop.preorder_story(&open).await.pop().unwrap();
    assert_eq!(last, "resale_undone by manager2: Resold -> Rejected");
    let (settled, sale) = shop.resold(&customer, "4700.00").await;
    shop.move_on(&shop.manager, "Settle", &settled, by_cash()).await;
    refund(&shop, &sale).await;
    let stand = "Closed, paid, back, recovered 4700.00, short 300.00, due 200.00, on INV-000002";
    assert_eq!(shop.stand(&settled).await, stand);
    world.verify().await;
}

#[tokio::test]
async fn a_rejected_device_can_arrive_for_another_and_its_sale_is_the_resale() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (first, laptop) = shop.rejected(&customer).await;
    let second = shop.ordered(&customer).await;
    shop.move_on(&shop.warehouse, "Arrive", &second, json!({ "assetId": laptop })).await;
    let tenders = json!([crate::preorders::deposit(&second, "500.00"), cash("4500.00")]);
    let input = crate::preorders::sale_to(&customer, json!([asset(&laptop)]), tenders);
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    let stand = "Resold, paid, recovered 5000.00, short 0.00, due 500.00, on INV-000001";
    assert_eq!(shop.stand(&first).await, stand);
    assert_eq!(shop.stand(&second).await, "Picked Up, paid, on INV-000001");
    world.verify().await;
}
