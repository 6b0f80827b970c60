//! The repair is done with: its parts leave the stock, and it waits to be handed back. Straight
//! from the diagnosis it was found that it cannot be repaired (spec 6.10).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::repair_part;
use crate::repair_ticket::machine::FINISH_REPAIR;
use crate::repair_ticket::step::step;
use crate::repair_ticket::{RepairOutcome, RepairStatus, RepairTicket, message};

/// What was done about which ticket.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketFinishRepairInput")]
pub struct FinishRepair {
    /// The ticket; from Diagnosing its outcome is Unable.
    pub repair_ticket_id: Id<RepairTicket>,
    /// What was done, or why it cannot be repaired; at most 2000 characters.
    pub resolution_notes: String,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

mutation! {
    /// Ends the work on a ticket; its parts leave the stock, and its customer is told.
    pub FINISH = "bizhubRepairTicketFinishRepair"(FinishRepair) -> RepairTicket,
    permission "bizhub.repair_ticket.transition:finishRepair", keyed => finish_repair
}

/// Ends the work on a ticket (spec 6.10). A device that cannot be repaired used no parts: those
/// on the ticket are taken off it.
pub async fn finish_repair(tx: &mut Tx, input: FinishRepair) -> Rule<RepairTicket> {
    let (field, expected) = ("repairTicketId", input.expected_version);
    let ticket = tx.lock_version(&input.repair_ticket_id, field, expected).await?;
    tx.check_move(&ticket, &FINISH_REPAIR, None, field)?;
    let notes = tx.text(&input.resolution_notes, "resolutionNotes", 2000);
    tx.no_card_number(Some(&notes), "resolutionNotes");

    let outcome = if ticket.status == RepairStatus::Diagnosing {
        tx.settle()?;
        repair_part::drop_unused(tx, &ticket).await?;
        Some(RepairOutcome::Unable)
    } else {
        repair_part::take_out(tx, &ticket).await?;
        None
    };
    let cost = repair_part::recount(tx, &ticket).await?;
    let sets = vec![
        RepairTicket::RESOLUTION_NOTES.to(Some(notes.clone())),
        RepairTicket::OUTCOME.to(outcome),
        RepairTicket::PARTS_COST.to(cost),
    ];
    let to = RepairStatus::Ready;
    let ticket = step(tx, &ticket, &FINISH_REPAIR, to, sets, Some(notes)).await?;
    message::ready(tx, &ticket).await?;
    Ok(ticket)
}
