//! The customer is not satisfied, so the repair goes on. What left the stock stays out of it:
//! the parts are in the device, and one that is taken out again is removed by hand (spec 6.10).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::asset::Asset;
use crate::asset::machine::HOLD;
use crate::invoice::InvoiceStatus;
use crate::invoice::references::noted;
use crate::repair_ticket::device::{has_to_be_held, hold_for};
use crate::repair_ticket::machine::RESUME;
use crate::repair_ticket::step::step;
use crate::repair_ticket::{RepairStatus, RepairTicket, live_bill};

/// Which repair goes on, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketResumeInput")]
pub struct Resume {
    /// The ticket; it must be Ready.
    pub repair_ticket_id: Id<RepairTicket>,
    /// What the customer is not satisfied with, at most 500 characters.
    pub reason: String,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a repair does not go on.
#[derive(Refusal)]
enum ResumeRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "repairTicketId",
        "The bill {invoice} of {ticket} is {status}. Cancel it first, so that the new one holds \
         everything."
    )]
    Billed { ticket: String, invoice: String, status: &'static str },
}

mutation! {
    /// Takes a repair up again that the customer is not satisfied with.
    pub RESUME_REPAIR = "bizhubRepairTicketResume"(Resume) -> RepairTicket,
    permission "bizhub.repair_ticket.transition:resume", keyed => resume
}

/// Takes a repair up again (spec 6.10). After a bill that was paid the rest is on the house.
pub async fn resume(tx: &mut Tx, input: Resume) -> Rule<RepairTicket> {
    let asset = lock_device(tx, &input.repair_ticket_id).await?;
    let (field, expected) = ("repairTicketId", input.expected_version);
    let ticket = tx.lock_version(&input.repair_ticket_id, field, expected).await?;
    tx.check_move(&ticket, &RESUME, None, field)?;
    if let Some(bill) = live_bill(tx, &ticket).await?
        && bill.status != InvoiceStatus::Paid
    {
        let (invoice, status) = (bill.invoice_number, bill.status.spelling());
        tx.refuse(ResumeRefused::Billed { ticket: ticket.ticket_number.clone(), invoice, status });
    }
    check_device(tx, asset.as_ref()).await?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.settle()?;

    if let Some(asset) = &asset {
        hold_for(tx, asset, &ticket.ticket_number).await?;
    }
    let sets = vec![RepairTicket::OUTCOME.to(None)];
    step(tx, &ticket, &RESUME, RepairStatus::InRepair, sets, Some(reason)).await
}

/// The device of a ticket, locked before the ticket.
pub(super) async fn lock_device(tx: &mut Tx, id: &Id<RepairTicket>) -> Rule<Option<Asset>> {
    match tx.read(id, "repairTicketId").await?.asset_id {
        Some(asset) => Ok(Some(tx.get_locked(asset).await?)),
        None => Ok(None),
    }
}

/// Notes a refusal for a device of the shop that cannot be set aside any more.
pub(super) async fn check_device(tx: &mut Tx, asset: Option<&Asset>) -> Rule<()> {
    if let Some(asset) = asset.filter(|asset| has_to_be_held(asset)) {
        let can_be_held = tx.check_move(asset, &HOLD, None, "repairTicketId");
        noted(tx, can_be_held).await?;
    }
    Ok(())
}
