//! A device that takes the place of one under warranty (spec 6.9).

use chrono::TimeDelta;
use serde_json::json;

use crate::shop::Shop;
use crate::till::row;
use crate::world::World;

#[tokio::test]
async fn a_replacement_goes_out_for_nothing_with_the_days_that_are_left() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    let other = shop.ready(&shop.laptop_model().await).await;
    world.clock.advance(TimeDelta::days(30));
    let more = json!({ "replacementAssetId": other, "reason": "Mainboard" });
    shop.ended(&claimed.claim, "REPLACED", more).await;

    assert_eq!(
        shop.claims().await,
        ["WCLAIM-000001 Completed as Replaced on 2026-04-01, ticket Closed as Replaced"]
    );
    assert_eq!(shop.shelf(&claimed.laptop).await, "Returned at Backroom");
    assert_eq!(shop.shelf(&other).await, "Sold at Sold, 0.00 on 2026-04-01 by INV-000002");
    assert_eq!(
        shop.promises().await,
        [
            "WAR-000001 Standard Void 2026-03-02 to 2026-05-31",
            "WAR-000002 Standard Active 2026-04-01 to 2026-05-31",
        ]
    );
    // What was paid stays paid.
    assert_eq!(shop.books(&claimed.invoice).await, "Paid: 5000.00 of 5000.00, 0.00 back");
    let gift = world
        .rows(
            "SELECT i.status, i.total_amount::text AS total, i.notes, c.full_name, u.username \
             FROM bizhub.warranty_claims w JOIN bizhub.invoices i ON i.id = w.replacement_invoice_id \
             JOIN bizhub.customers c ON c.id = i.customer_id \
             JOIN bizhub.users u ON u.id = i.sales_rep_id",
        )
        .await;
    let notes = "Replaces A-000001 of INV-000001. Replaced by A-000002 under WCLAIM-000001: \
                 Mainboard";
    assert_eq!(
        gift,
        [json!({
            "status": "Paid", "total": "0.00", "notes": notes, "full_name": "Ama Mensah",
            "username": "sales",
        })]
    );
    let released = format!(
        "SELECT released_at IS NOT NULL FROM bizhub.invoice_lines WHERE asset_id = {}",
        row(&claimed.laptop)
    );
    assert_eq!(world.value(&released).await, json!(true));
    world.verify().await;
}

#[tokio::test]
async fn a_replacement_has_to_be_ready_for_sale() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    let model = shop.laptop_model().await;
    let received = shop.received(&model).await;
    let (held, before) = (shop.ready(&model).await, shop.promises().await);
    shop.draft(json!([{ "assetId": held }])).await;
    for (more, expected) in [
        (json!({ "reason": "Mainboard" }), vec!["REQUIRED replacementAssetId"]),
        (
            json!({ "replacementAssetId": held }),
            vec!["REQUIRED reason", "INVALID_TRANSITION replacementAssetId"],
        ),
        (
            json!({ "replacementAssetId": received, "reason": "Mainboard" }),
            vec!["INVALID_TRANSITION replacementAssetId"],
        ),
    ] {
        let refused = shop.not_ended(&shop.manager, &claimed.claim, "REPLACED", more).await;
        assert_eq!(refused, expected);
    }
    let more = json!({ "replacementAssetId": held });
    let refused = shop.not_ended(&shop.manager, &claimed.claim, "REPAIRED", more).await;
    assert_eq!(refused, ["VALIDATION_FAILED replacementAssetId", "PRECONDITION_FAILED outcome",]);
    assert_eq!(shop.promises().await, before);
    world.verify().await;
}

#[tokio::test]
async fn what_was_repaired_is_not_replaced_and_neither_is_what_is_being_refunded() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    let other = shop.ready(&shop.laptop_model().await).await;
    let line = shop.ids_of("lines", &claimed.invoice).await.remove(0);
    let refund = shop.asked(&claimed.invoice, json!([{ "invoiceLineId": line }])).await;
    let more = json!({ "replacementAssetId": other, "reason": "Mainboard" });
    let refused = shop.not_ended(&shop.manager, &claimed.claim, "REPLACED", more.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED outcome"]);
    let reject = json!({ "refundId": refund, "reason": "Replaced instead" });
    world.done(&shop.manager, "bizhubRefundReject", reject, "").await;
    shop.on_bench(&claimed.ticket).await;
    shop.finished(&claimed.ticket).await;
    let close = json!({ "repairTicketId": claimed.ticket, "outcome": "REPAIRED" });
    world.done(&shop.sales, "bizhubRepairTicketClose", close, "").await;
    let refused = shop.not_ended(&shop.manager, &claimed.claim, "REPLACED", more).await;
    assert_eq!(refused, ["PRECONDITION_FAILED outcome"]);
    shop.ended(&claimed.claim, "REPAIRED", json!({})).await;
    world.verify().await;
}

#[tokio::test]
async fn a_replacement_on_the_last_day_has_no_days_left() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    let other = shop.ready(&shop.laptop_model().await).await;
    world.clock.advance(TimeDelta::days(90));
    let more = json!({ "replacementAssetId": other, "reason": "Mainboard" });
    shop.ended(&claimed.claim, "REPLACED", more).await;
    assert_eq!(shop.promises().await, ["WAR-000001 Standard Void 2026-03-02 to 2026-05-31"]);
    world.verify().await;
}

#[tokio::test]
async fn a_replacement_can_be_claimed_replaced_and_refunded_with_the_money_of_the_first() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let claimed = shop.under_claim(&customer).await;
    let model = shop.laptop_model().await;
    let (second, third) = (shop.ready(&model).await, shop.ready(&model).await);
    let more = json!({ "replacementAssetId": second, "reason": "Mainboard" });
    shop.ended(&claimed.claim, "REPLACED", more).await;
    let again = shop.claimed(&shop.warranty_of(&second).await, &customer).await;
    shop.agreed(&again).await;
    let more = json!({ "replacementAssetId": third, "reason": "Mainboard" });
    shop.ended(&again, "REPLACED", more).await;
    world.verify().await;

    let gift = shop.newest("invoices").await;
    let line = shop.ids_of("lines", &gift).await.remove(0);
    let input = json!({
        "invoiceId": gift, "lines": [{ "invoiceLineId": line }], "reason": "Enough",
        "idempotencyKey": crate::world::key(),
    });
    let refused = world.refused(&shop.manager, "bizhubRefundRequest", input).await;
    assert_eq!(refused, ["NOT_ELIGIBLE invoiceId"]);

    let last = shop.claimed(&shop.warranty_of(&third).await, &customer).await;
    shop.agreed(&last).await;
    shop.ended(&last, "REFUNDED", json!({ "reason": "Third fault" })).await;
    let refund = shop.newest("refunds").await;
    shop.pay_out(&refund, json!([crate::till::cash("5000.00")])).await;
    assert_eq!(shop.books(&claimed.invoice).await, "Refunded: 5000.00 of 5000.00, 5000.00 back");
    assert_eq!(shop.shelf(&third).await, "Returned at Backroom");
    assert_eq!(shop.shelf(&claimed.laptop).await, "Returned at Backroom");
    let claims = shop.claims().await;
    assert!(claims[2].contains("Completed as Refunded"), "{claims:?}");
    let live = "SELECT count(*) FROM bizhub.warranties WHERE status IN ('Active', 'Claimed')";
    assert_eq!(world.value(live).await, json!(0));
    world.verify().await;
}
