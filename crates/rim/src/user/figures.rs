//! What a customer's row repeats of loans and transactions: how the customer stands, what was
//! paid back, how many loans there were, what is kept for the next (spec 5.3).

use bigdecimal::BigDecimal;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use uuid::Uuid;

use super::{RepaymentStatus, User};

/// Brings the figures of a locked customer up to date, as the last step of what changed them.
pub async fn refresh(tx: &mut Tx, user: Uuid) -> Rule<User> {
    let before: User = tx.get_locked(user).await?;
    let mut sql = Sql::new(
        "SELECT CASE WHEN l.overdue THEN 'Overdue' WHEN l.paid THEN 'Partial' \
           WHEN l.open THEN 'Pending' WHEN l.completed THEN 'Completed' ELSE 'Pending' END, \
         l.loans::integer, t.repaid, t.credit FROM (SELECT count(*) AS loans, \
           coalesce(bool_or(status = 'defaulted' OR status IN ('disbursed', 'repaying') \
             AND due_date < ",
    );
    sql.bind(Bind::Instant(Some(tx.now))).push(
        "), FALSE) AS overdue, \
           coalesce(bool_or(status IN ('disbursed', 'repaying') AND amount_paid > 0), FALSE) \
             AS paid, \
           coalesce(bool_or(status IN ('pending', 'approved', 'disbursed', 'repaying')), FALSE) \
             AS open, \
           coalesce(bool_or(status = 'completed'), FALSE) AS completed \
         FROM loans WHERE user_id = ",
    );
    sql.bind(user.into()).push(
        ") l, (SELECT coalesce(sum(t.amount), 0.00) AS repaid, \
           coalesce(sum(t.amount - r.applied), 0.00) AS credit \
         FROM transactions t CROSS JOIN LATERAL (SELECT coalesce(sum(r.amount), 0.00) AS applied \
           FROM loan_repayments r WHERE r.transaction_id = t.id AND r.reversed_at IS NULL) r \
         WHERE t.type = 'repayment' AND t.status = 'completed' AND t.user_id = ",
    );
    sql.bind(user.into()).push(") t");
    let rows = tx.load(sql).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("figures without a row"))?;
    let status: String = decode(row, 0)?;
    let sets = vec![
        User::REPAYMENT_STATUS.to(word(&status)),
        User::TOTAL_LOANS.to(decode::<i32>(row, 1)?),
        User::TOTAL_REPAID.to(Money::from(decode::<BigDecimal>(row, 2)?)),
        User::REPAYMENT_CREDIT.to(Money::from(decode::<BigDecimal>(row, 3)?)),
    ];
    tx.update(&before, sets).await
}

fn word(stored: &str) -> RepaymentStatus {
    use RepaymentStatus::{Completed, Overdue, Partial, Pending};
    [Partial, Completed, Overdue]
        .into_iter()
        .find(|status| status.spelling() == stored)
        .unwrap_or(Pending)
}
