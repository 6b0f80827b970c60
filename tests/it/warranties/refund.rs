//! A claim that ends with the money, and a refund under a claim (spec 6.7, 6.9).

use serde_json::json;

use crate::shop::Shop;
use crate::till::{asset, cash};
use crate::world::{World, key};

#[tokio::test]
async fn a_claim_ends_as_refunded_when_its_refund_is_paid_out() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    let more = json!({ "reason": "Cannot be repaired" });
    shop.ended(&claimed.claim, "REFUNDED", more.clone()).await;
    // A second person agrees first, as with every refund.
    assert_eq!(shop.claims().await, ["WCLAIM-000001 Approved, ticket Open"]);
    let refused = shop.not_ended(&shop.manager, &claimed.claim, "REFUNDED", more).await;
    assert_eq!(refused, ["ALREADY_DONE invoiceId"]);
    let refund = shop.newest("refunds").await;
    let agree = json!({ "refundId": refund });
    let refused = world.refused(&shop.manager, "bizhubRefundApprove", agree).await;
    assert_eq!(refused, ["SELF_APPROVAL_FORBIDDEN refundId"]);
    shop.pay_out(&refund, json!([cash("5000.00")])).await;

    assert_eq!(
        shop.claims().await,
        ["WCLAIM-000001 Completed as Refunded on 2026-03-02, ticket Closed as Refunded"]
    );
    assert_eq!(shop.books(&claimed.invoice).await, "Refunded: 5000.00 of 5000.00, 5000.00 back");
    assert_eq!(shop.shelf(&claimed.laptop).await, "Returned at Backroom");
    assert_eq!(shop.promises().await, ["WAR-000001 Standard Void 2026-03-02 to 2026-05-31"]);
    let reason = "SELECT reason FROM bizhub.refunds";
    assert_eq!(world.value(reason).await, json!("WCLAIM-000001: Cannot be repaired"));
    world.verify().await;
}

#[tokio::test]
async fn a_technician_asks_for_no_refund_and_a_rejected_one_leaves_the_claim_open() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    let more = json!({ "reason": "Cannot be repaired" });
    let refused = shop.not_ended(&shop.technician, &claimed.claim, "REFUNDED", more.clone()).await;
    assert_eq!(refused, ["FORBIDDEN outcome"]);
    shop.ended(&claimed.claim, "REFUNDED", more).await;
    let refund = shop.newest("refunds").await;
    let reject = json!({ "refundId": refund, "reason": "Repair it" });
    world.done(&shop.manager, "bizhubRefundReject", reject, "").await;
    shop.on_bench(&claimed.ticket).await;
    shop.finished(&claimed.ticket).await;
    shop.ended(&claimed.claim, "REPAIRED", json!({})).await;
    world.verify().await;
}

#[tokio::test]
async fn a_refund_denies_a_claim_that_nobody_decided_and_voids_the_warranty() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (customer, model) = (shop.customer().await, shop.laptop_model().await);
    let (one, two) = (shop.ready(&model).await, shop.ready(&model).await);
    let input = json!({
        "customerId": customer, "customerType": "RETAIL", "lines": [asset(&one), asset(&two)],
        "tenders": [cash("10000.00")], "idempotencyKey": key(),
    });
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    let invoice = shop.newest("invoices").await;
    shop.claimed(&shop.warranty_of(&one).await, &customer).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    shop.refunded(&invoice, json!([{ "invoiceLineId": line }]), json!([cash("5000.00")])).await;
    assert_eq!(shop.claims().await, ["WCLAIM-000001 Denied as Denied on 2026-03-02"]);
    let why = "SELECT denial_reason FROM bizhub.warranty_claims";
    assert_eq!(world.value(why).await, json!("Refunded from INV-000001"));
    assert_eq!(
        shop.promises().await,
        [
            "WAR-000001 Standard Void 2026-03-02 to 2026-05-31",
            "WAR-000002 Standard Active 2026-03-02 to 2026-05-31",
        ]
    );
    world.verify().await;
}

#[tokio::test]
async fn a_sale_under_whose_warranty_was_claimed_stays_settled() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (laptop, invoice) = shop.sold_to(&customer).await;
    let claim = shop.claimed(&shop.warranty_of(&laptop).await, &customer).await;
    let deny = json!({ "warrantyClaimId": claim, "denialReason": "Water" });
    world.done(&shop.manager, "bizhubWarrantyClaimDeny", deny, "").await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    let input = json!({ "paymentId": payment, "reason": "Mistake", "idempotencyKey": key() });
    let refused = world.refused(&shop.manager, "bizhubPaymentVoid", input).await;
    assert_eq!(refused, ["PRECONDITION_FAILED paymentId"]);
}
