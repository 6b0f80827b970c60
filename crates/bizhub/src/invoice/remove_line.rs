//! A draft loses a line: its goods are free again and the lines behind it move up (spec 6.5).
//! The lines of a repair's bill are for what was used up, so a Manager alone lets one go unpaid
//! (spec 6.2).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::invoice::Invoice;
use crate::invoice::draft::{keep_totals, line_of, lines_of, lock_draft};
use crate::invoice::pricing::Pricing;
use crate::invoice::release::free;
use crate::invoice::shelf::Shelf;
use crate::invoice_line::InvoiceLine;

/// What to take off which draft.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoiceRemoveLineInput")]
pub struct RemoveLine {
    /// The draft.
    pub invoice_id: Id<Invoice>,
    /// The line.
    pub invoice_line_id: Id<InvoiceLine>,
    /// The version that the change is based on, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a line stays.
#[derive(Refusal)]
enum RemoveRefused {
    #[refusal(
        NOT_ELIGIBLE,
        at = "invoiceLineId",
        "The line bills what a repair used. Let a Manager take it off, or cancel the draft."
    )]
    UsedInRepair,
}

mutation! {
    /// Takes a line off a draft and frees its goods.
    pub REMOVE_LINE = "bizhubInvoiceRemoveLine"(RemoveLine) -> Invoice,
    permission "bizhub.invoice.update", keyed => remove_line
}

/// Takes a line off a draft (spec 6.5).
pub async fn remove_line(tx: &mut Tx, input: RemoveLine) -> Rule<Invoice> {
    let invoice = lock_draft(tx, &input.invoice_id, input.expected_version).await?;
    let lines = lines_of(tx, invoice.id).await?;
    let line = line_of(tx, &lines, &input.invoice_line_id)?;
    let pricing = Pricing::read(tx).await?;
    let of_repair = line.repair_part_id.is_some() || line.repair_ticket_id.is_some();
    if of_repair && !pricing.unbound() {
        return Err(RemoveRefused::UsedInRepair.into());
    }
    let mut shelf = Shelf::of_lines(tx, std::slice::from_ref(line)).await?;
    free(tx, &mut shelf, line, "Taken off a draft invoice").await?;
    tx.delete(line).await?;
    for later in lines.iter().filter(|later| later.line_number > line.line_number) {
        let up = InvoiceLine::LINE_NUMBER.to(later.line_number - 1);
        tx.amend(later, vec![up]).await?;
    }
    keep_totals(tx, &invoice, &pricing, "removeLine").await
}
