//! Many at once: one wins, the others hear why not (spec 6.8, checks (g)).

use std::sync::Arc;

use serde_json::json;

use crate::preorders::{by_cash, call, credit, deposit, sale_to};
use crate::races::{all_at_once, expect};
use crate::shop::Shop;
use crate::till::{asset, cash, momo, service};
use crate::world::{World, key};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_preorders_that_one_device_arrives_for_one_gets_it() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let mut calls = Vec::new();
    for _ in 0..8 {
        let preorder = shop.ordered(&customer).await;
        let (_, input) = call("Arrive", &preorder, json!({ "assetId": laptop }));
        calls.push((shop.warehouse.clone(), input));
    }
    let heard = all_at_once(&world, "bizhubPreorderArrive", calls).await;
    expect(&heard, 1, &["ALREADY_DONE"]);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preorder_is_settled_once() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let (preorder, _) = shop.resold(&shop.customer().await, "4700.00").await;
    let calls = (0..16).map(|_| (shop.manager.clone(), call("Settle", &preorder, by_cash()).1));
    let heard = all_at_once(&world, "bizhubPreorderSettle", calls.collect()).await;
    expect(&heard, 1, &["INVALID_TRANSITION"]);
    let purse = ["Deposit 500.00 by Cash", "Refund 200.00 by Cash"];
    assert_eq!(shop.purse(&preorder).await, purse);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deposit_is_paid_once() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let preorder = shop.preorder(&shop.customer().await).await;
    let cash = json!({ "paymentMethod": "CASH", "amount": "500.00" });
    let calls =
        (0..16).map(|_| (shop.sales.clone(), call("PayDeposit", &preorder, cash.clone()).1));
    let heard = all_at_once(&world, "bizhubPreorderPayDeposit", calls.collect()).await;
    expect(&heard, 1, &["ALREADY_DONE"]);
    assert_eq!(shop.purse(&preorder).await, ["Deposit 500.00 by Cash"]);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_is_picked_up_once_or_rejected() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, laptop) = shop.arrived(&customer).await;
    let sales = (0..8).map(|_| {
        let tenders = json!([deposit(&preorder, "500.00"), cash("4500.00")]);
        (shop.sales.clone(), sale_to(&customer, json!([asset(&laptop)]), tenders))
    });
    let rejections = (0..8).map(|_| {
        let (_, input) = call("Reject", &preorder, json!({ "reason": "Too heavy" }));
        (shop.manager.clone(), input)
    });
    let (sold, rejected) = tokio::join!(
        all_at_once(&world, "bizhubInvoiceCheckout", sales.collect()),
        all_at_once(&world, "bizhubPreorderReject", rejections.collect()),
    );
    let won = [&sold, &rejected].map(|heard| heard.get("done").copied().unwrap_or(0));
    // Once it is rejected, the device is for sale, but its deposit pays no more.
    assert!(won == [1, 0] || won == [0, 1], "{sold:?} {rejected:?}");
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_credit_is_never_spent_twice() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let preorder = shop.ordered(&customer).await;
    let fail = json!({
        "reason": "Sold out", "tender": { "paymentMethod": "OTHER", "storeCredit": true },
        "idempotencyKey": key(),
    });
    shop.move_on(&shop.manager, "FailToSource", &preorder, fail).await;
    let given = shop.newest_credit().await;
    let calls = (0..16).map(|_| {
        let tenders = json!([credit(&given, "100.00")]);
        (shop.sales.clone(), sale_to(&customer, json!([service("100.00")]), tenders))
    });
    let heard = all_at_once(&world, "bizhubInvoiceCheckout", calls.collect()).await;
    expect(&heard, 5, &["INSUFFICIENT_FUNDS"]);
    assert_eq!(shop.store_credit().await, ["Deposit 500.00 of 500.00"]);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_transfer_pays_a_deposit_or_an_invoice_when_both_come_at_once() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    for round in 0..6 {
        let transfer = momo("500.00", &format!("MM-{round}"));
        let preorder = shop.preorder(&customer).await;
        let invoice = shop.sent(json!([service("500.00")])).await;
        let (_, paid_in) = call("PayDeposit", &preorder, transfer.clone());
        let paid = json!({
            "invoiceId": invoice, "tenders": [transfer], "idempotencyKey": key(),
        });
        let (deposit, sale) = tokio::join!(
            all_at_once(&world, "bizhubPreorderPayDeposit", vec![(shop.sales.clone(), paid_in)]),
            all_at_once(&world, "bizhubInvoicePay", vec![(shop.sales.clone(), paid)]),
        );
        let heard: Vec<&String> = deposit.keys().chain(sale.keys()).collect();
        assert!(heard.contains(&&"done".to_owned()), "{heard:?}");
        assert!(heard.contains(&&"NOT_UNIQUE".to_owned()), "{heard:?}");
    }
    world.verify().await;
}
