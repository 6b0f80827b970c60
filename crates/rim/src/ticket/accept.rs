//! The agent whom a ticket was passed up to takes it (spec 5.7); where it waits at a desk, the
//! first agent of its tier or above.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::assignment::hand_over;
use super::hold::{Held, Which, hold, the_acting};
use super::{Ticket, TicketStatus, machine};
use crate::support_agent::SupportAgent;
use crate::ticket_history::{Entry, record};

/// Which ticket to take.
#[derive(InputObject)]
#[graphql(name = "RimTicketAcceptInput")]
pub struct Accept {
    /// The ticket, passed up to the agent that the caller acts as.
    pub ticket_id: Id<Ticket>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Takes a ticket that was passed up to the caller.
    pub ACCEPT = "rimTicketAccept"(Accept) -> Ticket,
    permission "rim.ticket.transition:accept" => accept
}

/// Takes a ticket that was passed up (spec 5.7).
pub async fn accept(tx: &mut Tx, input: Accept) -> Rule<Ticket> {
    let own = the_acting(tx);
    let which = Which::of(&input.ticket_id, input.expected_version);
    let held = hold(tx, which, Some(own)).await?;
    tx.check_move(&held.ticket, &machine::ACCEPT, None, "ticketId")?;
    let Some(agent) = target(tx, &held) else {
        let name = held.ticket.escalated_to_name.as_deref().unwrap_or("an agent of its tier");
        let message = format!("It was passed up to {name}, who alone can take it.");
        return Err(Refusal::new(Code::Forbidden, "ticketId", message).into());
    };
    tx.settle()?;
    let before = &held.ticket;
    let sets = vec![
        Ticket::ASSIGNED_TO.to(Some(agent.id)),
        Ticket::ASSIGNED_TO_NAME.to(Some(agent.name.clone())),
        Ticket::ESCALATED_TO.to(Some(agent.id)),
        Ticket::ESCALATED_TO_NAME.to(Some(agent.name.clone())),
        Ticket::TIER.to(agent.tier),
    ];
    let to = TicketStatus::InProgress.spelling();
    let ticket = tx.advance(before, &machine::ACCEPT, to, sets).await?;
    hand_over(tx, &held, Some(agent)).await?;
    record(tx, Entry::since("accept", before, &ticket).details(&agent.name)).await?;
    Ok(ticket)
}

/// The agent that the caller acts as, if the ticket was passed up to it.
fn target<'a>(tx: &Tx, held: &'a Held) -> Option<&'a SupportAgent> {
    let agent = held.acting(tx)?;
    let is_target = match held.ticket.escalated_to {
        Some(target) => target == agent.id,
        None => agent.tier >= held.ticket.tier,
    };
    is_target.then_some(agent)
}
