//! A closed repair is taken up again, by a Manager and within the tenant's days (spec 6.10).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;
use chrono::NaiveDate;

use crate::repair_ticket::device::{hold_for, open_on};
use crate::repair_ticket::machine::REOPEN;
use crate::repair_ticket::resume::{check_device, lock_device};
use crate::repair_ticket::step::step;
use crate::repair_ticket::{RepairStatus, RepairTicket};
use crate::settings::REPAIR_REOPEN_DAYS;
use crate::warranty_claim::{ClaimStatus, WarrantyClaim};

/// Which ticket is taken up again, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketReopenInput")]
pub struct Reopen {
    /// The ticket; it must be closed.
    pub repair_ticket_id: Id<RepairTicket>,
    /// Why, at most 500 characters.
    pub reason: String,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a ticket stays closed.
#[derive(Refusal)]
enum ReopenRefused {
    #[refusal(
        EXPIRED,
        at = "repairTicketId",
        "{ticket} was closed on {closed_date}, more than {days} days ago. Open a new ticket."
    )]
    TooLate { ticket: String, closed_date: NaiveDate, days: i64 },
    #[refusal(
        PRECONDITION_FAILED,
        at = "repairTicketId",
        "The warranty claim {claim} of {ticket} is {status}. Submit a new claim instead."
    )]
    ClaimOver { ticket: String, claim: String, status: &'static str },
    #[refusal(
        ALREADY_DONE,
        at = "repairTicketId",
        "The device is on the repair ticket {other} by now. Close that first."
    )]
    InRepair { other: String },
}

mutation! {
    /// Opens a closed ticket again.
    pub REOPEN_TICKET = "bizhubRepairTicketReopen"(Reopen) -> RepairTicket,
    permission "bizhub.repair_ticket.transition:reopen", keyed => reopen
}

/// Opens a closed ticket again (spec 6.10). The device is locked before its ticket.
pub async fn reopen(tx: &mut Tx, input: Reopen) -> Rule<RepairTicket> {
    let asset = lock_device(tx, &input.repair_ticket_id).await?;
    let (field, expected) = ("repairTicketId", input.expected_version);
    let ticket = tx.lock_version(&input.repair_ticket_id, field, expected).await?;
    tx.check_move(&ticket, &REOPEN, None, field)?;
    let number = || ticket.ticket_number.clone();
    let days: i64 = tx.setting(&REPAIR_REOPEN_DAYS).await?;
    if let Some(closed_date) = ticket.closed_date
        && (tx.business_date - closed_date).num_days() > days
    {
        tx.refuse(ReopenRefused::TooLate { ticket: number(), closed_date, days });
    }
    if let Some(claim) = ticket.warranty_claim_id {
        let claim: WarrantyClaim = tx.get(claim).await?;
        if claim.status != ClaimStatus::Approved {
            let (claim, status) = (claim.claim_number, claim.status.spelling());
            tx.refuse(ReopenRefused::ClaimOver { ticket: number(), claim, status });
        }
    }
    if let Some(asset) = &asset
        && let Some(other) = open_on(tx, asset.id).await?
    {
        tx.refuse(ReopenRefused::InRepair { other: other.ticket_number });
    } else {
        check_device(tx, asset.as_ref()).await?;
    }
    let reason = tx.text(&input.reason, "reason", 500);
    tx.settle()?;

    if let Some(asset) = &asset {
        hold_for(tx, asset, &ticket.ticket_number).await?;
    }
    let sets = vec![RepairTicket::OUTCOME.to(None), RepairTicket::CLOSED_DATE.to(None)];
    step(tx, &ticket, &REOPEN, RepairStatus::Open, sets, Some(reason)).await
}
