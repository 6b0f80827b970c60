//! Callers who leave in the middle: no transaction stays open, no connection is lost, and
//! nothing is half done.

use std::ops::Range;
use std::time::{Duration, Instant};

use bizgraph_kernel::db::{Fault, PoolSizes, Session};
use bizgraph_kernel::entity::{Sql, decode};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
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

/// Longest that anything is waited for that has no time of its own to be done in.
const PATIENCE: Duration = Duration::from_secs(30);

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
        assert!(started.elapsed() < PATIENCE, "{:?}", server.kernel.database.lent());
        tokio::task::yield_now().await;
    }
}

/// Waits until no connection for reading is lent.
async fn all_read(world: &World) {
    let started = Instant::now();
    while world.kernel.database.lent().0 > 0 {
        assert!(started.elapsed() < PATIENCE);
        tokio::task::yield_now().await;
    }
}

const NAPPING: &str = "state = 'active' AND query LIKE '%view_sales_daily%'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_hangs_up_in_a_long_query_leaves_nothing_behind() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("admin").await;
    slow_report(&world, 4.8).await;
    for round in 0..3 {
        let request = server.post().bearer_auth(&token).json(&json!({ "query": SLOW }));
        let caller = tokio::spawn(request.send());
        until(&world, NAPPING, 1, PATIENCE).await;
        caller.abort();
        // Long before the query would have ended by itself.
        until(&world, "TRUE", 0, Duration::from_secs(4)).await;
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
    slow_report(&world, 4.8).await;
    for query in [
        SLOW,
        "{ bizhub { salesDays { totalCount } locations { nodes { id } } invoices { totalCount } } }",
    ] {
        let asking = world.send(&admin, query, json!({}));
        let waiting = until(&world, NAPPING, 1, PATIENCE);
        tokio::select! {
            answer = asking => panic!("{answer}"),
            () = waiting => {}
        }
        until(&world, "TRUE", 0, Duration::from_secs(4)).await;
    }
    all_read(&world).await;
}

/// The connections that the application has to this world's database.
const CONNECTIONS: &str = "SELECT string_agg(pid::text, ' ' ORDER BY pid) FROM pg_stat_activity \
                           WHERE datname = current_database() AND usename LIKE '%\\_app'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_whose_request_is_given_up_is_kept_when_it_is_soon_quiet() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let query = "{ bizhub { locations { totalCount } } }";
    let expected = world.send(&admin, query, json!({})).await;
    let (other, connection) =
        tokio_postgres::connect(&world.owner_url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let mut kept = false;
    // On a busy machine the moment that is waited for it may be over too early.
    for _ in 0..20 {
        let before = world.value(CONNECTIONS).await;
        other.batch_execute("BEGIN; LOCK TABLE bizhub.locations").await.unwrap();
        tokio::select! {
            answer = world.send(&admin, query, json!({})) => panic!("{answer}"),
            () = until(&world, "wait_event_type = 'Lock'", 1, PATIENCE) => {}
        }
        other.batch_execute("ROLLBACK").await.unwrap();
        until(&world, "TRUE", 0, PATIENCE).await;
        assert_eq!(world.send(&admin, query, json!({})).await, expected);
        kept |= world.value(CONNECTIONS).await == before;
    }
    assert!(kept);
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
    let (other, connection) =
        tokio_postgres::connect(&world.owner_url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    other.batch_execute("BEGIN; SELECT id FROM bizhub.invoices FOR UPDATE").await.unwrap();
    let query = "mutation($input: BizhubInvoicePayInput!) { bizhubInvoicePay(input: $input) { replayed userErrors { code } } }";
    let body = json!({ "query": query, "variables": { "input": input } });
    let caller = tokio::spawn(server.post().bearer_auth(&token).json(&body).send());
    until(&world, "wait_event_type = 'Lock'", 1, PATIENCE).await;
    caller.abort();
    until(&world, "TRUE", 0, PATIENCE).await;
    other.batch_execute("ROLLBACK").await.unwrap();
    all_returned(&server).await;
    assert_eq!(world.value("SELECT count(*) FROM bizhub.payments").await, 0);
    let answer = server.send(&token, query, json!({ "input": input })).await;
    let paid = json!({ "replayed": false, "userErrors": [] });
    assert_eq!(answer.body["data"]["bizhubInvoicePay"], paid, "{answer:?}");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.payments").await, 1);
    world.verify().await;
}

#[tokio::test]
async fn when_all_connections_are_taken_the_next_is_told_to_come_back() {
    // Two connections of each kind: a tenant may hold one of them.
    let world = World::with_pools(PoolSizes { reads: 2, writes: 2 }).await;
    let server = Server::start(&world).await;
    let (admin, manager) = (server.login("admin").await, server.login("manager").await);
    let theirs = server.try_login("kumasi", "admin", crate::client::PASSWORD).await;
    let query = "{ bizhub { locations { totalCount } leadSources { totalCount } } }";
    let mutation =
        "mutation { bizhubLeadSourceCreate(input: {sourceName: \"One\"}) { userErrors { code } } }";
    let database = &world.kernel.database;
    let held = database.lend_read("bizhub").await.unwrap();
    for token in [&admin, &manager] {
        let busy = server.send(token, query, json!({})).await;
        assert_eq!((busy.status.as_u16(), busy.code()), (503, "RETRY_LATER"), "{busy:?}");
        assert_eq!(busy.headers["retry-after"], "1");
        assert_eq!(busy.body.get("data").unwrap_or(&Value::Null), &Value::Null);
    }
    // Another tenant's reads go on.
    let other = server.send(theirs["token"].as_str().unwrap(), query, json!({})).await;
    assert!(other.body["data"]["bizhub"]["locations"]["totalCount"].is_number(), "{other:?}");
    drop(held);
    assert_eq!(server.send(&manager, query, json!({})).await.status, 200);
    let held = database.lend_write("bizhub").await.unwrap();
    let busy = server.send(&admin, mutation, json!({})).await;
    assert_eq!((busy.status.as_u16(), busy.code()), (503, "RETRY_LATER"), "{busy:?}");
    drop(held);
    let made = "SELECT count(*) FROM bizhub.lead_sources WHERE source_name = 'One'";
    assert_eq!(world.value(made).await, 0);
    assert_eq!(server.send(&admin, mutation, json!({})).await.status, 200);
    assert_eq!(world.value(made).await, 1);
    all_returned(&server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_who_leave_at_any_moment_cost_no_connection() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("admin").await;
    let query = "{ bizhub { locations { totalCount nodes { locationName } } users { nodes { username invoices { totalCount } } } } }";
    let mutation = "mutation { bizhubLeadSourceCreate(input: {sourceName: \"NAME\"}) { userErrors { code } } }";
    for patience in 0..80_u64 {
        let text = if patience % 2 == 0 {
            query.to_owned()
        } else {
            mutation.replace("NAME", &key()[..8])
        };
        let request = server.post().bearer_auth(&token).json(&json!({ "query": text })).send();
        // Up to twelve milliseconds, in which such a request is over or anywhere on its way.
        let _ = tokio::time::timeout(Duration::from_micros(patience * 150), request).await;
    }
    until(&world, "TRUE", 0, PATIENCE).await;
    all_returned(&server).await;
    let answer = server.send(&token, query, json!({})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let rows = "SELECT (SELECT count(*) FROM bizhub.lead_sources WHERE length(source_name) = 8 AND source_name ~ '^[0-9a-f]+$') \
                - (SELECT count(*) FROM bizhub.audit_entries WHERE entity = 'BizhubLeadSource')";
    assert_eq!(world.value(rows).await, 0, "something was half done");
    world.verify().await;
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
    // Long before the query would have ended by itself.
    until(&world, "TRUE", 0, Duration::from_secs(15)).await;
    all_returned(&server).await;
    let answer = server.send(&token, "{ bizhub { locations { totalCount } } }", json!({})).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_the_database_closed_is_not_lent_again() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("admin").await;
    let query = "{ bizhub { locations { totalCount } } }";
    for _ in 0..5 {
        assert_eq!(server.send(&token, query, json!({})).await.status, 200);
        all_returned(&server).await;
        let closed = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                      WHERE datname = current_database() AND usename LIKE '%\\_app'";
        assert!(world.value(closed).await.as_i64() > Some(0));
        let there = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                     AND usename LIKE '%\\_app'";
        let started = Instant::now();
        while world.value(there).await != 0 {
            assert!(started.elapsed() < PATIENCE, "a connection that was closed is there");
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(server.send(&token, query, json!({})).await.status, 200);
}

#[tokio::test]
async fn a_statement_that_fails_takes_its_connection_with_it() {
    let world = World::new().await;
    let actor = world.kernel.system_actor(world.kernel.tenant("bizhub").unwrap()).unwrap();
    let load = async |session: &Session, text: &str| session.load(Sql::new(text)).await;
    for promised in [None, Some(2), Some(3)] {
        let database = world.kernel.database.clone();
        let session = Session::new(database, actor.clone(), world.kernel.clock.now());
        if let Some(statements) = promised {
            session.expect(statements);
        }
        let (failed, skipped) =
            tokio::join!(load(&session, "SELECT 1/0"), load(&session, "SELECT 1"));
        assert!(matches!(failed, Err(Fault::Database(_))), "{:?}", failed.err());
        assert!(matches!(skipped, Err(Fault::Retry)), "{:?}", skipped.err());
        session.finish();
        all_read(&world).await;
        until(&world, "TRUE", 0, PATIENCE).await;
    }
}

#[tokio::test]
async fn the_last_promised_statement_ends_the_snapshot() {
    let world = World::new().await;
    let actor = world.kernel.system_actor(world.kernel.tenant("bizhub").unwrap()).unwrap();
    let session = Session::new(world.kernel.database.clone(), actor, world.kernel.clock.now());
    session.expect(1);
    let role = session.load(Sql::new("SELECT current_user::text")).await.unwrap();
    let role: String = decode(&role[0], 0).unwrap();
    assert!(role.ends_with("_bizhub"), "{role}");
    until(&world, "TRUE", 0, PATIENCE).await;
    let beyond = session.load(Sql::new("SELECT 1")).await;
    assert!(matches!(beyond, Err(Fault::Internal(_))), "{:?}", beyond.err());
}

/// Asks for the numbers of a range, each by a statement of its own; answers the connection's process
/// and how many such statements it still knows.
async fn numbers(world: &World, tenant: &str, range: Range<i32>) -> (i32, i32) {
    let actor = world.kernel.system_actor(world.kernel.tenant(tenant).unwrap()).unwrap();
    let session = Session::new(world.kernel.database.clone(), actor, world.kernel.clock.now());
    for number in range {
        let rows = session.load(Sql::new(&format!("SELECT {number}"))).await.unwrap();
        assert_eq!(decode::<i32>(&rows[0], 0).unwrap(), number);
    }
    let known = "SELECT pg_backend_pid(), count(*)::int4 FROM pg_prepared_statements \
                 WHERE statement ~ '^SELECT [0-9]+$'";
    let rows = session.load(Sql::new(known)).await.unwrap();
    session.finish();
    all_read(world).await;
    (decode(&rows[0], 0).unwrap(), decode(&rows[0], 1).unwrap())
}

#[tokio::test]
async fn a_full_connection_forgets_the_statements_of_who_was_served_longest_ago() {
    let world = World::with_pools(PoolSizes { reads: 1, writes: 1 }).await;
    let (process, known) = numbers(&world, "bizhub", 0..600).await;
    assert_eq!(known, 600);
    assert_eq!(numbers(&world, "kumasi", 600..1_200).await, (process, 600));
    assert_eq!(numbers(&world, "bizhub", 0..10).await, (process, 610));
    let (same, known) = numbers(&world, "kumasi", 0..1_100).await;
    assert_eq!((same, known), (process, 1_200));
    assert_ne!(numbers(&world, "kumasi", 0..1).await.0, process, "one tenant filled it");
}

#[tokio::test]
async fn who_waits_longer_hears_the_answer_even_when_the_socket_woke_another() {
    let world = World::new().await;
    let actor = world.kernel.system_actor(world.kernel.tenant("bizhub").unwrap()).unwrap();
    // The first row is long enough to leave at once, with all that came before it.
    let slow = "SELECT repeat('x', 20000) FROM generate_series(1, 2) n \
                WHERE n = 1 OR pg_sleep(0.1) IS NOT NULL";
    for _ in 0..3 {
        let database = world.kernel.database.clone();
        let session = Session::new(database, actor.clone(), world.kernel.clock.now());
        session.load(Sql::new("SELECT 0")).await.unwrap();
        let first = async {
            // Each of these turns makes it the one whom the socket wakes.
            let turns = async {
                for _ in 0..4 {
                    tokio::task::yield_now().await;
                }
            };
            tokio::join!(session.load(Sql::new("SELECT 1")), turns).0
        };
        let second = async { session.load(Sql::new(slow)).await };
        let both = [first.boxed(), second.boxed()].into_iter().collect::<FuturesUnordered<_>>();
        let answers = tokio::time::timeout(PATIENCE, both.collect::<Vec<_>>()).await;
        let rows: Vec<usize> =
            answers.expect("nobody looks").into_iter().map(|rows| rows.unwrap().len()).collect();
        assert_eq!(rows, [1, 2]);
        session.finish();
        all_read(&world).await;
    }
}
