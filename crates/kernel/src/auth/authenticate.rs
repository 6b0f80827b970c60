//! From a bearer token to the actor: one statement, in the tenant that the token names.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::actor::{Actor, Origin};
use crate::aside::aside;
use crate::auth::Credential;
use crate::auth::address_rules::{AddressRules, LISTS};
use crate::auth::second_factor::MUST_ENROL;
use crate::auth::security_settings::TwoFactorMethod;
use crate::auth::support::{OPERATOR, operator_rights, with_operator};
use crate::auth::tenant_setting::{BUSINESS_DATE, fixed_date};
use crate::auth::token::{TokenHash, slug_of};
use crate::auth::token_cache::Asked;
use crate::db::{Fault, Session};
use crate::entity::{Bind, Cell, Row, Sql, decode};
use crate::kernel::Kernel;
use crate::module::Module;
use crate::refusal::{Rejection, Rule};

/// A session's last use is written at most once a minute, and more often only where the idle
/// timeout is so short that a minute would matter: after a tenth of it.
const TOUCH_SECONDS: i64 = 60;

/// A request does not wait longer than this for its session's last use to be written.
const TOUCH_WAIT: Duration = Duration::from_secs(1);

/// What the statement answers about a session or a key that is good.
struct Proof {
    session: Option<Uuid>,
    key_name: Option<String>,
    user_id: String,
    username: String,
    name: String,
    role: String,
    /// The row of a role that the tenant keeps.
    permissions: Option<serde_json::Value>,
    /// The fingerprint of that row.
    grants: Option<String>,
    must_change_password: bool,
    last_seen_at: Option<DateTime<Utc>>,
    session_timeout: i32,
    business_date: Option<serde_json::Value>,
    ip_whitelist: Vec<String>,
    ip_blacklist: Vec<String>,
    must_enrol_second_factor: bool,
    second_factor: Option<TwoFactorMethod>,
}

/// Who stands behind a token, and from where the tenant lets its people call.
#[derive(Clone)]
pub(crate) struct Proven {
    pub actor: Arc<Actor>,
    pub addresses: Arc<AddressRules>,
}

impl Proof {
    fn decode(row: &Row) -> Result<Self, Fault> {
        Ok(Proof {
            session: decode(row, 0)?,
            key_name: decode(row, 1)?,
            user_id: decode(row, 2)?,
            username: decode(row, 3)?,
            name: decode(row, 4)?,
            role: decode(row, 5)?,
            must_change_password: decode(row, 6)?,
            last_seen_at: decode(row, 7)?,
            session_timeout: decode(row, 8)?,
            business_date: decode(row, 9)?,
            permissions: decode(row, 10)?,
            grants: decode(row, 11)?,
            ip_whitelist: decode(row, 12)?,
            ip_blacklist: decode(row, 13)?,
            must_enrol_second_factor: decode(row, 14)?,
            second_factor: decode(row, 15)?,
        })
    }

    fn is_to_be_touched(&self, now: DateTime<Utc>) -> bool {
        let tenth = i64::from(self.session_timeout) * 60 / 10;
        let pause = TimeDelta::seconds(tenth.min(TOUCH_SECONDS));
        self.last_seen_at.is_some_and(|seen| now - seen >= pause)
    }
}

impl Kernel {
    /// Who stands behind a token; `None` when it is unknown, expired, idle for too long or
    /// revoked, when its person is inactive, or its tenant suspended.
    ///
    /// # Errors
    /// `ADDRESS_NOT_ALLOWED` for a good token from where the tenant's people may not call; a
    /// fault when the database cannot be read.
    pub async fn authenticate(&self, token: &str, origin: &Origin) -> Rule<Option<Arc<Actor>>> {
        let (now, hash) = (self.clock.now(), TokenHash::of(token));
        if let Some(proven) = self.tokens.get(&hash, now)
            && self.tenant(&proven.actor.tenant.slug).is_some_and(|tenant| tenant.active)
        {
            proven.addresses.check(origin.address.as_deref())?;
            return Ok(Some(proven.actor));
        }
        let asked = Asked::at(now);
        let proven = aside(self.prove_anew(token, origin)).await;
        match &proven {
            Ok(Some(proven)) => self.tokens.keep(hash, proven.clone(), asked),
            // Where the database cannot be asked, nothing is known to have ended.
            Err(Rejection::Fault(_)) => {}
            Ok(None) | Err(_) => self.tokens.lose(&hash),
        }
        Ok(proven?.map(|proven| proven.actor))
    }

    /// The same, as the database has it at this moment.
    async fn prove_anew(&self, token: &str, origin: &Origin) -> Rule<Option<Proven>> {
        let Some(slug) = slug_of(token) else { return Ok(None) };
        let Some(tenant) = self.tenant(slug).filter(|tenant| tenant.active) else {
            return Ok(None);
        };
        let (now, hash) = (self.clock.now(), TokenHash::of(token));
        let Some(system) = self.system_actor(tenant) else { return Ok(None) };
        let Some(proof) = self.prove(&system, &hash, now).await? else { return Ok(None) };
        let addresses = AddressRules::read(&proof.ip_whitelist, &proof.ip_blacklist)?;
        addresses.check(origin.address.as_deref())?;
        if let Some(session) = proof.session.filter(|_| proof.is_to_be_touched(now)) {
            self.touch(&system, origin, session).await;
        }
        let actor = Arc::new(self.actor_of(&system, proof, &hash)?);
        Ok(Some(Proven { actor, addresses: Arc::new(addresses) }))
    }

    async fn prove(
        &self,
        system: &Arc<Actor>,
        hash: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<Proof>, Fault> {
        let sql = proof_sql(system.module, hash, now);
        let mut session = Session::new(self.database.clone(), system.clone(), now);
        session.expect(1);
        let mut rows = session.load(sql.clone()).await;
        if matches!(rows, Err(Fault::StalePlan)) {
            session = Session::new(self.database.clone(), system.clone(), now);
            session.expect(1);
            rows = session.load(sql).await;
        }
        session.finish();
        rows?.first().map(Proof::decode).transpose()
    }

    /// Writes that a session was used. A request does not fail because this does.
    async fn touch(&self, system: &Arc<Actor>, origin: &Origin, session: Uuid) {
        let write = async {
            let mut tx = self.begin(system.clone(), origin.clone()).await?;
            let mut sql = Sql::new("UPDATE sessions SET last_seen_at = GREATEST(last_seen_at, ");
            sql.bind(Bind::Instant(Some(tx.now))).push(") WHERE revoked_at IS NULL AND id = ");
            sql.bind(Bind::Uuid(Some(session)));
            tx.execute(sql).await?;
            tx.commit().await
        };
        match tokio::time::timeout(TOUCH_WAIT, write).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => tracing::warn!(%fault, "a session's last use was not written"),
            Err(_) => tracing::warn!("a session's last use was not written in time"),
        }
    }

    fn actor_of(&self, system: &Actor, proof: Proof, hash: &TokenHash) -> Result<Actor, Fault> {
        let name = match proof.key_name {
            Some(key) => format!("{} (key {key})", proof.name),
            None => proof.name,
        };
        let rights = match (proof.user_id.as_str(), proof.permissions) {
            (OPERATOR, _) => Arc::new(operator_rights(system.module)),
            (_, Some(row)) if !system.module.roles.contains(&proof.role.as_str()) => {
                self.kept_rights(system.module, row)?
            }
            _ => self.rights(system.module, &proof.role),
        };
        Ok(Actor {
            id: proof.user_id,
            username: proof.username,
            name,
            rights,
            credential: Some(Credential::new(
                hash,
                &proof.role,
                proof.grants,
                proof.must_enrol_second_factor,
            )),
            role: proof.role,
            session: proof.session,
            must_change_password: proof.must_change_password,
            must_enrol_second_factor: proof.must_enrol_second_factor,
            second_factor: proof.second_factor,
            fixed_business_date: proof.business_date.as_ref().and_then(fixed_date),
            ..system.clone()
        })
    }
}

/// One row for a token that is good at this instant, none for any other. A key keeps its own
/// role, and its owner's duty to change a password is not the program's.
fn proof_sql(module: &Module, hash: &TokenHash, now: DateTime<Utc>) -> Sql {
    let people = &with_operator(module.people);
    let (permissions, roles) = match module.kept_roles {
        Some(kept) => (
            "a.permissions, md5(a.permissions::text)",
            format!(" LEFT JOIN ({}) a ON a.name = ", kept.query),
        ),
        None => ("NULL::jsonb, NULL::text", String::new()),
    };
    let roles_of = |role: &str| match roles.as_str() {
        "" => String::new(),
        roles => format!("{roles}{role}"),
    };
    let instant = || Bind::Instant(Some(now));
    let mut sql = Sql::new(
        "SELECT s.id, NULL::text, s.user_id, p.username::text, p.name::text, p.role::text, \
         COALESCE(c.must_change_password, FALSE), s.last_seen_at, r.session_timeout, d.value, ",
    );
    sql.push(permissions).push(", ").push(LISTS).push(", ").push(MUST_ENROL).push(
        ", (SELECT m.method FROM mfa_factors m WHERE m.user_id = s.user_id \
         AND m.confirmed_at IS NOT NULL) FROM sessions s CROSS JOIN security_settings r \
         LEFT JOIN credentials c ON c.user_id = s.user_id LEFT JOIN tenant_settings d ON d.key = ",
    );
    let business_date = || Bind::Text(Some(BUSINESS_DATE.key.to_owned()));
    sql.bind(business_date()).push(" JOIN (").push(people);
    sql.push(") p ON p.id::text = s.user_id AND p.active").push(&roles_of("p.role::text"));
    sql.push(" WHERE s.token_hash = ").bind(hash.bind());
    sql.push(" AND s.revoked_at IS NULL AND s.expires_at > ").bind(instant());
    sql.push(" AND s.last_seen_at + make_interval(mins => r.session_timeout) > ").bind(instant());
    sql.push(
        " UNION ALL SELECT NULL::uuid, k.name, k.user_id, p.username::text, p.name::text, k.role, \
         FALSE, NULL::timestamptz, r.session_timeout, d.value, ",
    );
    sql.push(permissions).push(", ").push(LISTS).push(
        ", FALSE, NULL FROM api_keys k CROSS JOIN security_settings r LEFT JOIN tenant_settings d ON d.key = ",
    );
    sql.bind(business_date()).push(" JOIN (").push(people);
    sql.push(") p ON p.id::text = k.user_id AND p.active").push(&roles_of("k.role"));
    sql.push(" WHERE k.token_hash = ").bind(hash.bind());
    sql.push(" AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ");
    sql.bind(instant()).push(")");
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(last_seen_at: Option<DateTime<Utc>>, session_timeout: i32) -> Proof {
        Proof {
            session: None,
            key_name: None,
            user_id: "1".to_owned(),
            username: "ama".to_owned(),
            name: "Ama".to_owned(),
            role: "Sales".to_owned(),
            must_change_password: false,
            last_seen_at,
            session_timeout,
            business_date: None,
            permissions: None,
            ip_whitelist: Vec::new(),
            ip_blacklist: Vec::new(),
            grants: None,
            must_enrol_second_factor: false,
            second_factor: None,
        }
    }

    #[test]
    fn a_session_is_touched_once_a_minute_and_keys_never() {
        let seen = DateTime::UNIX_EPOCH;
        let after = |seconds| seen + TimeDelta::seconds(seconds);
        assert!(!proof(Some(seen), 30).is_to_be_touched(after(59)));
        assert!(proof(Some(seen), 30).is_to_be_touched(after(60)));
        assert!(proof(Some(seen), 1).is_to_be_touched(after(6)));
        assert!(!proof(None, 30).is_to_be_touched(after(600)));
    }
}
