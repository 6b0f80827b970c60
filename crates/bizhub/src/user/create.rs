//! A new person of the shop. The password that the administrator chooses works once: the
//! person has to change it at the first login (spec 1.11).

use async_graphql::InputObject;
use bizgraph_kernel::auth::set_password;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{User, UserRole, optional_phone, username};

/// Who the person is.
#[derive(InputObject)]
#[graphql(name = "BizhubUserCreateInput")]
pub struct Create {
    /// The name to log in with: one word, unique, at most 50 characters.
    pub username: String,
    /// Email address; unique.
    pub email: String,
    /// What the person may do.
    pub role: UserRole,
    /// The person's name; at most 100 characters.
    pub full_name: String,
    /// Phone number, national or international.
    pub phone: Option<String>,
    /// The first password, by the tenant's rules; it must be changed at the first login.
    #[graphql(secret)]
    pub password: String,
}

mutation! {
    /// Adds a person who works in the shop.
    pub CREATE = "bizhubUserCreate"(Create) -> User,
    permission "bizhub.user.create" => create
}

/// Adds a person (spec 6.11).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<User> {
    tx.require_all_rights_of(input.role.spelling(), "role").await?;
    let sets = vec![
        User::USERNAME.to(username(tx, &input.username, "username")),
        User::EMAIL.to(tx.email(&input.email, "email")),
        User::ROLE.to(input.role),
        User::FULL_NAME.to(tx.text(&input.full_name, "fullName", 100)),
        User::PHONE.to(optional_phone(tx, input.phone, "phone")),
    ];
    tx.settle()?;
    let user = tx.insert::<User>(sets).await?;
    let key = user.credential_key();
    let (username, email) = (&user.username, &user.email);
    set_password(tx, &key, username, email, &input.password, true, "password").await?;
    Ok(user)
}
