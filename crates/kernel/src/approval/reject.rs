//! Ending what another person asked for (spec 1.7.5): the move is not made, and it is said why.
//! Whoever asked cannot end it.

use async_graphql::InputObject;

use super::decide::{decide, pending};
use super::{ApprovalRequest, ApprovalStatus};
use crate::db::Tx;
use crate::entity::Id;
use crate::mutation;
use crate::refusal::Rule;

/// Which request to end, and why.
#[derive(InputObject)]
#[graphql(name = "ApprovalRejectInput")]
pub struct Reject {
    /// The request.
    pub approval_request_id: Id<ApprovalRequest>,
    /// Why it will not be done.
    pub reason: String,
}

mutation! {
    /// Ends a request of another person; the move is not made.
    pub REJECT = "approvalReject"(Reject) -> ApprovalRequest,
    permission "platform.approval_request.decide" => reject
}

async fn reject(tx: &mut Tx, input: Reject) -> Rule<ApprovalRequest> {
    let request = pending(tx, &input.approval_request_id, "approvalRequestId").await?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.settle()?;
    decide(tx, &request, ApprovalStatus::Rejected, Some(reason)).await
}
