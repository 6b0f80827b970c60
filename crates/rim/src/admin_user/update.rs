//! A change to what is known of a person of the admin panel; role and status have mutations of
//! their own. Passwords and codes go to the addresses, so nobody changes those of a person who
//! may do more (spec 1.7.4).

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::input::trimmed;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::AdminUser;
use super::administrators::username;

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "RimAdminUserUpdateInput")]
pub struct Update {
    /// The person.
    pub admin_user_id: Id<AdminUser>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// The name to log in with: one word, unique, at most 50 characters.
    pub username: Option<String>,
    /// Email address; unique.
    pub email: Option<String>,
    /// Phone number, national or international.
    pub phone: MaybeUndefined<String>,
}

mutation! {
    /// Changes the name and the addresses of a person of the admin panel.
    pub UPDATE = "rimAdminUserUpdate"(Update) -> AdminUser,
    permission "rim.admin_user.update" => update
}

/// Changes what is known of a person (spec 5.8).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<AdminUser> {
    let (id, field) = (&input.admin_user_id, "adminUserId");
    let user: AdminUser = tx.lock_version(id, field, input.expected_version).await?;
    tx.require_all_rights_of(&user.role, field).await?;
    let mut sets = Vec::new();
    if let Some(name) = input.username {
        sets.push(AdminUser::USERNAME.to(username(tx, &name, "username")));
    }
    if let Some(email) = input.email {
        sets.push(AdminUser::EMAIL.to(tx.email(&email, "email")));
    }
    if let Some(phone) = Option::<Option<String>>::from(input.phone) {
        let phone = trimmed(phone).map(|phone| tx.phone(&phone, "phone"));
        sets.push(AdminUser::PHONE.to(phone));
    }
    tx.settle()?;
    tx.update(&user, sets).await
}
