//! Login: tenant, username and password become a session and its token (spec 1.2.4, 1.11).
//!
//! Every wrong combination hears one and the same refusal and costs one hash. No connection is
//! held while the hash is computed; what was found before is looked at again, under a lock,
//! before anything is told, so that attempts side by side learn no more than those in a row.

use std::sync::Arc;

use async_graphql::registry::Registry;
use async_graphql::{InputObject, InputType, Value};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Origin};
use crate::audit::AuditEntry;
use crate::auth::attempts::Source;
use crate::auth::door::{self, DoorMutation};
use crate::auth::password::{NOBODY, hash_password, is_outdated, matches};
use crate::auth::person::{self, Person};
use crate::auth::token::{TokenHash, new_token};
use crate::auth::{security_settings, viewer};
use crate::db::{Fault, Tx};
use crate::entity::registry::{field, object};
use crate::entity::{Bind, Cell, Sql};
use crate::kernel::Kernel;
use crate::mutation::parse_input;
use crate::refusal::{Code, Refusal, Rule};

/// A session ends after so many hours, however busy it is (spec 1.11).
const MOST_HOURS: i64 = 12;

/// Characters of the program's name that are kept with a session.
const MOST_USER_AGENT: usize = 200;

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
    doc: "Proves who you are. Send the token as `Authorization: Bearer` with every request.",
    input_type: LoginInput::create_type_info,
    payload_type,
    public: true,
    run: |kernel, _, origin, input| Box::pin(login(kernel, origin, input)),
};

fn payload_type(registry: &mut Registry) -> String {
    let viewer = viewer::viewer_type(registry);
    let name = "LoginPayload";
    object(
        registry,
        name,
        "What a login came to.",
        vec![
            field("token", "The bearer token, shown only here.", "String"),
            field("expiresAt", "When the session ends at the latest.", "DateTime"),
            field(
                "mustChangePassword",
                "True when nothing is allowed before `changePassword`.",
                "Boolean",
            ),
            field("viewer", "Who you are now.", viewer),
            field("userErrors", "Why it was refused.", "[UserError!]!"),
        ],
    );
    name.to_owned()
}

async fn login(kernel: &Kernel, origin: &Origin, input: Value) -> Result<serde_json::Value, Fault> {
    let outcome = async { attempt(kernel, origin, parse_input(input)?).await }.await;
    if let Err(crate::refusal::Rejection::Refused(refusals)) = &outcome {
        let code = refusals.first().map_or("", |refusal| refusal.code.as_str());
        tracing::info!(code, address = origin.address, "a login was refused");
    }
    door::payload(outcome)
}

/// A session that was opened.
pub(super) struct Opened {
    pub(super) token: String,
    pub(super) expires_at: DateTime<Utc>,
}

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
    let opened = settle(kernel, &system, origin, &source, person, fresh).await?;
    let Opened { token, expires_at } = opened.ok_or_else(wrong)?;
    let actor = kernel.authenticate(&token, origin).await?;
    let actor = actor.ok_or_else(|| Fault::internal("a new session that is not taken"))?;
    let today = actor.fixed_business_date;
    let today = today.unwrap_or_else(|| actor.tenant.local_date(kernel.clock.now()));
    Ok(json!({
        "token": token,
        "expiresAt": expires_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        "mustChangePassword": actor.must_change_password,
        "viewer": viewer::viewer_json(&actor, today),
        "userErrors": [],
    }))
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

/// Writes the attempt down, and opens a session when a person proved itself and nothing
/// changed meanwhile.
async fn settle(
    kernel: &Kernel,
    system: &Arc<Actor>,
    origin: &Origin,
    source: &Source,
    person: Option<Person>,
    fresh_hash: Option<String>,
) -> Rule<Option<Opened>> {
    let actor = match &person {
        Some(person) => Arc::new(actor_of(kernel, system, person)),
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
        let person = person.filter(unchanged);
        source.record(&mut tx, person.is_some()).await?;
        let Some(person) = person else { return Ok(None) };
        if let Some(hash) = fresh_hash {
            rehash(&mut tx, &person.id, hash).await?;
        }
        open(&mut tx, &person.id).await.map(Some)
    };
    let settled = settled.await;
    door::end(tx, settled).await
}

fn actor_of(kernel: &Kernel, system: &Actor, person: &Person) -> Actor {
    Actor {
        id: person.id.clone(),
        username: person.username.clone(),
        name: person.name.clone(),
        role: person.role.clone(),
        rights: kernel.rights(system.module, &person.role),
        must_change_password: person.must_change_password,
        ..system.clone()
    }
}

/// The same password under today's parameters.
async fn rehash(tx: &mut Tx, user_id: &str, hash: String) -> Rule<()> {
    let mut sql = Sql::new("UPDATE credentials SET password_hash = ");
    sql.bind(Bind::Text(Some(hash))).push(" WHERE user_id = ");
    sql.bind(Bind::Text(Some(user_id.to_owned())));
    tx.execute(sql).await?;
    Ok(())
}

async fn open(tx: &mut Tx, user_id: &str) -> Rule<Opened> {
    open_for(tx, user_id, TimeDelta::hours(MOST_HOURS), "login").await
}

/// Opens a session that ends after so long at the latest; the audit trail knows it as `action`.
pub(super) async fn open_for(
    tx: &mut Tx,
    user_id: &str,
    most: TimeDelta,
    action: &str,
) -> Rule<Opened> {
    let token = new_token(&tx.actor.tenant.slug)?;
    let (id, expires_at) = (Uuid::new_v4(), tx.now + most);
    let agent = tx.origin.user_agent.as_ref();
    let agent = agent.map(|agent| agent.chars().take(MOST_USER_AGENT).collect::<String>());
    let values = [
        Bind::Text(Some(user_id.to_owned())),
        TokenHash::of(&token).bind(),
        Bind::Instant(Some(tx.now)),
        Bind::Instant(Some(tx.now)),
        Bind::Instant(Some(expires_at)),
        Bind::Text(tx.origin.address.clone()),
        Bind::Text(agent),
    ];
    let mut sql = Sql::new(
        "INSERT INTO sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at, \
         address, user_agent) VALUES (",
    );
    sql.bind(Bind::Uuid(Some(id)));
    for value in values {
        sql.push(", ").bind(value);
    }
    sql.push(")");
    tx.execute(sql).await?;
    let mut entry = AuditEntry::new(action, "Session", id.to_string());
    entry.new_values.insert("expiresAt".to_owned(), expires_at.to_rfc3339().into());
    tx.audit.push(entry);
    Ok(Opened { token, expires_at })
}
