//! Changes of data in the document's shape: a view of the kernel's trail (spec 5.13, 1.8).

use bizgraph_kernel::Entity;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::admin_user::AdminUser;

/// A change of data.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = audit_logs, permission = "rim.audit_log",
    default_order = id desc, view)]
pub struct AuditLog {
    pub id: i64,
    /// What was done: `create`, `update`, `delete`, or the verb of a move.
    #[entity(filter)]
    pub action: String,
    /// Type of the row.
    #[entity(filter)]
    pub entity: String,
    /// Key of the row.
    #[entity(filter)]
    pub entity_id: String,
    /// The person of the admin panel who did it; empty for customers and the server.
    #[entity(belongs_to = user: AdminUser, filter)]
    pub user_id: Option<Uuid>,
    /// Name of who did it.
    pub user_name: String,
    /// Role of who did it, at that time.
    pub user_role: String,
    /// Each changed field with its old and its new value; those of sensitive fields are sealed.
    pub changes: Option<Value>,
    /// Where the request came from.
    #[entity(sensitive = "rim.audit_log.read_sensitive")]
    pub ip_address: Option<String>,
    /// The program that the request came from.
    pub user_agent: Option<String>,
    /// When it was done.
    #[entity(filter, order)]
    pub timestamp: DateTime<Utc>,
    /// When it was written down, which is when it was done.
    #[entity(sql = "{t}.timestamp")]
    pub created_at: DateTime<Utc>,
    /// When it was written down: what was done is never changed.
    #[entity(sql = "{t}.timestamp")]
    pub updated_at: DateTime<Utc>,
}
