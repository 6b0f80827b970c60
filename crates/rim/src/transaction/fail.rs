//! The money did not arrive (spec 5.6).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{Transaction, TransactionStatus, confirm, machine};
use crate::loan::{Loan, disburse};

/// What did not arrive, and why.
#[derive(InputObject)]
#[graphql(name = "RimTransactionFailInput")]
pub struct Fail {
    /// The transaction.
    pub transaction_id: Id<Transaction>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why, at most 500 characters.
    pub reason: String,
    /// Makes a repeated call the same call.
    pub idempotency_key: String,
}

mutation! {
    /// Says that the money did not arrive.
    pub FAIL = "rimTransactionFail"(Fail) -> Transaction,
    permission "rim.transaction.transition:fail", keyed => fail
}

/// Says that the money did not arrive (spec 5.6).
pub async fn fail(tx: &mut Tx, input: Fail) -> Rule<Transaction> {
    let (_, loan, transaction) =
        confirm::lock(tx, &input.transaction_id, input.expected_version).await?;
    tx.check_move(&transaction, &machine::FAIL, None, "transactionId")?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.settle()?;
    end(tx, &transaction, loan.as_ref(), reason).await
}

/// Fails a locked transaction; the loan of airtime can be paid out again.
pub async fn end(
    tx: &mut Tx,
    transaction: &Transaction,
    loan: Option<&Loan>,
    reason: String,
) -> Rule<Transaction> {
    let sets =
        vec![Transaction::FAILED_AT.to(Some(tx.now)), Transaction::FAILURE_REASON.to(Some(reason))];
    let failed = TransactionStatus::Failed.spelling();
    let transaction = tx.advance(transaction, &machine::FAIL, failed, sets).await?;
    if let Some(loan) = loan {
        disburse::did_not_arrive(tx, loan, &transaction).await?;
    }
    Ok(transaction)
}
