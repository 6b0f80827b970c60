//! Agreeing to a loan, by hand or by the rules, and taking that back (spec 5.4). Whoever entered
//! a loan for a customer does not agree to it.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::metadata::Set;
use bizgraph_kernel::entity::{Id, Sql};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{Loan, LoanStatus, eligibility, machine, messages, waiting};
use crate::admin_user::acting;
use crate::system_config::keys;
use crate::transaction::Transaction;
use crate::user::User;

/// Which loan to agree to.
#[derive(InputObject)]
#[graphql(name = "RimLoanApproveInput")]
pub struct Approve {
    /// The loan.
    pub loan_id: Id<Loan>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

/// Which agreement to take back.
#[derive(InputObject)]
#[graphql(name = "RimLoanUndoApproveInput")]
pub struct UndoApprove {
    /// The loan.
    pub loan_id: Id<Loan>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Agrees to a loan, if the customer can still have it.
    pub APPROVE = "rimLoanApprove"(Approve) -> Loan,
    permission "rim.loan.transition:approve" => approve
}

mutation! {
    /// Takes an agreement back before the airtime is on its way.
    pub UNDO_APPROVE = "rimLoanUndoApprove"(UndoApprove) -> Loan,
    permission "rim.loan.transition:undoApprove" => undo_approve
}

/// Locks a loan's customer, then the loan.
pub async fn lock(tx: &mut Tx, id: &Id<Loan>, expected_version: Option<i32>) -> Rule<(User, Loan)> {
    let seen: Loan = tx.read(id, "loanId").await?;
    let user = tx.get_locked(seen.user_id).await?;
    Ok((user, tx.lock_version(id, "loanId", expected_version).await?))
}

/// Agrees to a loan by hand (spec 5.4): the conditions of the request hold again.
pub async fn approve(tx: &mut Tx, input: Approve) -> Rule<Loan> {
    let (user, loan) = lock(tx, &input.loan_id, input.expected_version).await?;
    tx.check_move(&loan, &machine::APPROVE, None, "loanId")?;
    let approver = acting(tx);
    tx.require(loan.requested_by.is_none() || loan.requested_by != approver, || {
        let message = "You entered this loan; somebody else has to agree to it.";
        Refusal::new(Code::SelfApprovalForbidden, "loanId", message)
    });
    let exposure = eligibility::check(tx, &user, &loan.amount, Some(loan.id), "loanId").await?;
    tx.settle()?;
    let mut sets = agreement(tx, &user, exposure);
    sets.push(Loan::APPROVED_BY.to(approver));
    agree(tx, &loan, &user, sets).await
}

/// Agrees to a loan at once where score and amount allow it; the request checked the rest.
pub async fn by_the_rules(tx: &mut Tx, loan: Loan, user: &User, exposure: Money) -> Rule<Loan> {
    let score = keys::LOANS_AUTO_APPROVE_SCORE.whole(tx).await?;
    let most = keys::LOANS_AUTO_APPROVE_MAX.money(tx).await?;
    if user.credit_score < score || loan.amount > most {
        return Ok(loan);
    }
    let mut sets = agreement(tx, user, exposure);
    sets.push(Loan::AUTO_APPROVED.to(true));
    agree(tx, &loan, user, sets).await
}

async fn agree(tx: &mut Tx, loan: &Loan, user: &User, sets: Vec<Set<Loan>>) -> Rule<Loan> {
    let approved = LoanStatus::Approved.spelling();
    let loan = tx.advance(loan, &machine::APPROVE, approved, sets).await?;
    messages::approved(tx, &loan, user).await?;
    waiting::tell(tx, &loan).await?;
    Ok(loan)
}

fn agreement(tx: &Tx, user: &User, exposure: Money) -> Vec<Set<Loan>> {
    vec![
        Loan::APPROVED_AT.to(Some(tx.now)),
        Loan::EXPOSURE_AT_APPROVAL.to(Some(exposure)),
        Loan::LIMIT_AT_APPROVAL.to(Some(user.credit_limit.clone())),
    ]
}

/// Takes an agreement back (spec 5.4); who had agreed stays in the audit trail.
pub async fn undo_approve(tx: &mut Tx, input: UndoApprove) -> Rule<Loan> {
    let (_, loan) = lock(tx, &input.loan_id, input.expected_version).await?;
    tx.check_move(&loan, &machine::UNDO_APPROVE, None, "loanId")?;
    no_airtime_on_its_way(tx, &loan).await?;
    tx.settle()?;
    let sets = vec![
        Loan::APPROVED_AT.to(None),
        Loan::APPROVED_BY.to(None),
        Loan::AUTO_APPROVED.to(false),
        Loan::DISBURSEMENT_ATTEMPTS.to(0),
        Loan::EXPOSURE_AT_APPROVAL.to(None),
        Loan::LIMIT_AT_APPROVAL.to(None),
    ];
    tx.advance(&loan, &machine::UNDO_APPROVE, LoanStatus::Pending.spelling(), sets).await
}

/// Refuses while nobody knows whether the airtime arrived.
pub async fn no_airtime_on_its_way(tx: &mut Tx, loan: &Loan) -> Rule<()> {
    let mut moving = Sql::new("t.type = 'airtime' AND t.status = 'pending' AND t.loan_id = ");
    moving.bind(loan.id.into());
    if let Some(airtime) = tx.select::<Transaction>(moving).await?.pop() {
        let number = airtime.transaction_id;
        let message = format!("The airtime is on its way as {number}; wait for its end.");
        tx.refuse(
            Refusal::new(Code::PreconditionFailed, "loanId", message).with("transaction", number),
        );
    }
    Ok(())
}
