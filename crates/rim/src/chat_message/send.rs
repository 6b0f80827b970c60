//! Writing to a ticket: the customer whose ticket it is, or somebody of the support; agents also
//! write notes among themselves, which no customer ever sees (spec 5.7). A message has text, files
//! that the sender uploaded before, or both. What it does to the ticket is the ticket's business.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::stored_file::StoredFile;

use super::ChatMessage;
use super::words::words;
use crate::attachment::upload;
use crate::canned_reply::CannedReply;
use crate::ticket::Ticket;
use crate::ticket::messages::{Reply, agent_writes, customer_writes};

/// What is written, and to which ticket.
#[derive(InputObject)]
#[graphql(name = "RimChatMessageSendInput")]
pub struct Send {
    /// The ticket.
    pub ticket_id: Id<Ticket>,
    /// What is written, at most 5000 characters; it may be left out beside files or an answer that
    /// stands ready.
    pub message: Option<String>,
    /// Files that the caller uploaded by `POST /files`, at most 5.
    pub stored_file_ids: Option<Vec<Id<StoredFile>>>,
    /// The answer that stands ready and is sent as it is, unless `message` says something else.
    pub canned_reply_id: Option<Id<CannedReply>>,
    /// A note among agents; no unless said.
    #[graphql(default)]
    pub internal: bool,
    /// Whether the next word is the customer's, so that the promise waits; no unless said. Only
    /// agents ask.
    #[graphql(default)]
    pub asks_customer: bool,
    /// A call with the key of an earlier one answers what that one did.
    pub idempotency_key: Option<String>,
}

mutation! {
    /// Writes a message or a note to a ticket. A customer's message on a ticket that was closed
    /// long ago stands on a new one, which goes on from it.
    pub SEND = "rimChatMessageSend"(Send) -> ChatMessage,
    permission "rim.chat_message.create" => send
}

/// Writes to a ticket (spec 5.7).
pub async fn send(tx: &mut Tx, input: Send) -> Rule<ChatMessage> {
    let is_customer = tx.actor.key_as("user").is_some();
    // load
    let files = upload::uploaded(tx, input.stored_file_ids.unwrap_or_default()).await?;
    let text = match &input.canned_reply_id {
        Some(id) => Some(ready(tx, id, input.message).await?),
        None => input.message,
    };
    // refuse
    tx.require(!is_customer || !input.internal, || {
        let message = "Notes are among agents.";
        Refusal::new(Code::Forbidden, "internal", message)
    });
    tx.require(!(input.asks_customer && (is_customer || input.internal)), || {
        let message = "Only an agent's answer asks the customer something.";
        Refusal::new(Code::ValidationFailed, "asksCustomer", message)
    });
    let text = words(tx, text, !files.is_empty());
    // write
    let (id, field) = (&input.ticket_id, "ticketId");
    let (_, message) = if is_customer {
        customer_writes(tx, id, field, text).await?
    } else {
        let reply = Reply { text, internal: input.internal, asks: input.asks_customer };
        agent_writes(tx, id, field, reply).await?
    };
    upload::attach(tx, &message, &files).await?;
    Ok(message)
}

/// The text of an answer that stands ready, unless it was written over.
async fn ready(tx: &mut Tx, id: &Id<CannedReply>, over: Option<String>) -> Rule<String> {
    let reply = tx.read(id, "cannedReplyId").await?;
    tx.require(reply.enabled, || {
        let message = format!("The answer {} is switched off.", reply.name);
        Refusal::new(Code::PreconditionFailed, "cannedReplyId", message)
    });
    Ok(over.unwrap_or(reply.body))
}
