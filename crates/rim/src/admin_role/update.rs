//! A role changes: what it is called, and what it may do. The one that may do everything cannot
//! be edited, and nobody edits what they may do themselves, or a role that may do more (spec 5.2,
//! 1.7.4). Its people feel it within two seconds.

use async_graphql::InputObject;
use bizgraph_kernel::auth::ApiKey;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Id, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::permission::{Permission, checked};
use super::{AdminRole, RoleRefused, SUPER_ADMIN, role_name};
use crate::admin_user::AdminUser;

/// What changes; a field left out stays as it is.
#[derive(InputObject)]
#[graphql(name = "RimAdminRoleUpdateInput")]
pub struct Update {
    /// The role.
    pub admin_role_id: Id<AdminRole>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What it is called: one word, unique, at most 50 characters.
    pub name: Option<String>,
    /// What it is for; at most 500 characters.
    pub description: Option<String>,
    /// What it may do; the whole list, nothing that is not on it.
    pub permissions: Option<Vec<Permission>>,
}

mutation! {
    /// Renames a role or changes what it may do.
    pub UPDATE = "rimAdminRoleUpdate"(Update) -> AdminRole,
    permission "rim.admin_role.update" => update
}

/// Changes a role; names that were copied follow (spec 5.2, 5.8).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<AdminRole> {
    let (id, field) = (&input.admin_role_id, "adminRoleId");
    let role: AdminRole = tx.lock_version(id, field, input.expected_version).await?;
    if role.name == SUPER_ADMIN {
        return Err(RoleRefused::SuperAdmin.into());
    }
    if role.name == tx.actor.role {
        tx.refuse(RoleRefused::OwnRole);
    }
    tx.require_all_rights_of(&role.name, field).await?;
    let mut sets = Vec::new();
    if let Some(name) = input.name {
        sets.push(AdminRole::NAME.to(role_name(tx, &name, "name")));
    }
    if let Some(text) = input.description {
        sets.push(AdminRole::DESCRIPTION.to(tx.text(&text, "description", 500)));
    }
    if let Some(permissions) = input.permissions {
        sets.push(AdminRole::PERMISSIONS.to(checked(tx, permissions, "permissions")));
    }
    tx.settle()?;
    let changed = tx.update(&role, sets).await?;
    if changed.name != role.name {
        rename(tx, &changed, &role.name).await?;
    }
    Ok(changed)
}

/// People and keys call the role by its name.
async fn rename(tx: &mut Tx, role: &AdminRole, before: &str) -> Rule<()> {
    let mut people = Sql::new("t.role_id = ");
    people.bind(role.id.into()).push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
    for person in tx.select::<AdminUser>(people).await? {
        tx.amend(&person, vec![AdminUser::ROLE.to(role.name.clone())]).await?;
    }
    let mut keys = Sql::new("t.role = ");
    keys.bind(Bind::Text(Some(before.to_owned())));
    keys.push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
    for key in tx.select::<ApiKey>(keys).await? {
        tx.amend(&key, vec![ApiKey::ROLE.to(role.name.clone())]).await?;
    }
    Ok(())
}
