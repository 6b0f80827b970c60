//! A promise is about to be broken, or is broken: each is said once for a target, in the ticket's
//! history and as an announcement (spec 5.7). An instant that is due is too late.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::entity::metadata::{ColumnOf, Set};
use bizgraph_kernel::refusal::Rule;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::TicketSlaClock;
use crate::ticket::Ticket;
use crate::ticket_history::{Entry, record};

/// A column that keeps when something was said.
type Said = ColumnOf<TicketSlaClock, Option<DateTime<Utc>>>;

/// Says that the answer is late, if it is and was not said.
pub async fn first_response(
    tx: &mut Tx,
    ticket: &Ticket,
    clock: TicketSlaClock,
) -> Rule<TicketSlaClock> {
    let due = clock.first_responded_at.is_none() && clock.first_response_due_at <= tx.now;
    if !due || clock.first_response_breached_at.is_some() {
        return Ok(clock);
    }
    let column = TicketSlaClock::FIRST_RESPONSE_BREACHED_AT;
    say(tx, ticket, clock, "breachFirstResponse", column).await
}

/// Says that the resolution is late, if it is and was not said.
pub async fn resolution(
    tx: &mut Tx,
    ticket: &Ticket,
    clock: TicketSlaClock,
) -> Rule<TicketSlaClock> {
    let runs = clock.stopped_at.is_none() && clock.paused_at.is_none();
    if !runs || clock.resolution_due_at > tx.now || clock.resolution_breached_at.is_some() {
        return Ok(clock);
    }
    let column = TicketSlaClock::RESOLUTION_BREACHED_AT;
    say(tx, ticket, clock, "breachResolution", column).await
}

/// Writes a word about a clock: when, in the history, and to those who listen.
pub async fn say(
    tx: &mut Tx,
    ticket: &Ticket,
    clock: TicketSlaClock,
    verb: &str,
    column: Said,
) -> Rule<TicketSlaClock> {
    let sets: Vec<Set<TicketSlaClock>> = vec![column.to(Some(tx.now))];
    let clock = tx.amend(&clock, sets).await?;
    record(tx, Entry::noted(verb, ticket).by_the_server()).await?;
    // Who may not see clocks does not hear of what they say.
    let about = json!({ "ticketSlaClock": clock.id });
    tx.announce_with(Ticket::META, verb, &ticket.key(), about);
    Ok(clock)
}
