//! A draft gets another line, and the line's goods are held at once (spec 6.5).

use async_graphql::InputObject;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::invoice::Invoice;
use crate::invoice::draft::{DraftRefused, MOST_LINES, keep_totals, lines_of, lock_draft};
use crate::invoice::draft_line::{self, LineInput};
use crate::invoice::pricing::Pricing;

/// What to add to which draft.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoiceAddLineInput")]
pub struct AddLine {
    /// The draft.
    pub invoice_id: Id<Invoice>,
    /// What to sell.
    pub line: LineInput,
    /// The version that the change is based on, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

mutation! {
    /// Adds a line to a draft and holds its goods.
    pub ADD_LINE = "bizhubInvoiceAddLine"(AddLine) -> Invoice,
    permission "bizhub.invoice.update", keyed => add_line
}

/// Adds a line to a draft (spec 6.5).
pub async fn add_line(tx: &mut Tx, input: AddLine) -> Rule<Invoice> {
    let invoice = lock_draft(tx, &input.invoice_id, input.expected_version).await?;
    let pricing = Pricing::read(tx).await?;
    let count = lines_of(tx, invoice.id).await?.len();
    if count >= MOST_LINES {
        tx.refuse(DraftRefused::TooManyLines { field: "line", most: MOST_LINES });
    }
    let inputs = [("line".to_owned(), input.line)];
    let (mut shelf, lines) =
        draft_line::prepare(tx, invoice.customer_id, &inputs, &pricing).await?;
    tx.settle()?;
    let next = i32::try_from(count + 1).map_err(|error| Fault::internal(error.to_string()))?;
    let lines = lines.into_iter().flatten().collect();
    draft_line::write(tx, invoice.id, next, lines, &mut shelf).await?;
    keep_totals(tx, &invoice, &pricing, "addLine").await
}
