//! Logins whose password was right and whose second factor is still to come: for five minutes,
//! and gone with the next change of the password.

use chrono::{DateTime, TimeDelta, Utc};

use crate::auth::token::{TokenHash, new_token};
use crate::db::Tx;
use crate::entity::{Bind, Cell, Sql, decode};
use crate::refusal::Rule;

/// How long a login waits.
const MINUTES: i64 = 5;

/// A login that waits; its token is told only here.
pub(crate) struct Challenge {
    pub token: String,
    pub expires_at: DateTime<Utc>,
}

/// Begins to wait for a person's second factor.
pub(crate) async fn begin(tx: &mut Tx, user_id: &str) -> Rule<Challenge> {
    let token = new_token(&tx.actor.tenant.slug)?;
    let expires_at = tx.now + TimeDelta::minutes(MINUTES);
    let mut sql = Sql::new(
        "INSERT INTO login_challenges (token_hash, user_id, created_at, expires_at) VALUES (",
    );
    sql.bind(TokenHash::of(&token).bind()).push(", ");
    sql.bind(Bind::Text(Some(user_id.to_owned()))).push(", ");
    sql.bind(Bind::Instant(Some(tx.now))).push(", ");
    sql.bind(Bind::Instant(Some(expires_at))).push(")");
    tx.execute(sql).await?;
    Ok(Challenge { token, expires_at })
}

/// Whose login waits behind a token, locked until the transaction ends; `None` when none does.
pub(crate) async fn waiting(tx: &mut Tx, token: &str) -> Rule<Option<String>> {
    let mut sql = Sql::new("SELECT user_id FROM login_challenges WHERE ended_at IS NULL AND ");
    sql.push("expires_at > ").bind(Bind::Instant(Some(tx.now))).push(" AND token_hash = ");
    sql.bind(TokenHash::of(token).bind()).push(" FOR UPDATE");
    let rows = tx.load(sql).await?;
    Ok(rows.first().map(|row| decode(row, 0)).transpose()?)
}

/// Ends every login of a person that waits.
pub(crate) async fn end_all(tx: &mut Tx, user_id: &str) -> Rule<()> {
    let mut sql = Sql::new("UPDATE login_challenges SET ended_at = ");
    sql.bind(Bind::Instant(Some(tx.now))).push(" WHERE ended_at IS NULL AND user_id = ");
    sql.bind(Bind::Text(Some(user_id.to_owned())));
    tx.execute(sql).await?;
    Ok(())
}
