//! A Manager withdraws a warranty, such as one whose device was tampered with (spec 6.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::warranty::machine::VOID;
use crate::warranty::{Warranty, WarrantyStatus};
use crate::warranty_claim;

/// Which warranty is withdrawn, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubWarrantyVoidInput")]
pub struct Void {
    /// The warranty.
    pub warranty_id: Id<Warranty>,
    /// Why, at most 500 characters; an open claim is denied with it.
    pub reason: String,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Withdraws a warranty for good; an open claim is denied and its repair ticket closed.
    pub WITHDRAW = "bizhubWarrantyVoid"(Void) -> Warranty,
    permission "bizhub.warranty.transition:void" => void
}

/// Withdraws a warranty (spec 6.9).
pub async fn void(tx: &mut Tx, input: Void) -> Rule<Warranty> {
    let warranty =
        tx.lock_version(&input.warranty_id, "warrantyId", input.expected_version).await?;
    tx.check_move(&warranty, &VOID, None, "warrantyId")?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.settle()?;

    let why = format!("{} was voided: {reason}", warranty.warranty_number);
    warranty_claim::deny_open(tx, &warranty, &why).await?;
    let sets = vec![Warranty::VOID_REASON.to(Some(reason))];
    tx.advance(&warranty, &VOID, WarrantyStatus::Void.spelling(), sets).await
}
