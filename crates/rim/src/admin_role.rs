//! What people of the admin panel may do: roles are rows, a list of resources with what may be
//! done to each (spec 5.2).

pub mod create;
pub mod delete;
pub mod permission;
pub mod update;

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Code;
use bizgraph_kernel::{Entity, Refusal};
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

/// The role that may do everything; the code knows it, so it cannot be edited.
pub const SUPER_ADMIN: &str = "super_admin";

/// A role of the admin panel with its permissions.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = admin_roles, permission = "rim.admin_role", default_order = name)]
#[has_many(admin_users: crate::admin_user::AdminUser by role_id "People who have this role.")]
#[lookup(adminRoleByName = name)]
pub struct AdminRole {
    pub id: Uuid,
    /// What it is called; unique.
    #[entity(filter, order)]
    pub name: String,
    /// What it is for.
    pub description: String,
    /// A list of objects with `resource`, `actions` (of read, write, delete) and, for fewer
    /// rows than all, `scope`.
    pub permissions: Value,
    /// How many people have it.
    pub user_count: i32,
    /// Moves on with every change.
    pub version: i32,
    /// When it was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// Why a role stays as it is.
#[derive(Refusal)]
enum RoleRefused {
    #[refusal(IMMUTABLE, at = "adminRoleId", "super_admin may do everything and stays as it is.")]
    SuperAdmin,
    #[refusal(
        FORBIDDEN,
        at = "adminRoleId",
        "Nobody changes the role that they have; ask another administrator."
    )]
    OwnRole,
}

/// What a role is called: one word, and none that the code knows a role by.
fn role_name(tx: &mut Tx, text: &str, field: &str) -> String {
    let name = tx.text(text, field, 50);
    tx.require(!name.contains(char::is_whitespace), || {
        let message = "The name of a role is one word; write loan_officer.";
        bizgraph_kernel::refusal::Refusal::new(Code::BadFormat, field, message)
    });
    let known = tx.actor.module.roles.contains(&name.as_str());
    tx.require(!known, || {
        let message = format!("There is a role {name} that cannot be edited; choose another name.");
        bizgraph_kernel::refusal::Refusal::new(Code::NotUnique, field, message)
    });
    name
}
