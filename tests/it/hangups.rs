//! Callers who leave in the middle: no transaction stays open, no connection is lost, and
//! nothing is half done.

use std::time::{Duration, Instant};

use bizgraph_kernel::db::PoolSizes;
use serde_json::{Value, json};

use crate::server::Server;
use crate::world::{World, key};

/// A report whose query takes this many seconds.
async fn slow_report(world: &World, seconds: f32) {
    let sql = format!(
        "CREATE OR REPLACE VIEW bizhub.view_sales_daily WITH (security_invoker = true) AS \
         SELECT DATE '2026-03-01' AS invoice_date, 1::bigint AS transaction_count, 1.00 AS total_sales, \
         1.00 AS retail_sales, 1.00 AS wholesale_sales, 1.00 AS gross_sales, 1.00 AS refunds, 1.00 AS net_sales \
         FROM (SELECT pg_sleep({seconds})) nap"
    );
    world.meddle(&sql).await;
}

const SLOW: &str = "{ bizhub { salesDays { nodes { invoiceDate } } } }";

/// Transactions of the application's role that are open in this world's database, by a
/// condition on what they do.
async fn open(world: &World, condition: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
         AND usename LIKE '%\\_app' AND xact_start IS NOT NULL AND ({condition})"
    );
    world.value(&sql).await.as_i64().unwrap()
}

/// Looks until a number is reached; fails when that takes longer than it may.
async fn until(world: &World, condition: &str, count: i64, within: Duration) {
    let started = Instant::now();
    loop {
        let found = open(world, condition).await;
        if found == count {
            return;
        }
        assert!(started.elapsed() < within, "{found} of {condition} instead of {count}");
        tokio::task::yield_now().await;
    }
}

/// Waits until every connection is back in its pool.
async fn all_returned(server: &Server) {
    let started = Instant::now();
    while server.kernel.database.lent() != (0, 0) {
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", server.kernel.database.lent());
        tokio::task::yield_now().await;
    }
}

const NAPPING: &str = "state = 'active' AND query LIKE '%view_sales_daily%'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_hangs_up_in_a_long_query_leaves_nothing_behind() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("admin").await;
    slow_report(&world, 4.5).await;
    for round in 0..3 {
        let request = server.post().bearer_auth(&token).json(&json!({ "query": SLOW }));
        let caller = tokio::spawn(request.send());
        until(&world, NAPPING, 1, Duration::from_secs(3)).await;
        caller.abort();
        // Long before the query would have ended by itself.
        until(&world, "TRUE", 0, Duration::from_secs(3)).await;
        all_returned(&server).await;
        let answer =
            server.send(&token, "{ bizhub { locations { totalCount } } }", json!({})).await;
        assert_eq!(answer.status, 200, "{round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_request_does_not_need_the_door_to_clean_up() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    slow_report(&world, 4.5).await;
    for query in [
        SLOW,
        "{ bizhub { salesDays { totalCount } locations { nodes { id } } invoices { totalCount } } }",
    ] {
        let asking = world.send(&admin, query, json!({}));
        let waiting = until(&world, NAPPING, 1, Duration::from_secs(3));
        tokio::select! {
            answer = asking => panic!("{answer}"),
            () = waiting => {}
        }
        until(&world, "TRUE", 0, Duration::from_secs(3)).await;
    }
    let started = Instant::now();
    while world.kernel.database.lent() != (0, 0) {
        assert!(started.elapsed() < Duration::from_secs(5));
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_whose_caller_hangs_up_is_made_once_or_not_at_all() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("manager").await;
    let line = json!([{ "itemDescription": "Hinge repaired", "unitPrice": "100.00" }]);
    let input = json!({ "customerType": "WALK_IN", "lines": line, "idempotencyKey": key() });
    let made = server.call(&token, "bizhubInvoiceCreate", input, "invoice { id }").await;
    let invoice = made["invoice"]["id"].as_str().unwrap();
    let input = json!({ "invoiceId": invoice, "idempotencyKey": key() });
    server.call(&token, "bizhubInvoiceSend", input, "").await;
    let tenders = json!([{ "paymentMethod": "CASH", "amount": "10.00" }]);
    let input = json!({ "invoiceId": invoice, "tenders": tenders, "idempotencyKey": key() });
    // Somebody else holds the invoice, so that the payment waits in its transaction.
    world.meddle("BEGIN; SELECT id FROM bizhub.invoices FOR UPDATE").await;
    let query = "mutation($input: BizhubInvoicePayInput!) { bizhubInvoicePay(input: $input) { replayed userErrors { code } } }";
    let body = json!({ "query": query, "variables": { "input": input } });
    let caller = tokio::spawn(server.post().bearer_auth(&token).json(&body).send());
    until(&world, "wait_event_type = 'Lock'", 1, Duration::from_secs(3)).await;
    caller.abort();
    until(&world, "TRUE", 0, Duration::from_secs(3)).await;
    world.meddle("ROLLBACK").await;
    all_returned(&server).await;
    assert_eq!(world.value("SELECT count(*) FROM bizhub.payments").await, 0);
    let answer = server.send(&token, query, json!({ "input": input })).await;
    let paid = json!({ "replayed": false, "userErrors": [] });
    assert_eq!(answer.body["data"]["bizhubInvoicePay"], paid, "{answer:?}");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.payments").await, 1);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_all_connections_are_taken_the_next_is_told_to_come_back() {
    // Two connections for reading: each tenant may hold one of them.
    let world = World::with_pools(PoolSizes { reads: 2, writes: 2 }).await;
    let server = Server::start(&world).await;
    let (admin, sales) = (server.login("admin").await, server.login("sales").await);
    let theirs = server.try_login("kumasi", "admin", crate::client::PASSWORD).await;
    slow_report(&world, 4.5).await;
    let slow =
        tokio::spawn(server.post().bearer_auth(&admin).json(&json!({ "query": SLOW })).send());
    until(&world, NAPPING, 1, Duration::from_secs(3)).await;
    let query = "{ bizhub { locations { totalCount } } }";
    let busy = server.send(&sales, query, json!({})).await;
    assert_eq!((busy.status.as_u16(), busy.code()), (503, "RETRY_LATER"), "{busy:?}");
    assert_eq!(busy.headers["retry-after"], "1");
    // Another tenant's reads go on.
    let other = server.send(theirs["token"].as_str().unwrap(), query, json!({})).await;
    assert!(other.body["data"]["bizhub"]["locations"]["totalCount"].is_number(), "{other:?}");
    let slow = slow.await.unwrap().unwrap();
    assert_eq!(slow.status(), 200);
    let after = server.send(&sales, query, json!({})).await;
    assert_eq!(after.status, 200);
    all_returned(&server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_that_takes_too_long_is_ended_and_told() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("admin").await;
    slow_report(&world, 30.0).await;
    let query = "{ bizhub { salesDays { nodes { invoiceDate } } } other: bizhub { locations { totalCount } } }";
    let answer = server.send(&token, query, json!({})).await;
    let errors = answer.body["errors"].as_array().unwrap();
    let codes: Vec<&Value> = errors.iter().map(|error| &error["extensions"]["code"]).collect();
    assert!(codes.contains(&&json!("COST_EXCEEDED")), "{answer:?}");
    assert!(!codes.contains(&&json!("INTERNAL")), "{answer:?}");
    assert_eq!(open(&world, "TRUE").await, 0);
    all_returned(&server).await;
    let answer = server.send(&token, "{ bizhub { locations { totalCount } } }", json!({})).await;
    assert_eq!(answer.status, 200);
}
