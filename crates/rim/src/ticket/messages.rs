//! What a message does to its ticket (spec 5.7). A customer's word ends the waiting, reopens a
//! ticket that was resolved, or, once it is too late for that, opens one that goes on from it. An
//! agent's word is the first answer, and takes the ticket up. Notes among agents do nothing.

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use serde_json::json;

use super::hold::{Held, Which, hold, the_acting};
use super::opening::{Opening, open};
use super::{Ticket, TicketStatus, machine, news, reopen, waiting};
use crate::chat_message::ChatMessage;
use crate::chat_message::write::{Draft, write};
use crate::support_agent::workload;
use crate::ticket_history::{Entry, record};
use crate::ticket_sla_clock::answer;
use crate::user::User;

/// What somebody of the support writes.
pub struct Reply {
    pub text: String,
    /// A note among agents.
    pub internal: bool,
    /// The next word is the customer's.
    pub asks: bool,
}

/// The customer writes to a ticket, and the message stands on the ticket that is answered:
/// another one where this was done with too long ago. It takes the locks itself.
///
/// # Errors
/// `NOT_FOUND` for a ticket that is not the caller's, and what was refused before.
pub async fn customer_writes(
    tx: &mut Tx,
    id: &Id<Ticket>,
    field: &str,
    text: String,
) -> Rule<(Ticket, ChatMessage)> {
    let seen: Ticket = tx.read(id, field).await?;
    let customer: User = tx.get_locked(seen.customer_id).await?;
    tx.settle()?;
    if !waiting::is_active(&seen) && reopen::is_over(tx, &seen).await? {
        return follow_up(tx, &seen, &customer, text).await;
    }
    let held = hold(tx, Which { id, field, expected_version: None }, None).await?;
    let ticket = match waiting::is_active(&held.ticket) {
        true => waiting::end(tx, held.ticket, "customerAnswered").await?,
        false if reopen::is_over(tx, &held.ticket).await? => return Err(Fault::Retry.into()),
        false => reopen::again(tx, &held, &customer, "The customer wrote again.").await?,
    };
    add(tx, &ticket, Draft { text, internal: false }).await
}

/// Opens the ticket that goes on from one that was done with too long ago.
async fn follow_up(
    tx: &mut Tx,
    previous: &Ticket,
    customer: &User,
    text: String,
) -> Rule<(Ticket, ChatMessage)> {
    let description = if text.is_empty() { previous.subject.clone() } else { text };
    let opening = Opening {
        customer,
        subject: previous.subject.clone(),
        description,
        category: previous.category,
        priority: previous.priority,
        tags: previous.tags.clone(),
        previous: Some(previous.id),
    };
    open(tx, opening).await
}

/// Somebody of the support writes to a ticket. It takes the locks itself.
///
/// # Errors
/// `PRECONDITION_FAILED` for an answer on a closed ticket, and what was refused before.
pub async fn agent_writes(
    tx: &mut Tx,
    id: &Id<Ticket>,
    field: &str,
    reply: Reply,
) -> Rule<(Ticket, ChatMessage)> {
    let own = the_acting(tx);
    let held = hold(tx, Which { id, field, expected_version: None }, Some(own)).await?;
    let is_closed = held.ticket.status == TicketStatus::Closed;
    tx.require(reply.internal || !is_closed, || {
        let message = "The ticket is closed; reopen it first.";
        Refusal::new(Code::PreconditionFailed, field, message)
    });
    tx.settle()?;
    let draft = Draft { text: reply.text, internal: reply.internal };
    if draft.internal {
        return add(tx, &held.ticket, draft).await;
    }
    answer::first(tx, &held.ticket).await?;
    let mut ticket = taken_up(tx, held).await?;
    if reply.asks {
        ticket = waiting::begin(tx, ticket).await?;
    }
    let (ticket, message) = add(tx, &ticket, draft).await?;
    news::answered(tx, &ticket, &message).await?;
    Ok((ticket, message))
}

/// An open ticket that is answered is in progress, with the agent who answers where nobody has
/// it.
async fn taken_up(tx: &mut Tx, held: Held) -> Rule<Ticket> {
    let before = &held.ticket;
    if before.status != TicketStatus::Open {
        return Ok(held.ticket);
    }
    let mut sets = Vec::new();
    let taker = held.acting(tx).filter(|_| before.assigned_to.is_none());
    if let Some(agent) = taker {
        sets = vec![
            Ticket::ASSIGNED_TO.to(Some(agent.id)),
            Ticket::ASSIGNED_TO_NAME.to(Some(agent.name.clone())),
            Ticket::TIER.to(agent.tier),
        ];
        workload::gain(tx, agent).await?;
    }
    let to = TicketStatus::InProgress.spelling();
    let ticket = tx.advance(before, &machine::ASSIGN, to, sets).await?;
    let name = ticket.assigned_to_name.clone().unwrap_or_default();
    record(tx, Entry::since("assign", before, &ticket).details(&name)).await?;
    Ok(ticket)
}

/// Writes the message, counts it unless it is a note, and tells of it.
async fn add(tx: &mut Tx, ticket: &Ticket, draft: Draft) -> Rule<(Ticket, ChatMessage)> {
    let message = write(tx, ticket, draft).await?;
    let ticket = match message.internal {
        true => ticket.clone(),
        false => {
            let sets = vec![
                Ticket::MESSAGE_COUNT.to(ticket.message_count + 1),
                Ticket::LAST_MESSAGE_AT.to(Some(tx.now)),
            ];
            tx.amend(ticket, sets).await?
        }
    };
    let about = json!({ "chatMessage": message.id });
    tx.announce_with(Ticket::META, "message", &ticket.key(), about);
    Ok((ticket, message))
}
