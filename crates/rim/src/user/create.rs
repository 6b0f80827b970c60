//! A new customer, entered by the staff; the mobile app will do the same (spec 5.3). The limit
//! is the one that the tenant gives to new customers.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::User;
use crate::series;
use crate::system_config::keys;

/// Who the customer is.
#[derive(InputObject)]
#[graphql(name = "RimUserCreateInput")]
pub struct Create {
    /// First name; at most 100 characters.
    pub first_name: Option<String>,
    /// Last name; at most 100 characters.
    pub last_name: Option<String>,
    /// Phone number, national or international; unique among customers that are not deleted.
    pub phone: String,
    /// Email address.
    pub email: String,
    /// Whether the limit follows how loans are paid back; it does unless said.
    pub auto_limit_enabled: Option<bool>,
}

mutation! {
    /// Adds a customer.
    pub CREATE = "rimUserCreate"(Create) -> User,
    permission "rim.user.create" => create
}

/// Adds a customer (spec 5.3).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<User> {
    let limit = keys::CREDIT_INITIAL_LIMIT.money(tx).await?;
    let mut sets = vec![
        User::FIRST_NAME.to(tx.optional_text(input.first_name, "firstName", 100)),
        User::LAST_NAME.to(tx.optional_text(input.last_name, "lastName", 100)),
        User::PHONE.to(tx.phone(&input.phone, "phone")),
        User::EMAIL.to(tx.email(&input.email, "email")),
        User::AUTO_LIMIT_ENABLED.to(input.auto_limit_enabled.unwrap_or(true)),
        User::CREDIT_LIMIT.to(limit),
        User::LAST_ACTIVE_AT.to(tx.now),
    ];
    tx.settle()?;
    sets.push(User::USER_ID.to(tx.draw_number(&series::USER).await?));
    tx.insert(sets).await
}
