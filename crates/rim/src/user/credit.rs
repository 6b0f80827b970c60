//! How limit and score follow from how loans end (spec 5.3). Every change leaves a row behind.

use bigdecimal::{BigDecimal, RoundingMode};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use uuid::Uuid;

use super::User;
use crate::credit_limit_change::CreditLimitChange;
use crate::loan::Loan;
use crate::system_config::keys;

/// Limits that the rules set are multiples of this, in whole units of the currency.
const STEP: i64 = 50;

/// What a change is put down to.
pub struct Cause {
    pub loan_id: Option<Uuid>,
    pub changed_by: Option<Uuid>,
    pub reason: String,
}

/// Sets limit and score of a locked customer and keeps what they were.
pub async fn change(
    tx: &mut Tx,
    user: &User,
    limit: Money,
    score: i32,
    cause: Cause,
) -> Rule<User> {
    if limit == user.credit_limit && score == user.credit_score {
        return Ok(user.clone());
    }
    let sets = vec![
        CreditLimitChange::USER_ID.to(user.id),
        CreditLimitChange::CHANGED_BY.to(cause.changed_by),
        CreditLimitChange::LOAN_ID.to(cause.loan_id),
        CreditLimitChange::REASON.to(cause.reason),
        CreditLimitChange::OLD_LIMIT.to(user.credit_limit.clone()),
        CreditLimitChange::NEW_LIMIT.to(limit.clone()),
        CreditLimitChange::OLD_SCORE.to(user.credit_score),
        CreditLimitChange::NEW_SCORE.to(score),
    ];
    tx.append(sets).await?;
    tx.update(user, vec![User::CREDIT_LIMIT.to(limit), User::CREDIT_SCORE.to(score)]).await
}

/// A loan was paid back: a reward in time, nothing within the days of grace, then a loss.
pub async fn paid_back(tx: &mut Tx, loan: &Loan) -> Rule<()> {
    let Some(due) = loan.due_date else { return Ok(()) };
    let late = (tx.business_date - tx.actor.tenant.local_date(due)).num_days();
    let grace = keys::CREDIT_LATE_GRACE_DAYS.whole(tx).await?;
    if late <= 0 {
        let points = keys::CREDIT_ON_TIME_SCORE.whole(tx).await?;
        let factor = keys::CREDIT_ON_TIME_FACTOR.number(tx).await?;
        return answer(tx, loan, points, Some(factor), "Paid back in time").await;
    }
    if late <= i64::from(grace) {
        return Ok(());
    }
    let points = keys::CREDIT_LATE_SCORE.whole(tx).await?;
    answer(tx, loan, points, None, "Paid back late").await
}

/// A loan was given up.
pub async fn defaulted(tx: &mut Tx, loan: &Loan) -> Rule<()> {
    let points = keys::CREDIT_DEFAULT_SCORE.whole(tx).await?;
    let factor = keys::CREDIT_DEFAULT_FACTOR.number(tx).await?;
    answer(tx, loan, points, Some(factor), "Defaulted").await
}

async fn answer(
    tx: &mut Tx,
    loan: &Loan,
    points: i32,
    factor: Option<BigDecimal>,
    reason: &str,
) -> Rule<()> {
    let user: User = tx.get_locked(loan.user_id).await?;
    let limit = match factor.filter(|_| user.auto_limit_enabled) {
        Some(factor) => scaled(tx, &user.credit_limit, factor).await?,
        None => user.credit_limit.clone(),
    };
    let score = (user.credit_score + points).clamp(0, 1_000);
    let reason = format!("{reason}: {}", loan.loan_id);
    change(tx, &user, limit, score, Cause { loan_id: Some(loan.id), changed_by: None, reason })
        .await?;
    Ok(())
}

/// A limit by a factor, within the bounds of the tenant and then rounded down. The bounds hold for
/// a reward, too: a limit that a person set above them comes back to the highest.
async fn scaled(tx: &mut Tx, limit: &Money, factor: BigDecimal) -> Rule<Money> {
    let least = keys::CREDIT_MIN.money(tx).await?;
    let most = keys::CREDIT_MAX.money(tx).await?;
    let within = limit.times(factor).min(most).max(least);
    let steps = (within.amount() / STEP).with_scale_round(0, RoundingMode::Floor);
    Ok(Money::from(steps * STEP).rounded())
}

/// Takes back what the end of a loan did, as far as bounds allow, when the loan is open again.
/// `completed` is the loan as it was until now; the end of one that had been given up did nothing.
pub async fn undo(tx: &mut Tx, completed: &Loan) -> Rule<()> {
    if completed.recovered {
        return Ok(());
    }
    let mut made = Sql::new("t.loan_id = ");
    made.bind(completed.id.into()).push(" AND t.created_at = ");
    made.bind(Bind::Instant(completed.completed_at)).push(" ORDER BY t.id DESC LIMIT 1");
    let Some(earlier) = tx.select::<CreditLimitChange>(made).await?.pop() else { return Ok(()) };
    let user: User = tx.get_locked(completed.user_id).await?;
    let gain = &earlier.new_limit - &earlier.old_limit;
    let limit = (&user.credit_limit - &gain).max(Money::cents(0));
    let score = (user.credit_score - (earlier.new_score - earlier.old_score)).clamp(0, 1_000);
    let reason = format!("A repayment was taken back: {}", completed.loan_id);
    let cause = Cause { loan_id: Some(completed.id), changed_by: None, reason };
    change(tx, &user, limit, score, cause).await?;
    Ok(())
}
