//! Who can come in: a person is let in again, leaves, or is kept out for a reason. Never
//! oneself, never somebody who may do more, and never the last super_admin; whoever leaves
//! `active` is logged out (spec 5.8, 1.7.4).

use async_graphql::InputObject;
use bizgraph_kernel::auth::revoke_all;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::machine::Move;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use super::administrators::{among, is_last_super_admin, lock_with_super_admins};
use super::{AdminUser, AdminUserStatus, machine};

/// Whom to let in again.
#[derive(InputObject)]
#[graphql(name = "RimAdminUserActivateInput")]
pub struct Activate {
    /// The person.
    pub admin_user_id: Id<AdminUser>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

/// Who leaves.
#[derive(InputObject)]
#[graphql(name = "RimAdminUserDeactivateInput")]
pub struct Deactivate {
    /// The person.
    pub admin_user_id: Id<AdminUser>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why, at most 500 characters.
    pub reason: Option<String>,
}

/// Whom to keep out, and why.
#[derive(InputObject)]
#[graphql(name = "RimAdminUserSuspendInput")]
pub struct Suspend {
    /// The person.
    pub admin_user_id: Id<AdminUser>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why, at most 500 characters.
    pub reason: String,
}

/// Why a person cannot be kept out.
#[derive(Refusal)]
enum LeaveRefused {
    #[refusal(
        FORBIDDEN,
        at = "adminUserId",
        "Nobody ends their own access; ask another administrator."
    )]
    Oneself,
    #[refusal(
        PRECONDITION_FAILED,
        at = "adminUserId",
        "{name} is the last active super_admin. Make another person one first."
    )]
    LastSuperAdmin { name: String },
}

mutation! {
    /// Lets a person in again, with the password that it had.
    pub ACTIVATE = "rimAdminUserActivate"(Activate) -> AdminUser,
    permission "rim.admin_user.transition:activate" => activate
}

mutation! {
    /// Ends a person's access, its sessions and its keys.
    pub DEACTIVATE = "rimAdminUserDeactivate"(Deactivate) -> AdminUser,
    permission "rim.admin_user.transition:deactivate" => deactivate
}

mutation! {
    /// Keeps a person out and ends its sessions and keys.
    pub SUSPEND = "rimAdminUserSuspend"(Suspend) -> AdminUser,
    permission "rim.admin_user.transition:suspend" => suspend
}

/// Lets a person in again (spec 5.8).
pub async fn activate(tx: &mut Tx, input: Activate) -> Rule<AdminUser> {
    let (id, field) = (&input.admin_user_id, "adminUserId");
    let user: AdminUser = tx.lock_version(id, field, input.expected_version).await?;
    tx.check_move(&user, &machine::ACTIVATE, None, field)?;
    tx.require_all_rights_of(&user.role, field).await?;
    tx.settle()?;
    let sets = vec![AdminUser::SUSPENSION_REASON.to(None::<String>)];
    tx.advance(&user, &machine::ACTIVATE, AdminUserStatus::Active.spelling(), sets).await
}

/// Ends a person's access (spec 5.8).
pub async fn deactivate(tx: &mut Tx, input: Deactivate) -> Rule<AdminUser> {
    tx.optional_text(input.reason, "reason", 500);
    let (step, to) = (&machine::DEACTIVATE, AdminUserStatus::Inactive);
    leave(tx, &input.admin_user_id, input.expected_version, step, to, None).await
}

/// Keeps a person out (spec 5.8).
pub async fn suspend(tx: &mut Tx, input: Suspend) -> Rule<AdminUser> {
    let reason = tx.text(&input.reason, "reason", 500);
    let (step, to) = (&machine::SUSPEND, AdminUserStatus::Suspended);
    leave(tx, &input.admin_user_id, input.expected_version, step, to, Some(reason)).await
}

async fn leave(
    tx: &mut Tx,
    id: &Id<AdminUser>,
    expected_version: Option<i32>,
    step: &'static Move,
    to: AdminUserStatus,
    reason: Option<String>,
) -> Rule<AdminUser> {
    let key = tx.read(id, "adminUserId").await?.id;
    let people = lock_with_super_admins(tx, key).await?;
    let user = among(&people, key)?;
    if let Some(expected) = expected_version {
        tx.expect_version(&user, expected).await?;
    }
    tx.check_move(&user, step, None, "adminUserId")?;
    tx.require_all_rights_of(&user.role, "adminUserId").await?;
    if user.credential_key() == tx.actor.id {
        tx.refuse(LeaveRefused::Oneself);
    }
    if is_last_super_admin(&people, &user) {
        tx.refuse(LeaveRefused::LastSuperAdmin { name: user.username.clone() });
    }
    tx.settle()?;
    let sets = vec![AdminUser::SUSPENSION_REASON.to(reason)];
    let user = tx.advance(&user, step, to.spelling(), sets).await?;
    revoke_all(tx, &user.credential_key()).await?;
    Ok(user)
}
