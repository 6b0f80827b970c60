//! Opening a session: a token that only its owner knows, and a row with its hash.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::audit::AuditEntry;
use crate::auth::token::{TokenHash, new_token};
use crate::db::Tx;
use crate::entity::{Bind, Cell, Sql};
use crate::refusal::Rule;

/// A session ends after so many hours, however busy it is (spec 1.11).
const MOST_HOURS: i64 = 12;

/// Characters of the program's name that are kept with a session.
const MOST_USER_AGENT: usize = 200;

/// How the person behind a session proved who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProvenBy {
    /// By its password alone.
    Password,
    /// By its password and a second factor.
    SecondFactor,
    /// By a code that was sent to its phone.
    Code,
    /// By the command line of the server.
    Support,
}

impl ProvenBy {
    /// As the database stores it.
    pub const fn spelling(self) -> &'static str {
        match self {
            ProvenBy::Password => "password",
            ProvenBy::SecondFactor => "second_factor",
            ProvenBy::Code => "code",
            ProvenBy::Support => "support",
        }
    }
}

/// A session that was opened.
pub(crate) struct Opened {
    pub token: String,
    pub expires_at: DateTime<Utc>,
}

/// Opens a session of somebody who logged in.
pub(crate) async fn open(tx: &mut Tx, user_id: &str, proven_by: ProvenBy) -> Rule<Opened> {
    open_for(tx, user_id, TimeDelta::hours(MOST_HOURS), "login", proven_by).await
}

/// Opens a session that ends after so long at the latest; the audit trail knows it as `action`.
pub(crate) async fn open_for(
    tx: &mut Tx,
    user_id: &str,
    most: TimeDelta,
    action: &str,
    proven_by: ProvenBy,
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
        Bind::Text(Some(proven_by.spelling().to_owned())),
    ];
    let mut sql = Sql::new(
        "INSERT INTO sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at, \
         address, user_agent, proven_by) VALUES (",
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

/// Notes that the person behind a session proved a second time who it is.
pub(crate) async fn prove_further(tx: &mut Tx, session: Uuid) -> Rule<()> {
    let proven = ProvenBy::SecondFactor.spelling().to_owned();
    let mut sql = Sql::new("UPDATE sessions SET proven_by = ");
    sql.bind(Bind::Text(Some(proven))).push(" WHERE id = ").bind(Bind::Uuid(Some(session)));
    tx.execute(sql).await?;
    Ok(())
}
