//! The caller writes no more, or turned to something else: those who listen see it at once
//! instead of when its time is over (spec 5.7).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::TicketActivity::{Typing, Viewing};
use super::end::end;
use crate::ticket::Ticket;

/// What the caller writes to no more.
#[derive(InputObject)]
#[graphql(name = "RimTicketStopTypingInput")]
pub struct StopTyping {
    /// The ticket.
    pub ticket_id: Id<Ticket>,
}

/// What the caller turns from.
#[derive(InputObject)]
#[graphql(name = "RimTicketLeaveInput")]
pub struct Leave {
    /// The ticket.
    pub ticket_id: Id<Ticket>,
}

mutation! {
    /// Shows that the caller writes no more.
    pub STOP_TYPING = "rimTicketStopTyping"(StopTyping) -> Ticket,
    permission "rim.ticket_presence.create" => stop_typing
}

mutation! {
    /// Shows that the caller neither looks nor writes any more.
    pub LEAVE = "rimTicketLeave"(Leave) -> Ticket,
    permission "rim.ticket_presence.create" => leave
}

/// The caller writes no more (spec 5.7).
pub async fn stop_typing(tx: &mut Tx, input: StopTyping) -> Rule<Ticket> {
    let ticket = tx.read(&input.ticket_id, "ticketId").await?;
    end(tx, &ticket, "stopTyping", &[Typing]).await?;
    Ok(ticket)
}

/// The caller neither looks nor writes any more (spec 5.7).
pub async fn leave(tx: &mut Tx, input: Leave) -> Rule<Ticket> {
    let ticket = tx.read(&input.ticket_id, "ticketId").await?;
    end(tx, &ticket, "leave", &[Viewing, Typing]).await?;
    Ok(ticket)
}
