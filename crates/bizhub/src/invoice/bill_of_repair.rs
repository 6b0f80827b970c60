//! The bill of a repair as a draft: a service line for the work, a bulk line for each part
//! (spec 6.10).

use std::collections::BTreeSet;

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;

use crate::bulk_stock::BulkStock;
use crate::customer::Customer;
use crate::invoice::Invoice;
use crate::invoice::create::{self, Draft};
use crate::invoice::draft_line::DraftLine;
use crate::invoice::pricing::Pricing;
use crate::invoice::shelf::Shelf;
use crate::repair_part;
use crate::repair_ticket::RepairTicket;

/// What is billed to whom.
pub struct Bill<'a> {
    pub ticket: &'a RepairTicket,
    pub customer: Option<&'a Customer>,
    pub sales_rep: Option<i32>,
}

/// Writes the draft. The parts are put back on the shelf first, so that its lines hold and sell
/// them like any other goods.
pub async fn draft(tx: &mut Tx, bill: Bill<'_>) -> Rule<Invoice> {
    let ticket = bill.ticket;
    let pricing = Pricing::read(tx).await?;
    let mut lines = Vec::new();
    if ticket.labor_cost.is_positive() {
        lines.push(DraftLine::of_work(ticket, &pricing));
    }
    let parts = repair_part::of_ticket(tx, ticket).await?;
    let items: BTreeSet<i32> = parts.iter().map(|part| part.bulk_stock_id).collect();
    let mut shelf = Shelf::lock(tx, BTreeSet::new(), items).await?;
    for part in &parts {
        let stock: BulkStock = shelf.bulk_stock(part.bulk_stock_id)?;
        let price = part.unit_price.clone().unwrap_or_default();
        lines.push(DraftLine::of_part(part, &stock.item_name, price, &pricing));
        shelf.keep_bulk_stock(repair_part::to_bill(tx, part, &stock).await?);
    }
    let notes = Some(format!("Repair {}", ticket.ticket_number));
    let draft = Draft::made(bill.customer, bill.sales_rep, notes, shelf, lines, &pricing);
    create::write(tx, draft).await
}
