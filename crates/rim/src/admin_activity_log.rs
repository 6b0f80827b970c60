//! What administrators did, logins and exports and refused attempts included: a view of the
//! kernel's trail (spec 5.13, 1.8).

use bizgraph_kernel::Entity;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::admin_user::AdminUser;

/// Something that an administrator did.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = admin_activity_logs, permission = "rim.admin_activity_log",
    default_order = id desc, view)]
#[scope(own = "{t}.admin_id = {actor}")]
pub struct AdminActivityLog {
    pub id: i64,
    /// Who did it.
    #[entity(belongs_to = admin: AdminUser, filter)]
    pub admin_id: Uuid,
    /// Name of who did it.
    pub admin_name: String,
    /// What was done.
    #[entity(filter)]
    pub action: String,
    /// Type of what it was done to.
    #[entity(filter)]
    pub resource: String,
    /// Key of what it was done to.
    pub resource_id: Option<String>,
    /// Operation, reason and new values.
    pub details: Option<Value>,
    /// Where the request came from.
    #[entity(sensitive = "rim.admin_activity_log.read_sensitive")]
    pub ip_address: Option<String>,
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
