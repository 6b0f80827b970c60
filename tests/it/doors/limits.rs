//! Limits of time and of number: slow clients, too many requests, too many connections.

use std::sync::Arc;
use std::time::Duration;

use bizgraph::schema::MODULES;
use bizgraph::server::ServerSettings;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::clock::SystemClock;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::{Server, give_passwords};
use crate::world::World;

async fn server_with(world: &World, settings: ServerSettings) -> Server {
    give_passwords(world).await;
    Server::over(world.kernel.clone(), settings).await
}

async fn all_of(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_client_that_sends_too_slowly_is_not_waited_for() {
    let world = World::new().await;
    let read_timeout = Duration::from_secs(2);
    let server =
        server_with(&world, ServerSettings { read_timeout, ..ServerSettings::default() }).await;
    let mut half_a_head = TcpStream::connect(server.address).await.unwrap();
    half_a_head.write_all(b"POST /graphql HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    let mut half_a_body = TcpStream::connect(server.address).await.unwrap();
    let head = super::attacks::head("content-length: 100");
    half_a_body.write_all(head.as_bytes()).await.unwrap();
    half_a_body.write_all(b"{\"query\":").await.unwrap();
    assert!(!all_of(half_a_head).await.starts_with("HTTP/1.1 200"));
    let answer = all_of(half_a_body).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"code\":\"RETRY_LATER\""), "{answer}");
}

#[tokio::test]
async fn more_requests_than_there_is_room_for_are_told_to_come_back() {
    let world = World::new().await;
    let settings = ServerSettings { requests_in_flight: 0, ..ServerSettings::default() };
    let server = server_with(&world, settings).await;
    let answer = server.send("", "{ __typename }", json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (503, "RETRY_LATER"));
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(server.get("/livez").await.status(), 200);
}

#[tokio::test]
async fn whoever_asks_for_too_much_over_time_waits() {
    let world = World::new().await;
    let settings =
        ServerSettings { cost_budget: 60, cost_refill_per_second: 1, ..ServerSettings::default() };
    let server = server_with(&world, settings).await;
    let (sales, manager) = (server.login("sales").await, server.login("manager").await);
    let query = "{ bizhub { locations(first: 50) { nodes { id } } } }";
    let request = server
        .post()
        .bearer_auth(&sales)
        .header("x-graphql-cost", "include")
        .json(&json!({ "query": query }));
    let first = server.answer(request).await;
    assert_eq!(first.body["extensions"]["cost"], json!({ "requested": 52, "budgetRemaining": 8 }));
    let second = server.send(&sales, query, json!({})).await;
    assert_eq!((second.status.as_u16(), second.code()), (429, "RATE_LIMITED"));
    let wait: u64 = second.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=44).contains(&wait), "{wait}");
    // Somebody else's budget is untouched.
    assert_eq!(server.send(&manager, query, json!({})).await.status, 200);
}

#[tokio::test]
async fn a_server_that_stops_finishes_what_runs_and_takes_nothing_new() {
    let world = World::new().await;
    let mut server = Server::start(&world).await;
    assert_eq!(server.get("/readyz").await.text().await.unwrap(), "ready\n");
    server.stop().await;
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn who_looks_after_the_servers_health_waits_behind_no_request() {
    let world = World::with_pools(PoolSizes { reads: 2, writes: 2 }).await;
    let server = Server::start(&world).await;
    world.kernel.refresh_tenants().await.unwrap();
    // No connection is left to ask the database with.
    let mut held = Vec::new();
    for tenant in ["bizhub", "kumasi"] {
        held.push(world.kernel.database.lend_read(tenant).await.unwrap());
    }
    let answer = server.get("/readyz").await;
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, "ready\n"));
}

#[tokio::test]
async fn a_server_without_its_database_lives_and_is_not_ready() {
    let nowhere = "postgresql://nobody@%2Fnowhere/nothing";
    let database = Database::new(nowhere, PoolSizes { reads: 2, writes: 2 }).unwrap();
    let kernel = Kernel::new(database, Arc::new(SystemClock), Cipher::new(&[7; 32]), MODULES);
    let server = Server::over(Arc::new(kernel), ServerSettings::default()).await;
    let answer = server.get("/readyz").await;
    assert_eq!(
        (answer.status().as_u16(), answer.text().await.unwrap().as_str()),
        (503, "not ready\n")
    );
    assert_eq!(server.get("/livez").await.status(), 200);
}
