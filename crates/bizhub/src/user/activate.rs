//! A person comes back, with the password that it had.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use super::User;

/// Who comes back.
#[derive(InputObject)]
#[graphql(name = "BizhubUserActivateInput")]
pub struct Activate {
    /// The person.
    pub user_id: Id<User>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

/// Why a person cannot be activated.
#[derive(Refusal)]
enum ActivateRefused {
    #[refusal(ALREADY_DONE, at = "userId", "{name} is active.")]
    Active { name: String },
}

mutation! {
    /// Lets a person log in again.
    pub ACTIVATE = "bizhubUserActivate"(Activate) -> User,
    permission "bizhub.user.update" => activate
}

/// Lets a person log in again (spec 6.11).
pub async fn activate(tx: &mut Tx, input: Activate) -> Rule<User> {
    let user: User = tx.lock_version(&input.user_id, "userId", input.expected_version).await?;
    tx.require_all_rights_of(user.role.spelling(), "userId").await?;
    if user.is_active {
        tx.refuse(ActivateRefused::Active { name: user.full_name.clone() });
    }
    tx.settle()?;
    tx.update(&user, vec![User::IS_ACTIVE.to(true)]).await
}
