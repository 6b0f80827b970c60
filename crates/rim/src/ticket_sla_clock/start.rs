//! What is promised begins to count with the ticket (spec 5.7). The clock keeps the promise of
//! that moment; where the policy is switched off there is none.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::refusal::Rule;
use chrono::{DateTime, Utc};

use super::TicketSlaClock;
use super::target::{Promise, target};
use crate::sla_policy::SlaPolicy;
use crate::ticket::{Ticket, TicketPriority};

/// What is promised for a priority, if anything.
pub async fn promised(tx: &mut Tx, priority: TicketPriority) -> Rule<Option<SlaPolicy>> {
    let mut enabled = Sql::new("t.enabled AND t.priority = ");
    enabled.bind(Bind::Text(Some(priority.spelling().to_owned())));
    Ok(tx.select(enabled).await?.pop())
}

/// Sets the clock of a ticket that has none. What was done before there was a promise, the first
/// answer and the resolution, is kept with it, so that nobody waits for it.
pub async fn start(tx: &mut Tx, ticket: &Ticket, answered: Option<DateTime<Utc>>) -> Rule<()> {
    let Some(policy) = promised(tx, ticket.priority).await? else { return Ok(()) };
    let promise = |minutes| Promise {
        started_at: ticket.created_at,
        minutes,
        warning_percent: policy.warning_percent,
        paused_seconds: 0,
    };
    let answer = target(tx, promise(policy.first_response_minutes)).await?;
    let resolution = target(tx, promise(policy.resolution_minutes)).await?;
    tx.append::<TicketSlaClock>(vec![
        TicketSlaClock::TICKET_ID.to(ticket.id),
        TicketSlaClock::SLA_POLICY_ID.to(policy.id),
        TicketSlaClock::STARTED_AT.to(ticket.created_at),
        TicketSlaClock::FIRST_RESPONSE_MINUTES.to(policy.first_response_minutes),
        TicketSlaClock::RESOLUTION_MINUTES.to(policy.resolution_minutes),
        TicketSlaClock::WARNING_PERCENT.to(policy.warning_percent),
        TicketSlaClock::FIRST_RESPONSE_WARNS_AT.to(answer.warns_at),
        TicketSlaClock::FIRST_RESPONSE_DUE_AT.to(answer.due_at),
        TicketSlaClock::FIRST_RESPONDED_AT.to(answered),
        TicketSlaClock::RESOLUTION_WARNS_AT.to(resolution.warns_at),
        TicketSlaClock::RESOLUTION_DUE_AT.to(resolution.due_at),
        // A promise that begins with another priority rests while the ticket waits.
        TicketSlaClock::PAUSED_AT.to(ticket.waiting_on_customer.then_some(tx.now)),
        TicketSlaClock::STOPPED_AT.to(ticket.resolved_at),
    ])
    .await?;
    Ok(())
}
