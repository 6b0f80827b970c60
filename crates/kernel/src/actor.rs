//! Who acts: a person, a program with a key, or the system itself.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::module::Module;
use crate::policy::{Rights, Scope};
use crate::tenant::Tenant;

/// The caller of one request, as its token proved it.
#[derive(Clone)]
pub struct Actor {
    pub tenant: Arc<Tenant>,
    pub module: &'static Module,
    /// Key in the module's user table as text; `system` for the server's own work.
    pub id: String,
    pub username: String,
    pub name: String,
    pub role: String,
    pub rights: Arc<Rights>,
    /// The session it came with; `None` for keys and the system.
    pub session: Option<uuid::Uuid>,
    /// Can do nothing but change its password.
    pub must_change_password: bool,
    /// A closed day fixed by the tenant, instead of the clock's (spec 1.4.3).
    pub fixed_business_date: Option<NaiveDate>,
}

impl Actor {
    /// The scope in which a permission is held; `None` when it is not.
    pub fn scope(&self, permission: &str) -> Option<Scope> {
        self.rights.scope(permission)
    }

    /// Whether a permission is held in any scope.
    pub fn may(&self, permission: &str) -> bool {
        self.rights.may(permission)
    }

    /// Whether this is the server itself.
    pub fn is_system(&self) -> bool {
        self.id == "system"
    }

    /// The key in an integer-keyed user table; `None` for the system.
    pub fn user_id(&self) -> Option<i32> {
        self.id.parse().ok()
    }
}

/// What is known of the request that an actor came with.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    pub request_id: String,
    pub operation: String,
    pub address: Option<String>,
    pub user_agent: Option<String>,
}
