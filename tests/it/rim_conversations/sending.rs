//! Who writes what to which ticket.

use chrono::TimeDelta;
use serde_json::json;

use super::{noted, opened, said, write};
use crate::rim::id_of;
use crate::world::{World, key};

#[tokio::test]
async fn both_sides_write_and_the_ticket_counts() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    world.clock.advance(TimeDelta::minutes(1));
    let (ada, agent) = (world.customer("ada").await, world.person("agent").await);
    let asked = write(&world, &ada, &ticket, " Where is it? ", json!({})).await;
    assert_eq!((&asked["senderType"], &asked["senderName"]), (&json!("CUSTOMER"), &json!("Ada")));
    assert_eq!(asked["message"], "Where is it?", "text is trimmed");
    assert_eq!(asked["ticket"]["messageCount"], 2);
    assert_eq!(asked["ticket"]["lastMessageAt"], "2026-03-02T09:01:00Z");
    let answered =
        write(&world, &agent, &ticket, "On its way. Got it?", json!({ "asksCustomer": true }))
            .await;
    assert_eq!(answered["senderType"], "AGENT");
    assert_eq!(answered["ticket"]["messageCount"], 3);
    assert_eq!(answered["ticket"]["waitingOnCustomer"], true);
    world.verify().await;
}

#[tokio::test]
async fn a_message_has_text_or_a_file_and_at_most_5000_characters() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let ada = world.customer("ada").await;
    for (message, refusal) in [
        (json!(null), "REQUIRED message"),
        (json!("  "), "REQUIRED message"),
        (json!("é".repeat(5001)), "OUT_OF_RANGE message"),
        (json!("4111 1111 1111 1111"), "VALIDATION_FAILED message"),
    ] {
        let input = json!({ "ticketId": ticket, "message": message });
        assert_eq!(world.refused(&ada, "rimChatMessageSend", input).await, [refusal]);
    }
    let count = "SELECT count(*) FROM rim.chat_messages";
    assert_eq!(world.value(count).await, 1, "a refused message is not kept");
    said(&world, &ada, &ticket, &"é".repeat(5000)).await;
}

#[tokio::test]
async fn nobody_writes_to_a_ticket_that_is_not_theirs_to_answer() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let input = json!({ "ticketId": ticket, "message": "Hello" });
    let bola = world.customer("bola").await;
    assert_eq!(
        world.refused(&bola, "rimChatMessageSend", input.clone()).await,
        ["NOT_FOUND ticketId"]
    );
    let foreign = world.person_of("ikeja", "agent").await;
    let refused = world.refused(&foreign, "rimChatMessageSend", input.clone()).await;
    assert_eq!(refused, ["NOT_FOUND ticketId"]);
    for username in ["auditor", "officer", "finance", "marketing"] {
        let person = world.person(username).await;
        let refused = world.refused(&person, "rimChatMessageSend", input.clone()).await;
        assert_eq!(refused, ["FORBIDDEN "], "{username}");
    }
}

#[tokio::test]
async fn customers_write_no_notes_and_ask_nobody_to_answer() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let ada = world.customer("ada").await;
    let input = json!({ "ticketId": ticket, "message": "x", "internal": true });
    assert_eq!(world.refused(&ada, "rimChatMessageSend", input).await, ["FORBIDDEN internal"]);
    let input = json!({ "ticketId": ticket, "message": "x", "asksCustomer": true });
    let refused = world.refused(&ada, "rimChatMessageSend", input).await;
    assert_eq!(refused, ["VALIDATION_FAILED asksCustomer"]);
}

#[tokio::test]
async fn a_note_changes_nothing_of_the_ticket() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let row = "SELECT to_jsonb(t) FROM rim.tickets t";
    let before = world.value(row).await;
    world.clock.advance(TimeDelta::minutes(1));
    noted(&world, &world.person("lead").await, &ticket, "He calls every week").await;
    assert_eq!(world.value(row).await, before);
    let note = world.rows("SELECT message, internal FROM rim.chat_messages WHERE internal").await;
    assert_eq!(note, [json!({ "message": "He calls every week", "internal": true })]);
    world.verify().await;
}

#[tokio::test]
async fn an_answer_that_stands_ready_is_sent_as_it_is_or_written_over() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let (lead, agent) = (world.person("lead").await, world.person("agent").await);
    let input = json!({ "name": "Wait", "body": "Please wait an hour." });
    world.done(&lead, "rimCannedReplyCreate", input, "").await;
    let reply = id_of(&world, "cannedReplies", "name: { eq: \"Wait\" }").await;
    let input = json!({ "ticketId": ticket, "cannedReplyId": reply });
    let shown = "chatMessage { message }";
    let sent = world.done(&agent, "rimChatMessageSend", input.clone(), shown).await;
    assert_eq!(sent["chatMessage"]["message"], "Please wait an hour.");
    let over =
        write(&world, &agent, &ticket, "Two hours.", json!({ "cannedReplyId": reply })).await;
    assert_eq!(over["message"], "Two hours.");
    let off = json!({ "cannedReplyId": reply, "enabled": false });
    world.done(&lead, "rimCannedReplyUpdate", off, "").await;
    let refused = world.refused(&agent, "rimChatMessageSend", input).await;
    assert_eq!(refused, ["PRECONDITION_FAILED cannedReplyId"]);
}

#[tokio::test]
async fn the_same_key_writes_once() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let ada = world.customer("ada").await;
    let input = json!({ "ticketId": ticket, "message": "Hello?", "idempotencyKey": key() });
    let shown = "chatMessage { id }";
    let first = world.done(&ada, "rimChatMessageSend", input.clone(), shown).await;
    let again = world.done(&ada, "rimChatMessageSend", input, shown).await;
    assert_eq!((&first["chatMessage"], &again["replayed"]), (&again["chatMessage"], &json!(true)));
    let count = "SELECT count(*) FROM rim.chat_messages WHERE message = 'Hello?'";
    assert_eq!(world.value(count).await, 1);
}
