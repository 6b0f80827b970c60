//! What a line holds goes back to the shelf (spec 6.3, 6.4): a line is removed, or its
//! invoice cancelled.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;

use crate::asset::machine::RELEASE;
use crate::asset::{self, AssetStatus};
use crate::bulk_stock;
use crate::invoice::shelf::Shelf;
use crate::invoice_line::InvoiceLine;

/// Frees the goods that an unpaid line holds.
pub async fn free(tx: &mut Tx, shelf: &mut Shelf, line: &InvoiceLine, why: &str) -> Rule<()> {
    if let Some(id) = line.asset_id {
        let held = shelf.asset(id)?;
        let to = AssetStatus::ReadyForSale;
        let freed = asset::transition(tx, &held, &RELEASE, to, Vec::new(), why).await?;
        shelf.keep_asset(freed);
    }
    if let Some(id) = line.bulk_stock_id {
        let freed = bulk_stock::release(tx, &shelf.bulk_stock(id)?, line.quantity).await?;
        shelf.keep_bulk_stock(freed);
    }
    Ok(())
}
