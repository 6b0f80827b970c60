//! The way of a repair's parts out of the stock, onto a bill, and back (spec 6.4, 6.10).
//!
//! Parts leave the stock as Repair Use when the repair is finished. A bill sells them like any
//! other goods, so they are put back and held by its lines in the same step; a line that is given
//! up frees them and they count as used in the repair again. The stock is thus always the sum of
//! its movements, and what is reserved always what unpaid lines hold.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use crate::bulk_stock::{self, BulkStock};
use crate::repair_part::RepairPart;
use crate::repair_ticket::RepairTicket;

/// The parts of a locked ticket in their order.
pub async fn of_ticket(tx: &mut Tx, ticket: &RepairTicket) -> Rule<Vec<RepairPart>> {
    let mut condition = Sql::new("t.repair_ticket_id = ");
    condition.bind(Bind::Int(Some(ticket.id))).push(" ORDER BY t.id");
    tx.select(condition).await
}

/// Takes the parts out of the stock that are still in it. Every shortage is noted before
/// anything is written.
///
/// # Errors
/// `INSUFFICIENT_STOCK` for each item of which fewer are free.
pub async fn take_out(tx: &mut Tx, ticket: &RepairTicket) -> Rule<()> {
    let mut parts = of_ticket(tx, ticket).await?;
    parts.retain(|part| part.used_at.is_none());
    if parts.is_empty() {
        return tx.settle();
    }
    let keys: Vec<i32> = parts.iter().map(|part| part.bulk_stock_id).collect();
    let stocks = tx.get_all_locked::<BulkStock>(&keys).await?;
    for stock in &stocks {
        let of_it = parts.iter().filter(|part| part.bulk_stock_id == stock.id);
        let wanted: i32 = of_it.map(|part| part.quantity).sum();
        if wanted > stock.quantity - stock.reserved {
            tx.refuse(bulk_stock::shortage(stock, wanted, "repairTicketId"));
        }
    }
    tx.settle()?;
    for mut stock in stocks {
        let id = stock.id;
        for part in parts.iter().filter(|part| part.bulk_stock_id == id) {
            stock = bulk_stock::use_in_repair(tx, &stock, part.quantity, ticket.id).await?;
            let cost = stock.unit_cost.clone().unwrap_or_default();
            let sets = vec![RepairPart::USED_AT.to(Some(tx.now)), RepairPart::UNIT_COST.to(cost)];
            tx.amend(part, sets).await?;
        }
    }
    Ok(())
}

/// Puts the pieces of a part back on the shelf, so that a line of a bill can hold them.
pub async fn to_bill(tx: &mut Tx, part: &RepairPart, stock: &BulkStock) -> Rule<BulkStock> {
    bulk_stock::return_to_bill(tx, stock, part.quantity, part.repair_ticket_id).await
}

/// Takes the pieces of a part out again, because the line that billed them was given up.
pub async fn back_to_repair(tx: &mut Tx, part: i32, stock: &BulkStock) -> Rule<BulkStock> {
    let part: RepairPart = tx.get(part).await?;
    bulk_stock::use_in_repair(tx, stock, part.quantity, part.repair_ticket_id).await
}

/// Takes parts off a ticket that ends before they left the stock.
pub async fn drop_unused(tx: &mut Tx, ticket: &RepairTicket) -> Rule<()> {
    for part in of_ticket(tx, ticket).await? {
        if part.used_at.is_none() {
            tx.delete(&part).await?;
        }
    }
    Ok(())
}

/// What the parts of a ticket cost the shop.
pub async fn recount(tx: &mut Tx, ticket: &RepairTicket) -> Rule<Money> {
    let parts = of_ticket(tx, ticket).await?;
    Ok(parts.iter().map(|part| part.unit_cost.times(part.quantity)).sum())
}
