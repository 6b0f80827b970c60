//! The machines behind the desk: integrations and backups (spec 5.10).

use bizgraph_rim::api_integration::ApiIntegration;
use bizgraph_rim::backup::Backup;
use serde_json::json;

use crate::matrix::{AUTO, Row, Subject, Wanted, advance};
use crate::rim_machines::obstacles;
use crate::rim_machines::subject::PAYS;

pub static INTEGRATION: Subject = Subject {
    machine: &bizgraph_rim::api_integration::machine::MACHINE,
    rows: INTEGRATIONS,
    obstacles: obstacles::INTEGRATION,
    table: "api_integrations",
    type_name: "RimApiIntegration",
    permission: "rim.api_integration",
    put: integration_sql,
    found: |wanted| format!("SELECT '{}'", wanted.fresh),
    further: |_| json!({}),
    history: None,
    advance: advance::<ApiIntegration>,
    aftermath: None,
};

pub static BACKUP: Subject = Subject {
    machine: &bizgraph_rim::backup::machine::MACHINE,
    rows: BACKUPS,
    obstacles: &[],
    table: "backups",
    type_name: "RimBackup",
    permission: "rim.backup",
    put: backup_sql,
    found: |wanted| format!("SELECT '{}'", wanted.fresh),
    further: |_| json!({}),
    history: None,
    advance: advance::<Backup>,
    aftermath: None,
};

const INTEGRATIONS: &[Row] = &[
    ("create", "", "inactive", ""),
    ("activate", "inactive", "active", ""),
    ("deactivate", "active, error", "inactive", ""),
    ("breakDown", "active", "error", AUTO),
    ("recover", "error", "active", AUTO),
];

const BACKUPS: &[Row] = &[
    ("start", "", "in_progress", ""),
    ("succeed", "in_progress", "success", AUTO),
    ("fail", "in_progress", "failed", AUTO),
];

/// A sender of text messages that was tested an hour ago.
fn integration_sql(wanted: &Wanted) -> String {
    let (state, key) = (wanted.from, wanted.fresh);
    format!(
        "INSERT INTO rim.api_integrations (id, name, type, provider, status, base_url, \
           last_tested, last_test_result) \
         VALUES ('{key}', '{key}', 'sms', '{key}', '{state}', '{PAYS}', '2026-03-02 08:00Z', \
           'success');"
    )
}

/// The only backup, begun seven hours ago.
fn backup_sql(wanted: &Wanted) -> String {
    let (state, key) = (wanted.from, wanted.fresh);
    let ended = if state == "in_progress" { "NULL" } else { "'2026-03-02 08:00Z'" };
    let place = if state == "success" { "'local:rim/x'" } else { "NULL" };
    format!(
        "DELETE FROM rim.backups; \
         INSERT INTO rim.backups (id, name, type, status, completed_at, retention_days, location, \
           created_at) \
         VALUES ('{key}', '{key}', 'full', '{state}', {ended}::timestamptz, 30, {place}, \
           '2026-03-02 02:00Z');"
    )
}
