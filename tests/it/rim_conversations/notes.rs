//! A note among agents, and the file that it carries, never reach a customer: by no list, count,
//! aggregate, filter, id, link, file or stream (spec 5.7).

use serde_json::{Value, json};

use super::{opened, said, uploaded, write};
use crate::rim_streams::{hearing, server, token};
use crate::world::{Person, World};

/// A ticket with one message and one note with a file; ids of the ticket, the note, its file.
async fn noted(world: &World) -> (String, Value, Value) {
    let ticket = opened(world).await;
    let agent = world.person("agent").await;
    let file = uploaded(world, &agent, "secret.png").await;
    let more = json!({ "internal": true, "storedFileIds": [file] });
    let note = write(world, &agent, &ticket, "He lies", more).await;
    (ticket, note["id"].clone(), note["attachments"]["nodes"][0]["id"].clone())
}

async fn ask(world: &World, person: &Person, query: &str) -> Value {
    world.send(person, query, json!({})).await
}

#[tokio::test]
async fn no_list_count_or_aggregate_tells_a_customer_of_a_note() {
    let world = World::rim().await;
    noted(&world).await;
    let ada = world.customer("ada").await;
    let query = "{ rim { \
        chatMessages { totalCount nodes { message attachments { totalCount } } } \
        attachments { totalCount nodes { name } } \
        chatMessageAggregates { count } \
        groups: chatMessageAggregates(groupBy: [{ field: SENDER_TYPE }]) { count } \
        tickets { nodes { messageCount messages { totalCount nodes { message } } \
          last: messages(last: 1) { nodes { message } } } } } }";
    let seen = ask(&world, &ada, query).await;
    let text = seen.to_string();
    assert!(!text.contains("He lies") && !text.contains("secret"), "{text}");
    let rim = &seen["data"]["rim"];
    assert_eq!(rim["chatMessages"]["totalCount"], 1, "{text}");
    assert_eq!(rim["attachments"]["totalCount"], 0, "{text}");
    assert_eq!(rim["chatMessageAggregates"][0]["count"], 1, "{text}");
    assert_eq!(rim["groups"].as_array().map(Vec::len), Some(1), "{text}");
    assert_eq!(rim["tickets"]["nodes"][0]["messageCount"], 1, "{text}");
    assert_eq!(rim["tickets"]["nodes"][0]["messages"]["totalCount"], 1, "{text}");
}

#[tokio::test]
async fn no_filter_tells_a_customer_of_a_note() {
    let world = World::rim().await;
    noted(&world).await;
    let ada = world.customer("ada").await;
    let agents = "{ senderType: { eq: AGENT } }";
    for (list, filter) in [
        ("tickets", format!("{{ messages: {{ some: {agents} }} }}")),
        ("chatMessages", agents.to_owned()),
        ("chatMessages", "{ attachments: { some: {} } }".to_owned()),
        ("tickets", "{ messages: { some: { attachments: { some: {} } } } }".to_owned()),
        ("attachments", "{}".to_owned()),
        ("attachments", format!("{{ message: {{ is: {agents} }} }}")),
    ] {
        let query = format!("{{ rim {{ {list}(where: {filter}) {{ totalCount }} }} }}");
        let seen = ask(&world, &ada, &query).await;
        assert_eq!(seen["data"]["rim"][list]["totalCount"], 0, "{query} {seen}");
        let lead = ask(&world, &world.person("lead").await, &query).await;
        assert_eq!(lead["data"]["rim"][list]["totalCount"], 1, "{query} {lead}");
    }
    // A condition that a note would break holds for the customer.
    let query = "{ rim { tickets(where: { messages: { none: { senderType: { eq: AGENT } } } }) \
                 { totalCount } } }";
    assert_eq!(ask(&world, &ada, query).await["data"]["rim"]["tickets"]["totalCount"], 1);
}

#[tokio::test]
async fn no_id_or_link_leads_a_customer_to_a_note() {
    let world = World::rim().await;
    let (ticket, note, file) = noted(&world).await;
    let ada = world.customer("ada").await;
    for (field, id) in [("chatMessage", &note), ("attachment", &file)] {
        let query = format!("{{ node(id: {id}) {{ id }} rim {{ {field}(id: {id}) {{ id }} }} }}");
        let seen = ask(&world, &ada, &query).await;
        assert!(seen.pointer("/data/node").is_none_or(Value::is_null), "{seen}");
        assert!(seen.pointer(&format!("/data/rim/{field}")).is_none_or(Value::is_null), "{seen}");
    }
    for (mutation, input, refusal) in [
        ("rimAttachmentLink", json!({ "attachmentId": file }), "NOT_FOUND attachmentId"),
        (
            "rimChatMessageEdit",
            json!({ "chatMessageId": note, "message": "x" }),
            "NOT_FOUND chatMessageId",
        ),
        (
            "rimChatMessageMarkRead",
            json!({ "ticketId": ticket, "throughId": note }),
            "NOT_FOUND throughId",
        ),
    ] {
        assert_eq!(world.refused(&ada, mutation, input).await, [refusal], "{mutation}");
    }
    // What lies beside it is not the customer's to read either.
    let query = "{ storedFiles { totalCount } rim { ticketHistories { totalCount } \
                 auditLogs { totalCount } adminActivityLogs { totalCount } } }";
    let seen = ask(&world, &ada, query).await.to_string();
    assert!(!seen.contains("He lies") && !seen.contains("secret.png"), "{seen}");
    assert!(!seen.contains("\"totalCount\":1"), "{seen}");
}

#[tokio::test]
async fn no_file_takes_a_note_out_for_a_customer() {
    let world = World::rim().await;
    noted(&world).await;
    let server = server(&world).await;
    let token = token(&world, "rim", "ada").await;
    for list in ["chatMessages", "attachments", "tickets"] {
        let answer = server.export(&token, &format!("{list}.jsonl"), json!({})).await;
        assert_eq!(answer.status(), 403, "{list}");
    }
}

#[tokio::test]
async fn no_stream_tells_a_customer_of_a_note() {
    let world = World::rim().await;
    let server = server(&world).await;
    let ticket = opened(&world).await;
    let (mut ada, mut lead) = (
        hearing(&world, &server, "ada", &ticket).await,
        hearing(&world, &server, "lead", &ticket).await,
    );
    let mut own =
        crate::live::socket::Socket::of(&server, &token(&world, "rim", "ada").await).await;
    let query = "subscription($after: String) { rimMyTickets(after: $after) { \
                 ... on RimMyTicketEvent { verb chatMessage { message } details } } }";
    own.subscribe("1", query, json!({ "after": crate::rim_streams::now(&world, "rim").await }))
        .await;
    let agent = world.person("agent").await;
    let note = super::noted(&world, &agent, &ticket, "He lies").await;
    let edit = json!({ "chatMessageId": note, "message": "He always lies" });
    world.done(&agent, "rimChatMessageEdit", edit, "").await;
    said(&world, &world.customer("ada").await, &ticket, "Hello?").await;
    for (verb, text) in [("message", "lies"), ("editMessage", "always lies"), ("message", "Hello?")]
    {
        let event = lead.next("1").await;
        assert_eq!(event["verb"], verb);
        let told = event["chatMessage"]["message"].as_str().unwrap();
        assert!(told.ends_with(text), "{event}");
    }
    for socket in [&mut ada, &mut own] {
        let event = socket.next("1").await;
        assert_eq!(
            (&event["verb"], &event["chatMessage"]["message"]),
            (&json!("message"), &json!("Hello?"))
        );
    }
}
