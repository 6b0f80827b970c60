//! An entry of the audit trail as people read it: the `history` of every entity, and the whole
//! trail of a tenant (spec 1.8).

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::Entity;

/// Who changed one row, when, how and why. Entries are never changed and never deleted.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "AuditEntry", table = audit_entries, module = "platform",
    permission = "platform.audit_entry", singular = "auditEntry", plural = "auditEntries",
    default_order = id desc)]
pub struct RecordedEntry {
    pub id: i64,
    /// When it happened.
    #[entity(filter, order)]
    pub occurred_at: DateTime<Utc>,
    /// The tenant's calendar day on which it happened.
    pub business_date: NaiveDate,
    /// Key of whoever acted in the tenant's user table; `system` for the server's own work.
    #[entity(filter)]
    pub actor: String,
    /// Name of whoever acted, as it was then.
    pub actor_name: String,
    /// Role of whoever acted, as it was then.
    pub actor_role: String,
    /// What was done: create, update, delete, the verb of a move, or what else is recorded.
    pub action: String,
    /// Type of the row that it was done to.
    #[entity(filter)]
    pub entity: String,
    #[entity(hidden)]
    pub entity_id: String,
    #[entity(hidden)]
    pub old_values: Value,
    #[entity(hidden)]
    pub new_values: Value,
    /// Why, where a reason was given.
    pub reason: Option<String>,
    /// Name of the mutation, or of what else the server did.
    pub operation: String,
    /// Names the request in the server's log.
    pub request_id: String,
    /// Network address that the request came from.
    #[entity(sensitive = "platform.audit_entry.read_sensitive")]
    pub address: Option<String>,
    /// The program that the request came from, as it named itself.
    #[entity(sensitive = "platform.audit_entry.read_sensitive")]
    pub user_agent: Option<String>,
}
