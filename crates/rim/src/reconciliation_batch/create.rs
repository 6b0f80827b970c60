//! A provider's statement is entered, to hold transactions against it (spec 5.6).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::scalars::Date;

use super::ReconciliationBatch;
use crate::admin_user::acting;

/// The statement.
#[derive(InputObject)]
#[graphql(name = "RimReconciliationBatchCreateInput")]
pub struct Create {
    /// What it is called; unique, at most 100 characters.
    pub name: String,
    /// Whose statement it is, at most 100 characters.
    pub provider: String,
    /// The day it was made.
    pub statement_date: Date,
    /// Lines that it says it has.
    pub expected_count: Option<i32>,
    /// The sum that it says it has.
    pub expected_amount: Option<Money>,
    /// Remarks, at most 2,000 characters.
    pub notes: Option<String>,
    /// Why, at most 500 characters; needed where the day is locked, from who may write there.
    pub reason: Option<String>,
}

mutation! {
    /// Enters a provider's statement.
    pub CREATE = "rimReconciliationBatchCreate"(Create) -> ReconciliationBatch,
    permission "rim.reconciliation_batch.create" => create
}

/// Enters a statement (spec 5.6).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<ReconciliationBatch> {
    if let Some(amount) = &input.expected_amount {
        tx.amount(amount, "expectedAmount");
    }
    tx.require(input.expected_count.is_none_or(|count| count >= 0), || {
        Refusal::new(Code::OutOfRange, "expectedCount", "A number of lines is zero or more.")
            .with("least", 0)
    });
    tx.no_card_number(input.notes.as_deref(), "notes");
    let sets = vec![
        ReconciliationBatch::NAME.to(tx.text(&input.name, "name", 100)),
        ReconciliationBatch::PROVIDER.to(tx.text(&input.provider, "provider", 100)),
        ReconciliationBatch::STATEMENT_DATE.to(input.statement_date.0),
        ReconciliationBatch::EXPECTED_COUNT.to(input.expected_count),
        ReconciliationBatch::EXPECTED_AMOUNT.to(input.expected_amount),
        ReconciliationBatch::NOTES.to(tx.optional_text(input.notes, "notes", 2_000)),
        ReconciliationBatch::CREATED_BY.to(acting(tx)),
    ];
    tx.optional_text(input.reason, "reason", 500);
    tx.settle()?;
    tx.insert(sets).await
}
