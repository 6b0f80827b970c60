//! The same streams as server-sent events.

use std::time::Duration;

use serde_json::{Value, json};

use super::socket::{EVENTS, now};
use super::streams::{open_ticket, shop};
use crate::client::Client;
use crate::server::Server;

/// The events of one response, read as they come.
struct Events {
    response: reqwest::Response,
    text: String,
}

impl Events {
    async fn of(client: &Client, token: &str, query: &str, variables: Value) -> Events {
        let request = client.post_for("text/event-stream").bearer_auth(token);
        let body = json!({ "query": query, "variables": variables });
        let response = request.json(&body).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(kind.starts_with("text/event-stream"), "{kind}");
        Events { response, text: String::new() }
    }

    /// Name and data of the next event; comments are passed over.
    async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.map(str::trim).unwrap_or_default().to_owned()
                };
                if event.starts_with("event:") {
                    let data = field("data:");
                    return (field("event:"), serde_json::from_str(&data).unwrap_or_default());
                }
                continue;
            }
            let piece = tokio::time::timeout(Duration::from_secs(20), self.response.chunk());
            let piece = piece.await.expect("nothing came").unwrap().expect("the stream ended");
            self.text.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }
}

#[tokio::test]
async fn a_subscription_streams_and_resumes() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    open_ticket(&world, &sales).await;
    let after = now(&world).await;
    let missed = open_ticket(&world, &sales).await;
    let mut events = Events::of(&server, &token, EVENTS, json!({ "after": after })).await;
    let told =
        |data: &Value| data["data"]["bizhubRepairTicketEvents"]["repairTicket"]["id"].clone();
    let (name, data) = events.next().await;
    assert_eq!((name.as_str(), told(&data)), ("next", json!(missed)));
    let live = open_ticket(&world, &sales).await;
    assert_eq!(told(&events.next().await.1), json!(live));
}

#[tokio::test]
async fn a_client_that_likes_json_better_hears_events_of_a_subscription_only() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    let asked = |query: &str| {
        let kinds = "application/graphql-response+json, application/json, text/event-stream";
        let request = server.post_for(kinds).bearer_auth(&token);
        request.json(&json!({ "query": query }))
    };
    let answer = server.answer(asked("{ viewer { role } }")).await;
    assert_eq!(answer.body["data"]["viewer"]["role"], "Technician");
    let response = asked(EVENTS).send().await.unwrap();
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("text/event-stream"), "{kind}");
    let mut events = Events { response, text: String::new() };
    let opened = open_ticket(&world, &sales).await;
    let (_, data) = events.next().await;
    assert_eq!(data["data"]["bizhubRepairTicketEvents"]["repairTicket"]["id"], opened);
}

#[tokio::test]
async fn a_query_is_one_event_and_the_end() {
    let (world, _) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    let mut events = Events::of(&server, &token, "{ viewer { role } }", json!({})).await;
    let expected = json!({ "data": { "viewer": { "role": "Technician" } } });
    assert_eq!(events.next().await, ("next".to_owned(), expected));
    assert_eq!(events.next().await.0, "complete");
}

#[tokio::test]
async fn a_session_that_ends_ends_the_stream_with_a_reason() {
    let (world, _) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    let mut events = Events::of(&server, &token, EVENTS, json!({})).await;
    world.meddle("UPDATE bizhub.sessions SET revoked_at = now()").await;
    let (name, data) = events.next().await;
    assert_eq!(
        (name.as_str(), &data["errors"][0]["extensions"]["code"]),
        ("next", &json!("UNAUTHENTICATED"))
    );
    assert_eq!(events.next().await.0, "complete");
}

#[tokio::test]
async fn a_refused_document_is_an_ordinary_answer() {
    let (world, _) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    let request = server.post_for("text/event-stream").bearer_auth(&token);
    let answer = server.answer(request.json(&json!({ "query": "{" }))).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "BAD_FORMAT"));
}
