//! Deciding a request: once, and by another person than the one who asked (spec 1.7.5).

use super::{ApprovalRequest, ApprovalStatus};
use crate::db::Tx;
use crate::entity::Id;
use crate::input::trimmed;
use crate::refusal::{Code, Refusal, Rule};

/// Locks a request that still waits, for another person than the one who asked.
///
/// # Errors
/// `ALREADY_DONE` when somebody decided it, `SELF_APPROVAL_FORBIDDEN` to whoever asked.
pub async fn pending(tx: &mut Tx, id: &Id<ApprovalRequest>, field: &str) -> Rule<ApprovalRequest> {
    let request = tx.lock(id, field).await?;
    if request.status != ApprovalStatus::Pending {
        let by = request.decided_by_name.clone().unwrap_or_default();
        let message = format!("{by} decided this already: {}.", request.status.spelling());
        return Err(Refusal::new(Code::AlreadyDone, field, message).into());
    }
    if request.requested_by == tx.actor.id {
        let message = "You asked for it, so another person has to decide.";
        return Err(Refusal::new(Code::SelfApprovalForbidden, field, message).into());
    }
    Ok(request)
}

/// Writes who decided, when and why.
pub async fn decide(
    tx: &mut Tx,
    request: &ApprovalRequest,
    status: ApprovalStatus,
    reason: Option<String>,
) -> Rule<ApprovalRequest> {
    let (id, name, now) = (tx.actor.id.clone(), tx.actor.name.clone(), tx.now);
    tx.update(
        request,
        vec![
            ApprovalRequest::STATUS.to(status),
            ApprovalRequest::DECIDED_BY.to(Some(id)),
            ApprovalRequest::DECIDED_BY_NAME.to(Some(name)),
            ApprovalRequest::DECIDED_AT.to(Some(now)),
            ApprovalRequest::DECISION_REASON.to(trimmed(reason)),
        ],
    )
    .await
}
