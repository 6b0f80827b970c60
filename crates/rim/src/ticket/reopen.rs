//! It is not done after all (spec 5.7). The customer says so within the tenant's days of the
//! resolution, by a word or by writing again; a lead at any time. The ticket goes on with its
//! agent, and what was promised with the time that was left.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use chrono::TimeDelta;

use super::hold::{Held, Which, customer_of, hold};
use super::{Ticket, TicketStatus, machine};
use crate::support_agent::{SupportAgentStatus, workload};
use crate::system_config::keys;
use crate::ticket_history::{Entry, record};
use crate::ticket_sla_clock::pause;
use crate::user::User;

/// Which ticket to reopen, and why.
#[derive(InputObject)]
#[graphql(name = "RimTicketReopenInput")]
pub struct Reopen {
    /// The ticket, resolved or closed.
    pub ticket_id: Id<Ticket>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why, at most 500 characters.
    pub reason: String,
}

mutation! {
    /// Takes a ticket up again: the customer within the tenant's days, a lead at any time.
    pub REOPEN = "rimTicketReopen"(Reopen) -> Ticket,
    permission "rim.ticket.transition:reopen" => reopen
}

/// Takes a ticket up again (spec 5.7).
pub async fn reopen(tx: &mut Tx, input: Reopen) -> Rule<Ticket> {
    let customer = customer_of(tx, &input.ticket_id, "ticketId").await?;
    let held = hold(tx, Which::of(&input.ticket_id, input.expected_version), None).await?;
    tx.check_move(&held.ticket, &machine::REOPEN, None, "ticketId")?;
    let reason = tx.text(&input.reason, "reason", 500);
    if tx.actor.key_as("user").is_some() && is_over(tx, &held.ticket).await? {
        let message = "It was resolved too long ago; open a new ticket, or write to this one, \
                       which opens one that goes on from it.";
        tx.refuse(Refusal::new(Code::Expired, "ticketId", message));
    }
    tx.settle()?;
    again(tx, &held, &customer, &reason).await
}

/// Whether the days in which the customer can reopen a ticket are over.
pub async fn is_over(tx: &mut Tx, ticket: &Ticket) -> Rule<bool> {
    let Some(ended) = ticket.resolved_at.or(ticket.closed_at) else { return Ok(false) };
    let days = keys::TICKETS_REOPEN_DAYS.whole(tx).await?;
    Ok(tx.now - ended > TimeDelta::days(i64::from(days)))
}

/// Takes a locked ticket of a locked customer up again; open where nobody is there to go on with
/// it.
pub async fn again(tx: &mut Tx, held: &Held, customer: &User, reason: &str) -> Rule<Ticket> {
    let before = &held.ticket;
    let goes_on = held.assignee().is_some_and(|it| it.status != SupportAgentStatus::Away);
    let to = if goes_on { TicketStatus::InProgress } else { TicketStatus::Open };
    let mut sets = vec![
        Ticket::RESOLUTION.to(None),
        Ticket::RESOLVED_AT.to(None),
        Ticket::RESOLVED_BY.to(None),
        Ticket::CLOSED_AT.to(None),
        Ticket::CLOSE_REASON.to(None),
        Ticket::DUPLICATE_OF_ID.to(None),
        Ticket::REOPEN_COUNT.to(before.reopen_count + 1),
    ];
    if before.status == TicketStatus::Closed {
        // A closed ticket keeps what was known of the customer; an open one follows again.
        sets.push(Ticket::CUSTOMER_NAME.to(customer.display_name()));
        sets.push(Ticket::CUSTOMER_PHONE.to(customer.phone.clone()));
        sets.push(Ticket::CUSTOMER_EMAIL.to(customer.email.clone()));
    }
    let ticket = tx.advance(before, &machine::REOPEN, to.spelling(), sets).await?;
    if let Some(assignee) = held.assignee() {
        workload::gain(tx, assignee).await?;
    }
    pause::restart(tx, &ticket).await?;
    record(tx, Entry::since("reopen", before, &ticket).details(reason)).await?;
    Ok(ticket)
}
