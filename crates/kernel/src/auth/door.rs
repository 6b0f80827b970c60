//! Mutations that come before or beside a module's rules: login, logout, a new password, a
//! second factor.
//! They have no permission of their own and write no idempotency record.

use std::sync::Arc;

use async_graphql::registry::{MetaField, Registry};
use async_graphql::{InputType, Value};
use futures_util::future::BoxFuture;
use serde_json::json;

use crate::actor::{Actor, Origin};
use crate::auth::{change_password, code_login, confirm_login, login, logout, second_factor};
use crate::db::{Fault, Tx};
use crate::entity::registry::{field, object};
use crate::kernel::Kernel;
use crate::mutation::parse_input;
use crate::refusal::{Code, Refusal, Rejection, Rule};

/// One such mutation.
pub struct DoorMutation {
    /// `login`
    pub name: &'static str,
    pub doc: &'static str,
    /// Registers the input object and answers its type; empty for a field without `input`.
    pub input_type: fn(&mut Registry) -> String,
    /// Registers the payload object and answers its type. `UserError` is registered elsewhere.
    pub payload_type: fn(&mut Registry) -> String,
    /// May be called without a token.
    pub public: bool,
    /// Answers the payload's fields; those that are missing are null.
    pub run: for<'a> fn(&'a Kernel, Option<Arc<Actor>>, &'a Origin, Value) -> Payload<'a>,
}

/// The payload's fields, when they are known.
pub type Payload<'a> = BoxFuture<'a, Result<serde_json::Value, Fault>>;

/// Every mutation of the door.
pub static DOOR_MUTATIONS: &[&DoorMutation] = &[
    &login::LOGIN,
    &confirm_login::CONFIRM_LOGIN,
    &code_login::REQUEST,
    &code_login::ENTER,
    &logout::LOGOUT,
    &change_password::CHANGE_PASSWORD,
    &second_factor::ENROL,
    &second_factor::CONFIRM,
    &second_factor::SEND_CODE,
    &second_factor::RENEW,
    &second_factor::REMOVE,
];

/// Runs a rule of the door on its typed input.
pub(crate) fn run<'a, I, F>(input: Value, rule: impl FnOnce(I) -> F + Send + 'a) -> Payload<'a>
where
    I: InputType,
    F: Future<Output = Rule<serde_json::Value>> + Send + 'a,
{
    Box::pin(async move { payload(async { rule(parse_input(input)?).await }.await) })
}

/// Registers a payload object with these fields, and why it was refused behind them.
pub(crate) fn payload_of(
    registry: &mut Registry,
    name: &str,
    doc: &str,
    mut fields: Vec<MetaField>,
) -> String {
    fields.push(field("userErrors", "Why it was refused.", "[UserError!]!"));
    object(registry, name, doc, fields);
    name.to_owned()
}

/// The payload of what a door mutation came to.
pub(crate) fn payload(outcome: Rule<serde_json::Value>) -> Result<serde_json::Value, Fault> {
    let refusals = match outcome {
        Ok(fields) => return Ok(fields),
        Err(Rejection::Refused(refusals)) => refusals,
        Err(Rejection::Fault(Fault::Retry | Fault::StalePlan | Fault::LockTimeout)) => {
            let message = "Too much is going on at this moment. Send the same call again.";
            vec![Refusal::new(Code::RetryLater, "", message)]
        }
        Err(Rejection::Fault(fault)) => return Err(fault),
        Err(Rejection::AwaitsApproval(_)) => {
            return Err(Fault::internal("an approval asked for at the door"));
        }
    };
    let errors: Vec<_> = refusals.iter().map(Refusal::to_json).collect();
    Ok(json!({ "userErrors": errors }))
}

/// The answer to a call that needs a login and came without.
pub(crate) fn not_logged_in() -> Refusal {
    Refusal::new(Code::Unauthenticated, "", "Log in first.")
}

/// Refuses whoever has a password that somebody else knows (spec 1.11).
///
/// # Errors
/// `FORBIDDEN` until the password is changed.
pub(crate) fn own_password_first(actor: &Actor) -> Result<(), Refusal> {
    if !actor.must_change_password {
        return Ok(());
    }
    let message = "Change your password first (changePassword); nothing else is allowed.";
    Err(Refusal::new(Code::Forbidden, "", message))
}

/// Refuses whoever has to do something about its own login before anything else (spec 1.11).
///
/// # Errors
/// `FORBIDDEN` until the password is changed, `TWO_FACTOR_REQUIRED` until a factor is enrolled.
pub(crate) fn own_login_first(actor: &Actor) -> Result<(), Refusal> {
    own_password_first(actor)?;
    if !actor.must_enrol_second_factor {
        return Ok(());
    }
    let message = "Your organisation requires a second factor. Set one up (enrolSecondFactor, \
                   then confirmSecondFactor); nothing else is allowed before.";
    Err(Refusal::new(Code::TwoFactorRequired, "", message))
}

/// A transaction in which a door mutation runs.
pub(crate) async fn begin(
    kernel: &Kernel,
    actor: Arc<Actor>,
    origin: &Origin,
    name: &'static str,
) -> Result<Tx, Fault> {
    let mut tx = kernel.begin(actor, origin.clone()).await?;
    tx.mutation = name;
    if tx.origin.operation.is_empty() {
        tx.origin.operation = name.to_owned();
    }
    Ok(tx)
}

/// Commits what went well and undoes the rest.
pub(crate) async fn end<T>(tx: Tx, outcome: Rule<T>) -> Rule<T> {
    match outcome {
        Ok(value) => {
            tx.commit().await?;
            Ok(value)
        }
        Err(rejection) => {
            tx.rollback().await;
            Err(rejection)
        }
    }
}
