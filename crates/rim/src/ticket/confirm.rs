//! The customer agrees that it is done; who says nothing for the tenant's hours agrees, too
//! (spec 5.7).

use async_graphql::InputObject;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::job;
use bizgraph_kernel::machine::Move;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;
use chrono::TimeDelta;
use uuid::Uuid;

use super::{Ticket, TicketStatus, machine};
use crate::system_config::keys;
use crate::ticket_history::{Entry, record};

/// Which ticket is done.
#[derive(InputObject)]
#[graphql(name = "RimTicketConfirmInput")]
pub struct Confirm {
    /// The caller's ticket, resolved.
    pub ticket_id: Id<Ticket>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// The customer agrees that it is done, which closes the ticket.
    pub CONFIRM = "rimTicketConfirm"(Confirm) -> Ticket,
    permission "rim.ticket.transition:confirm" => confirm
}

job! {
    /// Closes resolved tickets that the customer said nothing about for the tenant's hours.
    pub CLOSE_RESOLVED_TICKETS = "closeResolvedTickets", every 15 minutes,
    due "SELECT k.id::text FROM tickets k WHERE k.status = 'resolved' \
         AND k.resolved_at <= current_setting('bizgraph.now')::timestamptz - coalesce( \
           (SELECT c.value::float8 FROM system_configs c \
            WHERE c.category = 'tickets' AND c.key = 'auto_close_hours'), 72) * interval '1 hour' \
         ORDER BY k.id"
    => close_one
}

/// Closes a ticket that is done (spec 5.7).
pub async fn confirm(tx: &mut Tx, input: Confirm) -> Rule<Ticket> {
    let (id, field) = (&input.ticket_id, "ticketId");
    let ticket: Ticket = tx.lock_version(id, field, input.expected_version).await?;
    tx.check_move(&ticket, &machine::CONFIRM, None, field)?;
    close(tx, &ticket, &machine::CONFIRM).await
}

/// Closes a ticket once the hours are over (spec 5.7).
pub async fn close_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let key: Uuid = key.parse().map_err(|_| Fault::internal("a key that is no UUID"))?;
    let ticket: Ticket = tx.get_locked(key).await?;
    let hours = keys::TICKETS_AUTO_CLOSE_HOURS.whole(tx).await?;
    let Some(resolved_at) = ticket.resolved_at else { return Ok(()) };
    let is_over = tx.now - resolved_at >= TimeDelta::hours(i64::from(hours));
    if ticket.status == TicketStatus::Resolved && is_over {
        close(tx, &ticket, &machine::CLOSE_AFTER_WAITING).await?;
    }
    Ok(())
}

async fn close(tx: &mut Tx, before: &Ticket, step: &'static Move) -> Rule<Ticket> {
    let sets = vec![Ticket::CLOSED_AT.to(Some(tx.now))];
    let ticket = tx.advance(before, step, TicketStatus::Closed.spelling(), sets).await?;
    record(tx, Entry::since(step.verb, before, &ticket)).await?;
    Ok(ticket)
}
