//! Another role for a person: never one's own, neither to nor from one that may do more than the
//! caller, and never so that nobody administers the tenant any more (spec 5.8, 1.7.4). What the
//! person was doing ends: it logs in again.

use async_graphql::InputObject;
use bizgraph_kernel::auth::revoke_all;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use super::AdminUser;
use super::administrators::{among, is_last_super_admin, lock_with_super_admins};
use crate::admin_role::{AdminRole, SUPER_ADMIN};

/// Who gets which role.
#[derive(InputObject)]
#[graphql(name = "RimAdminUserSetRoleInput")]
pub struct SetRole {
    /// The person.
    pub admin_user_id: Id<AdminUser>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What the person may do from now on.
    pub role_id: Id<AdminRole>,
}

/// Why a role cannot be given.
#[derive(Refusal)]
enum SetRoleRefused {
    #[refusal(
        FORBIDDEN,
        at = "adminUserId",
        "Nobody changes their own role; ask another administrator."
    )]
    OwnRole,
    #[refusal(
        PRECONDITION_FAILED,
        at = "roleId",
        "{name} is the last active super_admin. Make another person one first."
    )]
    LastSuperAdmin { name: String },
}

mutation! {
    /// Gives a person another role and ends its sessions and keys.
    pub SET_ROLE = "rimAdminUserSetRole"(SetRole) -> AdminUser,
    permission "rim.admin_user.update" => set_role
}

/// Gives a person another role (spec 1.7.4); both roles count their people.
pub async fn set_role(tx: &mut Tx, input: SetRole) -> Rule<AdminUser> {
    let found: AdminUser = tx.read(&input.admin_user_id, "adminUserId").await?;
    let wanted: AdminRole = tx.read(&input.role_id, "roleId").await?;
    let roles: Vec<AdminRole> = tx.get_all_locked(&vec![found.role_id, wanted.id]).await?;
    let people = lock_with_super_admins(tx, found.id).await?;
    let user = among(&people, found.id)?;
    if user.role_id != found.role_id {
        return Err(Fault::Retry.into());
    }
    if let Some(expected) = input.expected_version {
        tx.expect_version(&user, expected).await?;
    }
    if user.credential_key() == tx.actor.id {
        tx.refuse(SetRoleRefused::OwnRole);
    }
    if wanted.name != SUPER_ADMIN && is_last_super_admin(&people, &user) {
        tx.refuse(SetRoleRefused::LastSuperAdmin { name: user.username.clone() });
    }
    tx.require_all_rights_of(&user.role, "adminUserId").await?;
    tx.require_all_rights_of(&wanted.name, "roleId").await?;
    tx.settle()?;
    if user.role_id == wanted.id {
        return Ok(user);
    }
    for role in &roles {
        let change = if role.id == wanted.id { 1 } else { -1 };
        tx.amend(role, vec![AdminRole::USER_COUNT.to(role.user_count + change)]).await?;
    }
    let sets = vec![AdminUser::ROLE_ID.to(wanted.id), AdminUser::ROLE.to(wanted.name)];
    let user = tx.update(&user, sets).await?;
    revoke_all(tx, &user.credential_key()).await?;
    Ok(user)
}
