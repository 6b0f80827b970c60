//! How a mutation runs.

use std::sync::Arc;

use async_graphql::Value;

use crate::actor::{Actor, Origin};
use crate::audit::{AuditEntry, denied};
use crate::db::{Fault, Tx};
use crate::idempotency::Claim;
use crate::kernel::Kernel;
use crate::mutation::{Mutation, Outcome};
use crate::policy::Scope;
use crate::refusal::{Code, Refusal, Rejection, Rule};

/// Attempts before the caller hears `RETRY_LATER` (spec 1.6.7).
const ATTEMPTS: usize = 4;

/// What a mutation came to.
#[derive(Debug)]
pub enum Answer {
    /// It was done, now or by an earlier call with the same key.
    Done { outcome: Outcome, replayed: bool },
    /// A second person has to agree; key of the approval request.
    Awaits { request: i32, replayed: bool },
    /// The rule said no; nothing was changed.
    Refused(Vec<Refusal>),
}

/// Runs a mutation for an actor.
///
/// # Errors
/// Faults of the server; everything that is the caller's to mend is in the answer.
pub async fn run(
    kernel: &Kernel,
    mutation: &'static Mutation,
    actor: &Arc<Actor>,
    origin: &Origin,
    input: Value,
) -> Result<Answer, Fault> {
    if !actor.may(mutation.permission) {
        let module = actor.module;
        kernel.record_denied(actor, origin, vec![denial(mutation)]).await?;
        let may = |role: &&&str| kernel.rights(module, role).may(mutation.permission);
        let others: Vec<&str> = module.roles.iter().filter(may).copied().collect();
        let message = match module.kept_roles {
            Some(_) => format!("The role {} may not do this.", actor.role),
            None => format!("The role {} may not do this; {} may.", actor.role, others.join(", ")),
        };
        return Ok(Answer::Refused(vec![Refusal::lacking(mutation.permission, "", message)]));
    }
    let json = input.clone().into_json().map_err(|error| Fault::internal(error.to_string()))?;
    let mut attempt = 1;
    loop {
        let outcome = attempt_once(kernel, mutation, actor, origin, &input, &json).await;
        let refusal = match outcome {
            Ok(answer) => return Ok(answer),
            Err(Rejection::Refused(refusals)) => return Ok(Answer::Refused(refusals)),
            Err(Rejection::AwaitsApproval(asked)) => {
                let stored =
                    crate::approval::store(kernel, mutation, actor, origin, &json, asked).await;
                match stored {
                    Ok(answer) => return Ok(answer),
                    Err(Rejection::Refused(refusals)) => return Ok(Answer::Refused(refusals)),
                    Err(Rejection::Fault(Fault::Retry)) => retry_later(),
                    Err(Rejection::Fault(fault)) => return Err(fault),
                    Err(Rejection::AwaitsApproval(_)) => {
                        return Err(Fault::internal("an approval that needs an approval"));
                    }
                }
            }
            Err(Rejection::Fault(Fault::Retry | Fault::StalePlan)) => retry_later(),
            Err(Rejection::Fault(Fault::BadText)) => {
                let message = "The character U+0000 cannot be stored.";
                return Ok(Answer::Refused(vec![Refusal::new(Code::BadFormat, "", message)]));
            }
            Err(Rejection::Fault(Fault::LockTimeout)) => {
                return Ok(Answer::Refused(vec![retry_later()]));
            }
            Err(Rejection::Fault(fault)) => return Err(fault),
        };
        if attempt == ATTEMPTS {
            return Ok(Answer::Refused(vec![refusal]));
        }
        attempt += 1;
    }
}

fn retry_later() -> Refusal {
    let message = "Somebody else is changing the same rows. Send the same call again.";
    Refusal::new(Code::RetryLater, "", message)
}

async fn attempt_once(
    kernel: &Kernel,
    mutation: &'static Mutation,
    actor: &Arc<Actor>,
    origin: &Origin,
    input: &Value,
    json: &serde_json::Value,
) -> Rule<Answer> {
    let mut tx = kernel.begin(actor.clone(), origin.clone()).await?;
    let ended = in_transaction(&mut tx, mutation, input, json).await;
    match ended {
        Ok(answer) => {
            let writes = matches!(answer, Answer::Done { replayed: false, .. });
            if writes {
                let errands = std::mem::take(&mut tx.errands);
                tx.commit().await?;
                // Rights may have changed: what a token is worth is looked up anew.
                if changes_rights(mutation) {
                    kernel.tokens.clear();
                }
                // What the mutation did is done; how a call ended, its rows tell.
                if let Err(rejection) = kernel.run_errands(actor, origin, errands).await {
                    tracing::error!(
                        ?rejection,
                        mutation = mutation.name,
                        "a call was not concluded"
                    );
                }
            } else {
                tx.rollback().await;
            }
            Ok(answer)
        }
        Err(rejection) => {
            tx.rollback().await;
            Err(rejection)
        }
    }
}

/// That somebody called what its role does not allow.
fn denial(mutation: &Mutation) -> AuditEntry {
    let entity = mutation.entity.map_or(mutation.name, |entity| entity().type_name);
    let mut entry = denied(entity, mutation.permission);
    entry.new_values.insert("mutation".to_owned(), mutation.name.into());
    entry
}

/// Whether a mutation can change who may do what.
fn changes_rights(mutation: &Mutation) -> bool {
    let entity = mutation.permission.rsplit_once('.').map_or("", |(entity, _)| entity);
    entity.starts_with("platform.") || entity.ends_with("user") || entity.ends_with("role")
}

async fn in_transaction(
    tx: &mut Tx,
    mutation: &'static Mutation,
    input: &Value,
    json: &serde_json::Value,
) -> Rule<Answer> {
    prepare(tx, mutation, json);
    let claim = tx.claim_idempotency(mutation, json).await?;
    if let Claim::Known(answer) = claim {
        return Ok(answer);
    }
    // Whatever the rule, its reason goes to the trail (spec 1.11).
    let reason = tx.reason.clone();
    tx.no_card_number(reason.as_deref(), "reason");
    let outcome = (mutation.run)(tx, input.clone()).await?;
    // A rule that refuses and forgets to settle must not write.
    tx.settle()?;
    if let Claim::Fresh(key) = claim {
        tx.keep_outcome(key, &outcome);
    }
    Ok(Answer::Done { outcome, replayed: false })
}

fn prepare(tx: &mut Tx, mutation: &'static Mutation, json: &serde_json::Value) {
    tx.mutation = mutation.name;
    tx.input = json.clone();
    if tx.origin.operation.is_empty() {
        tx.origin.operation = mutation.name.to_owned();
    }
    if let Some(reason) = json.get("reason").and_then(serde_json::Value::as_str) {
        tx.reason = Some(reason.to_owned());
    }
    tx.action_scope = match tx.actor.scope(mutation.permission) {
        Some(Scope::Only(scope)) => Some((mutation.permission, scope)),
        _ => None,
    };
}

/// Runs a move that a second person just approved, inside the approval's own transaction.
///
/// # Errors
/// The refusals of the move: its guards must still hold.
pub async fn run_approved(
    tx: &mut Tx,
    mutation: &'static Mutation,
    input: serde_json::Value,
    requested_by: String,
) -> Rule<Outcome> {
    prepare(tx, mutation, &input);
    tx.approved_request_by = Some(requested_by);
    let value = Value::from_json(input).map_err(|error| Fault::internal(error.to_string()))?;
    let outcome = (mutation.run)(tx, value).await?;
    tx.settle()?;
    tx.approved_request_by = None;
    Ok(outcome)
}
