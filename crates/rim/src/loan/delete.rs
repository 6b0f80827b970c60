//! A loan that was rejected is deleted softly, no other (spec 5.4, 1.9), and can come back.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::db::tx::not_found;
use bizgraph_kernel::entity::{Entity, Id, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{Loan, LoanStatus, approve};
use crate::admin_user::acting;

/// Which loan to delete, and why.
#[derive(InputObject)]
#[graphql(name = "RimLoanDeleteInput")]
pub struct Delete {
    /// The loan, rejected.
    pub loan_id: Id<Loan>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why it is deleted; at most 500 characters.
    pub reason: String,
}

/// Which loan to bring back.
#[derive(InputObject)]
#[graphql(name = "RimLoanRestoreInput")]
pub struct Restore {
    /// The loan.
    pub loan_id: Id<Loan>,
}

mutation! {
    /// Deletes a loan that was rejected; it still counts among the customer's loans.
    pub DELETE = "rimLoanDelete"(Delete),
    permission "rim.loan.delete"
    also [("deletedId", "The loan that was deleted.", "ID")] => delete
}

mutation! {
    /// Brings a deleted loan back.
    pub RESTORE = "rimLoanRestore"(Restore) -> Loan,
    permission "rim.loan.delete" => restore
}

/// Deletes a rejected loan (spec 5.4).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (_, loan) = approve::lock(tx, &input.loan_id, input.expected_version).await?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.require(loan.status == LoanStatus::Rejected, || {
        let status = loan.status.spelling();
        let message = format!("The loan is {status}; only one that was rejected is deleted.");
        Refusal::new(Code::Immutable, "loanId", message).with("status", status)
    });
    tx.settle()?;
    let sets = vec![
        Loan::DELETED_AT.to(Some(tx.now)),
        Loan::DELETED_BY.to(acting(tx)),
        Loan::DELETE_REASON.to(Some(reason)),
    ];
    let loan = tx.amend(&loan, sets).await?;
    tx.announce(Loan::META, "delete", &loan.key());
    Ok(Outcome::default().with("deletedId", input.loan_id.as_str()))
}

/// Brings a deleted loan back (spec 1.9).
pub async fn restore(tx: &mut Tx, input: Restore) -> Rule<Loan> {
    let mut wanted = Sql::new("t.id = ");
    wanted.bind(tx.key(&input.loan_id, "loanId")?).push(" FOR NO KEY UPDATE OF t");
    let Some(loan) = tx.select::<Loan>(wanted).await?.pop() else {
        return Err(not_found::<Loan>("loanId").into());
    };
    tx.require(loan.deleted_at.is_some(), || {
        let message = format!("The loan {} is not deleted.", loan.loan_id);
        Refusal::new(Code::AlreadyDone, "loanId", message)
    });
    tx.settle()?;
    let sets =
        vec![Loan::DELETED_AT.to(None), Loan::DELETED_BY.to(None), Loan::DELETE_REASON.to(None)];
    let loan = tx.amend(&loan, sets).await?;
    tx.announce(Loan::META, "restore", &loan.key());
    Ok(loan)
}
