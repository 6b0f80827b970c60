//! The work on a repair is valued: billed to the customer, or a cost of the warranty (spec 6.10).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::repair_event::{RepairEventType, record};
use crate::repair_ticket::{RepairStatus, RepairTicket, live_bill};

/// What the work on which ticket is worth.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketSetLaborInput")]
pub struct SetLabor {
    /// The ticket; it must not be closed, nor billed.
    pub repair_ticket_id: Id<RepairTicket>,
    /// What the work is worth, in the tenant's currency.
    pub labor_cost: Money,
    /// The version that the change is based on.
    pub expected_version: i32,
}

/// Why the work is not valued any more.
#[derive(Refusal)]
enum LaborRefused {
    #[refusal(PRECONDITION_FAILED, at = "repairTicketId", "{ticket} is closed. Reopen it first.")]
    Closed { ticket: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "repairTicketId",
        "{ticket} was billed by {invoice}. Change the line there, or cancel it first."
    )]
    Billed { ticket: String, invoice: String },
}

mutation! {
    /// Says what the work on a ticket is worth.
    pub LABOR = "bizhubRepairTicketSetLabor"(SetLabor) -> RepairTicket,
    permission "bizhub.repair_ticket.work" => set_labor
}

/// Values the work on a ticket (spec 6.10).
pub async fn set_labor(tx: &mut Tx, input: SetLabor) -> Rule<RepairTicket> {
    let (field, expected) = ("repairTicketId", Some(input.expected_version));
    let ticket = tx.lock_version(&input.repair_ticket_id, field, expected).await?;
    if ticket.status == RepairStatus::Closed {
        tx.refuse(LaborRefused::Closed { ticket: ticket.ticket_number.clone() });
    }
    if let Some(bill) = live_bill(tx, &ticket).await? {
        let (ticket, invoice) = (ticket.ticket_number.clone(), bill.invoice_number);
        tx.refuse(LaborRefused::Billed { ticket, invoice });
    }
    tx.amount(&input.labor_cost, "laborCost");
    tx.settle()?;

    let said = input.labor_cost.to_string();
    let ticket = tx.update(&ticket, vec![RepairTicket::LABOR_COST.to(input.labor_cost)]).await?;
    record(tx, RepairEventType::LaborSet, Some(ticket.status), &ticket, Some(said)).await?;
    Ok(ticket)
}
