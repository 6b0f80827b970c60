//! A new role of the admin panel (spec 5.2).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::permission::{Permission, checked};
use super::{AdminRole, role_name};

/// What the role is and what it may do.
#[derive(InputObject)]
#[graphql(name = "RimAdminRoleCreateInput")]
pub struct Create {
    /// What it is called: one word, unique, at most 50 characters.
    pub name: String,
    /// What it is for; at most 500 characters.
    pub description: String,
    /// What it may do; nothing that is not listed.
    pub permissions: Vec<Permission>,
}

mutation! {
    /// Adds a role.
    pub CREATE = "rimAdminRoleCreate"(Create) -> AdminRole,
    permission "rim.admin_role.create" => create
}

/// Adds a role (spec 5.2).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<AdminRole> {
    let sets = vec![
        AdminRole::NAME.to(role_name(tx, &input.name, "name")),
        AdminRole::DESCRIPTION.to(tx.text(&input.description, "description", 500)),
        AdminRole::PERMISSIONS.to(checked(tx, input.permissions, "permissions")),
        AdminRole::USER_COUNT.to(0),
    ];
    tx.settle()?;
    tx.insert(sets).await
}
