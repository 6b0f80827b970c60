//! The effects of a settled invoice on its goods, and their way back when a tender is voided
//! (spec 6.3, 6.4, 6.5). Lead sources are counted by the reports, from the invoices.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Set;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use crate::asset::machine::{SELL, UNDO_SALE};
use crate::asset::place::{BACKROOM, SOLD, location_of};
use crate::asset::{self, Asset, AssetStatus};
use crate::bulk_stock;
use crate::invoice::Invoice;
use crate::invoice::draft::lines_of;
use crate::invoice::receipt;
use crate::invoice::shelf::Shelf;
use crate::invoice_line::InvoiceLine;
use crate::preorder::sale;
use crate::warranty;

/// The columns of a settled invoice.
pub fn settled(tx: &Tx, amount_paid: Money) -> Vec<Set<Invoice>> {
    vec![
        Invoice::AMOUNT_PAID.to(amount_paid),
        Invoice::PAID_AT.to(Some(tx.now)),
        Invoice::PAID_DATE.to(Some(tx.business_date)),
    ]
}

/// Hands the goods of a settled invoice over: assets are sold, the preorders that waited for
/// them picked up or resold, bulk stock goes out, each device comes with its warranty, and the
/// customer gets a receipt.
pub async fn hand_over(
    tx: &mut Tx,
    invoice: &Invoice,
    lines: &[InvoiceLine],
    shelf: &mut Shelf,
) -> Rule<()> {
    let why = format!("Sold on {}", invoice.invoice_number);
    let mut sold_place = None;
    for line in lines {
        if let Some(id) = line.asset_id {
            let place = match sold_place {
                Some(place) => place,
                None => *sold_place.insert(location_of(tx, SOLD).await?),
            };
            let sets = vec![
                Asset::SALE_PRICE.to(Some(line.line_total.clone())),
                Asset::SALE_DATE.to(Some(tx.business_date)),
                Asset::INVOICE_ID.to(Some(invoice.id)),
                Asset::LOCATION_ID.to(Some(place)),
            ];
            let held = shelf.asset(id)?;
            let sold = asset::transition(tx, &held, &SELL, AssetStatus::Sold, sets, &why).await?;
            sale::carry(tx, invoice, line, held.preorder_id, shelf.preorders()).await?;
            shelf.keep_asset(sold);
        }
        if let Some(id) = line.bulk_stock_id {
            let held = shelf.bulk_stock(id)?;
            let left = bulk_stock::sell(tx, &held, line.quantity, invoice.id).await?;
            shelf.keep_bulk_stock(left);
        }
    }
    warranty::issue(tx, invoice, lines).await?;
    receipt::send(tx, invoice, lines).await
}

/// Takes the goods of a settled invoice back into its hold, because a tender was voided.
/// Where they lay before is not known for sure, so they go to the backroom.
pub async fn reopen(tx: &mut Tx, invoice: &Invoice) -> Rule<()> {
    let lines = lines_of(tx, invoice.id).await?;
    let mut shelf = Shelf::of_lines(tx, &lines).await?;
    let why = format!("A payment of {} was voided", invoice.invoice_number);
    let backroom = location_of(tx, BACKROOM).await?;
    for line in &lines {
        if let Some(id) = line.asset_id {
            let sets = vec![
                Asset::SALE_PRICE.to(None),
                Asset::SALE_DATE.to(None),
                Asset::INVOICE_ID.to(None),
                Asset::LOCATION_ID.to(Some(backroom)),
            ];
            let (sold, to) = (shelf.asset(id)?, AssetStatus::Reserved);
            let held = asset::transition(tx, &sold, &UNDO_SALE, to, sets, &why).await?;
            shelf.keep_asset(held);
        }
        if let Some(id) = line.bulk_stock_id {
            let left = shelf.bulk_stock(id)?;
            let back = bulk_stock::take_back(tx, &left, line.quantity, invoice.id).await?;
            shelf.keep_bulk_stock(bulk_stock::reserve(tx, &back, line.quantity).await?);
        }
    }
    Ok(())
}
