//! The deposit goes back before anything was ordered, so that the preorder can be closed
//! (spec 6.8).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::preorder::tender::{self, TenderInput};
use crate::preorder::{Preorder, PreorderStatus, change};
use crate::preorder_event;
use crate::preorder_payment::PreorderPaymentKind;

/// Whose deposit goes back, how and why.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderRefundDepositInput")]
pub struct RefundDeposit {
    /// The preorder; it must not be ordered yet.
    pub preorder_id: Id<Preorder>,
    /// How the deposit goes back.
    pub tender: TenderInput,
    /// Why, at most 500 characters.
    pub reason: String,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why the deposit stays.
#[derive(Refusal)]
enum RefundDepositRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "preorderId",
        "The preorder {number} is {status}; its deposit goes back this way only before it is \
         ordered."
    )]
    Ordered { number: String, status: &'static str },
    #[refusal(
        PRECONDITION_FAILED,
        at = "preorderId",
        "The shop holds no deposit of the preorder {number}."
    )]
    NothingHeld { number: String },
}

mutation! {
    /// Pays a deposit back before anything was ordered.
    pub REFUND_DEPOSIT = "bizhubPreorderRefundDeposit"(RefundDeposit) -> Preorder,
    permission "bizhub.preorder.refund_deposit", keyed => refund_deposit
}

/// Pays a deposit back (spec 6.8).
pub async fn refund_deposit(tx: &mut Tx, input: RefundDeposit) -> Rule<Preorder> {
    let preorder =
        tx.lock_version(&input.preorder_id, "preorderId", input.expected_version).await?;
    let number = preorder.preorder_number.clone();
    if preorder.status != PreorderStatus::DepositPending {
        let status = preorder.status.spelling();
        return Err(RefundDepositRefused::Ordered { number, status }.into());
    }
    let held = preorder.deposit_held();
    if !held.is_positive() {
        return Err(RefundDepositRefused::NothingHeld { number }.into());
    }
    let tender = tender::payout(tx, Some(input.tender), &held);
    let reason = change::reason(tx, &input.reason);
    tx.settle()?;

    if let Some(tender) = tender {
        let kind = PreorderPaymentKind::Refund;
        tender::enter(tx, &preorder, kind, tender, &held, "tender.reference").await?;
    }
    let after = tx.update(&preorder, vec![Preorder::DEPOSIT_REFUNDED.to(true)]).await?;
    preorder_event::record(tx, Some(&preorder), &after, "deposit_refunded", Some(reason)).await?;
    Ok(after)
}
