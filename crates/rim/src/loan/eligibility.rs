//! Who gets a loan, and how much may be out (spec 5.5). Every rule that asks holds the lock on
//! the customer, so that two loans asked for at once cannot both fit below one limit.

use bigdecimal::BigDecimal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use uuid::Uuid;

use crate::system_config::keys;
use crate::user::{User, UserStatus};

/// How a customer stands, one loan left out where it is the one in question.
pub struct Standing {
    defaulted: i64,
    late: i64,
    open: i64,
    /// What is out, or asked for and may go out.
    pub out: Money,
}

/// Reads how a customer stands; the customer is locked.
pub async fn standing(tx: &mut Tx, user: &User, except: Option<Uuid>) -> Rule<Standing> {
    let mut sql = Sql::new(
        "SELECT count(*) FILTER (WHERE l.status = 'defaulted'), \
         count(*) FILTER (WHERE l.status IN ('disbursed', 'repaying') AND l.due_date < ",
    );
    sql.bind(Bind::Instant(Some(tx.now))).push(
        "), count(*), coalesce(sum(CASE WHEN l.status IN ('pending', 'approved') THEN l.amount \
         ELSE l.outstanding_amount END), 0.00) FROM loans l WHERE l.status IN ('pending', \
         'approved', 'disbursed', 'repaying', 'defaulted') AND l.user_id = ",
    );
    sql.bind(user.id.into()).push(" AND l.id IS DISTINCT FROM ").bind(Bind::Uuid(except));
    let rows = tx.load(sql).await?;
    let row = rows.first().ok_or_else(|| bizgraph_kernel::db::Fault::internal("no standing"))?;
    Ok(Standing {
        defaulted: decode(row, 0)?,
        late: decode(row, 1)?,
        open: decode(row, 2)?,
        out: Money::from(decode::<BigDecimal>(row, 3)?),
    })
}

/// Refuses what a loan of this amount would break, and answers what would be out with it, in the
/// tenant's currency.
pub async fn check(
    tx: &mut Tx,
    user: &User,
    amount: &Money,
    except: Option<Uuid>,
    field: &str,
) -> Rule<Money> {
    let standing = standing(tx, user, except).await?;
    let most_open = keys::LOANS_MAX_OPEN.whole(tx).await?;
    let least_age = keys::LOANS_MIN_ACCOUNT_AGE_DAYS.whole(tx).await?;
    let age = (tx.now - user.created_at).num_days();
    let not_eligible = |message: String| Refusal::new(Code::NotEligible, field, message);
    is_active(tx, user, field);
    tx.require(standing.defaulted == 0, || {
        not_eligible("A loan of the customer is in default; it has to be paid back first.".into())
    });
    tx.require(standing.late == 0, || {
        not_eligible("A loan of the customer is past due; it has to be paid back first.".into())
    });
    tx.require(standing.open < i64::from(most_open), || {
        not_eligible(format!(
            "The customer has {} of at most {most_open} open loans.",
            standing.open
        ))
        .with("open", standing.open)
        .with("most", most_open)
    });
    // Where no age is asked for, a clock set back does not make an account too young.
    tx.require(least_age <= 0 || age >= i64::from(least_age), || {
        let message = format!("The account is {age} days old; {least_age} are asked for.");
        not_eligible(message).with("days", age).with("least", least_age)
    });
    fits(tx, user, &standing, amount)
}

/// Refuses a customer who gets no new loans.
pub fn is_active(tx: &mut Tx, user: &User, field: &str) {
    tx.require(user.status == UserStatus::Active && user.deleted_at.is_none(), || {
        let message = "The customer is not active and gets no loans; activate the customer first.";
        Refusal::new(Code::NotEligible, field, message).with("status", user.status.spelling())
    });
}

/// Refuses an amount that does not fit below the limit, and answers what would be out with it.
pub fn fits(tx: &mut Tx, user: &User, standing: &Standing, amount: &Money) -> Rule<Money> {
    let exposure = &standing.out + amount;
    tx.require(exposure <= user.credit_limit, || {
        let (out, limit) = (&standing.out, &user.credit_limit);
        let message = format!(
            "With this loan {exposure} would be out ({out} before it), of a limit of {limit}. Ask \
             for less, or have the limit raised."
        );
        Refusal::new(Code::CreditLimitExceeded, "amount", message)
            .with("exposure", exposure.to_string())
            .with("limit", limit.to_string())
            .with("amount", amount.to_string())
    });
    Ok(exposure)
}
