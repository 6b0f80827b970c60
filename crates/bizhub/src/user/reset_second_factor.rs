//! A person lost phone and recovery codes: an administrator takes the second factor away, so
//! that the person can log in and set up another (spec 1.11). Its sessions end.

use async_graphql::InputObject;
use bizgraph_kernel::auth;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use super::User;

/// Whose second factor, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubUserResetSecondFactorInput")]
pub struct ResetSecondFactor {
    /// The person.
    pub user_id: Id<User>,
    /// Why, for the audit log; at most 500 characters.
    pub reason: String,
}

/// Why a second factor cannot be taken away.
#[derive(Refusal)]
enum ResetRefused {
    #[refusal(FORBIDDEN, at = "userId", "Remove your own second factor with removeSecondFactor.")]
    Own,
}

mutation! {
    /// Takes the second factor of another person away and ends its sessions.
    pub RESET_SECOND_FACTOR = "bizhubUserResetSecondFactor"(ResetSecondFactor) -> User,
    permission "bizhub.user.update" => reset_second_factor
}

/// Takes another person's second factor away (spec 1.11), never one's own: that asks for a code.
pub async fn reset_second_factor(tx: &mut Tx, input: ResetSecondFactor) -> Rule<User> {
    let user: User = tx.lock(&input.user_id, "userId").await?;
    tx.text(&input.reason, "reason", 500);
    tx.require_all_rights_of(user.role.spelling(), "userId").await?;
    if user.credential_key() == tx.actor.id {
        tx.refuse(ResetRefused::Own);
    }
    tx.settle()?;
    auth::reset_second_factor(tx, &user.credential_key(), "userId").await?;
    Ok(user)
}
