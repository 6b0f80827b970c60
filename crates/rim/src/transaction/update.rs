//! Remarks on a transaction; what it is and how much stays (spec 5.6, 1.3.7).

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::scalars::Json;

use super::Transaction;
use crate::loan::metadata;

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "RimTransactionUpdateInput")]
pub struct Update {
    /// The transaction.
    pub transaction_id: Id<Transaction>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: i32,
    /// Remarks of the staff, at most 2,000 characters.
    pub notes: MaybeUndefined<String>,
    /// What else is to be kept with it, in place of what was.
    pub metadata: Option<Json>,
}

mutation! {
    /// Changes remarks on a transaction.
    pub UPDATE = "rimTransactionUpdate"(Update) -> Transaction,
    permission "rim.transaction.update" => update
}

/// Changes remarks on a transaction (spec 5.6).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<Transaction> {
    let (id, field) = (&input.transaction_id, "transactionId");
    let transaction: Transaction = tx.lock_version(id, field, Some(input.expected_version)).await?;
    let mut sets = Vec::new();
    if let Some(notes) = Option::<Option<String>>::from(input.notes) {
        let notes = tx.optional_text(notes, "notes", 2_000);
        tx.no_card_number(notes.as_deref(), "notes");
        sets.push(Transaction::NOTES.to(notes));
    }
    if let Some(Json(given)) = input.metadata {
        metadata::check(tx, &given, &["originalAmount", "fee", "commission"]);
        sets.push(Transaction::FURTHER_METADATA.to(given));
    }
    tx.settle()?;
    tx.update(&transaction, sets).await
}
