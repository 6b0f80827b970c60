//! Who holds a reserved device: an unpaid invoice, or a preorder (spec 6.3). An invoice of the
//! preorder's own customer comes first, for it is nearer to the sale.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::refusal::Rule;

use crate::asset::{Asset, AssetStatus};
use crate::preorder::Preorder;

/// What a reserved device is held for.
pub enum Holder {
    /// A line of a draft, or of a sent invoice, and who sells it.
    Invoice { invoice_number: String, owner: String },
    /// A preorder that it came in for.
    Preorder(Box<Preorder>),
}

/// What a locked device is held for; nothing while it is not reserved.
///
/// # Errors
/// Any fault of the database.
pub async fn holder(tx: &mut Tx, asset: &Asset) -> Rule<Option<Holder>> {
    if asset.status != AssetStatus::Reserved {
        return Ok(None);
    }
    if let Some((invoice_number, owner)) = live_line(tx, asset.id).await? {
        return Ok(Some(Holder::Invoice { invoice_number, owner }));
    }
    match asset.preorder_id {
        Some(preorder) => Ok(Some(Holder::Preorder(Box::new(tx.get(preorder).await?)))),
        None => Ok(None),
    }
}

/// Number and owner of the invoice with a live line on a device.
///
/// # Errors
/// Any fault of the database.
pub async fn live_line(tx: &mut Tx, asset: i32) -> Rule<Option<(String, String)>> {
    let mut sql = Sql::new(
        "SELECT i.invoice_number, COALESCE(u.full_name, 'nobody') FROM invoice_lines l \
         JOIN invoices i ON i.id = l.invoice_id LEFT JOIN users u ON u.id = i.sales_rep_id \
         WHERE l.released_at IS NULL AND l.asset_id = ",
    );
    sql.bind(Bind::Int(Some(asset)));
    let rows = tx.load(sql).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some((decode(row, 0)?, decode(row, 1)?)))
}
