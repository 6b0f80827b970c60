//! A database that is stopped and started again under load: streams go on where they were, and
//! nobody waits for ever.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bizgraph::embedded::{Cluster, Profile};
use bizgraph::schema::MODULES;
use bizgraph::server::ServerSettings;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::clock::SystemClock;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use serde_json::json;

use super::replicas::{EVENTS, set_up};
use crate::client::Client;
use crate::cluster::make_lenders;
use crate::live::socket::Socket;
use crate::server::Server;

/// The longest that a request may take while the database is away.
const LONGEST: Duration = Duration::from_secs(15);

const TYPE: &str = "mutation($id: ID!) { rimTicketStartTyping(input: { ticketId: $id }) \
                    { userErrors { code } } }";

/// Asks again and again until it is told to stop; answers how often it was answered and how long
/// the slowest answer took.
async fn ask(
    client: Client,
    token: String,
    query: &'static str,
    ticket: String,
    stop: Arc<AtomicBool>,
) -> (usize, Duration) {
    let (mut answered, mut slowest) = (0, Duration::ZERO);
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let answer = client.send(&token, query, json!({ "id": ticket })).await;
        slowest = slowest.max(begun.elapsed());
        answered += usize::from(answer.status == 200 && answer.body.get("errors").is_none());
    }
    (answered, slowest)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_restarted_under_load_ends_no_stream_and_hangs_no_request() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(folder.path(), Profile::Test).await.unwrap();
    let app_url = make_lenders(&cluster).await;
    let url = cluster.url(crate::cluster::LENDERS);
    let (token, tenant, tickets) = set_up(&url, 1).await;
    let ticket = bizgraph_kernel::entity::GlobalId::encode(tenant, "RimTicket", &tickets[0]);
    let database = Database::new(&app_url, PoolSizes { reads: 4, writes: 4 }).unwrap();
    let clock = Arc::new(SystemClock);
    let kernel = Arc::new(Kernel::new(database, clock, Cipher::new(&[7; 32]), MODULES));
    kernel.refresh_tenants().await.unwrap();
    let server = Server::over(
        kernel,
        ServerSettings { cost_budget: 10_000_000, ..ServerSettings::default() },
    )
    .await;
    let mut socket = Socket::of(&server, &token).await;
    socket
        .subscribe(
            "1",
            EVENTS,
            json!({ "id": ticket, "after": bizgraph_kernel::live::encode_cursor(tenant, 0) }),
        )
        .await;
    let stop = Arc::new(AtomicBool::new(false));
    let reads = "query($id: ID!) { rim { ticket(id: $id) { status } } }";
    let loads: Vec<_> = [TYPE, reads]
        .into_iter()
        .map(|query| {
            tokio::spawn(ask(
                Client::of(server.address),
                token.clone(),
                query,
                ticket.clone(),
                stop.clone(),
            ))
        })
        .collect();
    let announce = |n: i64| {
        format!(
            "INSERT INTO rim.outbox_events (name, entity, entity_id, payload, actor, request_id, \
             business_date, created_at) VALUES ('rim.ticket.probe', 'RimTicket', '{}', \
             '{{\"n\": {n}}}', 'system', '', '2026-03-02', now())",
            tickets[0]
        )
    };
    crate::cluster::run_sql(&url, &announce(1)).await;
    assert_eq!(told(&mut socket).await, 1);
    cluster.stop().await.unwrap();
    let cluster = Cluster::start(folder.path(), Profile::Test).await.unwrap();
    crate::cluster::run_sql(&url, &announce(2)).await;
    assert_eq!(told(&mut socket).await, 2, "the same stream goes on");
    stop.store(true, Ordering::Relaxed);
    for load in loads {
        let (answered, slowest) = load.await.unwrap();
        assert!(answered > 0);
        assert!(slowest < LONGEST, "{slowest:?}");
    }
    drop(server);
    cluster.stop().await.unwrap();
}

/// The number in the next event that is no signal.
async fn told(socket: &mut Socket) -> i64 {
    loop {
        let event = socket.next("1").await;
        if let Some(number) = event["details"]["n"].as_i64() {
            return number;
        }
    }
}
