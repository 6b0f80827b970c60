//! Beginning to enrol a second factor (spec 1.11): with the password, so that a stolen session
//! does not make it another's. An app's key is shown once; what is sent is sent to the person's
//! own phone or mailbox.

use std::sync::Arc;

use async_graphql::registry::Registry;
use async_graphql::{InputObject, InputType};
use serde_json::json;

use super::send::destination;
use super::{none_yet, pending, session_of};
use crate::actor::{Actor, Origin};
use crate::auth::credentials::note;
use crate::auth::door::{self, DoorMutation};
use crate::auth::login_payload::instant;
use crate::auth::reauthenticate::{Proved, prove_password};
use crate::auth::security_settings::{SecuritySettings, TwoFactorMethod};
use crate::auth::totp::TotpSecret;
use crate::db::Tx;
use crate::entity::cell::Words;
use crate::entity::registry::{enumeration, field};
use crate::entity::{Bind, Sql};
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rule};

/// Which second factor is to be.
#[derive(InputObject)]
pub struct EnrolSecondFactorInput {
    /// The tenant's method unless said; an app is always taken.
    pub method: Option<TwoFactorMethod>,
    /// The current password.
    #[graphql(secret)]
    pub password: String,
}

/// `enrolSecondFactor`
pub(crate) static ENROL: DoorMutation = DoorMutation {
    name: "enrolSecondFactor",
    doc: "Begins to set up your second factor; confirmSecondFactor ends it. One that you have \
          stays in force until then.",
    input_type: EnrolSecondFactorInput::create_type_info,
    payload_type,
    public: false,
    run: |kernel, actor, origin, input| {
        door::run(input, move |input| enrol(kernel, actor, origin, input))
    },
};

fn payload_type(registry: &mut Registry) -> String {
    enumeration(registry, TwoFactorMethod::WORDS);
    door::payload_of(
        registry,
        "EnrolSecondFactorPayload",
        "What a beginning of a second factor came to.",
        vec![
            field("method", "Where codes will come from.", "TwoFactorMethod"),
            field(
                "otpauthUri",
                "What an authenticator app takes, most often as a QR code; shown only here.",
                "String",
            ),
            field(
                "sentTo",
                "Where the first code was sent, the most of it hidden; null for an app.",
                "String",
            ),
            field("expiresAt", "Until when that code works; null for an app.", "DateTime"),
        ],
    )
}

async fn enrol(
    kernel: &Kernel,
    actor: Option<Arc<Actor>>,
    origin: &Origin,
    input: EnrolSecondFactorInput,
) -> Rule<serde_json::Value> {
    let (actor, _) = session_of(actor)?;
    let proved = prove_password(kernel, &actor, origin, ENROL.name, input.password).await?;
    let mut tx = door::begin(kernel, actor, origin, ENROL.name).await?;
    let begun = begin(&mut tx, &proved, input.method).await;
    door::end(tx, begun).await
}

async fn begin(
    tx: &mut Tx,
    proved: &Proved,
    method: Option<TwoFactorMethod>,
) -> Rule<serde_json::Value> {
    let settings = proved.still(tx).await?;
    let method = method.unwrap_or(settings.two_factor_method);
    check_method(&settings, method)?;
    let person = &proved.person;
    let destination = destination(person, method)?.map(str::to_owned);
    let user = || Bind::Text(Some(person.id.clone()));
    let mut sql = Sql::new("DELETE FROM mfa_factors WHERE confirmed_at IS NULL AND user_id = ");
    sql.bind(user());
    tx.execute(sql).await?;
    let secret = match method {
        TwoFactorMethod::App => Some(TotpSecret::fresh()?),
        TwoFactorMethod::Sms | TwoFactorMethod::Email => None,
    };
    let envelope = match &secret {
        Some(secret) => Some(tx.seal_secret(&secret.text())?),
        None => None,
    };
    let mut sql = Sql::new(
        "INSERT INTO mfa_factors (user_id, method, destination, secret, created_at) VALUES (",
    );
    sql.bind(user()).push(", ").bind(Bind::Text(Some(method.spelling().to_owned()))).push(", ");
    sql.bind(Bind::Text(destination)).push(", ").bind(Bind::Text(envelope)).push(", ");
    sql.bind(Bind::Instant(Some(tx.now))).push(")");
    tx.execute(sql).await?;
    note(tx, "enrol_second_factor", &person.id);
    let word = TwoFactorMethod::WORDS.by_stored(method.spelling()).map(|word| word.name);
    Ok(match secret {
        Some(secret) => {
            let uri = secret.uri(&tx.actor.tenant.name, &person.username);
            json!({ "method": word, "otpauthUri": uri, "userErrors": [] })
        }
        None => {
            let factor = pending(tx, &person.id).await?.ok_or_else(none_yet)?;
            let sent = factor.send_code(tx, &person.id).await?;
            let expires_at = instant(sent.expires_at);
            json!({ "method": word, "sentTo": sent.to, "expiresAt": expires_at, "userErrors": [] })
        }
    })
}

/// An app is always taken, since nobody on the way can read along.
fn check_method(settings: &SecuritySettings, method: TwoFactorMethod) -> Result<(), Refusal> {
    if method == TwoFactorMethod::App || method == settings.two_factor_method {
        return Ok(());
    }
    let message = match settings.two_factor_method {
        TwoFactorMethod::App => "Your organisation takes authenticator apps only (APP).",
        TwoFactorMethod::Sms => "Your organisation takes SMS or an authenticator app (APP).",
        TwoFactorMethod::Email => "Your organisation takes EMAIL or an authenticator app (APP).",
    };
    Err(Refusal::new(Code::ValidationFailed, "method", message))
}
