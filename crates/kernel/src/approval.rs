//! Four eyes: whoever asked for a thing cannot approve it (spec 1.7.5).
//! The first person's mutation stores the move as it was asked; another person's
//! `approvalApprove` runs it, if its guards still hold; `approvalReject` ends it.

use std::sync::Arc;

use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::actor::{Actor, Origin};
use crate::db::Tx;
use crate::entity::Id;
use crate::idempotency::{Claim, hash};
use crate::kernel::Kernel;
use crate::mutation::{Answer, Mutation, Outcome, run_approved};
use crate::refusal::{Code, Refusal, Rejection, Rule};
use crate::setting::{Setting, is_bool};
use crate::{Entity, Words, mutation};

/// Whether a second person has to agree where the rules name one.
pub static FOUR_EYES_ENFORCED: Setting = Setting {
    key: "four_eyes.enforced",
    doc: "Whether a second person has to agree to refunds, scrapping, large stock adjustments \
          and the like. A tenant with a single administrator can switch it off.",
    default: "true",
    check: is_bool,
};

/// Where an approval request stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "ApprovalStatus")]
pub enum ApprovalStatus {
    /// Waits for a second person.
    #[word("pending")]
    Pending,
    /// The move was made.
    #[word("approved")]
    Approved,
    /// The move will not be made.
    #[word("rejected")]
    Rejected,
}

/// A move that one person asked for and another has to agree to.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "ApprovalRequest", table = approval_requests, module = "platform",
    permission = "platform.approval_request", default_order = id desc)]
#[scope(own = "{t}.requested_by = {person}")]
pub struct ApprovalRequest {
    pub id: i32,
    /// Name of the mutation that was asked for.
    #[entity(filter)]
    pub mutation: String,
    /// The input as it was sent.
    pub input: Value,
    /// Hash of the mutation's name and input.
    #[entity(hidden)]
    pub input_hash: String,
    /// What it is about, in words.
    pub summary: String,
    /// Type of the row that it is about.
    #[entity(filter)]
    pub entity: String,
    #[entity(hidden)]
    pub entity_id: String,
    /// Where it stands.
    #[entity(filter)]
    pub status: ApprovalStatus,
    #[entity(hidden)]
    pub requested_by: String,
    /// Who asked.
    pub requested_by_name: String,
    #[entity(hidden)]
    pub decided_by: Option<String>,
    /// Who decided.
    pub decided_by_name: Option<String>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was rejected, or a remark.
    pub decision_reason: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was asked.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// What a rule wants a second person to agree to.
#[derive(Debug)]
pub struct ApprovalAsked {
    pub summary: String,
    pub entity: &'static str,
    pub entity_id: String,
}

impl Tx {
    /// Passes when a second person agreed, or when the tenant does not ask for one; else the
    /// move is stored as a request. Call it after [`Tx::settle`], so that only what would be
    /// allowed is put before anybody.
    ///
    /// # Errors
    /// [`Rejection::AwaitsApproval`], or a fault.
    pub async fn four_eyes<E: crate::entity::Entity>(
        &mut self,
        row: &E,
        summary: impl Into<String>,
    ) -> Rule<()> {
        if self.approved_request_by.is_some() || !self.setting::<bool>(&FOUR_EYES_ENFORCED).await? {
            return Ok(());
        }
        Err(Rejection::AwaitsApproval(ApprovalAsked {
            summary: summary.into(),
            entity: E::META.type_name,
            entity_id: row.key().to_key(),
        }))
    }
}

/// Stores a request in a transaction of its own, behind the same idempotency key.
pub(crate) async fn store(
    kernel: &Kernel,
    mutation: &'static Mutation,
    actor: &Arc<Actor>,
    origin: &Origin,
    input: &Value,
    asked: ApprovalAsked,
) -> Rule<Answer> {
    let mut tx = kernel.begin(actor.clone(), origin.clone()).await?;
    let stored = store_in(&mut tx, mutation, input, asked).await;
    match stored {
        Ok(answer) => {
            tx.commit().await?;
            Ok(answer)
        }
        Err(rejection) => {
            tx.rollback().await;
            Err(rejection)
        }
    }
}

async fn store_in(
    tx: &mut Tx,
    mutation: &'static Mutation,
    input: &Value,
    asked: ApprovalAsked,
) -> Rule<Answer> {
    let claim = tx.claim_idempotency(mutation, input).await?;
    if let Claim::Known(answer) = claim {
        return Ok(answer);
    }
    let mut pending = crate::entity::Sql::new("t.status = 'pending' AND t.mutation = ");
    let text = |text: &str| crate::entity::Bind::Text(Some(text.to_owned()));
    pending.bind(text(mutation.name)).push(" AND t.entity = ").bind(text(asked.entity));
    pending.push(" AND t.entity_id = ").bind(text(&asked.entity_id));
    if let Some(earlier) = tx.select::<ApprovalRequest>(pending).await?.first() {
        let message = format!("{} asked for this already.", earlier.requested_by_name);
        let refusal = Refusal::new(Code::AlreadyDone, "", message);
        return Err(refusal.with("approvalRequest", earlier.id).into());
    }
    let (actor_id, actor_name) = (tx.actor.id.clone(), tx.actor.name.clone());
    let row = tx
        .insert::<ApprovalRequest>(vec![
            ApprovalRequest::MUTATION.to(mutation.name.to_owned()),
            ApprovalRequest::INPUT.to(input.clone()),
            ApprovalRequest::INPUT_HASH.to(hex(&hash(mutation.name, input))),
            ApprovalRequest::SUMMARY.to(asked.summary),
            ApprovalRequest::ENTITY.to(asked.entity.to_owned()),
            ApprovalRequest::ENTITY_ID.to(asked.entity_id),
            ApprovalRequest::REQUESTED_BY.to(actor_id),
            ApprovalRequest::REQUESTED_BY_NAME.to(actor_name),
        ])
        .await?;
    if let Claim::Fresh(key) = claim {
        tx.keep_answer(key, json!({ "approvalRequest": row.id }));
    }
    Ok(Answer::Awaits { request: row.id, replayed: false })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

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
    let mutation = crate::schema::mutation_by_name(tx.actor.module, &request.mutation)
        .ok_or_else(|| crate::db::Fault::internal("a request for an unknown mutation"))?;
    if let Some(permission) = mutation.approval
        && !tx.actor.may(permission)
    {
        let message = "Your role may not agree to this.";
        return Err(Refusal::new(Code::Forbidden, field, message).into());
    }
    let requested_by = request.requested_by.clone();
    let _: Outcome = run_approved(tx, mutation, request.input.clone(), requested_by).await?;
    decide(tx, &request, ApprovalStatus::Approved, input.reason).await
}

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

async fn pending(tx: &mut Tx, id: &Id<ApprovalRequest>, field: &str) -> Rule<ApprovalRequest> {
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

async fn decide(
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
            ApprovalRequest::DECISION_REASON.to(crate::input::trimmed(reason)),
        ],
    )
    .await
}
