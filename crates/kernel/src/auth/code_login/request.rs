//! Asking for a code (rim 5.2). The answer never tells whether anybody has the number.

use async_graphql::registry::Registry;
use async_graphql::{InputObject, InputType};
use chrono::TimeDelta;
use serde_json::json;

use super::{CodeLogin, owner, phone, tenant_of};
use crate::actor::Origin;
use crate::auth::attempts::Source;
use crate::auth::door::{self, DoorMutation};
use crate::auth::login_payload::instant;
use crate::auth::one_time_code::{self, CODE_MINUTES, LOGIN_CODE, Purpose, Sending};
use crate::auth::security_settings;
use crate::db::{Fault, Tx};
use crate::entity::registry::field;
use crate::kernel::Kernel;
use crate::refusal::Rule;

/// Who wants to log in.
#[derive(InputObject)]
pub struct RequestLoginCodeInput {
    /// Short name of the organisation.
    pub tenant: String,
    /// Phone number, national or international.
    pub phone: String,
}

/// `requestLoginCode`
pub(crate) static REQUEST: DoorMutation = DoorMutation {
    name: "requestLoginCode",
    doc: "Sends a code to a customer's phone, with which `loginWithCode` opens a session. It \
          answers the same for a number that nobody has.",
    input_type: RequestLoginCodeInput::create_type_info,
    payload_type,
    public: true,
    run: |kernel, _, origin, input| door::run(input, move |input| request(kernel, origin, input)),
};

fn payload_type(registry: &mut Registry) -> String {
    door::payload_of(
        registry,
        "RequestLoginCodePayload",
        "What asking for a code came to.",
        vec![field("expiresAt", "Until when the code works.", "DateTime")],
    )
}

async fn request(
    kernel: &Kernel,
    origin: &Origin,
    input: RequestLoginCodeInput,
) -> Rule<serde_json::Value> {
    let Some((system, code_login)) = tenant_of(kernel, &input.tenant) else {
        let expires_at = kernel.clock.now() + TimeDelta::minutes(CODE_MINUTES);
        return Ok(json!({ "expiresAt": instant(expires_at), "userErrors": [] }));
    };
    let phone = phone(&system, &input.phone)?;
    let mut tx = door::begin(kernel, system, origin, REQUEST.name).await?;
    let sent = send(&mut tx, code_login, &phone).await;
    let expires_at = door::end(tx, sent).await?;
    Ok(json!({ "expiresAt": instant(expires_at), "userErrors": [] }))
}

async fn send(
    tx: &mut Tx,
    code_login: &CodeLogin,
    phone: &str,
) -> Rule<chrono::DateTime<chrono::Utc>> {
    let settings = security_settings::locked(tx).await?;
    settings.address_rules()?.check(tx.origin.address.as_deref())?;
    let source = Source::new(phone, tx.origin.address.as_deref());
    let source = source.ok_or_else(|| Fault::internal("a phone number that is no name"))?;
    source.check_lock(tx, &settings).await?;
    let known = owner(tx, code_login, phone).await?.is_some();
    let (purpose, template) = (Purpose::Login, &LOGIN_CODE);
    let sending = Sending { purpose, recipient: phone, template, destination: phone, known };
    one_time_code::send(tx, sending).await
}
