//! The end of a ticket, whoever closes it (spec 6.9, 6.10).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::machine::Move;
use bizgraph_kernel::refusal::Rule;

use crate::repair_part;
use crate::repair_ticket::machine::CLOSE_WITH_CLAIM;
use crate::repair_ticket::step::step;
use crate::repair_ticket::{RepairOutcome, RepairStatus, RepairTicket};

/// Closes a ticket today. Parts that never left the stock were not used, so they are taken off.
pub(super) async fn end(
    tx: &mut Tx,
    ticket: RepairTicket,
    by: &'static Move,
    outcome: RepairOutcome,
    notes: Option<String>,
) -> Rule<RepairTicket> {
    repair_part::drop_unused(tx, &ticket).await?;
    let cost = repair_part::recount(tx, &ticket).await?;
    let sets = vec![
        RepairTicket::OUTCOME.to(Some(outcome)),
        RepairTicket::CLOSED_DATE.to(Some(tx.business_date)),
        RepairTicket::PARTS_COST.to(cost),
    ];
    step(tx, &ticket, by, RepairStatus::Closed, sets, notes).await
}

/// Closes the locked ticket of a claim that ends; one that was closed before stays as it is.
pub async fn close_with_claim(
    tx: &mut Tx,
    ticket: RepairTicket,
    outcome: RepairOutcome,
    why: &str,
) -> Rule<RepairTicket> {
    if ticket.status == RepairStatus::Closed {
        return Ok(ticket);
    }
    end(tx, ticket, &CLOSE_WITH_CLAIM, outcome, Some(why.to_owned())).await
}
