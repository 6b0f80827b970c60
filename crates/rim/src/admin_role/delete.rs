//! A role that no person and no key has can be deleted, by whoever may do all that it may; the one
//! that may do everything cannot (spec 5.2, 1.7.4).

use async_graphql::InputObject;
use bizgraph_kernel::auth::ApiKey;
use bizgraph_kernel::db::{Dependants, Tx};
use bizgraph_kernel::entity::{Bind, Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::{AdminRole, RoleRefused, SUPER_ADMIN};
use crate::admin_user::AdminUser;

/// Which role to delete.
#[derive(InputObject)]
#[graphql(name = "RimAdminRoleDeleteInput")]
pub struct Delete {
    /// The role.
    pub admin_role_id: Id<AdminRole>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Deletes a role that no person and no key has.
    pub DELETE = "rimAdminRoleDelete"(Delete),
    permission "rim.admin_role.delete"
    also [("deletedId", "The role that was deleted.", "ID")] => delete
}

/// Deletes a role that nobody has (spec 5.2), and no key: under a new role of the same name it
/// would be good again.
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.admin_role_id, "adminRoleId");
    let role: AdminRole = tx.lock_version(id, field, input.expected_version).await?;
    if role.name == SUPER_ADMIN {
        return Err(RoleRefused::SuperAdmin.into());
    }
    tx.require_all_rights_of(&role.name, field).await?;
    let people =
        Dependants { meta: AdminUser::META, column: "role_id", name: "username", only: "" };
    tx.refuse_dependants(&role, field, &[people]).await?;
    let keys = Dependants {
        meta: ApiKey::META,
        column: "role",
        name: "name",
        only: "t.revoked_at IS NULL",
    };
    tx.refuse_dependants_on(Bind::Text(Some(role.name.clone())), field, &[keys]).await?;
    tx.settle()?;
    tx.delete(&role).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
