//! What every way of logging in answers: the session's token and who its person is.

use async_graphql::registry::Registry;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::actor::Origin;
use crate::auth::door;
use crate::auth::security_settings::TwoFactorMethod;
use crate::auth::session::Opened;
use crate::auth::viewer;
use crate::db::Fault;
use crate::entity::cell::Words;
use crate::entity::registry::{enumeration, field, object};
use crate::kernel::Kernel;
use crate::refusal::Rule;

/// Registers the payload and answers its name.
pub(crate) fn payload_type(registry: &mut Registry) -> String {
    let viewer = viewer::viewer_type(registry);
    enumeration(registry, TwoFactorMethod::WORDS);
    object(
        registry,
        "LoginSecondFactor",
        "A login that waits for the second factor.",
        vec![
            field("challenge", "What `confirmLogin` takes beside the code.", "String!"),
            field("method", "Where the code comes from.", "TwoFactorMethod!"),
            field(
                "sentTo",
                "Where a code was sent, the most of it hidden; null for an app.",
                "String",
            ),
            field("expiresAt", "When the login has to begin anew.", "DateTime!"),
        ],
    );
    door::payload_of(
        registry,
        "LoginPayload",
        "What a login came to.",
        vec![
            field("token", "The bearer token, shown only here.", "String"),
            field("expiresAt", "When the session ends at the latest.", "DateTime"),
            field(
                "mustChangePassword",
                "True when nothing is allowed before `changePassword`.",
                "Boolean",
            ),
            field(
                "mustEnrolSecondFactor",
                "True when nothing is allowed before `enrolSecondFactor`.",
                "Boolean",
            ),
            field(
                "secondFactor",
                "Set when the password was right and `confirmLogin` has to follow.",
                "LoginSecondFactor",
            ),
            field(
                "recoveryCodesLeft",
                "How many are left, where the login was confirmed by one of them.",
                "Int",
            ),
            field("viewer", "Who you are now.", viewer),
        ],
    )
}

/// The payload of a session that was opened.
pub(crate) async fn logged_in(kernel: &Kernel, origin: &Origin, opened: Opened) -> Rule<Value> {
    let actor = kernel.authenticate(&opened.token, origin).await?;
    let actor = actor.ok_or_else(|| Fault::internal("a new session that is not taken"))?;
    let today = actor.fixed_business_date;
    let today = today.unwrap_or_else(|| actor.tenant.local_date(kernel.clock.now()));
    Ok(json!({
        "token": opened.token,
        "expiresAt": instant(opened.expires_at),
        "mustChangePassword": actor.must_change_password,
        "mustEnrolSecondFactor": actor.must_enrol_second_factor,
        "viewer": viewer::viewer_json(&actor, today),
        "userErrors": [],
    }))
}

/// An instant as payloads hold it.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
