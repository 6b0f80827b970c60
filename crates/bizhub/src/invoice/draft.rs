//! A draft and its lines: only a draft can be changed, and every change of a line brings the
//! header's amounts along (spec 6.5).

use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Entity, Id, Set, Sql};
use bizgraph_kernel::input::MOST_MONEY_CENTS;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use crate::invoice::pricing::{Pricing, Totals};
use crate::invoice::{Invoice, InvoiceStatus};
use crate::invoice_line::InvoiceLine;

/// Lines that one invoice can have.
pub const MOST_LINES: usize = 200;

/// Why a draft's lines cannot change.
#[derive(Refusal)]
pub enum DraftRefused {
    #[refusal(
        IMMUTABLE,
        at = "invoiceId",
        "The invoice {number} is {status}; only a draft can be changed."
    )]
    NoDraft { number: String, status: &'static str },
    #[refusal(NOT_FOUND, at = "invoiceLineId", "The invoice has no such line.")]
    NoSuchLine,
    #[refusal(
        LIMIT_EXCEEDED,
        at = "{field}",
        "An invoice holds at most {most} lines. Begin another."
    )]
    TooManyLines { field: &'static str, most: usize },
    #[refusal(
        OUT_OF_RANGE,
        at = "lines",
        "The invoice comes to {total}, more than the {most} that it can hold. Begin another."
    )]
    TooMuch { total: Money, most: Money },
}

/// Locks an invoice that must be a draft.
///
/// # Errors
/// `IMMUTABLE` once it is sent, `STALE_VERSION` when it is not the version that was read.
pub async fn lock_draft(tx: &mut Tx, id: &Id<Invoice>, expected: Option<i32>) -> Rule<Invoice> {
    let invoice = tx.lock_version(id, "invoiceId", expected).await?;
    if invoice.status != InvoiceStatus::Draft {
        let (number, status) = (invoice.invoice_number, invoice.status.spelling());
        return Err(DraftRefused::NoDraft { number, status }.into());
    }
    Ok(invoice)
}

/// The lines of a locked invoice in their order. The invoice's own lock keeps everybody else
/// from changing them.
pub async fn lines_of(tx: &mut Tx, invoice: i32) -> Rule<Vec<InvoiceLine>> {
    let mut condition = Sql::new("t.invoice_id = ");
    condition.bind(Bind::Int(Some(invoice))).push(" ORDER BY t.line_number");
    tx.select(condition).await
}

/// The one line of a draft that the caller named.
///
/// # Errors
/// `NOT_FOUND` when it stands on another invoice.
pub fn line_of<'a>(
    tx: &Tx,
    lines: &'a [InvoiceLine],
    id: &Id<InvoiceLine>,
) -> Rule<&'a InvoiceLine> {
    let key = tx.key(id, "invoiceLineId")?;
    let line = lines.iter().find(|line| line.key() == key);
    line.ok_or_else(|| DraftRefused::NoSuchLine.into())
}

/// Brings the header's amounts in line with the lines and announces what was done to them.
pub async fn keep_totals(
    tx: &mut Tx,
    invoice: &Invoice,
    pricing: &Pricing,
    verb: &'static str,
) -> Rule<Invoice> {
    let lines = lines_of(tx, invoice.id).await?;
    let totals = pricing.totals(lines.iter().map(|line| (&line.line_total, &line.tax_amount)));
    let invoice = tx.amend(invoice, header(&totals)?).await?;
    tx.announce(Invoice::META, verb, &invoice.key());
    Ok(invoice)
}

/// The header's amounts as columns.
///
/// # Errors
/// `OUT_OF_RANGE` for more than the document's amounts hold (spec 1.3).
pub fn header(totals: &Totals) -> Rule<Vec<Set<Invoice>>> {
    let most = Money::cents(MOST_MONEY_CENTS);
    if totals.total > most {
        let total = totals.total.clone();
        return Err(DraftRefused::TooMuch { total, most }.into());
    }
    Ok(vec![
        Invoice::SUBTOTAL.to(totals.subtotal.clone()),
        Invoice::TAX_AMOUNT.to(totals.tax.clone()),
        Invoice::TOTAL_AMOUNT.to(totals.total.clone()),
    ])
}
