//! What a repayment does to the loans it goes to, and what its refund does to them (spec 5.4,
//! 5.6). The customer is locked; loans are locked here in the order of their keys.

use bigdecimal::BigDecimal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Sql, decode};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use uuid::Uuid;

use super::{Loan, LoanStatus, allocation, machine};
use crate::loan_repayment::LoanRepayment;
use crate::transaction::Transaction;
use crate::user::{User, credit};

/// The loans of a customer that can be paid back, locked; in the order in which they are paid:
/// the one that is named, then by due date.
pub async fn open_loans(tx: &mut Tx, user: Uuid, named: Option<Uuid>) -> Rule<Vec<Loan>> {
    let mut open = Sql::new("t.status IN ('disbursed', 'repaying', 'defaulted') AND t.user_id = ");
    open.bind(user.into()).push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
    let mut loans: Vec<Loan> = tx.select(open).await?;
    loans.sort_by_key(|loan| (Some(loan.id) != named, loan.due_date, loan.id));
    Ok(loans)
}

/// Spreads an amount of a repayment over the open loans, and answers what is left of it.
pub async fn apply(tx: &mut Tx, transaction: &Transaction, amount: &Money) -> Rule<Money> {
    let loans = open_loans(tx, transaction.user_id, transaction.loan_id).await?;
    let debts: Vec<Money> = loans.iter().map(|loan| loan.outstanding_amount.clone()).collect();
    let mut left = amount.clone();
    for (loan, part) in loans.iter().zip(allocation::split(amount, &debts)) {
        if !part.is_positive() {
            continue;
        }
        left = &left - &part;
        let sets = vec![
            LoanRepayment::TRANSACTION_ID.to(transaction.id),
            LoanRepayment::LOAN_ID.to(loan.id),
            LoanRepayment::AMOUNT.to(part.clone()),
        ];
        tx.append(sets).await?;
        pay(tx, loan, &part).await?;
    }
    Ok(left)
}

async fn pay(tx: &mut Tx, loan: &Loan, part: &Money) -> Rule<()> {
    let paid = &loan.amount_paid + part;
    let completes = paid == loan.amount_due;
    let mut sets = vec![Loan::AMOUNT_PAID.to(paid)];
    let completed = LoanStatus::Completed.spelling();
    if completes {
        sets.push(Loan::COMPLETED_AT.to(Some(tx.now)));
    }
    match (completes, loan.status) {
        (true, LoanStatus::Defaulted) => {
            sets.push(Loan::RECOVERED.to(true));
            tx.advance(loan, &machine::RECOVER, completed, sets).await?;
        }
        (true, _) => {
            let loan = tx.advance(loan, &machine::SETTLE, completed, sets).await?;
            credit::paid_back(tx, &loan).await?;
        }
        (false, LoanStatus::Disbursed) => {
            let repaying = LoanStatus::Repaying.spelling();
            tx.advance(loan, &machine::FIRST_REPAYMENT, repaying, sets).await?;
        }
        (false, _) => {
            tx.update(loan, sets).await?;
        }
    }
    Ok(())
}

/// Lets what was paid beyond earlier debts go to the open loans, the oldest repayment first.
pub async fn apply_credit(tx: &mut Tx, user: &User) -> Rule<()> {
    let mut sql = Sql::new(
        "SELECT t.id, t.amount - r.applied FROM transactions t CROSS JOIN LATERAL \
         (SELECT coalesce(sum(r.amount), 0.00) AS applied FROM loan_repayments r \
          WHERE r.transaction_id = t.id AND r.reversed_at IS NULL) r \
         WHERE t.type = 'repayment' AND t.status = 'completed' AND t.amount > r.applied \
         AND t.user_id = ",
    );
    sql.bind(user.id.into()).push(" ORDER BY t.completed_at, t.id");
    for row in tx.load(sql).await? {
        let transaction: Transaction = tx.get(decode::<Uuid>(&row, 0)?).await?;
        let rest = Money::from(decode::<BigDecimal>(&row, 1)?);
        apply(tx, &transaction, &rest).await?;
    }
    Ok(())
}

/// Takes back from loans what a repayment paid (spec 5.4), and lets other credit go there.
pub async fn take_back(tx: &mut Tx, transaction: &Transaction, user: &User) -> Rule<()> {
    let mut live = Sql::new("t.reversed_at IS NULL AND t.transaction_id = ");
    live.bind(transaction.id.into()).push(" ORDER BY t.loan_id");
    for repayment in tx.select::<LoanRepayment>(live).await? {
        let loan: Loan = tx.get_locked(repayment.loan_id).await?;
        tx.amend(&repayment, vec![LoanRepayment::REVERSED_AT.to(Some(tx.now))]).await?;
        unpay(tx, &loan, &repayment.amount).await?;
    }
    apply_credit(tx, user).await
}

async fn unpay(tx: &mut Tx, loan: &Loan, part: &Money) -> Rule<()> {
    let paid = &loan.amount_paid - part;
    let nothing = paid.is_zero();
    let mut sets = vec![Loan::AMOUNT_PAID.to(paid)];
    match loan.status {
        LoanStatus::Completed => {
            let back = match (loan.defaulted_at, nothing) {
                (Some(_), _) => LoanStatus::Defaulted,
                (None, true) => LoanStatus::Disbursed,
                (None, false) => LoanStatus::Repaying,
            };
            sets.push(Loan::COMPLETED_AT.to(None));
            sets.push(Loan::RECOVERED.to(false));
            tx.advance(loan, &machine::REOPEN, back.spelling(), sets).await?;
            credit::undo(tx, loan).await
        }
        LoanStatus::Repaying if nothing => {
            let disbursed = LoanStatus::Disbursed.spelling();
            tx.advance(loan, &machine::UNPAY, disbursed, sets).await?;
            Ok(())
        }
        _ => {
            tx.update(loan, sets).await?;
            Ok(())
        }
    }
}
