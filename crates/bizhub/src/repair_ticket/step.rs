//! What every move of a ticket shares: the event that belongs to it.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Set;
use bizgraph_kernel::machine::Move;
use bizgraph_kernel::refusal::Rule;

use crate::repair_event::{RepairEventType, record};
use crate::repair_ticket::{RepairStatus, RepairTicket};

/// Moves a ticket's status and writes the event that belongs to it (spec 6.10).
///
/// # Errors
/// `INVALID_TRANSITION` when the status does not allow the move.
pub async fn step(
    tx: &mut Tx,
    ticket: &RepairTicket,
    step: &'static Move,
    to: RepairStatus,
    sets: Vec<Set<RepairTicket>>,
    notes: Option<String>,
) -> Rule<RepairTicket> {
    let after = tx.advance(ticket, step, to.spelling(), sets).await?;
    record(tx, RepairEventType::StatusChange, Some(ticket.status), &after, notes).await?;
    Ok(after)
}
