//! A part is taken off a ticket. Pieces that left the stock already, because the repair was
//! finished once before, go back on the shelf; a part that broke is an adjustment of the stock
//! (spec 6.4, 6.10).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::bulk_stock::{self, BulkStock};
use crate::invoice_line::InvoiceLine;
use crate::repair_event::{RepairEventType, record};
use crate::repair_part::stock::of_ticket;
use crate::repair_part::{RepairPart, recount};
use crate::repair_ticket::{RepairTicket, work};

/// What to take off which ticket.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketRemovePartInput")]
pub struct RemovePart {
    /// The ticket; it must be in work.
    pub repair_ticket_id: Id<RepairTicket>,
    /// The part.
    pub repair_part_id: Id<RepairPart>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a part stays on its ticket.
#[derive(Refusal)]
enum RemoveRefused {
    #[refusal(NOT_FOUND, at = "repairPartId", "The ticket has no such part.")]
    NoSuchPart,
    #[refusal(
        REFERENCED_IN_USE,
        at = "repairPartId",
        "The part was billed to the customer, so it stays on the ticket."
    )]
    Billed,
}

mutation! {
    /// Takes a part off a ticket that is in work; what had left the stock goes back.
    pub REMOVE_PART = "bizhubRepairTicketRemovePart"(RemovePart) -> RepairTicket,
    permission "bizhub.repair_ticket.work", keyed => remove_part
}

/// Takes a part off a ticket (spec 6.10).
pub async fn remove_part(tx: &mut Tx, input: RemovePart) -> Rule<RepairTicket> {
    let ticket = work::lock_in_work(tx, &input.repair_ticket_id, input.expected_version).await?;
    let key = tx.key(&input.repair_part_id, "repairPartId")?;
    let parts = of_ticket(tx, &ticket).await?;
    let Some(part) = parts.into_iter().find(|part| part.key() == key) else {
        return Err(RemoveRefused::NoSuchPart.into());
    };
    let mut billed = bizgraph_kernel::entity::Sql::new("t.repair_part_id = ");
    billed.bind(key);
    if !tx.select::<InvoiceLine>(billed).await?.is_empty() {
        return Err(RemoveRefused::Billed.into());
    }
    tx.settle()?;

    let stock: BulkStock = tx.get_locked(part.bulk_stock_id).await?;
    if part.used_at.is_some() {
        let why = format!("Not used for {}", ticket.ticket_number);
        bulk_stock::return_from_repair(tx, &stock, part.quantity, ticket.id, why).await?;
    }
    tx.delete(&part).await?;
    let cost = recount(tx, &ticket).await?;
    let ticket = tx.update(&ticket, vec![RepairTicket::PARTS_COST.to(cost)]).await?;
    let notes = format!("{} x {}", part.quantity, stock.item_name);
    record(tx, RepairEventType::PartRemoved, Some(ticket.status), &ticket, Some(notes)).await?;
    Ok(ticket)
}
