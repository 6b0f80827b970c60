//! A customer is let in again after too many wrong codes, before the time is over (spec 1.11).

use async_graphql::InputObject;
use bizgraph_kernel::auth;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::User;

/// Who gets another try.
#[derive(InputObject)]
#[graphql(name = "RimUserUnlockInput")]
pub struct Unlock {
    /// The customer.
    pub user_id: Id<User>,
}

mutation! {
    /// Ends the lock of a customer after too many wrong codes.
    pub UNLOCK = "rimUserUnlock"(Unlock) -> User,
    permission "rim.user.update" => unlock
}

/// Forgets a customer's failed attempts (spec 1.11).
pub async fn unlock(tx: &mut Tx, input: Unlock) -> Rule<User> {
    let user: User = tx.lock(&input.user_id, "userId").await?;
    auth::unlock(tx, &user.credential_key()).await?;
    Ok(user)
}
