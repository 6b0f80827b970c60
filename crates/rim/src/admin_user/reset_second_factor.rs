//! A person lost phone and recovery codes: an administrator takes the second factor away, so
//! that the person can log in and set up another (spec 1.11). Its sessions end.

use async_graphql::InputObject;
use bizgraph_kernel::auth;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use super::AdminUser;

/// Whose second factor, and why.
#[derive(InputObject)]
#[graphql(name = "RimAdminUserResetSecondFactorInput")]
pub struct ResetSecondFactor {
    /// The person.
    pub admin_user_id: Id<AdminUser>,
    /// Why, for the audit log; at most 500 characters.
    pub reason: String,
}

/// Why a second factor cannot be taken away.
#[derive(Refusal)]
enum ResetRefused {
    #[refusal(
        FORBIDDEN,
        at = "adminUserId",
        "Remove your own second factor with removeSecondFactor."
    )]
    Own,
}

mutation! {
    /// Takes the second factor of another person away and ends its sessions.
    pub RESET_SECOND_FACTOR = "rimAdminUserResetSecondFactor"(ResetSecondFactor) -> AdminUser,
    permission "rim.admin_user.update" => reset_second_factor
}

/// Takes another person's second factor away (spec 1.11), never one's own: that asks for a code.
/// Nobody does so to whoever may do more than they may themselves.
pub async fn reset_second_factor(tx: &mut Tx, input: ResetSecondFactor) -> Rule<AdminUser> {
    let user: AdminUser = tx.lock(&input.admin_user_id, "adminUserId").await?;
    tx.text(&input.reason, "reason", 500);
    tx.require_all_rights_of(&user.role, "adminUserId").await?;
    if user.credential_key() == tx.actor.id {
        tx.refuse(ResetRefused::Own);
    }
    tx.settle()?;
    auth::reset_second_factor(tx, &user.credential_key(), "adminUserId").await?;
    Ok(user)
}
