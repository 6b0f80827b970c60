//! A person gives its second factor up (spec 1.11): with the password and a code, so that a
//! stolen session cannot. Where the tenant requires one, the session can then only enrol another.

use std::sync::Arc;

use async_graphql::registry::Registry;
use async_graphql::{InputObject, InputType};
use serde_json::json;

use super::verify::prove_both;
use super::{reset, session_of, wrong_code};
use crate::actor::{Actor, Origin};
use crate::auth::credentials::note;
use crate::auth::door::{self, DoorMutation};
use crate::auth::reauthenticate::{Proved, prove_password};
use crate::db::Tx;
use crate::kernel::Kernel;
use crate::refusal::Rule;

/// The proof that it is you.
#[derive(InputObject)]
pub struct RemoveSecondFactorInput {
    /// The current password.
    #[graphql(secret)]
    pub password: String,
    /// A code of the factor, or a recovery code.
    #[graphql(secret)]
    pub code: String,
}

/// `removeSecondFactor`
pub(crate) static REMOVE: DoorMutation = DoorMutation {
    name: "removeSecondFactor",
    doc: "Gives up your second factor and its recovery codes.",
    input_type: RemoveSecondFactorInput::create_type_info,
    payload_type,
    public: false,
    run: |kernel, actor, origin, input| {
        door::run(input, move |input| remove(kernel, actor, origin, input))
    },
};

fn payload_type(registry: &mut Registry) -> String {
    door::payload_of(
        registry,
        "RemoveSecondFactorPayload",
        "What giving up a second factor came to.",
        Vec::new(),
    )
}

async fn remove(
    kernel: &Kernel,
    actor: Option<Arc<Actor>>,
    origin: &Origin,
    input: RemoveSecondFactorInput,
) -> Rule<serde_json::Value> {
    let (actor, _) = session_of(actor)?;
    let proved = prove_password(kernel, &actor, origin, REMOVE.name, input.password).await?;
    let mut tx = door::begin(kernel, actor, origin, REMOVE.name).await?;
    let settled = settle(&mut tx, &proved, &input.code).await;
    if !door::end(tx, settled).await? {
        return Err(wrong_code().into());
    }
    kernel.tokens.clear();
    Ok(json!({ "userErrors": [] }))
}

async fn settle(tx: &mut Tx, proved: &Proved, code: &str) -> Rule<bool> {
    if !prove_both(tx, proved, code).await? {
        return Ok(false);
    }
    reset::forget(tx, &proved.person.id).await?;
    note(tx, "remove_second_factor", &proved.person.id);
    Ok(true)
}
