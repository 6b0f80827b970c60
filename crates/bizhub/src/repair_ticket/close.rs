//! A repair is handed back and its ticket closed: once it is ready and, where the customer
//! pays, paid; or before that, because it was not to be repaired (spec 6.10).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::invoice::InvoiceStatus;
use crate::repair_ticket::closing::end;
use crate::repair_ticket::machine::CLOSE;
use crate::repair_ticket::{RepairOutcome, RepairStatus, RepairTicket, live_bill};

/// How which ticket ended.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketCloseInput")]
pub struct Close {
    /// The ticket: Ready, or Open or Diagnosing with the outcome Unable.
    pub repair_ticket_id: Id<RepairTicket>,
    /// How it ended. Under a warranty claim, Repaired or Unable: the claim tells the rest.
    pub outcome: RepairOutcome,
    /// Remarks, at most 500 characters; kept with the events.
    pub notes: Option<String>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

/// Why a ticket stays open.
#[derive(Refusal)]
enum CloseRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "outcome",
        "{ticket} is {status}, so it can be closed as Unable only. Finish the repair first."
    )]
    NotReady { ticket: String, status: &'static str },
    #[refusal(
        PRECONDITION_FAILED,
        at = "outcome",
        "{ticket} was found to be beyond repair. Resume it, or choose another outcome."
    )]
    WasUnable { ticket: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "outcome",
        "{ticket} serves a warranty claim. Complete the claim to replace or refund the device."
    )]
    OfClaim { ticket: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "repairTicketId",
        "The customer owes {charge} for {ticket}. Bill it and take the payment first."
    )]
    NotBilled { ticket: String, charge: Money },
    #[refusal(
        PRECONDITION_FAILED,
        at = "repairTicketId",
        "The bill {invoice} of {ticket} is {status}. Take the payment, or cancel it, first."
    )]
    NotPaid { ticket: String, invoice: String, status: &'static str },
}

mutation! {
    /// Closes a ticket, once it is paid where the customer pays.
    pub CLOSE_TICKET = "bizhubRepairTicketClose"(Close) -> RepairTicket,
    permission "bizhub.repair_ticket.transition:close" => close
}

/// Closes a ticket (spec 6.10).
pub async fn close(tx: &mut Tx, input: Close) -> Rule<RepairTicket> {
    let (field, expected) = ("repairTicketId", input.expected_version);
    let ticket = tx.lock_version(&input.repair_ticket_id, field, expected).await?;
    tx.check_move(&ticket, &CLOSE, None, field)?;
    let number = || ticket.ticket_number.clone();
    let (status, outcome) = (ticket.status, input.outcome);
    if status != RepairStatus::Ready && outcome != RepairOutcome::Unable {
        tx.refuse(CloseRefused::NotReady { ticket: number(), status: status.spelling() });
    }
    if ticket.outcome == Some(RepairOutcome::Unable) && outcome == RepairOutcome::Repaired {
        tx.refuse(CloseRefused::WasUnable { ticket: number() });
    }
    let by_claim = matches!(outcome, RepairOutcome::Replaced | RepairOutcome::Refunded);
    if ticket.warranty_claim_id.is_some() && by_claim {
        tx.refuse(CloseRefused::OfClaim { ticket: number() });
    }
    check_bill(tx, &ticket).await?;
    let notes = tx.optional_text(input.notes, "notes", 500);
    tx.no_card_number(notes.as_deref(), "notes");
    tx.settle()?;
    end(tx, ticket, &CLOSE, outcome, notes).await
}

/// Refuses while the customer owes something: what is ready is paid for, and no bill stays open.
async fn check_bill(tx: &mut Tx, ticket: &RepairTicket) -> Rule<()> {
    let number = ticket.ticket_number.clone();
    match live_bill(tx, ticket).await? {
        Some(bill) if bill.status != InvoiceStatus::Paid => {
            let (invoice, status) = (bill.invoice_number, bill.status.spelling());
            tx.refuse(CloseRefused::NotPaid { ticket: number, invoice, status });
        }
        None if ticket.status == RepairStatus::Ready => {
            // The row was read before its lock was had, so its parts may have changed meanwhile.
            let charge = tx.get::<RepairTicket>(ticket.id).await?.charge;
            if charge.is_positive() {
                tx.refuse(CloseRefused::NotBilled { ticket: number, charge });
            }
        }
        _ => {}
    }
    Ok(())
}
