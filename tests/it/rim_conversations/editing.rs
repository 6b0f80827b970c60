//! Changing what one wrote, and reading what the other side wrote.

use chrono::TimeDelta;
use serde_json::json;

use super::{noted, opened, said};
use crate::world::World;

#[tokio::test]
async fn a_message_is_changed_within_five_minutes_and_its_first_text_is_kept() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let ada = world.customer("ada").await;
    let message = said(&world, &ada, &ticket, "first").await;
    let edit = |text: &str| json!({ "chatMessageId": message, "message": text });
    let shown = "chatMessage { message editedAt version }";
    world.clock.advance(TimeDelta::seconds(100));
    world.done(&ada, "rimChatMessageEdit", edit("second"), shown).await;
    world.clock.advance(TimeDelta::seconds(199));
    let edited = world.done(&ada, "rimChatMessageEdit", edit("third"), shown).await;
    assert_eq!(edited["chatMessage"]["message"], "third");
    assert_eq!(edited["chatMessage"]["editedAt"], "2026-03-02T09:04:59Z");
    let kept = "SELECT first_message FROM rim.chat_messages WHERE message = 'third'";
    assert_eq!(world.value(kept).await, "first");
    world.clock.advance(TimeDelta::seconds(1));
    let refused = world.refused(&ada, "rimChatMessageEdit", edit("fourth")).await;
    assert_eq!(refused, ["IMMUTABLE chatMessageId"]);
    assert_eq!(world.value(kept).await, "first");
}

#[tokio::test]
async fn only_who_wrote_a_message_changes_it() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let (ada, agent) = (world.customer("ada").await, world.person("agent").await);
    let hers = said(&world, &ada, &ticket, "hers").await;
    let his = said(&world, &agent, &ticket, "his").await;
    let edit = |message: &str| json!({ "chatMessageId": message, "message": "changed" });
    for (person, message) in [(&agent, &hers), (&ada, &his), (&world.person("lead").await, &his)] {
        let refused = world.refused(person, "rimChatMessageEdit", edit(message)).await;
        assert_eq!(refused, ["FORBIDDEN chatMessageId"]);
    }
    let bola = world.customer("bola").await;
    let refused = world.refused(&bola, "rimChatMessageEdit", edit(&hers)).await;
    assert_eq!(refused, ["NOT_FOUND chatMessageId"]);
    for (text, refusal) in
        [("", "REQUIRED message"), ("5555555555554444", "VALIDATION_FAILED message")]
    {
        let input = json!({ "chatMessageId": hers, "message": text });
        assert_eq!(world.refused(&ada, "rimChatMessageEdit", input).await, [refusal]);
    }
    let stale = json!({ "chatMessageId": hers, "message": "x", "expectedVersion": 7 });
    let refused = world.refused(&ada, "rimChatMessageEdit", stale).await;
    assert_eq!(refused, ["STALE_VERSION expectedVersion"]);
}

#[tokio::test]
async fn only_the_other_side_reads() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let (ada, agent) = (world.customer("ada").await, world.person("agent").await);
    said(&world, &agent, &ticket, "one").await;
    let two = said(&world, &agent, &ticket, "two").await;
    said(&world, &agent, &ticket, "three").await;
    noted(&world, &agent, &ticket, "note").await;
    let input = json!({ "ticketId": ticket, "throughId": two });
    let done = world.done(&ada, "rimChatMessageMarkRead", input, "marked").await;
    assert_eq!(done["marked"], 2);
    let read = "SELECT string_agg(message, ' ' ORDER BY created_at, id) \
                FROM rim.chat_messages WHERE is_read";
    assert_eq!(world.value(read).await, "one two");
    let all = json!({ "ticketId": ticket });
    let done = world.done(&agent, "rimChatMessageMarkRead", all.clone(), "marked").await;
    assert_eq!(done["marked"], 1, "the customer's own description");
    let done = world.done(&ada, "rimChatMessageMarkRead", all.clone(), "marked").await;
    assert_eq!(done["marked"], 1);
    let done = world.done(&ada, "rimChatMessageMarkRead", all, "marked").await;
    assert_eq!(done["marked"], 0);
    let unread = "SELECT string_agg(message, ' ') FROM rim.chat_messages WHERE NOT is_read";
    assert_eq!(world.value(unread).await, "note", "a note has no other side");
}
