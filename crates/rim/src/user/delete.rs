//! A customer is deleted softly, unless a loan is still open; sessions end (spec 5.3, 1.9).

use async_graphql::InputObject;
use bizgraph_kernel::auth::revoke_all;
use bizgraph_kernel::db::{Dependants, Tx};
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::User;
use crate::admin_user::acting;
use crate::loan::Loan;

/// Which customer to delete, and why.
#[derive(InputObject)]
#[graphql(name = "RimUserDeleteInput")]
pub struct Delete {
    /// The customer.
    pub user_id: Id<User>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why it is deleted; at most 500 characters.
    pub reason: String,
}

mutation! {
    /// Deletes a customer without open loans; past ones keep it, and it can be restored.
    pub DELETE = "rimUserDelete"(Delete),
    permission "rim.user.delete"
    also [("deletedId", "The customer that was deleted.", "ID")] => delete
}

/// Deletes a customer that no open loan needs (spec 5.3).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let user: User = tx.lock_version(&input.user_id, "userId", input.expected_version).await?;
    let reason = tx.text(&input.reason, "reason", 500);
    let open_loans = Dependants {
        meta: Loan::META,
        column: "user_id",
        name: "loan_id",
        only: "t.status NOT IN ('rejected', 'completed')",
    };
    tx.refuse_dependants(&user, "userId", &[open_loans]).await?;
    tx.settle()?;
    let sets = vec![
        User::DELETED_AT.to(Some(tx.now)),
        User::DELETED_BY.to(acting(tx)),
        User::DELETE_REASON.to(Some(reason)),
    ];
    let user = tx.amend(&user, sets).await?;
    tx.announce(User::META, "delete", &user.key());
    revoke_all(tx, &user.credential_key()).await?;
    Ok(Outcome::default().with("deletedId", input.user_id.as_str()))
}
