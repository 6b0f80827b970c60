//! Reading: only the other side's messages are read, the customer's by the support and the
//! support's by the customer; notes have no other side (spec 5.7).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Entity, Id, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use serde_json::json;

use super::ChatMessage;
use crate::ticket::Ticket;

/// Messages that one call marks (spec 1.6.6).
const MOST: i64 = 200;

/// What was read.
#[derive(InputObject)]
#[graphql(name = "RimChatMessageMarkReadInput")]
pub struct MarkRead {
    /// The ticket.
    pub ticket_id: Id<Ticket>,
    /// The last message that was read; all of them unless said.
    pub through_id: Option<Id<ChatMessage>>,
}

mutation! {
    /// Marks messages of the other side as read, 200 at most: a customer those of the support, the
    /// support those of the customer.
    pub MARK_READ = "rimChatMessageMarkRead"(MarkRead) -> Ticket,
    permission "rim.chat_message.update"
    also [("marked", "How many messages were marked now; call again where it is 200.", "Int")]
    => mark_read
}

/// Marks messages as read (spec 5.7).
pub async fn mark_read(tx: &mut Tx, input: MarkRead) -> Rule<Outcome> {
    let ticket: Ticket = tx.lock(&input.ticket_id, "ticketId").await?;
    let through = match &input.through_id {
        Some(id) => Some(tx.read(id, "throughId").await?),
        None => None,
    };
    if let Some(through) = &through {
        tx.require(through.ticket_id == ticket.id, || {
            let message = "This message is on another ticket.";
            Refusal::new(Code::ReferenceNotFound, "throughId", message)
        });
    }
    tx.settle()?;
    let mut unread = Sql::new("NOT t.is_read AND NOT t.internal AND t.ticket_id = ");
    unread.bind(Bind::Uuid(Some(ticket.id)));
    unread.push(match tx.actor.key_as("user") {
        Some(_) => " AND t.sender_type <> 'customer'",
        None => " AND t.sender_type = 'customer'",
    });
    if let Some(through) = through {
        unread.push(" AND (t.created_at, t.id) <= (").bind(Bind::Instant(Some(through.created_at)));
        unread.push(", ").bind(Bind::Uuid(Some(through.id))).push(")");
    }
    unread.push(" ORDER BY t.created_at, t.id LIMIT ").bind(Bind::Big(Some(MOST)));
    unread.push(" FOR NO KEY UPDATE OF t");
    let unread = tx.select::<ChatMessage>(unread).await?;
    for message in &unread {
        let sets = vec![ChatMessage::IS_READ.to(true), ChatMessage::READ_AT.to(Some(tx.now))];
        tx.amend(message, sets).await?;
    }
    if let Some(last) = unread.last() {
        let about = json!({ "chatMessage": last.id, "marked": unread.len() });
        tx.announce_with(Ticket::META, "readMessages", &ticket.key(), about);
    }
    Ok(Outcome::from(ticket).with("marked", unread.len()))
}
