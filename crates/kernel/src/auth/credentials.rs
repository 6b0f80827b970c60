//! What changes how a person proves who it is: a new password, the end of its sessions and
//! keys, the end of a lock. For the user mutations of modules (spec 1.11).

use uuid::Uuid;

use crate::audit::AuditEntry;
use crate::auth::api_key::ApiKey;
use crate::auth::password::{Passwords, hash_password};
use crate::auth::password_policy::{REMEMBERED, Unmet, is_used_before, refusal, unmet};
use crate::auth::{login_challenge, person, security_settings};
use crate::db::{Fault, Tx};
use crate::entity::{Bind, Sql};
use crate::refusal::Rule;

/// Gives a person a password that meets the tenant's rules, and ends its sessions and keys.
/// `field` is where the password stands in the input. Call it after [`Tx::settle`].
///
/// # Errors
/// `PASSWORD_POLICY` with every rule that is not met, [`Fault::TooManyHashes`].
pub async fn set_password(
    tx: &mut Tx,
    user_id: &str,
    username: &str,
    email: &str,
    new_password: &str,
    must_change: bool,
    field: &str,
) -> Rule<()> {
    let settings = security_settings::current(tx).await?;
    let mut unmet = unmet(&settings, new_password, username, Some(email));
    if !unmet.is_empty() {
        return Err(refusal(&unmet, field).into());
    }
    let person = person::by_id(tx, user_id).await?;
    let earlier = person.map(|person| person.all_hashes()).unwrap_or_default();
    let password = new_password.to_owned();
    let work = move || match is_used_before(&password, &earlier) {
        true => Ok(None),
        false => hash_password(&password).map(Some),
    };
    let Some(hash) = Passwords::shared().compute(work).await?? else {
        unmet.push(Unmet::used_before());
        return Err(refusal(&unmet, field).into());
    };
    store(tx, user_id, &hash, must_change).await?;
    revoke_all(tx, user_id).await
}

/// Lets a person keep a password that another chose for it, as the demo world's people do.
pub async fn keep_password(tx: &mut Tx, user_id: &str) -> Rule<()> {
    let mut sql = Sql::new(
        "UPDATE credentials SET must_change_password = FALSE \
         WHERE must_change_password AND user_id = ",
    );
    sql.bind(Bind::Text(Some(user_id.to_owned())));
    if tx.execute(sql).await? > 0 {
        note(tx, "keep_password", user_id);
    }
    Ok(())
}

/// Ends every session and key of a person: it was deactivated, or its role or password changed.
pub async fn revoke_all(tx: &mut Tx, user_id: &str) -> Rule<()> {
    revoke(tx, user_id, None).await
}

/// Ends the sessions and keys of a person, except for one session.
pub(crate) async fn revoke(tx: &mut Tx, user_id: &str, except: Option<Uuid>) -> Rule<()> {
    revoke_sessions(tx, user_id, except).await?;
    let mut condition = Sql::new("t.revoked_at IS NULL AND t.user_id = ");
    condition.bind(Bind::Text(Some(user_id.to_owned())));
    condition.push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
    let now = tx.now;
    for key in tx.select::<ApiKey>(condition).await? {
        tx.amend(&key, vec![ApiKey::REVOKED_AT.to(Some(now))]).await?;
    }
    Ok(())
}

/// Ends the sessions of a person, except for one, and its logins that wait for a second factor.
pub(crate) async fn revoke_sessions(tx: &mut Tx, user_id: &str, except: Option<Uuid>) -> Rule<()> {
    login_challenge::end_all(tx, user_id).await?;
    let mut sql = Sql::new("UPDATE sessions SET revoked_at = ");
    sql.bind(Bind::Instant(Some(tx.now))).push(" WHERE revoked_at IS NULL AND user_id = ");
    sql.bind(Bind::Text(Some(user_id.to_owned())));
    if except.is_some() {
        sql.push(" AND id <> ").bind(Bind::Uuid(except));
    }
    if tx.execute(sql).await? > 0 {
        note(tx, "revoke_sessions", user_id);
    }
    Ok(())
}

/// Ends the lock of a person and forgets its failed attempts.
///
/// # Errors
/// A fault when there is no such person: the caller has just read it.
pub async fn unlock(tx: &mut Tx, user_id: &str) -> Rule<()> {
    let person = person::by_id(tx, user_id).await?;
    let person = person.ok_or_else(|| Fault::internal("unlocking a person who is not there"))?;
    let mut sql = Sql::new("DELETE FROM login_attempts WHERE NOT succeeded AND principal = ");
    sql.bind(Bind::Text(Some(person.username.trim().to_lowercase())));
    tx.execute(sql).await?;
    note(tx, "unlock", user_id);
    Ok(())
}

/// Stores a password's hash and remembers the one before.
pub(crate) async fn store(tx: &mut Tx, user_id: &str, hash: &str, must_change: bool) -> Rule<()> {
    let text = |text: &str| Bind::Text(Some(text.to_owned()));
    let mut sql = Sql::new(
        "INSERT INTO credentials AS c (user_id, password_hash, must_change_password, \
         password_changed_at) VALUES (",
    );
    sql.bind(text(user_id)).push(", ").bind(text(hash)).push(", ");
    sql.bind(Bind::Bool(Some(must_change))).push(", ").bind(Bind::Instant(Some(tx.now)));
    sql.push(
        ") ON CONFLICT (user_id) DO UPDATE SET password_hash = EXCLUDED.password_hash, \
         must_change_password = EXCLUDED.must_change_password, \
         password_changed_at = EXCLUDED.password_changed_at, \
         previous_hashes = (ARRAY[c.password_hash] || c.previous_hashes)[1:",
    );
    // The current one is the first of those remembered.
    sql.push(&(REMEMBERED - 1).to_string()).push("]");
    tx.execute(sql).await?;
    note(tx, "password", user_id);
    Ok(())
}

/// Records that something happened to a person's credentials, without any of their values.
pub(crate) fn note(tx: &mut Tx, action: &str, user_id: &str) {
    tx.audit.push(AuditEntry::new(action, "Credential", user_id.to_owned()));
}
