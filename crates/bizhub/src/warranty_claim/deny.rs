//! A Manager turns a claim down, and says why (spec 6.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::warranty_claim::ending::denied;
use crate::warranty_claim::{ClaimStatus, WarrantyClaim, machine};

/// Which claim is turned down, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubWarrantyClaimDenyInput")]
pub struct Deny {
    /// The claim.
    pub warranty_claim_id: Id<WarrantyClaim>,
    /// Why it is not covered, at most 500 characters.
    pub denial_reason: String,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Turns a claim down; the warranty stays as it is.
    pub DENY_CLAIM = "bizhubWarrantyClaimDeny"(Deny) -> WarrantyClaim,
    permission "bizhub.warranty_claim.transition:deny" => deny
}

/// Turns a claim down (spec 6.9).
pub async fn deny(tx: &mut Tx, input: Deny) -> Rule<WarrantyClaim> {
    let (field, expected) = ("warrantyClaimId", input.expected_version);
    let claim = tx.lock_version(&input.warranty_claim_id, field, expected).await?;
    tx.check_move(&claim, &machine::DENY, None, field)?;
    let reason = tx.text(&input.denial_reason, "denialReason", 500);
    tx.no_card_number(Some(&reason), "denialReason");
    tx.settle()?;
    let sets = denied(tx, reason);
    tx.advance(&claim, &machine::DENY, ClaimStatus::Denied.spelling(), sets).await
}
