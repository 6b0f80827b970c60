//! A person who cannot come in any more gets a new one-time password, or another try
//! (spec 1.11).

use async_graphql::InputObject;
use bizgraph_kernel::auth;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::{AdminUser, one_time_password};

/// Who gets a new password.
#[derive(InputObject)]
#[graphql(name = "RimAdminUserResetPasswordInput")]
pub struct ResetPassword {
    /// The person.
    pub admin_user_id: Id<AdminUser>,
}

/// Who gets another try.
#[derive(InputObject)]
#[graphql(name = "RimAdminUserUnlockInput")]
pub struct Unlock {
    /// The person.
    pub admin_user_id: Id<AdminUser>,
}

mutation! {
    /// Gives a person a one-time password, shown now and never again and sent to the person by the
    /// templates `password_reset`; its sessions end.
    pub RESET_PASSWORD = "rimAdminUserResetPassword"(ResetPassword) -> AdminUser,
    permission "rim.admin_user.update" also [super::ONE_TIME_PASSWORD] => reset_password
}

mutation! {
    /// Ends the lock of a person after too many wrong passwords.
    pub UNLOCK = "rimAdminUserUnlock"(Unlock) -> AdminUser,
    permission "rim.admin_user.update" => unlock
}

/// Gives a person a one-time password (spec 5.8); whoever could use it for more than they may
/// themselves is refused.
pub async fn reset_password(tx: &mut Tx, input: ResetPassword) -> Rule<Outcome> {
    let user: AdminUser = tx.lock(&input.admin_user_id, "adminUserId").await?;
    tx.require_all_rights_of(&user.role, "adminUserId").await?;
    tx.settle()?;
    let password = one_time_password::give(tx, &user).await?;
    Ok(Outcome::from(user).with("oneTimePassword", password))
}

/// Ends the lock of a person (spec 1.11), never of one who may do more than the caller: a lock is
/// what keeps its password from being guessed.
pub async fn unlock(tx: &mut Tx, input: Unlock) -> Rule<AdminUser> {
    let user: AdminUser = tx.lock(&input.admin_user_id, "adminUserId").await?;
    tx.require_all_rights_of(&user.role, "adminUserId").await?;
    tx.settle()?;
    auth::unlock(tx, &user.credential_key()).await?;
    Ok(user)
}
