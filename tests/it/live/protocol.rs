//! Every sentence of graphql-transport-ws that a client can break, and what it hears.

use bizgraph::server::ServerSettings;
use reqwest::StatusCode;
use serde_json::json;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::socket::{EVENTS, Socket};
use crate::server::{Server, give_passwords};
use crate::world::World;

const PROTOCOL: &str = "graphql-transport-ws";

async fn server() -> (World, Server, String) {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    (world, server, token)
}

#[tokio::test]
async fn another_subprotocol_is_not_acceptable() {
    let (_world, server, _) = server().await;
    let closed = Socket::open(&server, "").await.closed().await;
    assert_eq!(closed, (4406, "Subprotocol not acceptable".to_owned()));
}

#[tokio::test]
async fn a_handshake_that_is_none_is_told_what_would_do() {
    let (_world, server, _) = server().await;
    let key = "dGhlIHNhbXBsZSBub25jZQ==";
    let websocket = [("upgrade", "websocket"), ("connection", "keep-alive, Upgrade")];
    for (version, key, status) in
        [("8", key, 426), ("13", "short", 400), ("13", "bm90IHNpeHRlZW4=", 400)]
    {
        let shake = [("sec-websocket-version", version), ("sec-websocket-key", key)];
        let mut request = reqwest::Client::new().get(server.url());
        for (name, value) in websocket.into_iter().chain(shake) {
            request = request.header(name, value);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{version} {key}");
        assert_eq!(answer.headers()["sec-websocket-version"], "13");
    }
    // Without asking for an upgrade it is a request like any other.
    let request = reqwest::Client::new().get(server.url()).header("upgrade", "websocket");
    let answer = request.query(&[("query", "{ __typename }")]).send().await.unwrap();
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["data"]["__typename"], "Query");
}

#[tokio::test]
async fn who_says_nothing_is_timed_out() {
    let (_world, server, _) = server().await;
    let closed = Socket::open(&server, PROTOCOL).await.closed().await;
    assert_eq!(closed, (4408, "Connection initialisation timeout".to_owned()));
}

#[tokio::test]
async fn an_operation_before_the_acknowledgement_is_unauthorized() {
    let (_world, server, _) = server().await;
    let mut socket = Socket::open(&server, PROTOCOL).await;
    socket.subscribe("1", EVENTS, json!({})).await;
    assert_eq!(socket.closed().await, (4401, "Unauthorized".to_owned()));
}

#[tokio::test]
async fn a_token_that_does_not_hold_is_forbidden() {
    let (_world, server, _) = server().await;
    let mut socket = Socket::open(&server, PROTOCOL).await;
    let payload = json!({ "Authorization": "Bearer bg_bizhub_nothing" });
    socket.say(json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn a_second_introduction_is_one_too_many() {
    let (_world, server, token) = server().await;
    let mut socket = Socket::of(&server, &token).await;
    socket.say(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.closed().await, (4429, "Too many initialisation requests".to_owned()));
}

#[tokio::test]
async fn an_id_in_use_closes_the_socket() {
    let (_world, server, token) = server().await;
    let mut socket = Socket::of(&server, &token).await;
    // As clients make them, which look for the whole reason.
    let id = "0193b3a0-7c2e-7a41-9d5b-8d1f2f3a4b5c";
    socket.subscribe(id, EVENTS, json!({})).await;
    socket.subscribe(id, EVENTS, json!({})).await;
    assert_eq!(socket.closed().await, (4409, format!("Subscriber for {id} already exists")));
}

#[tokio::test]
async fn an_id_is_free_again_once_its_operation_ended() {
    let (_world, server, token) = server().await;
    let mut socket = Socket::of(&server, &token).await;
    socket.subscribe("same", EVENTS, json!({})).await;
    socket.say(json!({ "id": "same", "type": "complete" })).await;
    socket.subscribe("same", "{ viewer { username } }", json!({})).await;
    assert_eq!(socket.next("same").await["username"], "technician");
    assert_eq!(socket.hear().await, json!({ "id": "same", "type": "complete" }));
}

#[tokio::test]
async fn what_is_no_message_closes_the_socket() {
    let (_world, server, token) = server().await;
    for text in [
        "",
        "{",
        "[]",
        r#"{"type":"start"}"#,
        r#"{"type":"connection_ack"}"#,
        r#"{"type":"next","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","payload":{"query":"{ __typename }"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}"#,
        r#"{"type":"subscribe","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":["{ __typename }"]}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","variables":[]}}"#,
    ] {
        let mut socket = Socket::of(&server, &token).await;
        socket.say_text(text).await;
        assert_eq!(socket.closed().await.0, 4400, "{text}");
    }
    let mut socket = Socket::of(&server, &token).await;
    socket.say_bytes(b"{}").await;
    assert_eq!(socket.closed().await.0, 4400);
}

#[tokio::test]
async fn what_is_no_text_and_what_is_no_frame_close_the_socket_as_websockets_do() {
    let (_world, server, token) = server().await;
    let text = OpCode::Data(Data::Text);
    let broken = [(text, b"\xff".to_vec(), 1007), (OpCode::Data(Data::Reserved(3)), vec![], 1002)];
    for (kind, bytes, code) in broken {
        let mut socket = Socket::of(&server, &token).await;
        socket.say_frame(Frame::message(bytes, kind, true)).await;
        assert_eq!(socket.closed().await.0, code);
    }
}

#[tokio::test]
async fn a_message_in_many_frames_is_one_message() {
    let (_world, server, token) = server().await;
    let mut socket = Socket::of(&server, &token).await;
    let (first, rest) = (OpCode::Data(Data::Text), OpCode::Data(Data::Continue));
    socket.say_frame(Frame::message(b"{\"type\":".to_vec(), first, false)).await;
    socket.say_frame(Frame::ping(b"between".to_vec())).await;
    socket.say_frame(Frame::message(b"\"ping\"".to_vec(), rest, false)).await;
    socket.say_frame(Frame::message(b"}".to_vec(), rest, true)).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong" }));
}

#[tokio::test]
async fn a_message_that_is_too_long_closes_the_socket() {
    let (_world, server, token) = server().await;
    let mut socket = Socket::of(&server, &token).await;
    let query = format!("{{ viewer {{ username }} }} #{}", "x".repeat(300 * 1_024));
    socket.subscribe("1", &query, json!({})).await;
    assert_eq!(socket.closed().await.0, 4400);
}

#[tokio::test]
async fn a_ping_is_answered_with_what_it_brought() {
    let (_world, server, _) = server().await;
    let mut socket = Socket::open(&server, PROTOCOL).await;
    socket.say(json!({ "type": "ping", "payload": { "at": 7 } })).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong", "payload": { "at": 7 } }));
    socket.say(json!({ "type": "ping" })).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong" }));
    socket.say(json!({ "type": "pong" })).await;
    socket.say(json!({ "type": "complete", "id": "nobody" })).await;
    socket.say(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
}

#[tokio::test]
async fn queries_and_mutations_run_over_a_socket_too() {
    let (_world, server, token) = server().await;
    let mut socket = Socket::of(&server, &token).await;
    socket.subscribe("q", "{ viewer { role } }", json!({})).await;
    assert_eq!(socket.next("q").await["role"], "Technician");
    assert_eq!(socket.hear().await["type"], "complete");
    let logout = "mutation { logout { userErrors { code } } }";
    socket.subscribe("m", logout, json!({})).await;
    assert_eq!(socket.next("m").await["userErrors"], json!([]));
    assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn a_refused_operation_hears_one_error_and_nothing_more() {
    let (_world, server, token) = server().await;
    let mut socket = Socket::of(&server, &token).await;
    for (query, code) in [
        ("{", "BAD_FORMAT"),
        ("{ nothing }", "VALIDATION_FAILED"),
        ("subscription { nothing }", "VALIDATION_FAILED"),
        ("subscription { bizhubRepairTicketEvents(ticketId: \"x\") { __typename } }", "BAD_FORMAT"),
        ("subscription { bizhubRepairTicketEvents(after: \"x\") { __typename } }", "BAD_FORMAT"),
        (
            "subscription { a: bizhubRepairTicketEvents { __typename } \
             b: bizhubRepairTicketEvents { __typename } }",
            "VALIDATION_FAILED",
        ),
        ("subscription { __typename }", "VALIDATION_FAILED"),
        (
            "subscription { bizhubRepairTicketEvents @skip(if: true) { __typename } }",
            "VALIDATION_FAILED",
        ),
        ("subscription { ...F } fragment F on Query { viewer { role } }", "VALIDATION_FAILED"),
    ] {
        socket.subscribe("1", query, json!({})).await;
        let message = socket.hear().await;
        assert_eq!(message["type"], "error", "{query} {message}");
        assert_eq!(message["id"], "1");
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{query} {message}");
        assert!(message["payload"][0]["extensions"]["requestId"].is_string());
    }
    // The id is free and the socket open.
    socket.settle().await;
}

#[tokio::test]
async fn a_role_without_the_permission_hears_so() {
    let (_world, server, _) = server().await;
    let token = server.login("warehouse").await;
    let mut socket = Socket::of(&server, &token).await;
    socket.subscribe("1", EVENTS, json!({})).await;
    let message = socket.hear().await;
    assert_eq!(message["type"], "error", "{message}");
    assert_eq!(message["payload"][0]["extensions"]["code"], "FORBIDDEN");
}

#[tokio::test]
async fn a_socket_runs_fifty_operations_and_refuses_the_next() {
    let world = World::new().await;
    give_passwords(&world).await;
    let settings = ServerSettings { cost_budget: 100_000, ..ServerSettings::default() };
    let server = Server::over(world.kernel.clone(), settings).await;
    let token = server.login("technician").await;
    let mut socket = Socket::of(&server, &token).await;
    for number in 0..50 {
        socket.subscribe(&number.to_string(), EVENTS, json!({})).await;
    }
    socket.subscribe("more", EVENTS, json!({})).await;
    let message = socket.hear().await;
    assert_eq!((&message["id"], &message["type"]), (&json!("more"), &json!("error")), "{message}");
    assert_eq!(message["payload"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
}

#[tokio::test]
async fn a_socket_pays_for_what_it_asks() {
    let world = World::new().await;
    give_passwords(&world).await;
    let settings =
        ServerSettings { cost_budget: 60, cost_refill_per_second: 1, ..ServerSettings::default() };
    let server = Server::over(world.kernel.clone(), settings).await;
    let token = server.login("technician").await;
    let mut socket = Socket::of(&server, &token).await;
    let query = "{ bizhub { locations(first: 40) { nodes { id } } } }";
    socket.subscribe("1", query, json!({})).await;
    assert_eq!(socket.hear().await["type"], "next");
    assert_eq!(socket.hear().await["type"], "complete");
    socket.subscribe("2", query, json!({})).await;
    let message = socket.hear().await;
    assert_eq!(message["payload"][0]["extensions"]["code"], "RATE_LIMITED", "{message}");
}

#[tokio::test]
async fn a_server_that_stops_sends_its_sockets_away() {
    let (world, mut server, token) = server().await;
    let mut socket = Socket::listening(&world, &server, &token).await;
    let (closed, ()) = tokio::join!(socket.closed(), server.stop());
    assert_eq!(closed, (1001, "Going away".to_owned()));
}

#[tokio::test]
async fn a_subscription_by_a_plain_request_is_told_where_to_go() {
    let (_world, server, token) = server().await;
    let answer = server.send(&token, EVENTS, json!({})).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.code(), "VALIDATION_FAILED");
    assert!(answer.body["errors"][0]["message"].as_str().unwrap().contains("graphql-transport-ws"));
}
