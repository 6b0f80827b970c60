//! The agent who has a ticket, or a lead, says what was done about it (spec 5.7). The clock stops,
//! the customer is told, and can say no.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::hold::{Which, hold};
use super::{Ticket, TicketStatus, ending, machine, news};
use crate::admin_user::acting;
use crate::ticket_history::{Entry, record};
use crate::ticket_sla_clock::answer;

/// Which ticket is done, and how.
#[derive(InputObject)]
#[graphql(name = "RimTicketResolveInput")]
pub struct Resolve {
    /// The ticket, in progress or passed up.
    pub ticket_id: Id<Ticket>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What was done about it, at most 5000 characters; the customer reads it.
    pub resolution: String,
}

mutation! {
    /// Says what was done about a ticket; the customer is told.
    pub RESOLVE = "rimTicketResolve"(Resolve) -> Ticket,
    permission "rim.ticket.transition:resolve" => resolve
}

/// Ends the work on a ticket (spec 5.7).
pub async fn resolve(tx: &mut Tx, input: Resolve) -> Rule<Ticket> {
    let held = hold(tx, Which::of(&input.ticket_id, input.expected_version), None).await?;
    let before = &held.ticket;
    tx.check_move(before, &machine::RESOLVE, None, "ticketId")?;
    let resolution = tx.text(&input.resolution, "resolution", 5000);
    tx.no_card_number(Some(&resolution), "resolution");
    tx.settle()?;
    // What was done is an answer, where there was none before.
    answer::first(tx, before).await?;
    let sets = vec![
        Ticket::RESOLUTION.to(Some(resolution.clone())),
        Ticket::RESOLVED_AT.to(Some(tx.now)),
        Ticket::RESOLVED_BY.to(acting(tx)),
        Ticket::WAITING_ON_CUSTOMER.to(false),
    ];
    let resolved = TicketStatus::Resolved.spelling();
    let ticket = tx.advance(before, &machine::RESOLVE, resolved, sets).await?;
    ending::out_of_work(tx, &held, &ticket).await?;
    record(tx, Entry::since("resolve", before, &ticket).details(&resolution)).await?;
    news::resolved(tx, &ticket).await?;
    Ok(ticket)
}
