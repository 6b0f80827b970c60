//! The order of a stream: nobody comes before what was told, whatever commits when.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::json;

use super::socket::{EVENTS, Socket};
use super::streams::{id_of, open_ticket, shop};
use crate::server::Server;
use crate::world::World;

/// A transaction that drew a place in the outbox and has not ended.
async fn writer(world: &World) -> tokio_postgres::Client {
    let (client, connection) =
        tokio_postgres::connect(&world.owner_url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let ticket = world.value("SELECT min(id) FROM bizhub.repair_tickets").await;
    let begin = format!(
        "BEGIN; INSERT INTO bizhub.outbox_events (name, entity, entity_id, payload, actor, \
         request_id, business_date, created_at) VALUES ('bizhub.repairTicket.late', \
         'BizhubRepairTicket', '{ticket}', '{{}}', 'system', '', '2026-03-02', now())"
    );
    client.batch_execute(&begin).await.unwrap();
    client
}

async fn verbs(socket: &mut Socket, count: usize) -> Vec<String> {
    let mut verbs = Vec::new();
    for _ in 0..count {
        let event = socket.next("1").await;
        verbs.push(event["verb"].as_str().unwrap_or_else(|| panic!("{event}")).to_owned());
    }
    verbs
}

#[tokio::test]
async fn an_earlier_place_that_commits_later_is_told_first() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    open_ticket(&world, &sales).await;
    let mut socket = Socket::listening(&world, &server, &server.login("technician").await).await;
    let late = writer(&world).await;
    open_ticket(&world, &sales).await;
    // Nothing may be told while the earlier place is open; a query answers meanwhile.
    socket.settle().await;
    late.batch_execute("COMMIT").await.unwrap();
    assert_eq!(verbs(&mut socket, 2).await, ["late", "create"]);
}

#[tokio::test]
async fn a_place_that_was_undone_is_passed_over() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    open_ticket(&world, &sales).await;
    let mut socket = Socket::listening(&world, &server, &server.login("technician").await).await;
    let late = writer(&world).await;
    open_ticket(&world, &sales).await;
    late.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(verbs(&mut socket, 1).await, ["create"]);
    let gone = writer(&world).await;
    open_ticket(&world, &sales).await;
    // A writer that dies is seen to be gone.
    drop(gone);
    assert_eq!(verbs(&mut socket, 1).await, ["create"]);
}

#[tokio::test]
async fn a_stream_does_not_wait_for_ever_for_a_writer_that_does_not_end() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    open_ticket(&world, &sales).await;
    let late = writer(&world).await;
    let mut socket = Socket::of(&server, &token).await;
    for id in ["1", "2"] {
        socket.subscribe(id, EVENTS, json!({})).await;
    }
    for _ in 0..2 {
        let message = socket.hear().await;
        assert_eq!(message["type"], "error", "{message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], "RETRY_LATER", "{message}");
    }
    late.batch_execute("ROLLBACK").await.unwrap();
    socket.subscribe("1", EVENTS, json!({ "after": super::socket::now(&world).await })).await;
    open_ticket(&world, &sales).await;
    assert_eq!(verbs(&mut socket, 1).await, ["create"]);
}

#[tokio::test]
async fn a_long_write_of_another_tenant_holds_nobody_up() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let mut socket = Socket::listening(&world, &server, &server.login("technician").await).await;
    let (client, connection) =
        tokio_postgres::connect(&world.owner_url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let begin = "BEGIN; INSERT INTO kumasi.outbox_events (name, entity, entity_id, payload, actor, \
                 request_id, business_date, created_at) VALUES ('x', 'x', '1', '{}', 'system', '', \
                 '2026-03-02', now())";
    client.batch_execute(begin).await.unwrap();
    // Undone here, so that there is a hole while the other tenant still writes.
    open_ticket(&world, &sales).await;
    verbs(&mut socket, 1).await;
    writer(&world).await.batch_execute("ROLLBACK").await.unwrap();
    open_ticket(&world, &sales).await;
    assert_eq!(verbs(&mut socket, 1).await, ["create"]);
    client.batch_execute("ROLLBACK").await.unwrap();
}

#[tokio::test]
async fn what_a_cursor_covers_is_not_told_again_by_a_server_that_is_behind() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    open_ticket(&world, &sales).await;
    let mut witness = Socket::listening(&world, &server, &token).await;
    let last = "SELECT last_value FROM bizhub.outbox_events_id_seq";
    let last = world.value(last).await.as_i64().unwrap();
    let tenant = world.kernel.tenant("bizhub").unwrap().id;
    let mut ahead = Socket::of(&server, &token).await;
    // What this server cannot tell so far, since places before it are open.
    let (first, second) = (writer(&world).await, writer(&world).await);
    writer(&world).await.batch_execute("COMMIT").await.unwrap();
    let after = bizgraph_kernel::live::encode_cursor(tenant, last + 2);
    ahead.subscribe("1", EVENTS, json!({ "after": after })).await;
    ahead.settle().await;
    // Told apart.
    first.batch_execute("COMMIT").await.unwrap();
    witness.next("1").await;
    ahead.settle().await;
    second.batch_execute("COMMIT").await.unwrap();
    witness.next("1").await;
    assert_eq!(ahead.next("1").await["cursor"], witness.next("1").await["cursor"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_on_two_servers_lose_and_repeat_nothing() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let other = Server::beside(&world).await;
    let token = server.login("technician").await;
    let mut sockets = [
        Socket::listening(&world, &server, &token).await,
        Socket::listening(&world, &other, &token).await,
    ];
    let writes = (0..60).map(|_| open_ticket(&world, &sales));
    let writes = futures_util::stream::iter(writes).buffer_unordered(8).collect::<Vec<_>>();
    let listen = async {
        let mut told: Vec<Vec<String>> = Vec::new();
        for (number, socket) in sockets.iter_mut().enumerate() {
            let mut ids = Vec::new();
            while ids.len() < 60 {
                // Half-way one client comes back with its last cursor.
                let event = socket.next("1").await;
                ids.push(event["repairTicket"]["id"].as_str().unwrap().to_owned());
                if number == 0 && ids.len() == 30 {
                    let after = event["cursor"].clone();
                    *socket = Socket::of(&other, &token).await;
                    socket.subscribe("1", EVENTS, json!({ "after": after })).await;
                }
            }
            told.push(ids);
        }
        told
    };
    let (mut written, told) = tokio::join!(writes, listen);
    assert_eq!(told[0], told[1], "both hear the same order");
    assert_eq!(told[0].iter().collect::<HashSet<_>>().len(), 60);
    let mut sorted = told[0].clone();
    sorted.sort();
    written.sort();
    assert_eq!(sorted, written);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_go_on_after_the_database_lost_their_connections() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let mut socket = Socket::listening(&world, &server, &server.login("technician").await).await;
    let open = || async {
        loop {
            // Writes fail until the pool has let go of its dead connections.
            let customer = world.value("SELECT id FROM bizhub.customers LIMIT 1").await;
            let customer = id_of(&world, "BizhubCustomer", &customer);
            let input = json!({ "customerId": customer, "issueType": "Battery",
                "issueDescription": "Old", "idempotencyKey": crate::world::key() });
            let query = "mutation($input: BizhubRepairTicketOpenInput!) { \
                         bizhubRepairTicketOpen(input: $input) { repairTicket { id } } }";
            let answer = world.send(&sales, query, json!({ "input": input })).await;
            let id = answer.pointer("/data/bizhubRepairTicketOpen/repairTicket/id").cloned();
            if let Some(id) = id {
                return id;
            }
        }
    };
    // By then the stream has begun: what is cut off before is told so and has to come back.
    let before = open().await;
    assert_eq!(socket.next("1").await["repairTicket"]["id"], before);
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    world.meddle(cut).await;
    let opened = tokio::time::timeout(Duration::from_secs(20), open()).await.unwrap();
    assert_eq!(socket.next("1").await["repairTicket"]["id"], opened);
}
