//! Login: tenant, username and password become a session and its token (spec 1.2.4, 1.11).
//!
//! Every wrong combination hears one and the same refusal and costs one hash. No connection is
//! held while the hash is computed; what was found before is looked at again, under a lock,
//! before anything is told, so that attempts side by side learn no more than those in a row.

use std::sync::Arc;

use async_graphql::{InputObject, InputType};
use serde_json::json;

use crate::actor::{Actor, Origin};
use crate::auth::attempts::Source;
use crate::auth::door::{self, DoorMutation};
use crate::auth::login_challenge;
use crate::auth::login_payload::{instant, logged_in, payload_type};
use crate::auth::password::{NOBODY, hash_password, is_outdated, matches};
use crate::auth::person::{self, Person};
use crate::auth::second_factor::{self, Factor};
use crate::auth::security_settings::{self, TwoFactorMethod};
use crate::auth::session::{self, Opened, ProvenBy};
use crate::db::Tx;
use crate::entity::cell::Words;
use crate::entity::{Bind, Sql};
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rule};

/// Who logs in.
#[derive(InputObject)]
pub struct LoginInput {
    /// Short name of the organisation.
    pub tenant: String,
    /// Name of the person, in any spelling of its letters.
    pub username: String,
    /// The password.
    #[graphql(secret)]
    pub password: String,
}

/// `login`
pub static LOGIN: DoorMutation = DoorMutation {
    name: "login",
    doc: "Proves who you are. Send the token as `Authorization: Bearer` with every request. \
          Whoever has a second factor gets a challenge first, for `confirmLogin`.",
    input_type: LoginInput::create_type_info,
    payload_type,
    public: true,
    run: |kernel, _, origin, input| door::run(input, move |input| attempt(kernel, origin, input)),
};

async fn attempt(kernel: &Kernel, origin: &Origin, input: LoginInput) -> Rule<serde_json::Value> {
    let source = Source::new(&input.username, origin.address.as_deref());
    let source = source.ok_or_else(|| {
        Refusal::new(Code::BadFormat, "username", "This cannot be anybody's username.")
    })?;
    let tenant = kernel.tenant(input.tenant.trim());
    let Some(system) = tenant.and_then(|tenant| kernel.system_actor(tenant)) else {
        kernel.passwords.compute(move || matches(&input.password, NOBODY)).await?;
        return Err(wrong().into());
    };
    let found = look(kernel, &system, origin, &source).await?;
    let stored = found.as_ref().and_then(|person| person.password_hash.clone());
    let check = move || {
        let hash = stored.as_deref().unwrap_or(NOBODY);
        let same = matches(&input.password, hash) && stored.is_some();
        let fresh = (same && is_outdated(hash)).then(|| hash_password(&input.password));
        (same, fresh.transpose())
    };
    let (same, fresh) = kernel.passwords.compute(check).await?;
    let fresh = fresh?;
    let person = found.filter(|person| same && person.active && system.tenant.active);
    let settled = settle(kernel, &system, origin, &source, person, fresh).await?;
    match settled.ok_or_else(wrong)? {
        Settled::In(opened) => logged_in(kernel, origin, opened).await,
        Settled::Waits(waits) => Ok(waits),
    }
}

/// The one answer to a wrong tenant, username or password, and to whoever may not come in.
fn wrong() -> Refusal {
    Refusal::new(Code::Unauthenticated, "", "Tenant, username or password is wrong.")
}

/// The person as it stands before the hash is computed.
async fn look(
    kernel: &Kernel,
    system: &Arc<Actor>,
    origin: &Origin,
    source: &Source,
) -> Rule<Option<Person>> {
    let mut tx = door::begin(kernel, system.clone(), origin, LOGIN.name).await?;
    let looked = async {
        let settings = security_settings::current(&mut tx).await?;
        settings.address_rules()?.check(origin.address.as_deref())?;
        source.check_lock(&mut tx, &settings).await?;
        person::by_username(&mut tx, &source.principal).await
    };
    let looked = looked.await;
    tx.rollback().await;
    looked
}

/// What a right password comes to.
enum Settled {
    In(Opened),
    /// The payload that asks for the second factor.
    Waits(serde_json::Value),
}

/// Writes the attempt down, and opens a session when a person proved itself and nothing
/// changed meanwhile. Where a second factor is to come, only that makes the count of failures
/// begin anew: who knows the password must not guess codes for ever.
async fn settle(
    kernel: &Kernel,
    system: &Arc<Actor>,
    origin: &Origin,
    source: &Source,
    person: Option<Person>,
    fresh_hash: Option<String>,
) -> Rule<Option<Settled>> {
    let actor = match &person {
        Some(person) => Arc::new(person.actor(kernel, system)),
        None => system.clone(),
    };
    let mut tx = door::begin(kernel, actor, origin, LOGIN.name).await?;
    let settled = async {
        let settings = security_settings::locked(&mut tx).await?;
        source.check_lock(&mut tx, &settings).await?;
        let now = person::by_username(&mut tx, &source.principal).await?;
        let unchanged = |person: &Person| {
            now.as_ref().is_some_and(|now| {
                now.active && now.id == person.id && now.password_hash == person.password_hash
            })
        };
        let Some(person) = person.filter(unchanged) else {
            source.record(&mut tx, false).await?;
            return Ok(None);
        };
        if let Some(hash) = fresh_hash {
            rehash(&mut tx, &person.id, hash).await?;
        }
        if let Some(factor) = second_factor::confirmed(&mut tx, &person.id).await? {
            return wait(&mut tx, &person.id, &factor).await.map(Some);
        }
        source.record(&mut tx, true).await?;
        let opened = session::open(&mut tx, &person.id, ProvenBy::Password).await?;
        Ok(Some(Settled::In(opened)))
    };
    let settled = settled.await;
    door::end(tx, settled).await
}

/// Begins to wait for a person's second factor, and sends the code where one is sent.
async fn wait(tx: &mut Tx, user_id: &str, factor: &Factor) -> Rule<Settled> {
    let method = factor.method;
    let sent = match method {
        TwoFactorMethod::App => None,
        TwoFactorMethod::Sms | TwoFactorMethod::Email => Some(factor.send_code(tx, user_id).await?),
    };
    let challenge = login_challenge::begin(tx, user_id).await?;
    let word = TwoFactorMethod::WORDS.by_stored(method.spelling()).map(|word| word.name);
    let message = "The password is right. Prove your second factor with confirmLogin.";
    let refusal = Refusal::new(Code::TwoFactorRequired, "", message).with("method", word);
    Ok(Settled::Waits(json!({
        "secondFactor": {
            "challenge": challenge.token,
            "method": word,
            "sentTo": sent.map(|sent| sent.to),
            "expiresAt": instant(challenge.expires_at),
        },
        "userErrors": [refusal.to_json()],
    })))
}

/// The same password under today's parameters.
async fn rehash(tx: &mut Tx, user_id: &str, hash: String) -> Rule<()> {
    let mut sql = Sql::new("UPDATE credentials SET password_hash = ");
    sql.bind(Bind::Text(Some(hash))).push(" WHERE user_id = ");
    sql.bind(Bind::Text(Some(user_id.to_owned())));
    tx.execute(sql).await?;
    Ok(())
}
