//! Many at once: one wins, the others hear why not (spec 6.3, 6.6, checks (g)).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::shop::Shop;
use crate::till::{asset, cash, momo, pieces, row, service};
use crate::world::{Person, World, key};

/// What callers heard, counted: `done`, or the code of the refusal.
pub type Heard = BTreeMap<String, usize>;

/// Sends one call. Whoever is told `RETRY_LATER` sends the same call again, as it says.
async fn sent(world: &World, person: &Person, mutation: &str, input: &Value) -> String {
    let name = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!(
        "mutation($input: {name}Input!) {{ it: {mutation}(input: $input) {{ userErrors {{ code }} }} }}"
    );
    loop {
        let answer = world.send(person, &query, json!({ "input": input })).await;
        let code = match answer["errors"][0]["extensions"]["code"].as_str() {
            Some(code) => code.to_owned(),
            None => match answer["data"]["it"]["userErrors"].as_array().unwrap().first() {
                Some(error) => error["code"].as_str().unwrap().to_owned(),
                None => "done".to_owned(),
            },
        };
        if code != "RETRY_LATER" {
            return code;
        }
    }
}

/// Sends every call from a task of its own, all released at once, and counts the answers.
pub async fn all_at_once(
    world: &Arc<World>,
    mutation: &'static str,
    calls: Vec<(Person, Value)>,
) -> Heard {
    let gate = Arc::new(Barrier::new(calls.len()));
    let mut tasks = JoinSet::new();
    for (person, input) in calls {
        let (world, gate) = (world.clone(), gate.clone());
        tasks.spawn(async move {
            gate.wait().await;
            sent(&world, &person, mutation, &input).await
        });
    }
    let mut heard = Heard::new();
    for code in tasks.join_all().await {
        *heard.entry(code).or_default() += 1;
    }
    heard
}

/// Fails unless so many won and all others heard one of these codes.
pub fn expect(heard: &Heard, won: usize, others: &[&str]) {
    assert_eq!(heard.get("done").copied().unwrap_or(0), won, "{heard:?}");
    let strange = heard.keys().find(|code| *code != "done" && !others.contains(&code.as_str()));
    assert_eq!(strange, None, "{heard:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_buyers_of_one_asset_exactly_one_wins() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let people = [shop.sales.clone(), world.person("sales2").await, shop.manager.clone()];
    let calls = (0..64).map(|buyer| {
        let input = json!({
            "lines": [asset(&laptop)], "tenders": [cash("5000.00")], "idempotencyKey": key(),
        });
        (people[buyer % 3].clone(), input)
    });
    let heard = all_at_once(&world, "bizhubInvoiceCheckout", calls.collect()).await;
    expect(&heard, 1, &["INVALID_TRANSITION", "ALREADY_DONE"]);
    let live = format!(
        "SELECT count(*) FROM bizhub.invoice_lines WHERE released_at IS NULL AND asset_id = {}",
        row(&laptop)
    );
    assert_eq!(world.value(&live).await, 1);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.invoices").await, 1, "no loser left a row");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.payments").await, 1);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_drafts_at_once_one_holds_the_asset() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let draft = || {
        let lines = json!([asset(&laptop)]);
        let input = json!({ "customerType": "WALK_IN", "lines": lines, "idempotencyKey": key() });
        (shop.sales.clone(), input)
    };
    let calls = (0..32).map(|_| draft()).collect();
    let heard = all_at_once(&world, "bizhubInvoiceCreate", calls).await;
    expect(&heard, 1, &["ALREADY_DONE"]);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buyers_of_two_assets_in_opposite_order_do_not_lock_each_other_out() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let model = shop.laptop_model().await;
    let (one, two) = (shop.ready(&model).await, shop.ready(&model).await);
    let customer = shop.customer().await;
    let calls = (0..16).map(|buyer| {
        let lines = if buyer % 2 == 0 {
            json!([asset(&one), asset(&two)])
        } else {
            json!([asset(&two), asset(&one)])
        };
        let input = json!({
            "customerId": customer, "lines": lines, "tenders": [cash("10000.00")],
            "idempotencyKey": key(),
        });
        (shop.sales.clone(), input)
    });
    let heard = all_at_once(&world, "bizhubInvoiceCheckout", calls.collect()).await;
    expect(&heard, 1, &["INVALID_TRANSITION", "ALREADY_DONE"]);
    let sold = "SELECT count(*) FROM bizhub.assets WHERE status = 'Sold'";
    assert_eq!(world.value(sold).await, 2);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_pieces_are_sold_ten_times() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(10).await;
    let calls = (0..24).map(|_| {
        let input = json!({
            "lines": [pieces(&chargers, 1)], "tenders": [cash("50.00")], "idempotencyKey": key(),
        });
        (shop.sales.clone(), input)
    });
    let heard = all_at_once(&world, "bizhubInvoiceCheckout", calls.collect()).await;
    expect(&heard, 10, &["INSUFFICIENT_STOCK"]);
    assert_eq!(shop.pile(&chargers).await, "0 there, 0 held");
    let numbers = "SELECT string_agg(right(invoice_number, 2), ' ' ORDER BY invoice_number) \
                   FROM bizhub.invoices";
    assert_eq!(world.value(numbers).await, "01 02 03 04 05 06 07 08 09 10");
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_parallel_tenders_only_one_completes_the_invoice() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let invoice = shop.sent(json!([asset(&laptop)])).await;
    let calls = (0..32).map(|_| {
        let input = json!({
            "invoiceId": invoice, "tenders": [momo("500.00", &key())], "idempotencyKey": key(),
        });
        (shop.sales.clone(), input)
    });
    let heard = all_at_once(&world, "bizhubInvoicePay", calls.collect()).await;
    expect(&heard, 10, &["INVALID_TRANSITION"]);
    assert_eq!(shop.books(&invoice).await, "Paid: 5000.00 of 5000.00, 0.00 back");
    assert_eq!(shop.tenders(&invoice).await, vec!["MoMo 500.00"; 10]);
    let settled = "SELECT count(*) FROM bizhub.outbox_events WHERE name = 'bizhub.invoice.settle'";
    assert_eq!(world.value(settled).await, 1);
    assert_eq!(shop.shelf(&laptop).await, "Sold at Sold, 5000.00 on 2026-03-02 by INV-000001");
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_whole_tenders_at_once_one_is_taken() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    let calls = (0..16).map(|_| {
        let input =
            json!({ "invoiceId": invoice, "tenders": [cash("70.00")], "idempotencyKey": key() });
        (shop.sales.clone(), input)
    });
    let heard = all_at_once(&world, "bizhubInvoicePay", calls.collect()).await;
    expect(&heard, 1, &["INVALID_TRANSITION"]);
    assert_eq!(shop.tenders(&invoice).await, ["Cash 50.00 of 70.00, change 20.00"]);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_reference_pays_one_invoice() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let calls = (0..16).map(|_| {
        let input = json!({
            "lines": [service("50.00")], "tenders": [momo("50.00", "MM-1")], "idempotencyKey": key(),
        });
        (shop.sales.clone(), input)
    });
    let heard = all_at_once(&world, "bizhubInvoiceCheckout", calls.collect()).await;
    expect(&heard, 1, &["NOT_UNIQUE"]);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.invoices").await, 1);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_is_paid_out_once() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let invoice = shop.sold(json!([pieces(&chargers, 2)]), json!([cash("100.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let asks = (0..8).map(|_| {
        let input = json!({
            "invoiceId": invoice, "lines": [{ "invoiceLineId": line }], "reason": "Did not fit",
            "idempotencyKey": key(),
        });
        (shop.sales.clone(), input)
    });
    let heard = all_at_once(&world, "bizhubRefundRequest", asks.collect()).await;
    expect(&heard, 1, &["ALREADY_DONE"]);
    let refunds =
        format!("{{ bizhub {{ invoice(id: \"{invoice}\") {{ refunds {{ nodes {{ id }} }} }} }} }}");
    let data = world.read(&shop.manager, &refunds).await;
    let refund = data["bizhub"]["invoice"]["refunds"]["nodes"][0]["id"].clone();
    world.done(&shop.manager, "bizhubRefundApprove", json!({ "refundId": refund }), "").await;
    let completes = (0..16).map(|_| {
        let input =
            json!({ "refundId": refund, "tenders": [cash("100.00")], "idempotencyKey": key() });
        (shop.manager.clone(), input)
    });
    let heard = all_at_once(&world, "bizhubRefundComplete", completes.collect()).await;
    expect(&heard, 1, &["INVALID_TRANSITION"]);
    assert_eq!(shop.books(&invoice).await, "Refunded: 100.00 of 100.00, 100.00 back");
    assert_eq!(shop.pile(&chargers).await, "5 there, 0 held");
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_is_voided_once() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let invoice = shop.sold(json!([pieces(&chargers, 2)]), json!([cash("100.00")])).await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    let calls = (0..16).map(|_| {
        let input =
            json!({ "paymentId": payment, "reason": "Entered twice", "idempotencyKey": key() });
        (shop.manager.clone(), input)
    });
    let heard = all_at_once(&world, "bizhubPaymentVoid", calls.collect()).await;
    expect(&heard, 1, &["ALREADY_DONE"]);
    assert_eq!(shop.books(&invoice).await, "Sent: 0.00 of 100.00, 0.00 back");
    assert_eq!(shop.pile(&chargers).await, "5 there, 2 held");
    world.verify().await;
}
