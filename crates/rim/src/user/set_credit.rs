//! Limit and score set by hand, for a reason; two people above what one may give (spec 5.3).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{User, credit};
use crate::admin_user::acting;
use crate::system_config::keys;

/// What a customer may borrow from now on.
#[derive(InputObject)]
#[graphql(name = "RimUserSetCreditInput")]
pub struct SetCredit {
    /// The customer.
    pub user_id: Id<User>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// The limit; below what is out, it only keeps new loans away.
    pub credit_limit: Option<Money>,
    /// The score, from 0 to 1,000.
    pub credit_score: Option<i32>,
    /// Why, at most 500 characters.
    pub reason: String,
}

mutation! {
    /// Sets limit and score by hand; raising a limit far takes two people.
    pub SET_CREDIT = "rimUserSetCredit"(SetCredit) -> User,
    permission "rim.user.credit"
    approved by "rim.user.credit" => set_credit
}

/// Sets limit and score by hand (spec 5.3).
pub async fn set_credit(tx: &mut Tx, input: SetCredit) -> Rule<User> {
    let user: User = tx.lock_version(&input.user_id, "userId", input.expected_version).await?;
    let reason = tx.text(&input.reason, "reason", 500);
    let limit = input.credit_limit.unwrap_or_else(|| user.credit_limit.clone());
    let score = input.credit_score.unwrap_or(user.credit_score);
    tx.amount(&limit, "creditLimit");
    tx.require((0..=1_000).contains(&score), || {
        let refusal = Refusal::new(Code::OutOfRange, "creditScore", "From 0 to 1,000.");
        refusal.with("least", 0).with("most", 1_000)
    });
    tx.settle()?;
    if limit > user.credit_limit && limit > keys::CREDIT_MANUAL_LIMIT.money(tx).await? {
        tx.four_eyes(&user, format!("Raise the limit of {} to {limit}", user.user_id)).await?;
    }
    let cause = credit::Cause { loan_id: None, changed_by: acting(tx), reason };
    credit::change(tx, &user, limit, score, cause).await
}
