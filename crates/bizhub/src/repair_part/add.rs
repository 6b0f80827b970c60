//! A repair uses another part, at the item's price of today (spec 6.10).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::bulk_stock::BulkStock;
use crate::repair_event::{RepairEventType, record};
use crate::repair_part::{RepairPart, of_ticket, recount};
use crate::repair_ticket::{RepairTicket, work};

/// Parts that one ticket can hold: a bill has 200 lines, and one of them is the work's.
const MOST_PARTS: usize = 199;

/// What which repair uses.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketAddPartInput")]
pub struct AddPart {
    /// The ticket; it must be in work, and holds at most 199 parts.
    pub repair_ticket_id: Id<RepairTicket>,
    /// The bulk item.
    pub bulk_stock_id: Id<BulkStock>,
    /// How many, from 1 to 1000; 1 unless said. They leave the stock when the repair is finished.
    pub quantity: Option<i32>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a part is not put on a ticket.
#[derive(Refusal)]
enum AddRefused {
    #[refusal(OUT_OF_RANGE, at = "quantity", "The quantity must be from 1 to 1000.")]
    Quantity,
    #[refusal(
        LIMIT_EXCEEDED,
        at = "repairTicketId",
        "{ticket} holds {most} parts, as many as a bill can name. Remove one first."
    )]
    TooMany { ticket: String, most: usize },
    #[refusal(
        PRECONDITION_FAILED,
        at = "bulkStockId",
        "{item} has no price, and the customer pays for this repair. Set its price first."
    )]
    NoPrice { item: String },
}

mutation! {
    /// Puts a part on a ticket that is in work.
    pub ADD_PART = "bizhubRepairTicketAddPart"(AddPart) -> RepairTicket,
    permission "bizhub.repair_ticket.work", keyed => add_part
}

/// Puts a part on a ticket (spec 6.10).
pub async fn add_part(tx: &mut Tx, input: AddPart) -> Rule<RepairTicket> {
    let ticket = work::lock_in_work(tx, &input.repair_ticket_id, input.expected_version).await?;
    let stock = tx.read(&input.bulk_stock_id, "bulkStockId").await?;
    let quantity = input.quantity.unwrap_or(1);
    if !(1..=1000).contains(&quantity) {
        tx.refuse(AddRefused::Quantity);
    }
    if of_ticket(tx, &ticket).await?.len() >= MOST_PARTS {
        let ticket = ticket.ticket_number.clone();
        tx.refuse(AddRefused::TooMany { ticket, most: MOST_PARTS });
    }
    if ticket.billable && stock.unit_price.is_none() {
        tx.refuse(AddRefused::NoPrice { item: stock.item_name.clone() });
    }
    tx.settle()?;

    let added_by = tx.actor.user_id();
    tx.append::<RepairPart>(vec![
        RepairPart::REPAIR_TICKET_ID.to(ticket.id),
        RepairPart::BULK_STOCK_ID.to(stock.id),
        RepairPart::QUANTITY.to(quantity),
        RepairPart::UNIT_COST.to(stock.unit_cost.clone().unwrap_or_default()),
        RepairPart::UNIT_PRICE.to(stock.unit_price.clone()),
        RepairPart::ADDED_BY.to(added_by),
    ])
    .await?;
    let cost = recount(tx, &ticket).await?;
    let ticket = tx.update(&ticket, vec![RepairTicket::PARTS_COST.to(cost)]).await?;
    let notes = format!("{quantity} x {}", stock.item_name);
    record(tx, RepairEventType::PartAdded, Some(ticket.status), &ticket, Some(notes)).await?;
    Ok(ticket)
}
