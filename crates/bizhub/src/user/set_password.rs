//! A person forgot its password: an administrator gives it another, to be changed at the next
//! login (spec 1.11).

use async_graphql::InputObject;
use bizgraph_kernel::auth;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use super::User;

/// Whose password, and which.
#[derive(InputObject)]
#[graphql(name = "BizhubUserSetPasswordInput")]
pub struct SetPassword {
    /// The person.
    pub user_id: Id<User>,
    /// The password until the next login, by the tenant's rules.
    #[graphql(secret)]
    pub new_password: String,
}

/// Why a password cannot be set.
#[derive(Refusal)]
enum SetPasswordRefused {
    #[refusal(FORBIDDEN, at = "userId", "Change your own password with changePassword.")]
    Own,
}

mutation! {
    /// Gives a person a password that it has to change, and ends its sessions and keys.
    pub SET_PASSWORD = "bizhubUserSetPassword"(SetPassword) -> User,
    permission "bizhub.user.update" => set_password
}

/// Gives a person another password (spec 1.11).
pub async fn set_password(tx: &mut Tx, input: SetPassword) -> Rule<User> {
    let user: User = tx.lock(&input.user_id, "userId").await?;
    tx.require_all_rights_of(user.role.spelling(), "userId").await?;
    let key = user.credential_key();
    if key == tx.actor.id {
        tx.refuse(SetPasswordRefused::Own);
    }
    tx.settle()?;
    let (username, email, password) = (&user.username, &user.email, &input.new_password);
    auth::set_password(tx, &key, username, email, password, true, "newPassword").await?;
    Ok(user)
}
