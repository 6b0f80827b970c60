//! What was ordered cannot be had: the whole deposit goes back (spec 6.8).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::preorder::tender::{self, TenderInput};
use crate::preorder::{Preorder, PreorderStatus, change, machine};
use crate::preorder_payment::PreorderPaymentKind;

/// What cannot be had, and how the deposit goes back.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderFailToSourceInput")]
pub struct FailToSource {
    /// The preorder.
    pub preorder_id: Id<Preorder>,
    /// Why it cannot be had, at most 500 characters.
    pub reason: String,
    /// How the deposit goes back; none where there was no deposit.
    pub tender: Option<TenderInput>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

mutation! {
    /// Gives up what cannot be had and pays the whole deposit back.
    pub FAIL_TO_SOURCE = "bizhubPreorderFailToSource"(FailToSource) -> Preorder,
    permission "bizhub.preorder.transition:failToSource", keyed => fail_to_source
}

/// Gives up what cannot be had (spec 6.8).
pub async fn fail_to_source(tx: &mut Tx, input: FailToSource) -> Rule<Preorder> {
    let preorder =
        tx.lock_version(&input.preorder_id, "preorderId", input.expected_version).await?;
    tx.check_move(&preorder, &machine::FAIL_TO_SOURCE, None, "preorderId")?;
    let held = preorder.deposit_held();
    let tender = tender::payout(tx, input.tender, &held);
    let reason = change::reason(tx, &input.reason);
    tx.settle()?;

    let mut sets = Vec::new();
    if let Some(tender) = tender {
        let kind = PreorderPaymentKind::Refund;
        tender::enter(tx, &preorder, kind, tender, &held, "tender.reference").await?;
        sets.push(Preorder::DEPOSIT_REFUNDED.to(true));
    }
    let (step, to) = (&machine::FAIL_TO_SOURCE, PreorderStatus::Closed);
    change::advance(tx, &preorder, step, to, sets, ("failed_to_source", Some(reason))).await
}
