//! `verify`: re-computes what must always hold and names every row where it does not. It reads
//! one snapshot and repairs nothing (see the specification's checks).

use serde::Serialize;

use crate::db::{Fault, Session};
use crate::entity::decode;
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
pub struct Finding {
    pub check: &'static str,
    pub entity: String,
    pub id: String,
    pub expected: String,
    pub actual: String,
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
        name: "P5",
        says: "No session outlives its absolute end or its person's password.",
        sql: "SELECT 'session', s.id::text, 'at most 12 hours', (s.expires_at - s.created_at)::text \
              FROM sessions s WHERE s.expires_at > s.created_at + interval '12 hours'",
    },
    Check {
        name: "P6",
        says: "Every idempotency record has the outcome of a call that was done.",
        sql: "SELECT 'idempotency_record', actor || ' ' || key, 'an outcome', 'none' \
              FROM idempotency_records WHERE outcome IS NULL",
    },
];

/// Runs checks in one snapshot and answers every break, in the order of the checks.
///
/// # Errors
/// When a check cannot be run.
pub async fn findings(session: &Session, checks: &[Check]) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for check in checks {
        for row in session.load(Sql::new(check.sql)).await? {
            findings.push(Finding {
                check: check.name,
                entity: decode(&row, 0)?,
                id: decode(&row, 1)?,
                expected: decode(&row, 2)?,
                actual: decode(&row, 3)?,
            });
        }
    }
    Ok(findings)
}
