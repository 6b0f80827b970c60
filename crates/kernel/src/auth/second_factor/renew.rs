//! New recovery codes in place of the old ones, for whoever used or lost them (spec 1.11): with
//! the password and a code.

use std::sync::Arc;

use async_graphql::registry::Registry;
use async_graphql::{InputObject, InputType};
use serde_json::json;

use super::verify::prove_both;
use super::{session_of, wrong_code};
use crate::actor::{Actor, Origin};
use crate::auth::credentials::note;
use crate::auth::door::{self, DoorMutation};
use crate::auth::reauthenticate::{Proved, prove_password};
use crate::auth::recovery_code;
use crate::db::Tx;
use crate::entity::registry::field;
use crate::kernel::Kernel;
use crate::refusal::Rule;

/// The proof that it is you.
#[derive(InputObject)]
pub struct RenewRecoveryCodesInput {
    /// The current password.
    #[graphql(secret)]
    pub password: String,
    /// A code of the factor, or a recovery code.
    #[graphql(secret)]
    pub code: String,
}

/// `renewRecoveryCodes`
pub(crate) static RENEW: DoorMutation = DoorMutation {
    name: "renewRecoveryCodes",
    doc: "Makes new recovery codes; the old ones work no more.",
    input_type: RenewRecoveryCodesInput::create_type_info,
    payload_type,
    public: false,
    run: |kernel, actor, origin, input| {
        door::run(input, move |input| renew(kernel, actor, origin, input))
    },
};

fn payload_type(registry: &mut Registry) -> String {
    door::payload_of(
        registry,
        "RenewRecoveryCodesPayload",
        "What asking for new recovery codes came to.",
        vec![field("recoveryCodes", "Each for one login; shown only here.", "[String!]")],
    )
}

async fn renew(
    kernel: &Kernel,
    actor: Option<Arc<Actor>>,
    origin: &Origin,
    input: RenewRecoveryCodesInput,
) -> Rule<serde_json::Value> {
    let (actor, _) = session_of(actor)?;
    let proved = prove_password(kernel, &actor, origin, RENEW.name, input.password).await?;
    let mut tx = door::begin(kernel, actor, origin, RENEW.name).await?;
    let settled = settle(&mut tx, &proved, &input.code).await;
    let codes = door::end(tx, settled).await?.ok_or_else(wrong_code)?;
    Ok(json!({ "recoveryCodes": codes, "userErrors": [] }))
}

async fn settle(tx: &mut Tx, proved: &Proved, code: &str) -> Rule<Option<Vec<String>>> {
    if !prove_both(tx, proved, code).await? {
        return Ok(None);
    }
    let codes = recovery_code::renew(tx, &proved.person.id).await?;
    note(tx, "renew_recovery_codes", &proved.person.id);
    Ok(Some(codes))
}
