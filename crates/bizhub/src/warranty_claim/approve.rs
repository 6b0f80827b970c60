//! A Manager agrees to a claim: the device goes on a repair ticket that nobody pays for, and
//! the warranty is claimed (spec 6.9).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::repair_ticket::{self, ClaimTicket};
use crate::user::User;
use crate::warranty::machine::CLAIM;
use crate::warranty::{Warranty, WarrantyStatus};
use crate::warranty_claim::{ClaimStatus, WarrantyClaim, machine};

/// Which claim to agree to.
#[derive(InputObject)]
#[graphql(name = "BizhubWarrantyClaimApproveInput")]
pub struct Approve {
    /// The claim.
    pub warranty_claim_id: Id<WarrantyClaim>,
    /// Who repairs; can be chosen later on the ticket.
    pub assigned_to_id: Option<Id<User>>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

/// Why a claim is not agreed to.
#[derive(Refusal)]
enum ApproveRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "warrantyClaimId",
        "{number} is {status} by now, so the claim cannot be approved. Deny it."
    )]
    WarrantyOver { number: String, status: &'static str },
    #[refusal(
        ALREADY_DONE,
        at = "warrantyClaimId",
        "The device is on the repair ticket {ticket} already. Close that first."
    )]
    InRepair { ticket: String },
}

mutation! {
    /// Agrees to a claim, opens a repair ticket at no charge and marks the warranty as claimed.
    pub APPROVE_CLAIM = "bizhubWarrantyClaimApprove"(Approve) -> WarrantyClaim,
    permission "bizhub.warranty_claim.transition:approve" => approve
}

/// Agrees to a claim (spec 6.9). The warranty is locked before its claim.
pub async fn approve(tx: &mut Tx, input: Approve) -> Rule<WarrantyClaim> {
    let read = tx.read(&input.warranty_claim_id, "warrantyClaimId").await?;
    let warranty: Warranty = tx.get_locked(read.warranty_id).await?;
    let (field, expected) = ("warrantyClaimId", input.expected_version);
    let claim = tx.lock_version(&input.warranty_claim_id, field, expected).await?;
    tx.check_move(&claim, &machine::APPROVE, None, field)?;
    if warranty.status != WarrantyStatus::Active {
        let (number, status) = (warranty.warranty_number.clone(), warranty.status.spelling());
        tx.refuse(ApproveRefused::WarrantyOver { number, status });
    }
    if let Some(asset) = warranty.asset_id
        && let Some(open) = repair_ticket::open_on(tx, asset).await?
    {
        tx.refuse(ApproveRefused::InRepair { ticket: open.ticket_number });
    }
    let assigned_to = repair_ticket::repairer(tx, input.assigned_to_id.as_ref()).await?;
    tx.settle()?;

    tx.advance(&warranty, &CLAIM, WarrantyStatus::Claimed.spelling(), Vec::new()).await?;
    let ticket = ClaimTicket {
        claim: claim.id,
        claim_number: &claim.claim_number,
        customer: claim.customer_id,
        asset: warranty.asset_id,
        issue: &claim.issue_description,
        assigned_to,
    };
    let ticket = repair_ticket::open_for_claim(tx, ticket).await?;
    let sets = vec![WarrantyClaim::REPAIR_TICKET_ID.to(Some(ticket.id))];
    tx.advance(&claim, &machine::APPROVE, ClaimStatus::Approved.spelling(), sets).await
}
