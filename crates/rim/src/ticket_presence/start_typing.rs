//! Writing to a ticket: the other side sees that somebody writes, unless it is a note among
//! agents (spec 5.7).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::show::{Shown, TYPING, show};
use super::{TicketActivity, TicketPresence};
use crate::ticket::Ticket;

/// What the caller writes to.
#[derive(InputObject)]
#[graphql(name = "RimTicketStartTypingInput")]
pub struct StartTyping {
    /// The ticket.
    pub ticket_id: Id<Ticket>,
    /// Whether it is a note among agents, of which the customer hears nothing; no unless said. A
    /// customer writes none.
    #[graphql(default)]
    pub internal: bool,
}

mutation! {
    /// Shows for ten seconds that the caller writes to a ticket; call it again while that goes on.
    pub START_TYPING = "rimTicketStartTyping"(StartTyping) -> TicketPresence,
    permission "rim.ticket_presence.create" => start_typing
}

/// The caller writes to a ticket (spec 5.7).
pub async fn start_typing(tx: &mut Tx, input: StartTyping) -> Rule<TicketPresence> {
    let ticket = tx.read(&input.ticket_id, "ticketId").await?;
    let until = tx.now + TYPING;
    let (activity, internal) = (TicketActivity::Typing, input.internal);
    show(tx, &ticket, Shown { verb: "startTyping", activity, internal, until }).await
}
