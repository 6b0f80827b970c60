//! Writes checked lines and holds what they sell (spec 6.5).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;

use super::DraftLine;
use crate::asset::machine::RESERVE;
use crate::asset::{self, AssetStatus};
use crate::bulk_stock;
use crate::invoice::shelf::Shelf;
use crate::invoice_line::{InvoiceLine, LineKind};

/// Writes checked lines behind those that the invoice has, and holds their goods.
pub async fn write(
    tx: &mut Tx,
    invoice: i32,
    first: i32,
    lines: Vec<DraftLine>,
    shelf: &mut Shelf,
) -> Rule<()> {
    for (number, line) in (first..).zip(lines) {
        let (mut asset_id, mut bulk_stock_id) = (None, None);
        match (line.kind, line.goods) {
            (LineKind::Asset, Some(id)) => {
                let (asset, to) = (shelf.asset(id)?, AssetStatus::Reserved);
                // One that is held for the customer's preorder is reserved already.
                if asset.preorder_id.is_none() {
                    let why = "Put on a draft invoice";
                    let held = asset::transition(tx, &asset, &RESERVE, to, Vec::new(), why).await?;
                    shelf.keep_asset(held);
                }
                asset_id = Some(id);
            }
            (LineKind::Bulk, Some(id)) => {
                let free = shelf.bulk_stock(id)?;
                let held = bulk_stock::reserve(tx, &free, line.amounts.quantity).await?;
                shelf.keep_bulk_stock(held);
                bulk_stock_id = Some(id);
            }
            _ => {}
        }
        tx.append::<InvoiceLine>(vec![
            InvoiceLine::INVOICE_ID.to(invoice),
            InvoiceLine::LINE_NUMBER.to(number),
            InvoiceLine::LINE_KIND.to(line.kind),
            InvoiceLine::ASSET_ID.to(asset_id),
            InvoiceLine::BULK_STOCK_ID.to(bulk_stock_id),
            InvoiceLine::ITEM_DESCRIPTION.to(line.description),
            InvoiceLine::QUANTITY.to(line.amounts.quantity),
            InvoiceLine::UNIT_PRICE.to(line.amounts.unit_price),
            InvoiceLine::DISCOUNT.to(line.amounts.discount),
            InvoiceLine::TAX_AMOUNT.to(line.tax),
            InvoiceLine::UNIT_COST.to(line.unit_cost),
            InvoiceLine::WARRANTY_TIER.to(line.warranty_tier),
            InvoiceLine::REPAIR_PART_ID.to(line.repair_part),
            InvoiceLine::REPAIR_TICKET_ID.to(line.repair_ticket),
        ])
        .await?;
    }
    Ok(())
}
