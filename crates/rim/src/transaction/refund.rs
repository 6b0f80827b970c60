//! Money goes back to who paid it (spec 5.6): loans stand as if it had not been paid; airtime
//! that the telecom took back leaves its loan agreed to. People send it back; a provider that did
//! so by itself tells of it.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{Transaction, TransactionStatus, TransactionType, confirm, machine};
use crate::admin_user::acting;
use crate::loan::machine::UNDISBURSE;
use crate::loan::{Loan, LoanStatus, repay};
use crate::user::{User, figures};

/// What goes back, and why.
#[derive(InputObject)]
#[graphql(name = "RimTransactionRefundInput")]
pub struct Refund {
    /// The transaction.
    pub transaction_id: Id<Transaction>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// The provider's reference for the way back, which proves it; at most 100 characters.
    pub refund_reference: String,
    /// Why, at most 500 characters.
    pub reason: String,
    /// Makes a repeated call the same call.
    pub idempotency_key: String,
}

mutation! {
    /// Sends money back; two people where it had arrived.
    pub REFUND = "rimTransactionRefund"(Refund) -> Transaction,
    permission "rim.transaction.transition:refund"
    approved by "rim.transaction.approve", keyed => refund
}

/// Sends money back (spec 5.6).
pub async fn refund(tx: &mut Tx, input: Refund) -> Rule<Transaction> {
    let (user, loan, transaction) =
        confirm::lock(tx, &input.transaction_id, input.expected_version).await?;
    tx.check_move(&transaction, &machine::REFUND, None, "transactionId")?;
    let reference = tx.text(&input.refund_reference, "refundReference", 100);
    let reason = tx.text(&input.reason, "reason", 500);
    tx.no_card_number(Some(&reference), "refundReference");
    check(tx, &transaction, loan.as_ref(), "transactionId");
    tx.require_open(&transaction).await?;
    tx.settle()?;
    if transaction.status == TransactionStatus::Completed {
        let (number, amount) = (&transaction.transaction_id, &transaction.amount);
        tx.four_eyes(&transaction, format!("Refund {number} of {amount}")).await?;
    }
    give_back(tx, &user, loan, &transaction, Proof { reference, reason }).await
}

/// What says that money went back, and why.
pub struct Proof {
    /// The provider's reference for the way back.
    pub reference: String,
    pub reason: String,
}

/// Lets locked money of a locked customer be back with who paid it, and what followed from it
/// undone; [`check`] has nothing against it.
pub async fn give_back(
    tx: &mut Tx,
    user: &User,
    loan: Option<Loan>,
    transaction: &Transaction,
    proof: Proof,
) -> Rule<Transaction> {
    let had_arrived = transaction.status == TransactionStatus::Completed;
    // What a provider took back is a fact, also where the day is locked: it says why (spec 1.10).
    tx.reason = Some(proof.reason.clone());
    let sets = vec![
        Transaction::REFUNDED_AT.to(Some(tx.now)),
        Transaction::REFUNDED_BY.to(acting(tx)),
        Transaction::REFUND_REFERENCE.to(Some(proof.reference)),
        Transaction::REFUND_REASON.to(Some(proof.reason)),
    ];
    if had_arrived && transaction.r#type == TransactionType::Repayment {
        // Every open loan is locked in the order of their keys before one of them is changed.
        repay::open_loans(tx, user.id, None).await?;
    }
    let refunded = TransactionStatus::Refunded.spelling();
    let transaction = tx.advance(transaction, &machine::REFUND, refunded, sets).await?;
    if had_arrived {
        match loan {
            Some(loan) => undisburse(tx, &loan).await?,
            None => repay::take_back(tx, &transaction, user).await?,
        }
        figures::refresh(tx, user.id).await?;
    }
    Ok(transaction)
}

/// Refuses what stands against sending money back, all locked.
pub fn check(tx: &mut Tx, transaction: &Transaction, loan: Option<&Loan>, field: &str) {
    let had_arrived = transaction.status == TransactionStatus::Completed;
    tx.require(transaction.reconciled_at.is_none(), || {
        let message = "It was found on a statement; take the reconciliation back first.";
        Refusal::new(Code::PreconditionFailed, field, message)
    });
    tx.require(had_arrived || transaction.r#type == TransactionType::Repayment, || {
        let message = "Airtime that failed never left; there is nothing to send back.";
        Refusal::new(Code::PreconditionFailed, field, message)
    });
    if let Some(loan) = loan.filter(|_| had_arrived) {
        let untouched = loan.status == LoanStatus::Disbursed && loan.amount_paid.is_zero();
        tx.require(untouched, || {
            let status = loan.status.spelling();
            let message = format!(
                "The loan is {status} and {} was paid back; airtime goes back only before that.",
                loan.amount_paid
            );
            Refusal::new(Code::PreconditionFailed, field, message).with("status", status)
        });
    }
}

async fn undisburse(tx: &mut Tx, loan: &Loan) -> Rule<()> {
    let sets = vec![
        Loan::DISBURSED_AT.to(None),
        Loan::DUE_DATE.to(None),
        Loan::TELCO_REFERENCE.to(None),
        // What was never out was never late.
        Loan::LATE_FEE.to(Money::zero()),
        Loan::AMOUNT_DUE.to(&loan.amount_due - &loan.late_fee),
    ];
    tx.advance(loan, &UNDISBURSE, LoanStatus::Approved.spelling(), sets).await?;
    Ok(())
}
