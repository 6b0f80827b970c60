//! Whether what tokens proved still holds: for those who listen, many at a time and without
//! counting as use, since nobody would ever idle out by listening (spec 1.11).

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::auth::second_factor::MUST_ENROL;
use crate::auth::support::with_operator;
use crate::auth::token::TokenHash;
use crate::db::Fault;
use crate::entity::decode;
use crate::entity::row::Row;
use crate::entity::sql::{Bind, Sql};
use crate::module::Module;

/// What a token proved: itself, the role, and what the role could do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Credential {
    /// The token's hash in hexadecimal digits.
    token: String,
    role: String,
    /// The fingerprint of the role's row, where the tenant keeps it as one.
    grants: String,
    /// Whether it could do nothing but enrol a second factor.
    enrols: bool,
}

impl Credential {
    pub(super) fn new(token: &TokenHash, role: &str, grants: Option<String>, enrols: bool) -> Self {
        let (token, role) = (token.in_digits(), role.to_owned());
        Credential { token, role, grants: grants.unwrap_or_default(), enrols }
    }

    /// The statement that answers the places of those credentials that hold no longer: session or
    /// key at its end, its person gone, its role another one than it was, or a second factor
    /// required that it does not have.
    pub(crate) fn fallen_sql(module: &Module, credentials: &[Self], now: DateTime<Utc>) -> Sql {
        let people = &with_operator(module.people);
        let (grants, roles) = match module.kept_roles {
            Some(kept) => ("COALESCE(md5(a.permissions::text), '')", kept.query),
            None => ("''", "SELECT NULL::text AS name"),
        };
        let instant = || Bind::Instant(Some(now));
        let column = |pick: fn(&Credential) -> &str| {
            Bind::Texts(credentials.iter().map(|one| pick(one).to_owned()).collect())
        };
        let mut sql = Sql::new("SELECT c.place FROM unnest(");
        sql.bind(column(|one| &one.token)).push("::text[], ");
        sql.bind(column(|one| &one.role)).push("::text[], ");
        sql.bind(column(|one| &one.grants)).push("::text[], ");
        sql.bind(column(|one| if one.enrols { "yes" } else { "no" }));
        sql.push("::text[]) WITH ORDINALITY AS c (token, role, grants, enrols, place) ");
        sql.push("WHERE NOT EXISTS (");
        sql.push("SELECT 1 FROM sessions s CROSS JOIN security_settings r JOIN (").push(people);
        sql.push(") p ON p.id::text = s.user_id AND p.active LEFT JOIN (").push(roles);
        sql.push(") a ON a.name = p.role::text WHERE s.token_hash = decode(c.token, 'hex') ");
        sql.push("AND s.revoked_at IS NULL AND s.expires_at > ").bind(instant());
        sql.push(" AND s.last_seen_at + make_interval(mins => r.session_timeout) > ");
        sql.bind(instant()).push(" AND p.role::text = c.role AND c.grants = ").push(grants);
        sql.push(" AND (c.enrols = 'yes' OR NOT ").push(MUST_ENROL).push(")");
        sql.push(") AND NOT EXISTS (SELECT 1 FROM api_keys k JOIN (").push(people);
        sql.push(") p ON p.id::text = k.user_id AND p.active LEFT JOIN (").push(roles);
        sql.push(") a ON a.name = k.role WHERE k.token_hash = decode(c.token, 'hex') ");
        sql.push("AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ");
        sql.bind(instant()).push(") AND k.role = c.role AND c.grants = ").push(grants).push(")");
        sql
    }

    /// Those of the credentials that such rows name.
    ///
    /// # Errors
    /// When an answer is not what was asked for.
    pub(crate) fn fallen(credentials: &[Self], rows: &[Row]) -> Result<HashSet<Self>, Fault> {
        let mut fallen = HashSet::new();
        for row in rows {
            let place: i64 = decode(row, 0)?;
            let place = usize::try_from(place).unwrap_or_default().saturating_sub(1);
            fallen.extend(credentials.get(place).cloned());
        }
        Ok(fallen)
    }
}
