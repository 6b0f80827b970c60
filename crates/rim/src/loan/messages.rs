//! What customers are told of their loans (spec 5.12): agreed to, rejected, paid out, due soon,
//! late. Each piece of news is told once.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::job;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use serde_json::{Value, json};

use super::jobs::read_key;
use super::{Loan, LoanStatus, default};
use crate::message_template::occasion::{self, Occasion};
use crate::message_template::tell::{News, tell};
use crate::user::User;

job! {
    /// Reminds customers of loans three days and one day before the last, and on the last.
    pub REMIND_BORROWERS = "remindBorrowers", daily,
    due "SELECT l.id::text FROM loans l WHERE l.status IN ('disbursed', 'repaying') \
         AND l.due_date >= current_setting('bizgraph.business_date')::date \
         AND l.due_date < current_setting('bizgraph.business_date')::date + 5 ORDER BY l.id"
    => remind_one
}

job! {
    /// Tells customers, once and within a week, that a loan is late.
    pub TELL_OVERDUE = "tellOverdueBorrowers", daily,
    due "SELECT l.id::text FROM loans l WHERE l.status IN ('disbursed', 'repaying') \
         AND l.due_date < current_setting('bizgraph.business_date')::date + 1 \
         AND l.due_date > current_setting('bizgraph.business_date')::date - 8 ORDER BY l.id"
    => tell_overdue_one
}

/// Tells that somebody, or the rules, agreed.
pub async fn approved(tx: &mut Tx, loan: &Loan, user: &User) -> Rule<()> {
    let once = format!("loan_approved:{}:{}", loan.id, loan.version);
    told(tx, user, &occasion::LOAN_APPROVED, &once, facts(tx, loan)).await
}

/// Tells that it was not agreed to, and why.
pub async fn rejected(tx: &mut Tx, loan: &Loan, user: &User) -> Rule<()> {
    let once = format!("loan_rejected:{}", loan.id);
    let mut facts = facts(tx, loan);
    facts["reason"] = json!(loan.rejection_reason.clone().unwrap_or_default());
    told(tx, user, &occasion::LOAN_REJECTED, &once, facts).await
}

/// Tells that the airtime arrived, and when it is to be paid back.
pub async fn disbursed(tx: &mut Tx, loan: &Loan, user: &User) -> Rule<()> {
    let once = format!("loan_disbursed:{}:{}", loan.id, loan.version);
    told(tx, user, &occasion::LOAN_DISBURSED, &once, facts(tx, loan)).await
}

/// Reminds of a loan, once for each of the three days.
pub async fn remind_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let loan: Loan = tx.get(read_key(key)?).await?;
    let Some(late) = lateness(tx, &loan).filter(|late| [-3, -1, 0].contains(late)) else {
        return Ok(());
    };
    let facts = facts(tx, &loan);
    let once = format!("loan_reminder:{}:{}:{}", loan.id, facts["dueDate"], -late);
    let user: User = tx.get(loan.user_id).await?;
    told(tx, &user, &occasion::LOAN_REMINDER, &once, facts).await
}

/// Tells that a loan is late, on the first day that it is, or as soon as the job ran.
pub async fn tell_overdue_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let loan: Loan = tx.get(read_key(key)?).await?;
    if !lateness(tx, &loan).is_some_and(|late| (1..=7).contains(&late)) {
        return Ok(());
    }
    let facts = facts(tx, &loan);
    let once = format!("loan_overdue:{}:{}", loan.id, facts["dueDate"]);
    let user: User = tx.get(loan.user_id).await?;
    told(tx, &user, &occasion::LOAN_OVERDUE, &once, facts).await
}

/// Days since a loan that is out was due.
fn lateness(tx: &Tx, loan: &Loan) -> Option<i64> {
    let is_out = matches!(loan.status, LoanStatus::Disbursed | LoanStatus::Repaying);
    default::days_late(tx, loan).filter(|_| is_out)
}

/// What the templates can say of a loan.
fn facts(tx: &Tx, loan: &Loan) -> Value {
    let tenant = &tx.actor.tenant;
    let money = |amount: &Money| format!("{} {amount}", tenant.currency);
    json!({
        "loanId": loan.loan_id,
        "amount": money(&loan.amount),
        "amountDue": money(&loan.amount_due),
        "outstanding": money(&loan.outstanding_amount),
        "dueDate": loan.due_date.map(|due| tenant.local_date(due).to_string()).unwrap_or_default(),
    })
}

async fn told(
    tx: &mut Tx,
    user: &User,
    occasion: &'static Occasion,
    once: &str,
    variables: Value,
) -> Rule<()> {
    tell(tx, user, News { occasion, variables, secret: None, once }).await
}
