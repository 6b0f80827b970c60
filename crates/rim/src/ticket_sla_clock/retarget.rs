//! Another priority has other targets, counted from the creation of the ticket without the time
//! for which it was paused (spec 5.7). What was said of a target that lies ahead again can be said
//! again; an answer that was given is not judged anew. Where nothing is promised for the new
//! priority, the old promise stays.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;
use chrono::{DateTime, Utc};

use super::start::promised;
use super::target::{Promise, target};
use super::{TicketSlaClock, answer, of, start};
use crate::ticket::Ticket;

/// Counts anew for the priority that a locked ticket has now.
pub async fn retarget(tx: &mut Tx, ticket: &Ticket) -> Rule<()> {
    let Some(policy) = promised(tx, ticket.priority).await? else { return Ok(()) };
    let Some(clock) = of(tx, ticket.id).await? else {
        let answered = answer::given(tx, ticket).await?;
        return start::start(tx, ticket, answered).await;
    };
    let promise = |minutes, paused_seconds| Promise {
        started_at: clock.started_at,
        minutes,
        warning_percent: policy.warning_percent,
        paused_seconds,
    };
    let minutes = policy.resolution_minutes;
    let to = target(tx, promise(minutes, clock.paused_seconds)).await?;
    let warned = still(clock.resolution_warned_at, to.warns_at, tx.now);
    let breached = still(clock.resolution_breached_at, to.due_at, tx.now);
    let mut sets = vec![
        TicketSlaClock::SLA_POLICY_ID.to(policy.id),
        TicketSlaClock::RESOLUTION_MINUTES.to(minutes),
        TicketSlaClock::WARNING_PERCENT.to(policy.warning_percent),
        TicketSlaClock::RESOLUTION_WARNS_AT.to(to.warns_at),
        TicketSlaClock::RESOLUTION_DUE_AT.to(to.due_at),
        TicketSlaClock::RESOLUTION_WARNED_AT.to(warned),
        TicketSlaClock::RESOLUTION_BREACHED_AT.to(breached),
    ];
    if clock.first_responded_at.is_none() {
        let minutes = policy.first_response_minutes;
        let to = target(tx, promise(minutes, 0)).await?;
        let warned = still(clock.first_response_warned_at, to.warns_at, tx.now);
        let breached = still(clock.first_response_breached_at, to.due_at, tx.now);
        sets.extend([
            TicketSlaClock::FIRST_RESPONSE_MINUTES.to(minutes),
            TicketSlaClock::FIRST_RESPONSE_WARNS_AT.to(to.warns_at),
            TicketSlaClock::FIRST_RESPONSE_DUE_AT.to(to.due_at),
            TicketSlaClock::FIRST_RESPONSE_WARNED_AT.to(warned),
            TicketSlaClock::FIRST_RESPONSE_BREACHED_AT.to(breached),
        ]);
    }
    tx.amend(&clock, sets).await?;
    Ok(())
}

/// What was said of a target, unless the new one lies ahead.
fn still(
    said: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    said.filter(|_| at <= now)
}
