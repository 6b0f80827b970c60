//! What a completed refund does to goods, lines and the invoice (spec 6.3, 6.4, 6.7).

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::refusal::Rule;

use crate::asset::machine::TAKE_BACK;
use crate::asset::place::{BACKROOM, location_of};
use crate::asset::{self, Asset, AssetStatus};
use crate::bulk_stock::{self, BulkStock};
use crate::invoice::machine::REFUND;
use crate::invoice::{Invoice, InvoiceStatus, lines_of};
use crate::invoice_line::InvoiceLine;
use crate::preorder::sale;
use crate::refund::{Refund, replaced};
use crate::refund_line::RefundLine;
use crate::repair_ticket;
use crate::warranty;

/// Takes the refunded parts of the lines back and brings the invoice along: Refunded once
/// nothing is left of any line.
pub async fn apply(tx: &mut Tx, refund: &Refund, invoice: &Invoice) -> Rule<Invoice> {
    let refunded = &invoice.refunded_amount + &refund.total_amount;
    let sets = vec![Invoice::REFUNDED_AMOUNT.to(refunded)];
    if refund.payments_only {
        return tx.update(invoice, sets).await;
    }
    let mut of_refund = Sql::new("t.refund_id = ");
    of_refund.bind(Bind::Int(Some(refund.id))).push(" ORDER BY t.invoice_line_id");
    let parts = tx.select::<RefundLine>(of_refund).await?;
    let mut lines = lines_of(tx, invoice.id).await?;
    let pairs = pairs(&parts, &lines)?;
    let mut replaced = Vec::new();
    for (_, line) in &pairs {
        replaced.extend(replaced::current(tx, line).await?);
    }
    take_assets_back(tx, refund, invoice, &pairs).await?;
    for (by, line) in &replaced {
        let assets = line.asset_id.into_iter().collect();
        return_assets(tx, refund, by, assets).await?;
    }
    for line in &replaced {
        replaced::close(tx, line).await?;
    }
    take_bulk_back(tx, invoice, &pairs).await?;
    let mut changed = Vec::with_capacity(pairs.len());
    for (part, line) in pairs {
        let quantity = line.refunded_quantity + part.quantity;
        let amount = &line.refunded_amount + &part.amount;
        let mut sets = vec![
            InvoiceLine::REFUNDED_QUANTITY.to(quantity),
            InvoiceLine::REFUNDED_AMOUNT.to(amount),
        ];
        if quantity == line.quantity {
            sets.push(InvoiceLine::RELEASED_AT.to(Some(tx.now)));
        }
        changed.push(tx.amend(line, sets).await?);
    }
    for line in changed {
        if let Some(place) = lines.iter().position(|before| before.id == line.id) {
            lines[place] = line;
        }
    }
    if lines.iter().all(|line| line.refunded_quantity == line.quantity) {
        return tx.advance(invoice, &REFUND, InvoiceStatus::Refunded.spelling(), sets).await;
    }
    tx.update(invoice, sets).await
}

/// Each part of the refund with the line that it takes back.
fn pairs<'a>(
    parts: &'a [RefundLine],
    lines: &'a [InvoiceLine],
) -> Rule<Vec<(&'a RefundLine, &'a InvoiceLine)>> {
    let mut pairs = Vec::with_capacity(parts.len());
    for part in parts {
        let line = lines.iter().find(|line| line.id == part.invoice_line_id);
        let line = line.ok_or_else(|| Fault::internal("a refund of another invoice's line"))?;
        pairs.push((part, line));
    }
    Ok(pairs)
}

/// The devices that the lines still hold; one that was replaced came back at that time.
async fn take_assets_back(
    tx: &mut Tx,
    refund: &Refund,
    invoice: &Invoice,
    pairs: &[(&RefundLine, &InvoiceLine)],
) -> Rule<()> {
    let held = pairs.iter().filter(|(_, line)| line.released_at.is_none());
    let keys: Vec<i32> = held.filter_map(|(_, line)| line.asset_id).collect();
    return_assets(tx, refund, invoice, keys).await
}

async fn return_assets(
    tx: &mut Tx,
    refund: &Refund,
    invoice: &Invoice,
    keys: Vec<i32>,
) -> Rule<()> {
    if keys.is_empty() {
        return Ok(());
    }
    sale::lose_resales(tx, invoice, &keys).await?;
    let backroom = location_of(tx, BACKROOM).await?;
    let why = format!("Refunded from {}", invoice.invoice_number);
    let mut returned = Vec::with_capacity(keys.len());
    for sold in tx.get_all_locked::<Asset>(&keys).await? {
        let sets = vec![
            Asset::LOCATION_ID.to(Some(backroom)),
            Asset::INVOICE_ID.to(None),
            Asset::PREORDER_ID.to(None),
            Asset::SALE_PRICE.to(None),
            Asset::SALE_DATE.to(None),
        ];
        let to = AssetStatus::Returned;
        returned.push(asset::transition(tx, &sold, &TAKE_BACK, to, sets, &why).await?);
    }
    warranty::returned(tx, refund, invoice, keys).await?;
    for asset in &returned {
        repair_ticket::returned(tx, asset).await?;
    }
    Ok(())
}

/// Bulk goods that can be sold again go back on the shelf; the others are a loss.
async fn take_bulk_back(
    tx: &mut Tx,
    invoice: &Invoice,
    pairs: &[(&RefundLine, &InvoiceLine)],
) -> Rule<()> {
    let back: Vec<(i32, i32)> = pairs
        .iter()
        .filter(|(part, _)| part.restock)
        .filter_map(|(part, line)| line.bulk_stock_id.map(|id| (id, part.quantity)))
        .collect();
    if back.is_empty() {
        return Ok(());
    }
    let keys: Vec<i32> = back.iter().map(|(id, _)| *id).collect();
    for stock in tx.get_all_locked::<BulkStock>(&keys).await? {
        let of_it = back.iter().filter(|(id, _)| *id == stock.id);
        let quantity = of_it.map(|(_, quantity)| quantity).sum();
        bulk_stock::take_back(tx, &stock, quantity, invoice.id).await?;
    }
    Ok(())
}
