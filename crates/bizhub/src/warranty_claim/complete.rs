//! An approved claim ends: the device is repaired, another takes its place, or the money goes
//! back (spec 6.9).
//!
//! A refund needs a second person, so a claim is not completed as Refunded in one step: this asks
//! for the refund of the device's line under the rules of spec 6.7, and paying that refund out is
//! what completes the claim.

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Entity, GlobalId, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::asset::Asset;
use crate::invoice::{Invoice, lines_of};
use crate::invoice_line::InvoiceLine;
use crate::refund::request::{Request, request};
use crate::refund::request_line::LineInput;
use crate::repair_ticket::{RepairOutcome, RepairStatus, RepairTicket};
use crate::warranty::machine::{EXPIRE, REINSTATE};
use crate::warranty::{Warranty, WarrantyStatus};
use crate::warranty_claim::ending::completed;
use crate::warranty_claim::replacement::replace;
use crate::warranty_claim::{ClaimOutcome, WarrantyClaim, machine};

/// How which claim ends.
#[derive(InputObject)]
#[graphql(name = "BizhubWarrantyClaimCompleteInput")]
pub struct Complete {
    /// The claim; it must be approved.
    pub warranty_claim_id: Id<WarrantyClaim>,
    /// Repaired, once its ticket is Ready or Closed; Replaced; or Refunded, which asks for the
    /// refund and ends the claim when that is paid out.
    pub outcome: ClaimOutcome,
    /// The device that the customer gets, ready for sale; for Replaced only.
    pub replacement_asset_id: Option<Id<Asset>>,
    /// Why it is replaced or refunded, at most 400 characters; required for both.
    pub reason: Option<String>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a claim does not end this way.
#[derive(Refusal)]
pub(super) enum CompleteRefused {
    #[refusal(
        VALIDATION_FAILED,
        at = "outcome",
        "An approved claim is not denied any more. Choose Repaired, Replaced or Refunded."
    )]
    NotDenied,
    #[refusal(
        VALIDATION_FAILED,
        at = "replacementAssetId",
        "Only a claim that ends as Replaced has a replacement. Leave it out."
    )]
    NoReplacement,
    #[refusal(REQUIRED, at = "replacementAssetId", "Say which device the customer gets.")]
    ReplacementMissing,
    #[refusal(REQUIRED, at = "reason", "Say why the device is not repaired.")]
    ReasonMissing,
    #[refusal(
        PRECONDITION_FAILED,
        at = "outcome",
        "The repair ticket {ticket} is {status}. Finish the repair first."
    )]
    NotRepaired { ticket: String, status: &'static str },
    #[refusal(
        PRECONDITION_FAILED,
        at = "outcome",
        "The repair ticket {ticket} found it cannot be repaired. Replace or refund the device."
    )]
    Unable { ticket: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "outcome",
        "The repair ticket {ticket} was closed as Repaired. Complete the claim as Repaired, or \
         reopen the ticket first."
    )]
    WasRepaired { ticket: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "warrantyClaimId",
        "{number} names no device that is still sold, so only a repair can end the claim."
    )]
    NoDevice { number: String },
    #[refusal(
        FORBIDDEN,
        at = "outcome",
        "Your role may not ask for refunds. Let a Manager complete the claim as Refunded."
    )]
    MayNotRefund,
}

mutation! {
    /// Ends an approved claim as Repaired or Replaced, or asks for the refund that ends it.
    pub COMPLETE_CLAIM = "bizhubWarrantyClaimComplete"(Complete) -> WarrantyClaim,
    permission "bizhub.warranty_claim.transition:complete", keyed => complete
}

/// Ends a claim (spec 6.9).
pub async fn complete(tx: &mut Tx, input: Complete) -> Rule<WarrantyClaim> {
    if input.outcome != ClaimOutcome::Replaced && input.replacement_asset_id.is_some() {
        tx.refuse(CompleteRefused::NoReplacement);
    }
    match input.outcome {
        ClaimOutcome::Repaired => repaired(tx, input).await,
        ClaimOutcome::Replaced => replace(tx, input).await,
        ClaimOutcome::Refunded => refund(tx, input).await,
        ClaimOutcome::Denied => Err(CompleteRefused::NotDenied.into()),
    }
}

/// The claim that is to end, with its warranty and its ticket, locked in this order.
pub(super) async fn lock_claim(
    tx: &mut Tx,
    input: &Complete,
) -> Rule<(Warranty, WarrantyClaim, Option<RepairTicket>)> {
    let field = "warrantyClaimId";
    let read = tx.read(&input.warranty_claim_id, field).await?;
    let warranty: Warranty = tx.get_locked(read.warranty_id).await?;
    let claim = tx.lock_version(&input.warranty_claim_id, field, input.expected_version).await?;
    tx.check_move(&claim, &machine::COMPLETE, None, field)?;
    let ticket = match claim.repair_ticket_id {
        Some(ticket) => Some(tx.get_locked(ticket).await?),
        None => None,
    };
    Ok((warranty, claim, ticket))
}

/// Refuses another end than a repair for a ticket that was closed as Repaired.
pub(super) fn refuse_repaired(tx: &mut Tx, ticket: Option<&RepairTicket>) {
    if let Some(ticket) = ticket
        && ticket.status == RepairStatus::Closed
        && ticket.outcome == Some(RepairOutcome::Repaired)
    {
        let ticket = ticket.ticket_number.clone();
        tx.refuse(CompleteRefused::WasRepaired { ticket });
    }
}

async fn repaired(tx: &mut Tx, input: Complete) -> Rule<WarrantyClaim> {
    let (warranty, claim, ticket) = lock_claim(tx, &input).await?;
    if let Some(ticket) = ticket {
        let number = ticket.ticket_number.clone();
        if !matches!(ticket.status, RepairStatus::Ready | RepairStatus::Closed) {
            let status = ticket.status.spelling();
            tx.refuse(CompleteRefused::NotRepaired { ticket: number, status });
        } else if ticket.outcome.is_some_and(|outcome| outcome != RepairOutcome::Repaired) {
            tx.refuse(CompleteRefused::Unable { ticket: number });
        }
    }
    tx.optional_text(input.reason, "reason", 400);
    tx.settle()?;

    let why = format!("{} is completed", claim.claim_number);
    let claim = completed(tx, &claim, ClaimOutcome::Repaired, &why, Vec::new()).await?;
    let (step, to) = if warranty.end_date >= tx.business_date {
        (&REINSTATE, WarrantyStatus::Active)
    } else {
        (&EXPIRE, WarrantyStatus::Expired)
    };
    tx.advance(&warranty, step, to.spelling(), Vec::new()).await?;
    Ok(claim)
}

/// Asks for the refund of the device's line; [`crate::warranty::returned`] ends the claim when
/// it is paid out. Should it be rejected, the claim can still end otherwise.
async fn refund(tx: &mut Tx, input: Complete) -> Rule<WarrantyClaim> {
    let read = tx.read(&input.warranty_claim_id, "warrantyClaimId").await?;
    let paid = paid_for(tx, read.warranty_id).await?;
    let invoice: Invoice = tx.get_locked(paid.invoice_id).await?;
    let (warranty, claim, ticket) = lock_claim(tx, &input).await?;
    if !tx.actor.may("bizhub.refund.transition:request") {
        tx.refuse(CompleteRefused::MayNotRefund);
    }
    refuse_repaired(tx, ticket.as_ref());
    let reason = reason(tx, input.reason);
    let lines = lines_of(tx, invoice.id).await?;
    let sold = |line: &InvoiceLine| paid.asset_id.is_some() && line.asset_id == paid.asset_id;
    let Some(line) = lines.into_iter().find(sold) else {
        let number = warranty.warranty_number.clone();
        return Err(CompleteRefused::NoDevice { number }.into());
    };
    let asked = Request {
        invoice_id: id_of(tx, &invoice),
        lines: vec![LineInput {
            invoice_line_id: id_of(tx, &line),
            quantity: None,
            amount: None,
            restock: None,
        }],
        payments_only: false,
        restocking_fee: None,
        reason: format!("{}: {reason}", claim.claim_number),
        idempotency_key: input.idempotency_key,
    };
    let refund = request(tx, asked).await?;
    tx.update(&claim, vec![WarrantyClaim::REFUND_ID.to(Some(refund.id))]).await
}

/// The warranty of the sale that was paid: the first of those that took each other's place.
async fn paid_for(tx: &mut Tx, warranty: i32) -> Rule<Warranty> {
    let mut warranty: Warranty = tx.get(warranty).await?;
    while let Some(previous) = warranty.previous_warranty_id {
        warranty = tx.get(previous).await?;
    }
    Ok(warranty)
}

/// Why a device is not repaired, which has to be said.
pub(super) fn reason(tx: &mut Tx, reason: Option<String>) -> String {
    let reason = tx.optional_text(reason, "reason", 400);
    if reason.is_none() {
        tx.refuse(CompleteRefused::ReasonMissing);
    }
    reason.unwrap_or_default()
}

/// The line that sold the device of a warranty, while it still holds it.
pub(super) async fn sold_line(
    tx: &mut Tx,
    invoice: &Invoice,
    warranty: &Warranty,
) -> Rule<Option<InvoiceLine>> {
    let Some(asset) = warranty.asset_id else { return Ok(None) };
    let lines = lines_of(tx, invoice.id).await?;
    let holds = |line: &InvoiceLine| line.asset_id == Some(asset) && line.released_at.is_none();
    Ok(lines.into_iter().find(holds))
}

fn id_of<E: Entity>(tx: &Tx, row: &E) -> Id<E> {
    Id::new(GlobalId::encode(tx.actor.tenant.id, E::META.type_name, &row.key().to_key()))
}
