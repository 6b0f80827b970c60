//! `verify`: re-computes what must always hold and names every row where it does not (see the
//! specification's checks). It reads one snapshot and changes no row of the business; `repair`
//! computes projections anew, which are never money.

mod built;
mod first_seen;
mod repair;

pub use first_seen::{fill_first_seen, remember};
pub use repair::{Projection, Repaired, repair};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::audit::{Cipher, seal};
use crate::db::{Fault, Session};
use crate::entity::decode;
use crate::entity::row::Row;
use crate::entity::sql::Sql;

/// An invariant as a query for the rows that break it.
pub struct Check {
    /// `B1`
    pub name: &'static str,
    /// What must hold.
    pub says: &'static str,
    /// Answers entity, id, expected and actual, all as text, one row per break.
    pub sql: &'static str,
}

/// A row that breaks an invariant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    pub check: &'static str,
    /// What should hold.
    pub says: &'static str,
    pub entity: String,
    pub id: String,
    pub expected: String,
    pub actual: String,
    /// When it was met first, once that is known.
    pub first_seen_at: Option<DateTime<Utc>>,
}

/// What must hold in every tenant.
pub static PLATFORM_CHECKS: &[Check] = &[
    Check {
        name: "P1",
        says: "No role but this tenant's own and its owner may use its schema.",
        sql: "SELECT 'role', r.rolname::text, 'no right to use ' || current_schema(), 'may use it' \
              FROM pg_roles r JOIN pg_namespace n ON n.nspname = current_schema() \
              WHERE NOT r.rolsuper AND r.oid <> n.nspowner AND r.rolname <> current_user \
              AND r.rolname <> current_user || '_readonly' \
              AND r.rolname NOT IN ('pg_read_all_data', 'pg_write_all_data') \
              AND has_schema_privilege(r.oid, n.oid, 'USAGE')",
    },
    Check {
        name: "P2",
        says: "Every entry of the audit trail is as it was sealed, and each seal follows from \
               the one before it.",
        sql: seal::CHAIN,
    },
    Check {
        name: "P3",
        says: "No announcement lies before the place up to which they were removed, where nobody \
               reads any more, and no message was passed over by those sent after it.",
        sql: "SELECT 'outbox_event', e.id::text, 'a place behind ' || h.pruned_through, e.id::text \
              FROM outbox_events e CROSS JOIN outbox_horizon h WHERE e.id <= h.pruned_through \
              UNION ALL \
              SELECT 'notification', n.id::text, 'sent, or tried again', \
                'due since ' || to_char(n.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') \
              FROM notifications n WHERE n.status = 'pending' AND n.next_attempt_at \
                < (SELECT max(sent_at) FROM notifications) - interval '1 hour'",
    },
    Check {
        name: "P5",
        says: "No session can be used past its absolute end, or by who may not log in.",
        sql: "SELECT 'session', s.id::text, 'at most 12 hours', (s.expires_at - s.created_at)::text \
              FROM sessions s WHERE s.expires_at > s.created_at + interval '12 hours'",
    },
    Check {
        name: "P6",
        says: "Every idempotency record has the outcome of a call that was done, and the row that \
               the call made is there.",
        sql: "SELECT 'idempotency_record', actor || ' ' || key, 'an outcome', 'none' \
              FROM idempotency_records WHERE outcome IS NULL",
    },
];

/// Runs checks in one snapshot and answers every break, in the order of the checks.
///
/// # Errors
/// When a check cannot be run, or takes longer than a report may.
pub async fn findings(session: &Session, checks: &[Check]) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for check in checks {
        let rows = session.load_report(Sql::new(check.sql)).await?;
        findings.extend(found(check.name, check.says, &rows)?);
    }
    Ok(findings)
}

/// The rows that a check answered.
pub(crate) fn found(
    check: &'static str,
    says: &'static str,
    rows: &[Row],
) -> Result<Vec<Finding>, Fault> {
    let finding = |row: &Row| {
        Ok(Finding {
            check,
            says,
            entity: decode(row, 0)?,
            id: decode(row, 1)?,
            expected: decode(row, 2)?,
            actual: decode(row, 3)?,
            first_seen_at: None,
        })
    };
    rows.iter().map(finding).collect()
}

/// Everything that must hold in a tenant: of the platform, of its module, and the signatures of
/// its audit trail.
///
/// # Errors
/// When a check cannot be run, or takes longer than a report may.
pub async fn verify(session: &Session, cipher: &Cipher) -> Result<Vec<Finding>, Fault> {
    let mut all = findings(session, PLATFORM_CHECKS).await?;
    all.extend(seal::signature_findings(session, cipher).await?);
    all.extend(built::findings(session).await?);
    all.extend(findings(session, session.actor.module.checks).await?);
    Ok(all)
}
