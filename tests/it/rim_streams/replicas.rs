//! A server that is killed under its listeners: they go to another one with their last cursor, and
//! miss nothing, hear nothing twice, and hear each ticket in its order.

use std::sync::Arc;

use bizgraph_kernel::entity::GlobalId;
use serde_json::json;
use tokio::sync::watch;

use crate::client::Client;
use crate::cluster::connect;
use crate::live::socket::Socket;
use crate::program::{DataFolder, Program};

const WRITERS: usize = 4;

/// How much is told to how many.
#[derive(Clone, Copy)]
struct Scale {
    tickets: usize,
    events_each: i64,
    listeners_each: usize,
}

/// What is listened to.
pub const EVENTS: &str = "subscription($id: ID!, $after: String) { rimTicketEvents(ticketId: $id, \
    after: $after) { __typename ... on RimTicketEvent { cursor details } ... on Gap { cursor } \
    ... on Lagged { cursor } } }";

/// An agent with a token, a customer, and tickets; answers the token and the keys of the tickets.
pub async fn set_up(url: &str, tickets: usize) -> (String, i32, Vec<String>) {
    let client = connect(url).await;
    let token = format!("bg_rim_{}", "ab".repeat(32));
    let sql = format!(
        "SET search_path TO rim;
         INSERT INTO admin_users (id, username, email, role, role_id)
           SELECT gen_random_uuid(), 'prober', 'prober@rim.example', name, id FROM admin_roles
           WHERE name = 'support_agent';
         INSERT INTO sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at)
           SELECT gen_random_uuid(), 'adminUser:' || id, sha256('{token}'), now(), now(),
             now() + interval '1 hour' FROM admin_users WHERE username = 'prober';
         INSERT INTO users (id, user_id, first_name, phone, email, last_active_at)
           VALUES (gen_random_uuid(), 'USR-T', 'Eve', '+2348030000009', 'eve@rim.example', now());
         INSERT INTO tickets (id, ticket_number, customer_id, customer_name, customer_phone,
             customer_email, subject, description, category)
           SELECT gen_random_uuid(), 'TCK-T-' || n, u.id, 'Eve', u.phone, u.email, 'No airtime',
             'It did not come', 'technical' FROM users u, generate_series(1, {tickets}) n
           WHERE u.user_id = 'USR-T';"
    );
    client.batch_execute(&sql).await.unwrap();
    let rows = client.query("SELECT id::text FROM rim.tickets", &[]).await.unwrap();
    let tenant = "SELECT id FROM platform.tenants WHERE slug = 'rim'";
    let tenant = client.query_one(tenant, &[]).await.unwrap().get(0);
    (token, tenant, rows.iter().map(|row| row.get(0)).collect())
}

/// Announces on one ticket after the other, some at a time under the ticket's lock, and undoes
/// every fifth attempt, so that places are drawn which nobody ever sees.
async fn write(
    url: String,
    tenant: i32,
    tickets: Vec<String>,
    most: i64,
    written: Arc<watch::Sender<i64>>,
) {
    let client = connect(&url).await;
    client.batch_execute("SET search_path TO rim").await.unwrap();
    let mut attempt = 0;
    loop {
        let mut busy = false;
        for ticket in &tickets {
            attempt += 1;
            client.batch_execute("BEGIN").await.unwrap();
            let next = format!(
                "UPDATE tickets SET reopen_count = reopen_count + 5 WHERE id = '{ticket}' \
                 AND reopen_count < {most} RETURNING reopen_count - 4"
            );
            let Some(row) = client.query_opt(&next, &[]).await.unwrap() else {
                client.batch_execute("ROLLBACK").await.unwrap();
                continue;
            };
            busy = true;
            let first: i32 = row.get(0);
            let insert = format!(
                "INSERT INTO outbox_events (name, entity, entity_id, payload, actor, request_id, \
                 business_date, created_at) SELECT 'rim.ticket.probe', 'RimTicket', '{ticket}', \
                 jsonb_build_object('n', n), 'system', '', '2026-03-02', now() \
                 FROM generate_series({first}, {first} + 4) n"
            );
            client.batch_execute(&insert).await.unwrap();
            if attempt % 5 == 0 {
                client.batch_execute("ROLLBACK").await.unwrap();
                continue;
            }
            let commit = format!("COMMIT; NOTIFY bizgraph_live_{tenant}");
            client.batch_execute(&commit).await.unwrap();
            written.send_modify(|written| *written += 5);
        }
        if !busy {
            return;
        }
    }
}

/// Hears a ticket to its last event, on whichever server is there; answers the numbers told.
async fn listen(
    servers: Vec<Client>,
    first: usize,
    token: String,
    ticket: String,
    most: i64,
) -> Vec<i64> {
    let (mut turn, mut after, mut numbers) = (first, json!(null), Vec::new());
    loop {
        let server = &servers[turn % servers.len()];
        turn += 1;
        let Some(mut socket) = Socket::try_of(server, &token).await else { continue };
        let begin = if after.is_null() { json!(beginning(&ticket)) } else { after.clone() };
        let variables = json!({ "id": ticket, "after": begin });
        if socket.try_subscribe("1", EVENTS, variables).await.is_none() {
            continue;
        }
        while let Some(message) = socket.try_hear().await {
            let event = &message["payload"]["data"]["rimTicketEvents"];
            match event["__typename"].as_str() {
                Some("RimTicketEvent") => {
                    after = event["cursor"].clone();
                    numbers.push(event["details"]["n"].as_i64().unwrap());
                    if numbers.last() == Some(&most) {
                        return numbers;
                    }
                }
                // Too slow: the stream ends here, and goes on behind what was heard.
                Some("Lagged") => {
                    after = event["cursor"].clone();
                    break;
                }
                _ => panic!("{message}"),
            }
        }
    }
}

/// The cursor before everything of the tenant that a ticket belongs to.
fn beginning(ticket: &str) -> String {
    let global = GlobalId::decode(ticket).unwrap();
    bizgraph_kernel::live::encode_cursor(global.tenant, 0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_under_its_listeners_loses_and_repeats_nothing() {
    kill_under(Scale { tickets: 12, events_each: 100, listeners_each: 5 }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: five hundred listeners, twenty thousand events"]
async fn a_server_killed_under_five_hundred_listeners_loses_and_repeats_nothing() {
    kill_under(Scale { tickets: 50, events_each: 400, listeners_each: 10 }).await;
}

/// Kills one of two servers after a third of the events.
async fn kill_under(scale: Scale) {
    let data = DataFolder::new();
    // The first owns the cluster, which goes on without it; the second is its replica.
    let mut doomed = Program::serve(&data).await;
    let url = data.postmaster().unwrap().1;
    let replica = Program::beside(&data, &url).await;
    let (token, tenant, tickets) = set_up(&url, scale.tickets).await;
    let servers = vec![Client::of(doomed.address), Client::of(replica.address)];
    let written = Arc::new(watch::Sender::new(0));
    let mut listeners = Vec::new();
    for number in 0..scale.tickets * scale.listeners_each {
        let ticket = GlobalId::encode(tenant, "RimTicket", &tickets[number % scale.tickets]);
        let (servers, token) = (servers.clone(), token.clone());
        // Those of one ticket stand at both servers.
        let (side, most) = (number / scale.tickets, scale.events_each);
        listeners.push(tokio::spawn(listen(servers, side, token, ticket, most)));
    }
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let mut tickets = tickets.clone();
            tickets.rotate_left(number * scale.tickets / WRITERS);
            let (url, written) = (url.clone(), written.clone());
            tokio::spawn(write(url, tenant, tickets, scale.events_each, written))
        })
        .collect();
    let third = scale.tickets as i64 * scale.events_each / 3;
    written.subscribe().wait_for(|written| *written >= third).await.unwrap();
    doomed.kill().await;
    for writer in writers {
        writer.await.unwrap();
    }
    let expected: Vec<i64> = (1..=scale.events_each).collect();
    for listener in listeners {
        assert_eq!(listener.await.unwrap(), expected);
    }
}
