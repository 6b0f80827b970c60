//! A change to what is known of a customer. Loans, transactions on their way and tickets that
//! are not closed hold copies, which follow in the same transaction; what is done keeps the old
//! ones, as records do (spec 5.3).

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::auth::revoke_all;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Id, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::User;
use crate::loan::Loan;
use crate::ticket::Ticket;
use crate::transaction::Transaction;

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "RimUserUpdateInput")]
pub struct Update {
    /// The customer.
    pub user_id: Id<User>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// First name; at most 100 characters.
    pub first_name: MaybeUndefined<String>,
    /// Last name; at most 100 characters.
    pub last_name: MaybeUndefined<String>,
    /// Phone number, national or international; unique among customers that are not deleted.
    pub phone: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Whether the limit follows how loans are paid back.
    pub auto_limit_enabled: Option<bool>,
    /// Wants no broadcasts by SMS.
    pub sms_opt_out: Option<bool>,
    /// Wants no broadcasts by email.
    pub email_opt_out: Option<bool>,
}

mutation! {
    /// Changes what is known of a customer; copies follow.
    pub UPDATE = "rimUserUpdate"(Update) -> User,
    permission "rim.user.update" => update
}

/// Changes what is known of a customer (spec 5.3). A new phone number is a new way to log in,
/// so the customer's sessions end.
pub async fn update(tx: &mut Tx, input: Update) -> Rule<User> {
    let user: User = tx.lock_version(&input.user_id, "userId", input.expected_version).await?;
    let mut sets = Vec::new();
    for (name, column, field) in [
        (input.first_name, User::FIRST_NAME, "firstName"),
        (input.last_name, User::LAST_NAME, "lastName"),
    ] {
        if let Some(name) = Option::<Option<String>>::from(name) {
            sets.push(column.to(tx.optional_text(name, field, 100)));
        }
    }
    if let Some(phone) = input.phone {
        sets.push(User::PHONE.to(tx.phone(&phone, "phone")));
    }
    if let Some(email) = input.email {
        sets.push(User::EMAIL.to(tx.email(&email, "email")));
    }
    for (flag, column) in [
        (input.auto_limit_enabled, User::AUTO_LIMIT_ENABLED),
        (input.sms_opt_out, User::SMS_OPT_OUT),
        (input.email_opt_out, User::EMAIL_OPT_OUT),
    ] {
        sets.extend(flag.map(|flag| column.to(flag)));
    }
    tx.settle()?;
    let changed = tx.update(&user, sets).await?;
    if (&changed.phone, &changed.email) != (&user.phone, &user.email)
        || changed.display_name() != user.display_name()
    {
        copy(tx, &changed).await?;
    }
    if changed.phone != user.phone {
        revoke_all(tx, &changed.credential_key()).await?;
    }
    Ok(changed)
}

/// Brings the copies of a customer's name and addresses up to date.
async fn copy(tx: &mut Tx, user: &User) -> Rule<()> {
    let of_user = |column: &str, only: &str| {
        let mut sql = Sql::new("t.");
        sql.push(column).push(" = ").bind(user.id.into()).push(only);
        sql.push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
        sql
    };
    for loan in tx.select::<Loan>(of_user("user_id", "")).await? {
        let sets = vec![
            Loan::USER_PHONE.to(user.phone.clone()),
            Loan::USER_EMAIL.to(Some(user.email.clone())),
        ];
        tx.amend(&loan, sets).await?;
    }
    let moving = of_user("user_id", " AND t.status IN ('pending', 'failed')");
    for transaction in tx.select::<Transaction>(moving).await? {
        let sets = vec![
            Transaction::USER_PHONE.to(user.phone.clone()),
            Transaction::USER_EMAIL.to(Some(user.email.clone())),
        ];
        tx.amend(&transaction, sets).await?;
    }
    for ticket in tx.select::<Ticket>(of_user("customer_id", " AND t.status <> 'closed'")).await? {
        let sets = vec![
            Ticket::CUSTOMER_NAME.to(user.display_name()),
            Ticket::CUSTOMER_PHONE.to(user.phone.clone()),
            Ticket::CUSTOMER_EMAIL.to(user.email.clone()),
        ];
        tx.amend(&ticket, sets).await?;
    }
    Ok(())
}
