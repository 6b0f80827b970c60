//! A person is let in again after too many wrong passwords, before the time is over
//! (spec 1.11).

use async_graphql::InputObject;
use bizgraph_kernel::auth;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::User;

/// Whom to unlock.
#[derive(InputObject)]
#[graphql(name = "BizhubUserUnlockInput")]
pub struct Unlock {
    /// The person.
    pub user_id: Id<User>,
}

mutation! {
    /// Forgets a person's failed attempts to log in.
    pub UNLOCK = "bizhubUserUnlock"(Unlock) -> User,
    permission "bizhub.user.update" => unlock
}

/// Forgets a person's failed attempts (spec 1.11), never those of one who may do more than the
/// caller: the lock is what keeps its password from being guessed.
pub async fn unlock(tx: &mut Tx, input: Unlock) -> Rule<User> {
    let user: User = tx.lock(&input.user_id, "userId").await?;
    tx.require_all_rights_of(user.role.spelling(), "userId").await?;
    tx.settle()?;
    auth::unlock(tx, &user.credential_key()).await?;
    Ok(user)
}
