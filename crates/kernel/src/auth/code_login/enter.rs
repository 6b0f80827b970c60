//! Logging in with the code that was sent (rim 5.2): it works once, and a wrong one counts like
//! a wrong password, whether or not anybody has the number.

use std::sync::Arc;

use async_graphql::{InputObject, InputType};

use super::{CodeLogin, owner, phone, tenant_of};
use crate::actor::{Actor, Origin};
use crate::auth::attempts::Source;
use crate::auth::door::{self, DoorMutation};
use crate::auth::login_payload::{logged_in, payload_type};
use crate::auth::one_time_code::{self, Purpose};
use crate::auth::security_settings;
use crate::auth::session::{self, Opened, ProvenBy};
use crate::db::{Fault, Tx};
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rule};

/// Who logs in, and the code that was sent.
#[derive(InputObject)]
pub struct LoginWithCodeInput {
    /// Short name of the organisation.
    pub tenant: String,
    /// Phone number, national or international.
    pub phone: String,
    /// The code of the latest message.
    #[graphql(secret)]
    pub code: String,
}

/// `loginWithCode`
pub(crate) static ENTER: DoorMutation = DoorMutation {
    name: "loginWithCode",
    doc: "Proves that a phone is yours, by the code of `requestLoginCode`. Send the token as \
          `Authorization: Bearer` with every request.",
    input_type: LoginWithCodeInput::create_type_info,
    payload_type,
    public: true,
    run: |kernel, _, origin, input| door::run(input, move |input| enter(kernel, origin, input)),
};

async fn enter(
    kernel: &Kernel,
    origin: &Origin,
    input: LoginWithCodeInput,
) -> Rule<serde_json::Value> {
    let (system, code_login) = tenant_of(kernel, &input.tenant).ok_or_else(wrong)?;
    let phone = phone(&system, &input.phone)?;
    let mut tx = door::begin(kernel, system.clone(), origin, ENTER.name).await?;
    let found = owner(&mut tx, code_login, &phone).await;
    tx.rollback().await;
    let actor = match found? {
        Some(person) => Arc::new(person.actor(kernel, &system)),
        None => system,
    };
    let mut tx = door::begin(kernel, actor, origin, ENTER.name).await?;
    let settled = settle(&mut tx, code_login, &phone, input.code.trim()).await;
    let opened = door::end(tx, settled).await?.ok_or_else(wrong)?;
    logged_in(kernel, origin, opened).await
}

async fn settle(
    tx: &mut Tx,
    code_login: &CodeLogin,
    phone: &str,
    code: &str,
) -> Rule<Option<Opened>> {
    let settings = security_settings::locked(tx).await?;
    settings.address_rules()?.check(tx.origin.address.as_deref())?;
    let source = Source::new(phone, tx.origin.address.as_deref());
    let source = source.ok_or_else(|| Fault::internal("a phone number that is no name"))?;
    source.check_lock(tx, &settings).await?;
    let same = one_time_code::take(tx, Purpose::Login, phone, code).await?;
    let person = owner(tx, code_login, phone).await?;
    let person = person.filter(|person| same && is_actor(&tx.actor, &person.id));
    source.record(tx, person.is_some()).await?;
    let Some(person) = person else { return Ok(None) };
    let key = person.id.split_once(':').map_or(person.id.as_str(), |(_, key)| key);
    (code_login.seen)(tx, key).await?;
    session::open(tx, &person.id, ProvenBy::Code).await.map(Some)
}

/// The number could have got another owner since it was looked up.
fn is_actor(actor: &Actor, person: &str) -> bool {
    actor.id == person
}

/// The one answer to a wrong tenant, number or code.
fn wrong() -> Refusal {
    let message = "The code is wrong, too old or was used before. Ask for another one.";
    Refusal::new(Code::Unauthenticated, "", message)
}
