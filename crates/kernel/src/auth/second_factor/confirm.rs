//! A person shows that its new second factor works; from now on it counts (spec 1.11). Every
//! other session of the person ends, and so do earlier recovery codes. Keys of programs go on:
//! they never had a password that could be stolen with it.

use std::sync::Arc;

use async_graphql::registry::Registry;
use async_graphql::{InputObject, InputType};
use serde_json::json;
use uuid::Uuid;

use super::{none_yet, pending, session_of, wrong_code};
use crate::actor::{Actor, Origin};
use crate::auth::attempts::Source;
use crate::auth::credentials::{note, revoke_sessions};
use crate::auth::door::{self, DoorMutation};
use crate::auth::{recovery_code, security_settings, session};
use crate::db::{Fault, Tx};
use crate::entity::registry::field;
use crate::entity::{Bind, Sql};
use crate::kernel::Kernel;
use crate::refusal::Rule;

/// The first code of the new factor.
#[derive(InputObject)]
pub struct ConfirmSecondFactorInput {
    /// The code that the app shows, or that was sent.
    #[graphql(secret)]
    pub code: String,
}

/// `confirmSecondFactor`
pub(crate) static CONFIRM: DoorMutation = DoorMutation {
    name: "confirmSecondFactor",
    doc: "Ends setting up your second factor, with its first code. Your other sessions end.",
    input_type: ConfirmSecondFactorInput::create_type_info,
    payload_type,
    public: false,
    run: |kernel, actor, origin, input| {
        door::run(input, move |input| confirm(kernel, actor, origin, input))
    },
};

fn payload_type(registry: &mut Registry) -> String {
    door::payload_of(
        registry,
        "ConfirmSecondFactorPayload",
        "What a new second factor came to.",
        vec![field(
            "recoveryCodes",
            "Codes for the day when the phone is lost, each for one login; shown only here.",
            "[String!]",
        )],
    )
}

async fn confirm(
    kernel: &Kernel,
    actor: Option<Arc<Actor>>,
    origin: &Origin,
    input: ConfirmSecondFactorInput,
) -> Rule<serde_json::Value> {
    let (actor, session) = session_of(actor)?;
    let source = Source::new(&actor.username, origin.address.as_deref());
    let source = source.ok_or_else(|| Fault::internal("a person with an impossible username"))?;
    let mut tx = door::begin(kernel, actor, origin, CONFIRM.name).await?;
    let settled = settle(&mut tx, &source, session, &input.code).await;
    let codes = door::end(tx, settled).await?.ok_or_else(wrong_code)?;
    kernel.tokens.clear();
    Ok(json!({ "recoveryCodes": codes, "userErrors": [] }))
}

/// The new recovery codes; `None` when the code was wrong, which counts as a failed attempt.
async fn settle(
    tx: &mut Tx,
    source: &Source,
    session: Uuid,
    code: &str,
) -> Rule<Option<Vec<String>>> {
    let settings = security_settings::locked(tx).await?;
    source.check_lock(tx, &settings).await?;
    let user_id = tx.actor.id.clone();
    let factor = pending(tx, &user_id).await?.ok_or_else(none_yet)?;
    if !factor.accept_own(tx, &user_id, code).await? {
        source.record(tx, false).await?;
        return Ok(None);
    }
    let mut sql = Sql::new("DELETE FROM mfa_factors WHERE confirmed_at IS NOT NULL AND user_id = ");
    sql.bind(Bind::Text(Some(user_id.clone())));
    tx.execute(sql).await?;
    let mut sql = Sql::new("UPDATE mfa_factors SET confirmed_at = ");
    sql.bind(Bind::Instant(Some(tx.now))).push(" WHERE id = ").bind(factor.id.into());
    tx.execute(sql).await?;
    let codes = recovery_code::renew(tx, &user_id).await?;
    session::prove_further(tx, session).await?;
    revoke_sessions(tx, &user_id, Some(session)).await?;
    note(tx, "confirm_second_factor", &user_id);
    Ok(Some(codes))
}
