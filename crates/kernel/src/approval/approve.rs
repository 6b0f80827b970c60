//! Agreeing to what another person asked for (spec 1.7.5). The move runs as it was asked, in this
//! very transaction, and its guards have to hold still. Whoever asked cannot agree.

use async_graphql::InputObject;

use super::decide::{decide, pending};
use super::{ApprovalRequest, ApprovalStatus};
use crate::db::{Fault, Tx};
use crate::entity::Id;
use crate::mutation;
use crate::mutation::{Outcome, run_approved};
use crate::refusal::Rule;
use crate::schema::mutation_by_name;

/// Which request to decide.
#[derive(InputObject)]
#[graphql(name = "ApprovalApproveInput")]
pub struct Approve {
    /// The request.
    pub approval_request_id: Id<ApprovalRequest>,
    /// A remark, kept with the decision.
    pub reason: Option<String>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

mutation! {
    /// Agrees to what another person asked for and runs it, if its guards still hold.
    pub APPROVE = "approvalApprove"(Approve) -> ApprovalRequest,
    permission "platform.approval_request.decide", keyed => approve
}

async fn approve(tx: &mut Tx, input: Approve) -> Rule<ApprovalRequest> {
    let field = "approvalRequestId";
    let request = pending(tx, &input.approval_request_id, field).await?;
    let mutation = mutation_by_name(tx.actor.module, &request.mutation)
        .ok_or_else(|| Fault::internal("a request for an unknown mutation"))?;
    if let Some(permission) = mutation.approval {
        tx.actor.require_at(permission, field, "Your role may not agree to this.")?;
    }
    let requested_by = request.requested_by.clone();
    let _: Outcome = run_approved(tx, mutation, request.input.clone(), requested_by).await?;
    decide(tx, &request, ApprovalStatus::Approved, input.reason).await
}
