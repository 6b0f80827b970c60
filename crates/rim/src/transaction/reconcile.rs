//! Holding a transaction against a line of a provider's statement, once; somebody else takes it
//! back (spec 5.6).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{Transaction, TransactionStatus};
use crate::admin_user::acting;
use crate::reconciliation_batch::ReconciliationBatch;

/// What was found on which line.
#[derive(InputObject)]
#[graphql(name = "RimTransactionReconcileInput")]
pub struct Reconcile {
    /// The transaction.
    pub transaction_id: Id<Transaction>,
    /// The version that was read; the call is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// The statement.
    pub reconciliation_batch_id: Id<ReconciliationBatch>,
    /// Its line, at most 100 characters; one line is one transaction.
    pub statement_line: String,
    /// The amount on that line, which has to be the transaction's.
    pub statement_amount: Money,
}

/// Which reconciliation to take back.
#[derive(InputObject)]
#[graphql(name = "RimTransactionUndoReconcileInput")]
pub struct UndoReconcile {
    /// The transaction.
    pub transaction_id: Id<Transaction>,
    /// The version that was read; the call is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Says on which line of a statement a transaction was found.
    pub RECONCILE = "rimTransactionReconcile"(Reconcile) -> Transaction,
    permission "rim.transaction.reconcile" => reconcile
}

mutation! {
    /// Takes a reconciliation back that somebody else made.
    pub UNDO_RECONCILE = "rimTransactionUndoReconcile"(UndoReconcile) -> Transaction,
    permission "rim.transaction.reconcile" => undo_reconcile
}

/// Says on which line a transaction was found (spec 5.6).
pub async fn reconcile(tx: &mut Tx, input: Reconcile) -> Rule<Transaction> {
    let batch: ReconciliationBatch =
        tx.lock(&input.reconciliation_batch_id, "reconciliationBatchId").await?;
    let transaction: Transaction =
        tx.lock_version(&input.transaction_id, "transactionId", input.expected_version).await?;
    let line = tx.text(&input.statement_line, "statementLine", 100);
    tx.no_card_number(Some(&line), "statementLine");
    tx.require(transaction.reconciled_at.is_none(), || {
        let message = "It was found on a statement before; take that back first.";
        Refusal::new(Code::AlreadyDone, "transactionId", message)
    });
    let ended = [TransactionStatus::Completed, TransactionStatus::Failed];
    tx.require(ended.contains(&transaction.status), || {
        let status = transaction.status.spelling();
        let message = format!("It is {status}; only what is completed or failed is reconciled.");
        Refusal::new(Code::PreconditionFailed, "transactionId", message).with("status", status)
    });
    let other = transaction.provider.as_ref().filter(|provider| **provider != batch.provider);
    if let Some(provider) = other {
        let message =
            format!("The statement is of {}, the money went through {provider}.", batch.provider);
        tx.refuse(Refusal::new(Code::ValidationFailed, "reconciliationBatchId", message));
    }
    tx.require(input.statement_amount == transaction.amount, || {
        let (said, is) = (input.statement_amount.to_string(), transaction.amount.to_string());
        let message = format!("The line says {said}, the transaction {is}.");
        let refusal = Refusal::new(Code::AmountMismatch, "statementAmount", message);
        refusal.with("expected", is).with("actual", said)
    });
    tx.settle()?;
    let sets = vec![
        Transaction::RECONCILED_AT.to(Some(tx.now)),
        Transaction::RECONCILED_BY.to(acting(tx)),
        Transaction::RECONCILIATION_BATCH_ID.to(Some(batch.id)),
        Transaction::STATEMENT_LINE.to(Some(line)),
    ];
    tx.update(&transaction, sets).await
}

/// Takes a reconciliation back (spec 5.6).
pub async fn undo_reconcile(tx: &mut Tx, input: UndoReconcile) -> Rule<Transaction> {
    let transaction: Transaction =
        tx.lock_version(&input.transaction_id, "transactionId", input.expected_version).await?;
    tx.require(transaction.reconciled_at.is_some(), || {
        let message = "It was not found on any statement; there is nothing to take back.";
        Refusal::new(Code::PreconditionFailed, "transactionId", message)
    });
    let is_own = transaction.reconciled_by.is_some() && transaction.reconciled_by == acting(tx);
    tx.require(!is_own, || {
        let message = "You reconciled it; somebody else has to take that back.";
        Refusal::new(Code::SelfApprovalForbidden, "transactionId", message)
    });
    tx.settle()?;
    let sets = vec![
        Transaction::RECONCILED_AT.to(None),
        Transaction::RECONCILED_BY.to(None),
        Transaction::RECONCILIATION_BATCH_ID.to(None),
        Transaction::STATEMENT_LINE.to(None),
    ];
    tx.update(&transaction, sets).await
}
