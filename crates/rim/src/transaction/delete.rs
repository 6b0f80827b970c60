//! A repayment that never arrived is deleted softly (spec 1.9): what was posted, and airtime that
//! may have arrived, stays. It can come back.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::db::tx::not_found;
use bizgraph_kernel::entity::{Entity, Id, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{Transaction, TransactionStatus, TransactionType, confirm};
use crate::admin_user::acting;

/// Which transaction to delete, and why.
#[derive(InputObject)]
#[graphql(name = "RimTransactionDeleteInput")]
pub struct Delete {
    /// The transaction.
    pub transaction_id: Id<Transaction>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why it is deleted; at most 500 characters.
    pub reason: String,
}

/// Which transaction to bring back.
#[derive(InputObject)]
#[graphql(name = "RimTransactionRestoreInput")]
pub struct Restore {
    /// The transaction.
    pub transaction_id: Id<Transaction>,
}

mutation! {
    /// Deletes a repayment that was only announced, or a transaction that failed.
    pub DELETE = "rimTransactionDelete"(Delete),
    permission "rim.transaction.delete"
    also [("deletedId", "The transaction that was deleted.", "ID")] => delete
}

mutation! {
    /// Brings a deleted transaction back.
    pub RESTORE = "rimTransactionRestore"(Restore) -> Transaction,
    permission "rim.transaction.delete" => restore
}

/// Deletes what moved no money (spec 1.9).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (_, _, transaction) =
        confirm::lock(tx, &input.transaction_id, input.expected_version).await?;
    let reason = tx.text(&input.reason, "reason", 500);
    let moved_nothing = match transaction.status {
        TransactionStatus::Failed => true,
        TransactionStatus::Pending => transaction.r#type == TransactionType::Repayment,
        TransactionStatus::Completed | TransactionStatus::Refunded => false,
    };
    tx.require(moved_nothing, || {
        let status = transaction.status.spelling();
        let message = format!("It is {status}; money that moved, or may have, stays in the books.");
        Refusal::new(Code::Immutable, "transactionId", message).with("status", status)
    });
    tx.require(transaction.reconciled_at.is_none(), || {
        let message = "It was found on a statement; take the reconciliation back first.";
        Refusal::new(Code::PreconditionFailed, "transactionId", message)
    });
    tx.settle()?;
    let sets = vec![
        Transaction::DELETED_AT.to(Some(tx.now)),
        Transaction::DELETED_BY.to(acting(tx)),
        Transaction::DELETE_REASON.to(Some(reason)),
    ];
    let transaction = tx.amend(&transaction, sets).await?;
    tx.announce(Transaction::META, "delete", &transaction.key());
    Ok(Outcome::default().with("deletedId", input.transaction_id.as_str()))
}

/// Brings a deleted transaction back (spec 1.9).
pub async fn restore(tx: &mut Tx, input: Restore) -> Rule<Transaction> {
    let field = "transactionId";
    let mut wanted = Sql::new("t.id = ");
    wanted.bind(tx.key(&input.transaction_id, field)?).push(" FOR NO KEY UPDATE OF t");
    let Some(transaction) = tx.select::<Transaction>(wanted).await?.pop() else {
        return Err(not_found::<Transaction>(field).into());
    };
    tx.require(transaction.deleted_at.is_some(), || {
        let message = format!("{} is not deleted.", transaction.transaction_id);
        Refusal::new(Code::AlreadyDone, field, message)
    });
    tx.settle()?;
    let sets = vec![
        Transaction::DELETED_AT.to(None),
        Transaction::DELETED_BY.to(None),
        Transaction::DELETE_REASON.to(None),
    ];
    let transaction = tx.amend(&transaction, sets).await?;
    tx.announce(Transaction::META, "restore", &transaction.key());
    Ok(transaction)
}
