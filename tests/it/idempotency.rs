//! The same key, the same outcome (spec 1.6.4).

use std::sync::Arc;

use bizgraph_kernel::db::PoolSizes;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::shop::Shop;
use crate::till::{cash, service};
use crate::world::{World, key};

const SHOWN: &str = "invoice { id status amountPaid version }";

fn pay(invoice: &str, amount: &str, key: &str) -> Value {
    json!({ "invoiceId": invoice, "tenders": [cash(amount)], "idempotencyKey": key })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_a_thousand_times_from_64_tasks_is_one_payment() {
    let world = Arc::new(World::with_pools(PoolSizes { reads: 8, writes: 16 }).await);
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    let input = pay(&invoice, "10.00", "till-1-0001");
    let mut tasks = JoinSet::new();
    for task in 0..64 {
        let (world, person, input) = (world.clone(), shop.sales.clone(), input.clone());
        // 64 tasks share 1,000 calls: 40 of them make 16, 24 make 15.
        let calls = if task < 40 { 16 } else { 15 };
        tasks.spawn(async move {
            let mut answers = Vec::with_capacity(calls);
            for _ in 0..calls {
                answers.push(world.call(&person, "bizhubInvoicePay", input.clone(), SHOWN).await);
            }
            answers
        });
    }
    let mut answers: Vec<Value> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(answers.len(), 1000);
    let fresh = answers.iter().filter(|answer| answer["replayed"] == json!(false)).count();
    assert_eq!(fresh, 1);
    for answer in &mut answers {
        answer.as_object_mut().unwrap().remove("replayed");
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert_eq!(answers[0]["userErrors"], json!([]));
    assert_eq!(answers[0]["invoice"]["amountPaid"], "10.00");
    assert_eq!(shop.tenders(&invoice).await, ["Cash 10.00"]);
    let paid = "SELECT count(*) FROM bizhub.audit_entries WHERE entity = 'BizhubPayment'";
    assert_eq!(world.value(paid).await, 1);
    world.verify().await;
}

#[tokio::test]
async fn a_key_with_another_input_is_refused() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    world.done(&shop.sales, "bizhubInvoicePay", pay(&invoice, "10.00", "K"), "").await;
    let refusals =
        world.refused(&shop.sales, "bizhubInvoicePay", pay(&invoice, "11.00", "K")).await;
    assert_eq!(refusals, ["IDEMPOTENCY_KEY_REUSED idempotencyKey"]);
    let send = json!({ "invoiceId": invoice, "idempotencyKey": "K" });
    let refusals = world.refused(&shop.sales, "bizhubInvoiceSend", send).await;
    assert_eq!(refusals, ["IDEMPOTENCY_KEY_REUSED idempotencyKey"], "another mutation");
    assert_eq!(shop.tenders(&invoice).await, ["Cash 10.00"]);
}

#[tokio::test]
async fn two_inputs_at_once_with_one_key_are_one_payment() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    let mut tasks = JoinSet::new();
    for place in 0..16 {
        let (world, person) = (world.clone(), shop.sales.clone());
        let input = pay(&invoice, if place % 2 == 0 { "10.00" } else { "11.00" }, "K");
        tasks.spawn(async move {
            let payload = world.call(&person, "bizhubInvoicePay", input, "").await;
            match payload["userErrors"][0]["code"].as_str() {
                Some(code) => code.to_owned(),
                None => format!("replayed {}", payload["replayed"]),
            }
        });
    }
    let mut heard = tasks.join_all().await;
    heard.sort();
    let count = |word: &str| heard.iter().filter(|answer| *answer == word).count();
    assert_eq!(count("replayed false"), 1, "{heard:?}");
    assert_eq!(count("replayed true"), 7, "{heard:?}");
    assert_eq!(count("IDEMPOTENCY_KEY_REUSED"), 8, "{heard:?}");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.payments").await, 1);
    world.verify().await;
}

#[tokio::test]
async fn a_refusal_does_not_burn_the_key() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let draft = shop.draft(json!([service("50.00")])).await;
    let input = pay(&draft, "10.00", "K");
    let refusals = world.refused(&shop.sales, "bizhubInvoicePay", input.clone()).await;
    assert_eq!(refusals, ["INVALID_TRANSITION invoiceId"]);
    shop.send(&draft).await;
    let payload = world.done(&shop.sales, "bizhubInvoicePay", input, "").await;
    assert_eq!(payload["replayed"], json!(false));
    assert_eq!(shop.tenders(&draft).await, ["Cash 10.00"]);
}

#[tokio::test]
async fn keys_belong_to_their_caller() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    let input = pay(&invoice, "10.00", "K");
    for person in [&shop.sales, &shop.manager] {
        let payload = world.done(person, "bizhubInvoicePay", input.clone(), "").await;
        assert_eq!(payload["replayed"], json!(false));
    }
    assert_eq!(shop.tenders(&invoice).await, ["Cash 10.00", "Cash 10.00"]);
}

#[tokio::test]
async fn an_answer_that_comes_again_shows_the_row_as_it_is_now() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    let input = pay(&invoice, "10.00", "K");
    world.done(&shop.sales, "bizhubInvoicePay", input.clone(), "").await;
    shop.pay(&invoice, json!([cash("40.00")])).await;
    let payload = world.done(&shop.sales, "bizhubInvoicePay", input, SHOWN).await;
    assert_eq!(payload["replayed"], json!(true));
    assert_eq!(payload["invoice"]["status"], "PAID");
    assert_eq!(shop.tenders(&invoice).await, ["Cash 10.00", "Cash 40.00"]);
}

#[tokio::test]
async fn a_key_is_required_and_is_no_blank() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    let long = "k".repeat(201);
    for bad in ["", "  ", long.as_str()] {
        let refusals =
            world.refused(&shop.sales, "bizhubInvoicePay", pay(&invoice, "10.00", bad)).await;
        assert_eq!(refusals, ["BAD_FORMAT idempotencyKey"]);
    }
    let query =
        "mutation($input: BizhubInvoicePayInput!) { bizhubInvoicePay(input: $input) { replayed } }";
    let without = json!({ "input": { "invoiceId": invoice, "tenders": [cash("10.00")] } });
    let answer = world.send(&shop.sales, query, without).await;
    assert!(
        answer["errors"][0]["message"].as_str().unwrap().contains("idempotencyKey"),
        "{answer}"
    );
    assert_eq!(world.value("SELECT count(*) FROM bizhub.payments").await, 0);
    let input = pay(&invoice, "10.00", &key());
    world.done(&shop.sales, "bizhubInvoicePay", input, "").await;
}
