//! What a line holds goes back to the shelf (spec 6.3, 6.4): a line is removed, or its
//! invoice cancelled. A device that came in for a preorder stays held for it.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;

use crate::asset::machine::RELEASE;
use crate::asset::{self, AssetStatus};
use crate::bulk_stock;
use crate::invoice::shelf::Shelf;
use crate::invoice_line::InvoiceLine;
use crate::repair_part;

/// Frees the goods that an unpaid line holds.
pub async fn free(tx: &mut Tx, shelf: &mut Shelf, line: &InvoiceLine, why: &str) -> Rule<()> {
    if let Some(id) = line.asset_id {
        let held = shelf.asset(id)?;
        if held.preorder_id.is_none() {
            let to = AssetStatus::ReadyForSale;
            let freed = asset::transition(tx, &held, &RELEASE, to, Vec::new(), why).await?;
            shelf.keep_asset(freed);
        }
    }
    if let Some(id) = line.bulk_stock_id {
        let mut freed = bulk_stock::release(tx, &shelf.bulk_stock(id)?, line.quantity).await?;
        if let Some(part) = line.repair_part_id {
            freed = repair_part::back_to_repair(tx, part, &freed).await?;
        }
        shelf.keep_bulk_stock(freed);
    }
    Ok(())
}
