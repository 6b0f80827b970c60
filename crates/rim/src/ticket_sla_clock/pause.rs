//! The clock of the resolution stands still while the ticket waits for the customer and while it
//! is resolved; what was left is left when it goes on (spec 5.7). The first response never
//! pauses. All of these expect the ticket to be locked.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;

use super::TicketSlaClock;
use super::target::postponed;
use super::{breach, of};
use crate::ticket::Ticket;

/// The ticket waits for the customer from now on.
pub async fn pause(tx: &mut Tx, ticket: &Ticket) -> Rule<()> {
    let Some(clock) = of(tx, ticket.id).await? else { return Ok(()) };
    let sets = vec![TicketSlaClock::PAUSED_AT.to(Some(tx.now))];
    tx.amend(&clock, sets).await?;
    Ok(())
}

/// The customer wrote, or nobody waits for it any more.
pub async fn resume(tx: &mut Tx, ticket: &Ticket) -> Rule<()> {
    let Some(clock) = of(tx, ticket.id).await? else { return Ok(()) };
    let Some(since) = clock.paused_at else { return Ok(()) };
    let mut sets = postponed(tx, &clock, since).await?;
    sets.push(TicketSlaClock::PAUSED_AT.to(None));
    tx.amend(&clock, sets).await?;
    Ok(())
}

/// The ticket is resolved or closed; what comes too late is a breach, seen before or not.
pub async fn stop(tx: &mut Tx, ticket: &Ticket) -> Rule<()> {
    resume(tx, ticket).await?;
    let Some(clock) = of(tx, ticket.id).await? else { return Ok(()) };
    let clock = breach::resolution(tx, ticket, clock).await?;
    let sets = vec![TicketSlaClock::STOPPED_AT.to(Some(tx.now))];
    tx.amend(&clock, sets).await?;
    Ok(())
}

/// The ticket is reopened: the clock goes on with the time that was left.
pub async fn restart(tx: &mut Tx, ticket: &Ticket) -> Rule<()> {
    let Some(clock) = of(tx, ticket.id).await? else { return Ok(()) };
    let Some(since) = clock.stopped_at else { return Ok(()) };
    let mut sets = postponed(tx, &clock, since).await?;
    sets.push(TicketSlaClock::STOPPED_AT.to(None));
    tx.amend(&clock, sets).await?;
    Ok(())
}
