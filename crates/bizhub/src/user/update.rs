//! A change to what is known of a person; the role has a mutation of its own. Codes go to the
//! addresses, so nobody changes those of a person who may do more (spec 1.7.4).

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{User, optional_phone, username};

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "BizhubUserUpdateInput")]
pub struct Update {
    /// The person.
    pub user_id: Id<User>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// The name to log in with: one word, unique, at most 50 characters.
    pub username: Option<String>,
    /// Email address; unique.
    pub email: Option<String>,
    /// The person's name; at most 100 characters.
    pub full_name: Option<String>,
    /// Phone number, national or international.
    pub phone: MaybeUndefined<String>,
}

mutation! {
    /// Changes the names and addresses of a person.
    pub UPDATE = "bizhubUserUpdate"(Update) -> User,
    permission "bizhub.user.update" => update
}

/// Changes what is known of a person (spec 6.11).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<User> {
    let user: User = tx.lock_version(&input.user_id, "userId", input.expected_version).await?;
    tx.require_all_rights_of(user.role.spelling(), "userId").await?;
    let mut sets = Vec::new();
    if let Some(name) = input.username {
        sets.push(User::USERNAME.to(username(tx, &name, "username")));
    }
    if let Some(email) = input.email {
        sets.push(User::EMAIL.to(tx.email(&email, "email")));
    }
    if let Some(name) = input.full_name {
        sets.push(User::FULL_NAME.to(tx.text(&name, "fullName", 100)));
    }
    if let Some(phone) = Option::<Option<String>>::from(input.phone) {
        sets.push(User::PHONE.to(optional_phone(tx, phone, "phone")));
    }
    tx.settle()?;
    tx.update(&user, sets).await
}
