//! Changing what one wrote, within five minutes; the first text is kept (spec 5.7). After that a
//! message stands as it is.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Entity, Id, Sql};
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};
use chrono::TimeDelta;
use serde_json::json;

use super::ChatMessage;
use super::words::words;
use crate::ticket::Ticket;

/// How long a message can be changed.
const OPEN: TimeDelta = TimeDelta::minutes(5);

/// What is changed.
#[derive(InputObject)]
#[graphql(name = "RimChatMessageEditInput")]
pub struct Edit {
    /// The message, which the caller wrote.
    pub chat_message_id: Id<ChatMessage>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What it says from now on, at most 5000 characters.
    pub message: String,
}

/// Why a message stands as it is.
#[derive(Refusal)]
enum EditRefused {
    #[refusal(FORBIDDEN, at = "chatMessageId", "Only {sender} can change this message.")]
    AnotherSender { sender: String },
    #[refusal(
        IMMUTABLE,
        at = "chatMessageId",
        "A message can be changed for five minutes. Write another one."
    )]
    Over,
}

mutation! {
    /// Changes a message that the caller wrote within the last five minutes.
    pub EDIT = "rimChatMessageEdit"(Edit) -> ChatMessage,
    permission "rim.chat_message.update" => edit
}

/// Changes a message (spec 5.7).
pub async fn edit(tx: &mut Tx, input: Edit) -> Rule<ChatMessage> {
    let (id, field) = (&input.chat_message_id, "chatMessageId");
    let seen: ChatMessage = tx.read(id, field).await?;
    // The parent before the child (spec 1.6.2): so that the events of a ticket are in order.
    let ticket: Ticket = tx.get_locked(seen.ticket_id).await?;
    let message: ChatMessage = tx.lock_version(id, field, input.expected_version).await?;
    let sender = message.sender_user_id.or(message.sender_admin_id);
    let caller = tx.actor.key_as("user").or(tx.actor.key_as("adminUser"));
    if sender.is_none() || sender != caller {
        tx.refuse(EditRefused::AnotherSender { sender: message.sender_name.clone() });
    }
    if tx.now >= message.created_at + OPEN {
        tx.refuse(EditRefused::Over);
    }
    let has_files = has_files(tx, &message).await?;
    let text = words(tx, Some(input.message), has_files);
    tx.settle()?;
    if text == message.message {
        return Ok(message);
    }
    let first = message.first_message.clone().unwrap_or_else(|| message.message.clone());
    let sets = vec![
        ChatMessage::MESSAGE.to(text),
        ChatMessage::FIRST_MESSAGE.to(Some(first)),
        ChatMessage::EDITED_AT.to(Some(tx.now)),
    ];
    let edited = tx.amend(&message, sets).await?;
    let about = json!({ "chatMessage": edited.id });
    tx.announce_with(Ticket::META, "editMessage", &ticket.key(), about);
    Ok(edited)
}

async fn has_files(tx: &mut Tx, message: &ChatMessage) -> Rule<bool> {
    let mut sql = Sql::new("SELECT 1 FROM attachments WHERE message_id = ");
    sql.bind(Bind::Uuid(Some(message.id))).push(" LIMIT 1");
    Ok(!tx.load(sql).await?.is_empty())
}
