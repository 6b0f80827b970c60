//! Who may listen to which tickets.

use serde_json::json;

use super::{EVENTS, hearing, refusal, server, settle, ticket, token};
use crate::live::socket::Socket;
use crate::world::World;

#[tokio::test]
async fn a_ticket_that_is_not_ones_own_is_not_there() {
    let world = World::rim().await;
    let server = server(&world).await;
    let (mine, foreign) =
        (ticket(&world, "rim", "bola").await, ticket(&world, "ikeja", "ada").await);
    let mut socket = Socket::of(&server, &token(&world, "rim", "ada").await).await;
    let mut texts = Vec::new();
    for id in [&mine, &foreign] {
        socket.subscribe("1", EVENTS, json!({ "id": id })).await;
        let error = refusal(&mut socket).await;
        assert_eq!(error["extensions"]["code"], "NOT_FOUND", "{error}");
        assert_eq!(error["extensions"]["field"], "ticketId", "{error}");
        texts.push(error["message"].clone());
    }
    assert_eq!(texts[0], texts[1], "another tenant's row answers like a missing one");
    // Staff see every ticket of their own lender, and none of another.
    let mut socket = Socket::of(&server, &token(&world, "rim", "agent").await).await;
    socket.subscribe("1", EVENTS, json!({ "id": foreign })).await;
    assert_eq!(refusal(&mut socket).await["message"], texts[0]);
    socket.subscribe("1", EVENTS, json!({ "id": mine })).await;
    settle(&mut socket).await;
}

#[tokio::test]
async fn the_queue_is_the_agents_and_the_presence_of_agents_no_customers() {
    let world = World::rim().await;
    let server = server(&world).await;
    let queue = "subscription { rimTicketQueue { __typename } }";
    let agents = "subscription { rimAgentPresence { __typename } }";
    for (username, query, allowed) in [
        ("ada", queue, false),
        ("ada", agents, false),
        ("auditor", queue, false),
        ("marketing", agents, false),
        ("agent", queue, true),
        ("lead", agents, true),
    ] {
        let mut socket = Socket::of(&server, &token(&world, "rim", username).await).await;
        socket.subscribe("1", query, json!({})).await;
        if allowed {
            settle(&mut socket).await;
        } else {
            let error = refusal(&mut socket).await;
            assert_eq!(error["extensions"]["code"], "FORBIDDEN", "{username} {query} {error}");
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_lender_is_none() {
    let world = World::rim().await;
    let server = server(&world).await;
    let mut socket = Socket::of(&server, &token(&world, "ikeja", "agent").await).await;
    let after = super::now(&world, "rim").await;
    let query = "subscription($after: String) { rimTicketQueue(after: $after) { __typename } }";
    socket.subscribe("1", query, json!({ "after": after })).await;
    assert_eq!(refusal(&mut socket).await["extensions"]["code"], "BAD_FORMAT");
}

#[tokio::test]
async fn a_role_that_changes_ends_its_streams_within_two_seconds() {
    let world = World::rim().await;
    let server = server(&world).await;
    let ticket = ticket(&world, "rim", "ada").await;
    let mut socket = hearing(&world, &server, "agent", &ticket).await;
    let less = "UPDATE rim.admin_roles SET permissions = '[]' WHERE name = 'support_agent'";
    let since = std::time::Instant::now();
    world.meddle(less).await;
    assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()));
    assert!(since.elapsed().as_millis() < 2_000, "{:?}", since.elapsed());
}
