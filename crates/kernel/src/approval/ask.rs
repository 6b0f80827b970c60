//! Asking for a second person (spec 1.7.5): a rule says that it wants one, and the move is stored
//! as it was asked, unless somebody asked for the same already.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{ApprovalRequest, FOUR_EYES_ENFORCED};
use crate::actor::{Actor, Origin};
use crate::db::Tx;
use crate::entity::{Bind, Entity, Sql};
use crate::hexadecimal::digits;
use crate::idempotency::{Claim, hash};
use crate::kernel::Kernel;
use crate::mutation::{Answer, Mutation};
use crate::refusal::{Code, Refusal, Rejection, Rule};

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
    pub async fn four_eyes<E: Entity>(&mut self, row: &E, summary: impl Into<String>) -> Rule<()> {
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
    let mut pending = Sql::new("t.status = 'pending' AND t.mutation = ");
    let text = |text: &str| Bind::Text(Some(text.to_owned()));
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
            ApprovalRequest::INPUT_HASH.to(digits(hash(mutation.name, input))),
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
