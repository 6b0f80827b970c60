//! An invoice is given up and its goods are free again (spec 6.5). A draft by whoever sells
//! it, a sent invoice by a Manager once no payment is left on it.

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Id, Sql};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::invoice::draft::lines_of;
use crate::invoice::machine;
use crate::invoice::release::free;
use crate::invoice::shelf::Shelf;
use crate::invoice::{Invoice, InvoiceStatus};
use crate::invoice_line::InvoiceLine;
use crate::repair_ticket::{RepairStatus, RepairTicket};

/// Which invoice to give up.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoiceCancelInput")]
pub struct Cancel {
    /// The draft or sent invoice.
    pub invoice_id: Id<Invoice>,
    /// Why, at most 500 characters.
    pub reason: Option<String>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why an invoice stays.
#[derive(Refusal)]
enum CancelRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "invoiceId",
        "The invoice {number} still has payments of {paid}. Void or refund them first."
    )]
    PaymentsLeft { number: String, paid: Money },
    #[refusal(
        PRECONDITION_FAILED,
        at = "invoiceId",
        "{number} is the bill of the repair {ticket}, which is closed. Reopen the ticket first."
    )]
    RepairClosed { number: String, ticket: String },
}

mutation! {
    /// Gives an unpaid invoice up and frees its goods.
    pub CANCEL = "bizhubInvoiceCancel"(Cancel) -> Invoice,
    permission "bizhub.invoice.transition:cancel", keyed => cancel
}

/// Gives an invoice up (spec 6.5). That a seller does so only before it is sent is the scope
/// of the seller's right. The ticket of a repair is locked before its bill.
pub async fn cancel(tx: &mut Tx, input: Cancel) -> Rule<Invoice> {
    let repair = repair_of(tx, &input.invoice_id).await?;
    let invoice = tx.lock_version(&input.invoice_id, "invoiceId", input.expected_version).await?;
    tx.check_move(&invoice, &machine::CANCEL, None, "invoiceId")?;
    let number = invoice.invoice_number.clone();
    let paid = &invoice.amount_paid - &invoice.refunded_amount;
    if paid.is_positive() {
        tx.refuse(CancelRefused::PaymentsLeft { number: number.clone(), paid });
    }
    if let Some(repair) = repair.filter(|repair| repair.status == RepairStatus::Closed) {
        tx.refuse(CancelRefused::RepairClosed { number, ticket: repair.ticket_number });
    }
    let reason = tx.optional_text(input.reason, "reason", 500);
    tx.settle()?;
    give_up(tx, &invoice, reason).await
}

/// The ticket whose bill an invoice is, locked.
async fn repair_of(tx: &mut Tx, invoice: &Id<Invoice>) -> Rule<Option<RepairTicket>> {
    let mut billed = Sql::new("t.invoice_id = ");
    billed.bind(tx.key(invoice, "invoiceId")?).push(" FOR NO KEY UPDATE OF t");
    Ok(tx.select(billed).await?.pop())
}

/// Gives up a locked invoice that may be, and frees what its lines hold.
pub(super) async fn give_up(
    tx: &mut Tx,
    invoice: &Invoice,
    reason: Option<String>,
) -> Rule<Invoice> {
    let lines = lines_of(tx, invoice.id).await?;
    let mut shelf = Shelf::of_lines(tx, &lines).await?;
    for line in &lines {
        free(tx, &mut shelf, line, "The invoice was cancelled").await?;
        let released = InvoiceLine::RELEASED_AT.to(Some(tx.now));
        tx.amend(line, vec![released]).await?;
    }
    let sets = vec![Invoice::CANCELLED_REASON.to(reason)];
    tx.advance(invoice, &machine::CANCEL, InvoiceStatus::Cancelled.spelling(), sets).await
}
