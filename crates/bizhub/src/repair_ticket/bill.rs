//! A repair is billed: a draft with a line for the work and one for each part, which is then
//! priced, sent and paid like any other sale (spec 6.10).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::customer::Customer;
use crate::invoice::bill_of_repair::{Bill, draft};
use crate::invoice::{Invoice, InvoiceStatus, references};
use crate::repair_event::{RepairEventType, record};
use crate::repair_ticket::{RepairStatus, RepairTicket};

/// Which repair to bill.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketBillInput")]
pub struct BillTicket {
    /// The ticket; it must be Ready and billable.
    pub repair_ticket_id: Id<RepairTicket>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a repair is not billed.
#[derive(Refusal)]
enum BillRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "repairTicketId",
        "{ticket} is {status}; it is billed once it is Ready."
    )]
    NotReady { ticket: String, status: &'static str },
    #[refusal(
        PRECONDITION_FAILED,
        at = "repairTicketId",
        "Nobody pays for {ticket}: it is under warranty, or the shop's own."
    )]
    NotBillable { ticket: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "repairTicketId",
        "{ticket} comes to nothing, so there is nothing to bill. Close it."
    )]
    Nothing { ticket: String },
    #[refusal(ALREADY_DONE, at = "repairTicketId", "{ticket} was billed by {invoice} already.")]
    Billed { ticket: String, invoice: String },
}

mutation! {
    /// Makes a draft invoice of the work and the parts of a ticket that is ready.
    pub BILL = "bizhubRepairTicketBill"(BillTicket) -> RepairTicket,
    permission "bizhub.repair_ticket.bill", keyed => bill
}

/// Bills a repair (spec 6.10). Who sells is held before the ticket is locked: parents come first.
pub async fn bill(tx: &mut Tx, input: BillTicket) -> Rule<RepairTicket> {
    let sales_rep = references::sales_rep(tx, None).await?;
    let (field, expected) = ("repairTicketId", input.expected_version);
    let ticket = tx.lock_version(&input.repair_ticket_id, field, expected).await?;
    let number = || ticket.ticket_number.clone();
    if ticket.status != RepairStatus::Ready {
        let status = ticket.status.spelling();
        return Err(BillRefused::NotReady { ticket: number(), status }.into());
    }
    if !ticket.billable {
        tx.refuse(BillRefused::NotBillable { ticket: number() });
    } else if let Some(bill) = live_bill(tx, &ticket).await? {
        let invoice = bill.invoice_number;
        tx.refuse(BillRefused::Billed { ticket: number(), invoice });
    } else if !ticket.charge.is_positive() {
        tx.refuse(BillRefused::Nothing { ticket: number() });
    }
    let customer = match ticket.customer_id {
        Some(customer) => Some(tx.get::<Customer>(customer).await?),
        None => None,
    };
    tx.settle()?;

    let bill = Bill { ticket: &ticket, customer: customer.as_ref(), sales_rep };
    let invoice = draft(tx, bill).await?;
    let ticket = tx.update(&ticket, vec![RepairTicket::INVOICE_ID.to(Some(invoice.id))]).await?;
    let notes = Some(invoice.invoice_number);
    record(tx, RepairEventType::Billed, Some(ticket.status), &ticket, notes).await?;
    Ok(ticket)
}

/// The bill of a ticket, unless it was cancelled or refunded.
pub async fn live_bill(tx: &mut Tx, ticket: &RepairTicket) -> Rule<Option<Invoice>> {
    let Some(invoice) = ticket.invoice_id else { return Ok(None) };
    let bill: Invoice = tx.get(invoice).await?;
    let over = matches!(bill.status, InvoiceStatus::Cancelled | InvoiceStatus::Refunded);
    Ok((!over).then_some(bill))
}
