//! The first answer of the support to the customer (spec 5.7); notes among agents are none.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;

use super::{TicketSlaClock, breach, of};
use crate::ticket::Ticket;

/// Keeps when the first answer was given, and whether that was too late.
pub async fn first(tx: &mut Tx, ticket: &Ticket) -> Rule<()> {
    let Some(clock) = of(tx, ticket.id).await? else { return Ok(()) };
    if clock.first_responded_at.is_some() {
        return Ok(());
    }
    let clock = breach::first_response(tx, ticket, clock).await?;
    let sets = vec![TicketSlaClock::FIRST_RESPONDED_AT.to(Some(tx.now))];
    tx.amend(&clock, sets).await?;
    Ok(())
}
