//! A deleted customer comes back, unless somebody else has the phone number by now (spec 1.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::db::tx::not_found;
use bizgraph_kernel::entity::{Entity, Id, Sql};
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use super::User;

/// Which customer to bring back.
#[derive(InputObject)]
#[graphql(name = "RimUserRestoreInput")]
pub struct Restore {
    /// The customer.
    pub user_id: Id<User>,
}

/// Why a customer cannot be restored.
#[derive(Refusal)]
enum RestoreRefused {
    #[refusal(ALREADY_DONE, at = "userId", "The customer {name} is not deleted.")]
    NotDeleted { name: String },
}

mutation! {
    /// Brings a deleted customer back.
    pub RESTORE = "rimUserRestore"(Restore) -> User,
    permission "rim.user.delete" => restore
}

/// Brings a deleted customer back (spec 1.9); the index on live phone numbers is the check.
pub async fn restore(tx: &mut Tx, input: Restore) -> Rule<User> {
    let mut wanted = Sql::new("t.id = ");
    wanted.bind(tx.key(&input.user_id, "userId")?).push(" FOR NO KEY UPDATE OF t");
    let Some(user) = tx.select::<User>(wanted).await?.pop() else {
        return Err(not_found::<User>("userId").into());
    };
    if user.deleted_at.is_none() {
        return Err(RestoreRefused::NotDeleted { name: user.display_name() }.into());
    }
    let sets =
        vec![User::DELETED_AT.to(None), User::DELETED_BY.to(None), User::DELETE_REASON.to(None)];
    let user = tx.amend(&user, sets).await?;
    tx.announce(User::META, "restore", &user.key());
    Ok(user)
}
