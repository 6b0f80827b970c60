//! Counting a drawer: every method, by whoever may, once.

use std::sync::Arc;

use serde_json::json;

use super::{closing, counted};
use crate::races::all_at_once;
use crate::reports::lines;
use crate::shop::Shop;
use crate::till::{cash, momo, row, service};
use crate::world::{World, key};

const CLOSE: &str = "bizhubCashDrawerSessionClose";

#[tokio::test]
async fn the_difference_is_recorded_by_method() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let till = shop.opens(&shop.sales, "100.00").await;
    shop.sold(json!([service("80.00")]), json!([cash("100.00")])).await;
    shop.sold(json!([service("70.50")]), json!([momo("50.50", "A"), cash("20.00")])).await;
    let query = format!(
        "{{ bizhub {{ cashDrawerSession(id: \"{till}\") {{ status expectedCash countedCash }} }} }}"
    );
    let open = world.read(&shop.sales, &query).await["bizhub"]["cashDrawerSession"].clone();
    let expected = json!({ "status": "OPEN", "expectedCash": "200.00", "countedCash": null });
    assert_eq!(open, expected);

    world.clock.advance(chrono::TimeDelta::hours(9));
    let counts = json!([counted("CASH", "198.00"), counted("MOMO", "51.00")]);
    let mut input = closing(&till, counts);
    input["closingNotes"] = json!("Two cedis short");
    let shown = "cashDrawerSession { status closedDate closingNotes expectedCash countedCash \
                 cashDifference counts { nodes { paymentMethod expected counted difference } } \
                 payments { totalCount } }";
    let payload = world.done(&shop.sales, CLOSE, input, shown).await;
    let expected = json!({
        "status": "CLOSED", "closedDate": "2026-03-02", "closingNotes": "Two cedis short",
        "expectedCash": "200.00", "countedCash": "198.00", "cashDifference": "-2.00",
        "counts": { "nodes": [
            { "paymentMethod": "CASH", "expected": "200.00", "counted": "198.00", "difference": "-2.00" },
            { "paymentMethod": "MOMO", "expected": "50.50", "counted": "51.00", "difference": "0.50" },
        ] },
        "payments": { "totalCount": 3 },
    });
    assert_eq!(payload["cashDrawerSession"], expected);
    world.verify().await;
}

#[tokio::test]
async fn the_z_report_tells_what_went_through_by_method() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let till = shop.opens(&shop.manager, "100.00").await;
    let sale = |tenders| json!({ "lines": [service("80.00")], "tenders": tenders, "idempotencyKey": key() });
    for tenders in [json!([cash("100.00")]), json!([momo("50.00", "A"), cash("30.00")])] {
        world.done(&shop.manager, "bizhubInvoiceCheckout", sale(tenders), "").await;
    }
    let query = "{ bizhub { payments(where: {paymentMethod: {eq: MOMO}}) { nodes { id } } \
                 invoiceByNumber(invoiceNumber: \"INV-000001\") { id lines { nodes { id } } } } }";
    let data = world.read(&shop.manager, query).await["bizhub"].clone();
    let first = &data["invoiceByNumber"];
    let refund = json!({
        "invoiceId": first["id"], "lines": [{ "invoiceLineId": first["lines"]["nodes"][0]["id"] }],
        "reason": "Came apart", "idempotencyKey": key(),
    });
    let second = world.person("manager2").await;
    let made = world.done(&second, "bizhubRefundRequest", refund, "refund { id }").await;
    let refund = made["refund"]["id"].clone();
    world.done(&shop.manager, "bizhubRefundApprove", json!({ "refundId": refund }), "").await;
    let back = json!({ "refundId": refund, "tenders": [cash("80.00")], "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubRefundComplete", back, "").await;
    let void = json!({
        "paymentId": data["payments"]["nodes"][0]["id"], "reason": "Slip was torn",
        "idempotencyKey": key(),
    });
    world.done(&shop.manager, "bizhubPaymentVoid", void, "").await;

    let fields = "paymentMethod openingFloat tenders sales tendered changeGiven refunded voided \
                  expected counted difference";
    let open = [
        "CASH | 100.00 | 2 | 110.00 | 130.00 | 20.00 | 80.00 | 0.00 | 130.00 | null | null",
        "MOMO | 0.00 | 0 | 0.00 | 0.00 | 0.00 | 0.00 | 50.00 | 0.00 | null | null",
    ];
    assert_eq!(lines(&world, &shop.manager, "cashDrawer", fields).await, open);
    let counts = json!([counted("CASH", "130.00"), counted("MOMO", "0.00")]);
    shop.closes(&shop.manager, &till, counts).await;
    let one = format!("cashDrawer(where: {{id: {{eq: \"{till}\"}}}})");
    let closed = [
        "CASH | 100.00 | 2 | 110.00 | 130.00 | 20.00 | 80.00 | 0.00 | 130.00 | 130.00 | 0.00",
        "MOMO | 0.00 | 0 | 0.00 | 0.00 | 0.00 | 0.00 | 50.00 | 0.00 | 0.00 | 0.00",
    ];
    assert_eq!(lines(&world, &shop.manager, &one, fields).await, closed);
    assert!(lines(&world, &shop.sales, "cashDrawer", fields).await.is_empty(), "not its own");
    world.verify().await;
}

#[tokio::test]
async fn cash_and_every_method_that_was_used_are_counted_once_each() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let till = shop.opens(&shop.sales, "10.00").await;
    shop.sold(json!([service("50.00")]), json!([momo("50.00", "A")])).await;
    for (counts, refusals) in [
        (json!([]), vec!["REQUIRED counts", "REQUIRED counts"]),
        (json!([counted("CASH", "10.00")]), vec!["REQUIRED counts"]),
        (
            json!([counted("CASH", "-1.00"), counted("MOMO", "50.00"), counted("CASH", "1.00")]),
            vec!["OUT_OF_RANGE counts.0.amount", "NOT_UNIQUE counts.2.paymentMethod"],
        ),
        (
            json!([counted("CASH", "10.00"), counted("MOMO", "50.001")]),
            vec!["OUT_OF_RANGE counts.1.amount"],
        ),
    ] {
        assert_eq!(world.refused(&shop.sales, CLOSE, closing(&till, counts)).await, refusals);
    }
    assert_eq!(shop.counts(&till).await, Vec::<String>::new());
    let all = json!([counted("CASH", "10.00"), counted("MOMO", "50.00"), counted("CARD", "0.00")]);
    shop.closes(&shop.sales, &till, all.clone()).await;
    let refusals = world.refused(&shop.sales, CLOSE, closing(&till, all)).await;
    assert_eq!(refusals, ["INVALID_TRANSITION cashDrawerSessionId"]);
    world.verify().await;
}

#[tokio::test]
async fn a_seller_counts_the_own_drawer_and_a_manager_any() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let till = shop.opens(&shop.sales, "10.00").await;
    let counts = json!([counted("CASH", "10.00")]);
    let second = world.person("sales2").await;
    let refusals = world.refused(&second, CLOSE, closing(&till, counts.clone())).await;
    assert_eq!(refusals, ["NOT_FOUND cashDrawerSessionId"]);
    shop.closes(&shop.manager, &till, counts).await;
    let sql = "SELECT u.username FROM bizhub.cash_drawer_sessions s \
               JOIN bizhub.users u ON u.id = s.closed_by";
    assert_eq!(world.value(sql).await, "manager");
}

#[tokio::test]
async fn a_tampered_count_is_found() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let till = shop.opens(&shop.sales, "10.00").await;
    shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    shop.closes(&shop.sales, &till, json!([counted("CASH", "60.00")])).await;
    world.verify().await;
    world.meddle("UPDATE bizhub.cash_drawer_counts SET expected = 10").await;
    assert_eq!(world.findings().await, [format!("B14 cash_drawer_session {}", row(&till))]);
}

/// Whatever comes first, what was taken is either counted or was taken without the drawer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_tender_slips_between_counting_and_closing() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let till = shop.opens(&shop.sales, "0.00").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (world, sales) = (world.clone(), shop.sales.clone());
        tasks.spawn(async move {
            let input = json!({
                "lines": [service("5.00")], "tenders": [cash("5.00")], "idempotencyKey": key(),
            });
            world.done(&sales, "bizhubInvoiceCheckout", input, "").await;
        });
    }
    let counts = json!([counted("CASH", "0.00")]);
    shop.closes(&shop.sales, &till, counts).await;
    tasks.join_all().await;
    world.verify().await;
    let bound = "SELECT coalesce(sum(amount), 0) = (SELECT expected FROM bizhub.cash_drawer_counts) \
                 FROM bizhub.payments WHERE cash_drawer_session_id IS NOT NULL";
    assert_eq!(world.value(bound).await, true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_openings_at_once_one_wins() {
    let world = Arc::new(World::new().await);
    let sales = world.person("sales").await;
    let calls =
        (0..8).map(|_| (sales.clone(), json!({ "openingFloat": "1.00", "idempotencyKey": key() })));
    let heard = all_at_once(&world, "bizhubCashDrawerSessionOpen", calls.collect()).await;
    assert_eq!((heard["done"], heard["ALREADY_DONE"]), (1, 7));
}
