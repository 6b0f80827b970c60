//! Live streams: from a commit to a client under load on two servers, and what many who only
//! listen cost in memory.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail, ensure};
use bizgraph::embedded::Cluster;
use bizgraph_kernel::entity::GlobalId;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_postgres::Client;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::server::{self, ADDRESS, Program, REPLICA};
use crate::usage;

/// The tenant that is listened to.
const TENANT: &str = "desk";

/// Tickets that are written to, turn by turn.
const TICKETS: usize = 40;

/// Sockets on each server that hear one ticket each.
const CONVERSATIONS: usize = 40;

/// Sockets on each server that hear the queue.
const QUEUES: usize = 5;

/// Messages a second, on both servers together.
const RATE: u64 = 200;

/// Sockets that only listen.
const IDLE: usize = 1_000;

/// Streams on each of them.
const STREAMS: usize = 2;

const TICKET: &str = "subscription($id: ID!) { rimTicketEvents(ticketId: $id) { \
    ... on RimTicketEvent { at verb chatMessage { message } } ... on Lagged { message } } }";

const QUEUE: &str = "subscription { rimTicketQueue { ... on RimTicketQueueEvent { at verb \
    ticket { ticketNumber status } } ... on Lagged { message } } }";

const SEND: &str = "mutation($input: RimChatMessageSendInput!) { \
    rimChatMessageSend(input: $input) { userErrors { code message } } }";

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A desk with an agent and tickets.
struct Desk {
    token: String,
    tickets: Vec<String>,
}

/// Measures live streams on a database of their own.
pub async fn measure(folder: &Path, cluster: &Cluster, seconds: u64) -> anyhow::Result<()> {
    let database_url = cluster.url("bizgraph_live");
    if crate::connect(&database_url).await.is_err() {
        let server = crate::connect(&cluster.url("postgres")).await?;
        server.batch_execute("CREATE DATABASE bizgraph_live").await?;
    }
    let program = Program { folder: server::folder_in(folder, "server")?, database_url };
    program.run(&["migrate"])?;
    let owner = crate::connect(&program.database_url).await?;
    // The server's login role is made with its first start, and a tenant is known from the start.
    program.serve_without_jobs()?.stop()?;
    let desk = set_up(&program, &owner).await?;
    let here = program.serve_without_jobs()?;
    let there = program.serve_beside()?;
    println!(
        "\nlive: {RATE} messages a second on two servers, {} sockets that hear one ticket",
        2 * CONVERSATIONS
    );
    println!(
        "each and {} that hear the queue; from the beginning of the write to the client",
        2 * QUEUES
    );
    let (latencies, sent) = talk(&desk, seconds).await?;
    let place = |part: f64| latencies[((latencies.len() - 1) as f64 * part) as usize];
    println!(
        "{sent} messages, {} events heard; p50 {:.1} ms, p99 {:.1} ms, at most {:.1} ms",
        latencies.len(),
        place(0.5),
        place(0.99),
        place(1.0)
    );
    there.stop()?;
    here.stop()?;
    let server = program.serve_without_jobs()?;
    idle(&desk, server.process()).await?;
    server.stop()
}

async fn set_up(program: &Program, owner: &Client) -> anyhow::Result<Desk> {
    let found = "SELECT id FROM platform.tenants WHERE slug = $1";
    if owner.query_opt(found, &[&TENANT]).await?.is_none() {
        let words = "tenant add --slug desk --module rim --name Desk --country NG --currency NGN \
                     --time-zone Africa/Lagos";
        program.run(&words.split_whitespace().collect::<Vec<_>>())?;
    }
    let tenant: i32 = owner.query_one(found, &[&TENANT]).await?.get(0);
    let token = format!("bg_{TENANT}_{}", "ab".repeat(32));
    let sql = format!(
        "SET search_path TO {TENANT};
         INSERT INTO admin_users (id, username, email, role, role_id)
           SELECT gen_random_uuid(), 'agent', 'agent@desk.example', name, id FROM admin_roles
           WHERE name = 'support_lead' ON CONFLICT DO NOTHING;
         INSERT INTO sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at)
           SELECT gen_random_uuid(), 'adminUser:' || id, sha256('{token}'), now(), now(),
             now() + interval '6 hours' FROM admin_users WHERE username = 'agent'
           ON CONFLICT DO NOTHING;
         INSERT INTO users (id, user_id, first_name, phone, email, last_active_at)
           VALUES (gen_random_uuid(), 'USR-T', 'Ada', '+2348030000001', 'ada@desk.example', now())
           ON CONFLICT DO NOTHING;
         INSERT INTO tickets (id, ticket_number, customer_id, customer_name, customer_phone,
             customer_email, subject, description, category, status)
           SELECT gen_random_uuid(), 'TCK-T-' || n, u.id, 'Ada', u.phone, u.email, 'No airtime',
             'It did not come', 'technical', 'in-progress'
           FROM users u, generate_series(1, {TICKETS}) n ON CONFLICT DO NOTHING;
         RESET search_path;"
    );
    owner.batch_execute(&sql).await?;
    let rows = owner.query(&format!("SELECT id::text FROM {TENANT}.tickets"), &[]).await?;
    let id = |key: String| GlobalId::encode(tenant, "RimTicket", &key);
    Ok(Desk { token, tickets: rows.iter().map(|row| id(row.get(0))).collect() })
}

/// Talks for some seconds and answers the latencies in milliseconds, sorted, and how many
/// messages were sent.
async fn talk(desk: &Desk, seconds: u64) -> anyhow::Result<(Vec<f64>, u64)> {
    let mut listeners: Vec<JoinHandle<anyhow::Result<Vec<f64>>>> = Vec::new();
    for address in [ADDRESS, REPLICA] {
        for number in 0..CONVERSATIONS {
            let id = &desk.tickets[number % desk.tickets.len()];
            let mut socket = open(address, &desk.token).await?;
            subscribe(&mut socket, "1", TICKET, json!({ "id": id })).await?;
            listeners.push(tokio::spawn(hear(socket)));
        }
        for _ in 0..QUEUES {
            let mut socket = open(address, &desk.token).await?;
            subscribe(&mut socket, "1", QUEUE, json!({})).await?;
            listeners.push(tokio::spawn(hear(socket)));
        }
    }
    // Behind the last subscription; what comes first is not measured.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let sent = RATE * (seconds + 1);
    let mut writers = [Vec::new(), Vec::new()];
    for (side, address) in [ADDRESS, REPLICA].into_iter().enumerate() {
        for _ in 0..8 {
            writers[side].push(open(address, &desk.token).await?);
        }
    }
    let mut ticks = tokio::time::interval(Duration::from_micros(1_000_000 / RATE));
    for number in 0..sent {
        ticks.tick().await;
        let place = usize::try_from(number)?;
        let writers = &mut writers[place % 2];
        let writer = place / 2 % writers.len();
        let input = json!({ "ticketId": desk.tickets[place % desk.tickets.len()],
            "message": format!("message {number}") });
        let id = number.to_string();
        subscribe(&mut writers[writer], &id, SEND, json!({ "input": input })).await?;
    }
    for socket in writers.iter_mut().flatten() {
        answered(socket).await?;
    }
    let mut latencies = Vec::new();
    for listener in listeners {
        latencies.extend(listener.await??);
    }
    ensure!(!latencies.is_empty(), "nothing was heard");
    latencies.sort_by(f64::total_cmp);
    Ok((latencies, sent))
}

/// Reads what writers were answered; none may have been refused.
async fn answered(socket: &mut Socket) -> anyhow::Result<()> {
    while let Ok(Some(frame)) = tokio::time::timeout(Duration::from_secs(1), socket.next()).await {
        let Message::Text(text) = frame? else { continue };
        let refused = text.contains(r#""type":"error""#) || text.contains(r#""code""#);
        ensure!(!refused, "a message was refused: {text}");
    }
    Ok(())
}

/// Hears until nothing comes for two seconds; answers how long each event took.
async fn hear(mut socket: Socket) -> anyhow::Result<Vec<f64>> {
    let mut latencies = Vec::new();
    let mut patience = Duration::from_secs(8);
    while let Ok(Some(frame)) = tokio::time::timeout(patience, socket.next()).await {
        let Message::Text(text) = frame? else { continue };
        let now = SystemTime::UNIX_EPOCH.elapsed()?.as_secs_f64() * 1000.0;
        let message: Value = serde_json::from_str(&text)?;
        let event = message.pointer("/payload/data").and_then(Value::as_object);
        let event = event.and_then(|data| data.values().next()).context("no event")?;
        let Some(at) = event["at"].as_str() else { bail!("a listener was told {text}") };
        let at = chrono::DateTime::parse_from_rfc3339(at)?.timestamp_micros() as f64 / 1000.0;
        latencies.push(now - at);
        patience = Duration::from_secs(2);
    }
    Ok(latencies)
}

/// Many who listen and hear nothing.
async fn idle(desk: &Desk, process: u32) -> anyhow::Result<()> {
    // One of each first: what everybody shares is not theirs.
    let mut first = open(ADDRESS, &desk.token).await?;
    listen_idly(&mut first, desk, 0).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (before, _) = usage::memory_kib(process);
    let mut sockets = Vec::with_capacity(IDLE);
    for number in 0..IDLE {
        let mut socket = open(ADDRESS, &desk.token).await?;
        listen_idly(&mut socket, desk, number).await?;
        sockets.push(socket);
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (after, _) = usage::memory_kib(process);
    let subscribers = IDLE * STREAMS;
    let grown = after.saturating_sub(before);
    println!(
        "{subscribers} idle subscribers on {IDLE} sockets: {:.1} MiB, {:.1} KiB each",
        grown as f64 / 1024.0,
        grown as f64 / subscribers as f64
    );
    drop(sockets);
    Ok(())
}

async fn listen_idly(socket: &mut Socket, desk: &Desk, number: usize) -> anyhow::Result<()> {
    for stream in 0..STREAMS {
        let id = &desk.tickets[(number + stream) % desk.tickets.len()];
        subscribe(socket, &stream.to_string(), TICKET, json!({ "id": id })).await?;
    }
    Ok(())
}

async fn open(address: &str, token: &str) -> anyhow::Result<Socket> {
    let mut request = format!("ws://{address}/graphql").into_client_request()?;
    let protocol = HeaderValue::from_static("graphql-transport-ws");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let (mut socket, _) = connect_async(request).await?;
    let payload = json!({ "Authorization": format!("Bearer {token}") });
    let init = json!({ "type": "connection_init", "payload": payload });
    socket.send(Message::text(init.to_string())).await?;
    let deadline = Instant::now() + Duration::from_secs(10);
    while Instant::now() < deadline {
        match socket.next().await.context("a socket ended")?? {
            Message::Text(text) if text.contains("connection_ack") => return Ok(socket),
            Message::Close(frame) => bail!("a socket was closed: {frame:?}"),
            _ => {}
        }
    }
    bail!("a socket was not acknowledged")
}

async fn subscribe(
    socket: &mut Socket,
    id: &str,
    query: &str,
    variables: Value,
) -> anyhow::Result<()> {
    let payload = json!({ "query": query, "variables": variables });
    let message = json!({ "id": id, "type": "subscribe", "payload": payload });
    socket.send(Message::text(message.to_string())).await?;
    Ok(())
}
