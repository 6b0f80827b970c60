//! What a stream tells: everything behind its cursor, once, and only to those who may see it.

use bizgraph_kernel::entity::GlobalId;
use serde_json::{Value, json};

use super::socket::{EVENTS, Socket, now};
use crate::server::Server;
use crate::world::{Person, World, key};

/// The global id of a row of the shop `bizhub`.
pub fn id_of(world: &World, type_name: &str, key: &Value) -> String {
    let tenant = world.kernel.tenant("bizhub").unwrap().id;
    GlobalId::encode(tenant, type_name, &key.to_string())
}

/// Opens a repair and answers its id.
pub async fn open_ticket(world: &World, person: &Person) -> String {
    let customer = world.value("SELECT id FROM bizhub.customers ORDER BY id LIMIT 1").await;
    let customer = id_of(world, "BizhubCustomer", &customer);
    let input = json!({ "customerId": customer, "issueType": "Screen Repair",
        "issueDescription": "Broken", "idempotencyKey": key() });
    let ticket = world.done(person, "bizhubRepairTicketOpen", input, "repairTicket { id }").await;
    ticket["repairTicket"]["id"].as_str().unwrap().to_owned()
}

/// A world with a customer, whose repairs sales opens.
pub async fn shop() -> (World, Person) {
    let world = World::new().await;
    let insert = "INSERT INTO bizhub.customers (customer_type, full_name, phone) \
                  VALUES ('Retail', 'Ama Mensah', '+233200000001')";
    world.meddle(insert).await;
    let sales = world.person("sales").await;
    (world, sales)
}

fn ticket_of(event: &Value) -> String {
    event["repairTicket"]["id"].as_str().unwrap_or_else(|| panic!("{event}")).to_owned()
}

#[tokio::test]
async fn an_event_comes_with_the_row_as_it_stands() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let mut socket = Socket::listening(&world, &server, &server.login("technician").await).await;
    let ticket = open_ticket(&world, &sales).await;
    let event = socket.next("1").await;
    assert_eq!(event["__typename"], "BizhubRepairTicketEvent");
    assert_eq!((ticket_of(&event), &event["repairTicket"]["status"]), (ticket, &json!("OPEN")));
    assert!(event["cursor"].is_string());
}

#[tokio::test]
async fn a_cursor_resumes_behind_its_event_and_misses_and_repeats_nothing() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    let mut socket = Socket::listening(&world, &server, &token).await;
    open_ticket(&world, &sales).await;
    let cursor = socket.next("1").await["cursor"].clone();
    drop(socket);
    let missed = [open_ticket(&world, &sales).await, open_ticket(&world, &sales).await];
    let mut socket = Socket::of(&server, &token).await;
    socket.subscribe("1", EVENTS, json!({ "after": cursor })).await;
    let mut told = vec![ticket_of(&socket.next("1").await), ticket_of(&socket.next("1").await)];
    let live = open_ticket(&world, &sales).await;
    told.push(ticket_of(&socket.next("1").await));
    assert_eq!(told, [missed[0].clone(), missed[1].clone(), live]);
}

#[tokio::test]
async fn what_happens_while_rows_are_read_is_told_behind_the_cursor_of_before() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    open_ticket(&world, &sales).await;
    let technician = world.person("technician").await;
    let cursor = world.read(&technician, "{ liveCursor }").await["liveCursor"].clone();
    let meanwhile = open_ticket(&world, &sales).await;
    let mut socket = Socket::of(&server, &token).await;
    socket.subscribe("1", EVENTS, json!({ "after": cursor })).await;
    assert_eq!(ticket_of(&socket.next("1").await), meanwhile);
}

#[tokio::test]
async fn a_ticket_can_be_listened_to_alone() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let other = open_ticket(&world, &sales).await;
    let mine = open_ticket(&world, &sales).await;
    let mut socket = Socket::of(&server, &server.login("technician").await).await;
    let query = "subscription($id: ID, $after: String) { bizhubRepairTicketEvents(ticketId: $id, after: $after) { \
                 ... on BizhubRepairTicketEvent { verb repairTicket { id } } } }";
    let variables = json!({ "id": mine, "after": now(&world).await });
    socket.subscribe("1", query, variables).await;
    for ticket in [&other, &mine] {
        let input = json!({ "repairTicketId": ticket, "note": "Looked at it" });
        world.done(&sales, "bizhubRepairTicketAddNote", input, "").await;
    }
    assert_eq!(ticket_of(&socket.next("1").await), mine);
}

#[tokio::test]
async fn a_filter_tells_rows_that_meet_it_and_when_they_cease_to() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let manager = world.person("manager").await;
    let mut socket = Socket::of(&server, &server.login("manager").await).await;
    let query = "subscription($after: String) { bizhubRepairTicketEvents(after: $after, \
                 filter: {status: {eq: OPEN}}) { \
                 ... on BizhubRepairTicketEvent { matches repairTicket { id status } } } }";
    socket.subscribe("1", query, json!({ "after": now(&world).await })).await;
    let ticket = open_ticket(&world, &sales).await;
    assert_eq!(socket.next("1").await["matches"], true);
    let input = json!({ "repairTicketId": ticket, "outcome": "UNABLE" });
    world.done(&manager, "bizhubRepairTicketClose", input, "").await;
    let event = socket.next("1").await;
    assert_eq!((&event["matches"], ticket_of(&event)), (&json!(false), ticket));
}

#[tokio::test]
async fn another_shop_hears_nothing() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let payload = server.try_login("kumasi", "technician", crate::client::PASSWORD).await;
    let mut socket = Socket::of(&server, payload["token"].as_str().unwrap()).await;
    let begin = bizgraph_kernel::live::encode_cursor(world.kernel.tenant("kumasi").unwrap().id, 0);
    socket.subscribe("1", EVENTS, json!({ "after": begin })).await;
    let ticket = open_ticket(&world, &sales).await;
    // An event of its own shop comes, and none before it.
    let insert = "INSERT INTO kumasi.customers (customer_type, full_name, phone) \
                  VALUES ('Retail', 'Kofi Addo', '+233200000002')";
    world.meddle(insert).await;
    let theirs = world.person_of("kumasi", "sales").await;
    let customer = world.value("SELECT id FROM kumasi.customers").await;
    let customer = GlobalId::encode(theirs.0.tenant.id, "BizhubCustomer", &customer.to_string());
    let input = json!({ "customerId": customer, "issueType": "Battery", "issueDescription": "Old",
        "idempotencyKey": key() });
    let own = world.done(&theirs, "bizhubRepairTicketOpen", input, "repairTicket { id }").await;
    let told = ticket_of(&socket.next("1").await);
    assert_eq!(told, own["repairTicket"]["id"].as_str().unwrap());
    assert_ne!(told, ticket);
    // And its cursors are not this shop's.
    let mut socket = Socket::of(&server, &server.login("technician").await).await;
    let cursor = bizgraph_kernel::live::encode_cursor(theirs.0.tenant.id, 1);
    socket.subscribe("1", EVENTS, json!({ "after": cursor })).await;
    assert_eq!(socket.hear().await["payload"][0]["extensions"]["code"], "BAD_FORMAT");
}

#[tokio::test]
async fn a_cursor_older_than_what_is_kept_is_a_gap() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    let mut socket = Socket::listening(&world, &server, &token).await;
    open_ticket(&world, &sales).await;
    let old = socket.next("1").await["cursor"].clone();
    open_ticket(&world, &sales).await;
    let last = "WITH gone AS (DELETE FROM bizhub.outbox_events RETURNING id) UPDATE \
                bizhub.outbox_horizon SET pruned_through = (SELECT max(id) FROM gone)";
    world.meddle(last).await;
    let mut socket = Socket::of(&server, &token).await;
    socket.subscribe("1", EVENTS, json!({ "after": old })).await;
    let gap = socket.next("1").await;
    assert_eq!(gap["__typename"], "Gap");
    let live = open_ticket(&world, &sales).await;
    assert_eq!(ticket_of(&socket.next("1").await), live);
    // Its cursor goes on without another gap.
    let mut socket = Socket::of(&server, &token).await;
    socket.subscribe("1", EVENTS, json!({ "after": gap["cursor"] })).await;
    assert_eq!(ticket_of(&socket.next("1").await), live);
}

#[tokio::test]
async fn a_root_field_in_fragments_and_named_twice_is_told_once() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    let query = "subscription($after: String) { ...Repairs ... on Subscription { ...Repairs } \
        bizhubRepairTicketEvents(after: $after) { ... on BizhubRepairTicketEvent { verb } } } \
        fragment Repairs on Subscription { bizhubRepairTicketEvents(after: $after) { \
        ... on BizhubRepairTicketEvent { repairTicket { ...Shown } } } } \
        fragment Shown on BizhubRepairTicket { id }";
    let mut socket = Socket::of(&server, &token).await;
    socket.subscribe("1", query, json!({ "after": now(&world).await })).await;
    for _ in 0..2 {
        let opened = open_ticket(&world, &sales).await;
        let event = socket.next("1").await;
        assert_eq!((ticket_of(&event), &event["verb"]), (opened, &json!("create")));
    }
    socket.settle().await;
}

#[tokio::test]
async fn a_cursor_that_nobody_was_told_yet_is_a_gap_and_no_silence() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    open_ticket(&world, &sales).await;
    let tenant = world.kernel.tenant("bizhub").unwrap().id;
    let mut socket = Socket::of(&server, &token).await;
    let after = bizgraph_kernel::live::encode_cursor(tenant, 1_000_000);
    socket.subscribe("1", EVENTS, json!({ "after": after })).await;
    let gap = socket.next("1").await;
    assert_eq!(gap["__typename"], "Gap");
    assert_eq!(gap["cursor"], now(&world).await);
    let live = open_ticket(&world, &sales).await;
    assert_eq!(ticket_of(&socket.next("1").await), live);
}

#[tokio::test]
async fn what_another_server_commits_is_heard_here() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let other = Server::beside(&world).await;
    let mut socket = Socket::listening(&world, &other, &other.login("technician").await).await;
    let _ = &server;
    for _ in 0..5 {
        let ticket = open_ticket(&world, &sales).await;
        assert_eq!(ticket_of(&socket.next("1").await), ticket);
    }
}
