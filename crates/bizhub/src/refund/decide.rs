//! Another person agrees to a refund or ends it (spec 6.7).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::approval::FOUR_EYES_ENFORCED;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::refund::{Refund, RefundStatus, machine};

/// Which refund to agree to.
#[derive(InputObject)]
#[graphql(name = "BizhubRefundApproveInput")]
pub struct Approve {
    /// The refund.
    pub refund_id: Id<Refund>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

/// Which refund to end, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubRefundRejectInput")]
pub struct Reject {
    /// The refund.
    pub refund_id: Id<Refund>,
    /// Why the customer gets nothing back, at most 500 characters.
    pub reason: String,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

/// Why somebody cannot agree.
#[derive(Refusal)]
enum DecideRefused {
    #[refusal(
        SELF_APPROVAL_FORBIDDEN,
        at = "refundId",
        "You asked for this refund, so another person has to agree to it."
    )]
    OwnRequest,
}

mutation! {
    /// Agrees to a refund that another person asked for.
    pub APPROVE = "bizhubRefundApprove"(Approve) -> Refund,
    permission "bizhub.refund.transition:approve" => approve
}

mutation! {
    /// Ends a refund; nothing is paid out.
    pub REJECT = "bizhubRefundReject"(Reject) -> Refund,
    permission "bizhub.refund.transition:reject" => reject
}

/// Agrees to a refund (spec 6.7).
pub async fn approve(tx: &mut Tx, input: Approve) -> Rule<Refund> {
    let refund = tx.lock_version(&input.refund_id, "refundId", input.expected_version).await?;
    tx.check_move(&refund, &machine::APPROVE, None, "refundId")?;
    let caller = tx.actor.user_id();
    if caller == Some(refund.requested_by) && tx.setting::<bool>(&FOUR_EYES_ENFORCED).await? {
        return Err(DecideRefused::OwnRequest.into());
    }
    let sets = vec![Refund::APPROVED_BY.to(caller), Refund::APPROVED_AT.to(Some(tx.now))];
    tx.advance(&refund, &machine::APPROVE, RefundStatus::Approved.spelling(), sets).await
}

/// Ends a refund (spec 6.7).
pub async fn reject(tx: &mut Tx, input: Reject) -> Rule<Refund> {
    let refund = tx.lock_version(&input.refund_id, "refundId", input.expected_version).await?;
    tx.check_move(&refund, &machine::REJECT, None, "refundId")?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.settle()?;
    let sets = vec![
        Refund::REJECTION_REASON.to(Some(reason)),
        Refund::REJECTED_BY.to(tx.actor.user_id()),
        Refund::REJECTED_AT.to(Some(tx.now)),
    ];
    tx.advance(&refund, &machine::REJECT, RefundStatus::Rejected.spelling(), sets).await
}
