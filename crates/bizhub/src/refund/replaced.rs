//! The money for a device that was replaced under warranty: it was paid on the line of the first
//! device, and what comes back is the device that the customer has now (spec 6.7, 6.9).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::refusal::Rule;

use crate::invoice::machine::REFUND;
use crate::invoice::{Invoice, InvoiceStatus, lines_of};
use crate::invoice_line::InvoiceLine;

/// The line that holds the device which took the place of the one on this line, and its invoice,
/// locked; nothing while the line holds its own.
pub async fn current(tx: &mut Tx, line: &InvoiceLine) -> Rule<Option<(Invoice, InvoiceLine)>> {
    if line.released_at.is_none() {
        return Ok(None);
    }
    let mut chain = Sql::new("WITH RECURSIVE chain (invoice, asset, step) AS (SELECT ");
    chain.bind(Bind::Int(Some(line.invoice_id))).push("::int4, ");
    chain.bind(Bind::Int(line.asset_id)).push(
        "::int4, 0 UNION ALL \
         SELECT c.replacement_invoice_id, c.replacement_asset_id, chain.step + 1 FROM chain \
         JOIN warranties w ON w.invoice_id = chain.invoice AND w.asset_id = chain.asset \
         JOIN warranty_claims c ON c.warranty_id = w.id AND c.outcome = 'Replaced') \
         SELECT invoice, asset FROM chain WHERE step > 0 ORDER BY step DESC LIMIT 1",
    );
    let rows = tx.load(chain).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (invoice, asset): (i32, i32) = (decode(row, 0)?, decode(row, 1)?);
    let invoice: Invoice = tx.get_locked(invoice).await?;
    let lines = lines_of(tx, invoice.id).await?;
    let holds = |line: &InvoiceLine| line.asset_id == Some(asset) && line.released_at.is_none();
    Ok(lines.into_iter().find(holds).map(|line| (invoice, line)))
}

/// The line that was given for nothing comes back with the money of the first one.
pub async fn close(tx: &mut Tx, (invoice, line): &(Invoice, InvoiceLine)) -> Rule<()> {
    let sets = vec![
        InvoiceLine::REFUNDED_QUANTITY.to(line.quantity),
        InvoiceLine::RELEASED_AT.to(Some(tx.now)),
    ];
    tx.amend(line, sets).await?;
    tx.advance(invoice, &REFUND, InvoiceStatus::Refunded.spelling(), Vec::new()).await?;
    Ok(())
}
