//! An agent takes a ticket that nobody else has, and begins with it (spec 5.7): of two who take at
//! once, one gets it.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::assignment::{AssignmentRefused, check, give};
use super::hold::{Which, hold, the_acting};
use super::{Ticket, TicketStatus, machine};

/// Which ticket to take.
#[derive(InputObject)]
#[graphql(name = "RimTicketTakeInput")]
pub struct Take {
    /// The ticket, in work, with a desk or with the caller, who is not away.
    pub ticket_id: Id<Ticket>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Takes a ticket that nobody else has; from then on it is in progress.
    pub TAKE = "rimTicketTake"(Take) -> Ticket,
    permission "rim.ticket.transition:assign" => take
}

/// Takes a ticket for the agent that the caller acts as (spec 5.7).
pub async fn take(tx: &mut Tx, input: Take) -> Rule<Ticket> {
    let own = the_acting(tx);
    let which = Which::of(&input.ticket_id, input.expected_version);
    let held = hold(tx, which, Some(own)).await?;
    let ticket = &held.ticket;
    tx.check_move(ticket, &machine::ASSIGN, None, "ticketId")?;
    let Some(agent) = held.acting(tx) else {
        tx.refuse(AssignmentRefused::NoAgent);
        tx.settle()?;
        return Ok(held.ticket);
    };
    let begins = ticket.assigned_to == Some(agent.id) && ticket.status == TicketStatus::Open;
    if let Some(name) = ticket.assigned_to_name.clone().filter(|_| !begins) {
        let (field, ticket) = ("ticketId".to_owned(), ticket.ticket_number.clone());
        tx.refuse(AssignmentRefused::Theirs { field, ticket, name });
    } else {
        check(tx, ticket, agent, None, "ticketId");
    }
    tx.settle()?;
    give(tx, &held, Some(agent), None).await
}
