//! Ending a loan before anything was lent, for a reason (spec 5.4).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{Loan, LoanStatus, approve, machine, messages};
use crate::admin_user::acting;
use crate::user::figures;

/// Which loan to reject, and why.
#[derive(InputObject)]
#[graphql(name = "RimLoanRejectInput")]
pub struct Reject {
    /// The loan.
    pub loan_id: Id<Loan>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why, at most 500 characters.
    pub reason: String,
}

mutation! {
    /// Ends a loan that was asked for.
    pub REJECT = "rimLoanReject"(Reject) -> Loan,
    permission "rim.loan.transition:reject" => reject
}

/// Ends a loan that was asked for (spec 5.4).
pub async fn reject(tx: &mut Tx, input: Reject) -> Rule<Loan> {
    let (user, loan) = approve::lock(tx, &input.loan_id, input.expected_version).await?;
    tx.check_move(&loan, &machine::REJECT, None, "loanId")?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.settle()?;
    let sets = vec![
        Loan::REJECTED_AT.to(Some(tx.now)),
        Loan::REJECTED_BY.to(acting(tx)),
        Loan::REJECTION_REASON.to(Some(reason)),
    ];
    let rejected = LoanStatus::Rejected.spelling();
    let loan = tx.advance(&loan, &machine::REJECT, rejected, sets).await?;
    messages::rejected(tx, &loan, &user).await?;
    figures::refresh(tx, user.id).await?;
    Ok(loan)
}
