//! Giving a loan up for late, by hand or by the day (spec 5.4).

use async_graphql::InputObject;
use bizgraph_kernel::auth::revoke_all;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{Loan, LoanStatus, approve, machine};
use crate::system_alert::{SystemAlertType, evaluate};
use crate::system_config::keys;
use crate::user::machine::SUSPEND_FOR_DEFAULT;
use crate::user::{User, UserStatus, credit, figures};

/// Which loan to give up, and why.
#[derive(InputObject)]
#[graphql(name = "RimLoanDefaultInput")]
pub struct Default {
    /// The loan, past due.
    pub loan_id: Id<Loan>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why, at most 500 characters; the audit trail keeps it.
    pub reason: String,
}

mutation! {
    /// Gives a loan up that is past due; limit and score of the customer follow.
    pub DEFAULT = "rimLoanDefault"(Default) -> Loan,
    permission "rim.loan.transition:default" => default
}

/// Gives a loan up by hand (spec 5.4).
pub async fn default(tx: &mut Tx, input: Default) -> Rule<Loan> {
    let (user, loan) = approve::lock(tx, &input.loan_id, input.expected_version).await?;
    tx.check_move(&loan, &machine::DEFAULT, None, "loanId")?;
    let reason = tx.text(&input.reason, "reason", 500);
    let is_late = days_late(tx, &loan).is_some_and(|days| days > 0);
    tx.require(is_late, || {
        let message = "The loan is not past due; it can be given up the day after it was due.";
        let due = loan.due_date.map(|due| due.to_rfc3339());
        Refusal::new(Code::PreconditionFailed, "loanId", message).with("dueDate", due)
    });
    tx.settle()?;
    tx.reason = Some(reason);
    give_up(tx, &loan, &user).await
}

/// Days since the last day to pay back; negative before it.
pub fn days_late(tx: &Tx, loan: &Loan) -> Option<i64> {
    let due = tx.actor.tenant.local_date(loan.due_date?);
    Some((tx.business_date - due).num_days())
}

/// Gives a locked loan up and answers what follows for its locked customer.
pub async fn give_up(tx: &mut Tx, loan: &Loan, user: &User) -> Rule<Loan> {
    let sets = vec![Loan::DEFAULTED_AT.to(Some(tx.now))];
    let defaulted = LoanStatus::Defaulted.spelling();
    let loan = tx.advance(loan, &machine::DEFAULT, defaulted, sets).await?;
    credit::defaulted(tx, &loan).await?;
    let user = figures::refresh(tx, user.id).await?;
    if user.status != UserStatus::Suspended && keys::LOANS_SUSPEND_ON_DEFAULT.flag(tx).await? {
        let sets = vec![
            User::SUSPENSION_REASON.to(Some(format!("{} was not paid back", loan.loan_id))),
            User::SUSPENDED_FOR_DEFAULT.to(true),
        ];
        tx.advance(&user, &SUSPEND_FOR_DEFAULT, UserStatus::Suspended.spelling(), sets).await?;
        revoke_all(tx, &user.credential_key()).await?;
    }
    evaluate::look_at(tx, SystemAlertType::OverdueLoans).await?;
    Ok(loan)
}
