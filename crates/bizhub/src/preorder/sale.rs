//! What a sale means for preorders (spec 6.8): the customer's own picks it up, one to somebody
//! else resells what was rejected, and undoing a sale undoes either.
//!
//! A device that is given away, such as a replacement, is not resold: its preorder waits for
//! the tenant's limit of days.
//!
//! A refund of the resale before the settlement takes the recovery away, so the preorder waits
//! for another sale. After the settlement it changes nothing: what was settled stays settled.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use crate::invoice::Invoice;
use crate::invoice_line::InvoiceLine;
use crate::preorder::settlement::settlement;
use crate::preorder::{Preorder, PreorderStatus, change, machine};

/// Locks the preorders that these devices are held for, and the rejected ones that wait for
/// their sale, in ascending order.
///
/// # Errors
/// Any fault of the database.
pub async fn lock_concerned(tx: &mut Tx, assets: &[i32]) -> Rule<Vec<Preorder>> {
    let mut concerned =
        Sql::new("t.id = ANY(ARRAY(SELECT a.preorder_id FROM assets a WHERE a.id = ANY(");
    concerned.bind(Bind::Ints(assets.to_vec()));
    concerned
        .push(") AND a.preorder_id IS NOT NULL)) OR (t.status = 'Rejected' AND t.asset_id = ANY(");
    concerned.bind(Bind::Ints(assets.to_vec()));
    concerned.push(")) ORDER BY t.id FOR NO KEY UPDATE OF t");
    tx.select(concerned).await
}

/// Whether a locked preorder is picked up by a sale of the device that is held for it.
pub fn waits(preorder: &Preorder, held_for: Option<i32>) -> bool {
    held_for == Some(preorder.id) && machine::PICK_UP.starts_from(preorder.status.spelling())
}

/// Carries a sold line over to the preorders that it concerns.
///
/// # Errors
/// Any fault of the database.
pub async fn carry(
    tx: &mut Tx,
    invoice: &Invoice,
    line: &InvoiceLine,
    held_for: Option<i32>,
    concerned: &[Preorder],
) -> Rule<()> {
    for preorder in concerned {
        if waits(preorder, held_for) {
            pick_up(tx, preorder, invoice).await?;
        } else if preorder.status == PreorderStatus::Rejected
            && preorder.asset_id == line.asset_id
            && line.line_total.is_positive()
        {
            resell(tx, preorder, invoice, &line.line_total).await?;
        }
    }
    Ok(())
}

async fn pick_up(tx: &mut Tx, preorder: &Preorder, invoice: &Invoice) -> Rule<()> {
    let sets = vec![Preorder::PICKUP_INVOICE_ID.to(Some(invoice.id))];
    let words = ("picked_up", Some(invoice.invoice_number.clone()));
    change::advance(tx, preorder, &machine::PICK_UP, PreorderStatus::PickedUp, sets, words).await?;
    Ok(())
}

async fn resell(
    tx: &mut Tx,
    preorder: &Preorder,
    invoice: &Invoice,
    recovered: &Money,
) -> Rule<()> {
    let mut sets = vec![
        Preorder::RESALE_INVOICE_ID.to(Some(invoice.id)),
        Preorder::RESALE_RECOVERY_AMOUNT.to(Some(recovered.clone())),
    ];
    if let Some(agreed) = &preorder.agreed_price {
        sets.extend(settlement(agreed, &preorder.deposit_held(), recovered).columns());
    }
    let words = ("resold", Some(invoice.invoice_number.clone()));
    change::advance(tx, preorder, &machine::RESELL, PreorderStatus::Resold, sets, words).await?;
    Ok(())
}

/// Locks the preorders that a sale picked up or resold, in ascending order.
///
/// # Errors
/// Any fault of the database.
pub async fn lock_sold_on(tx: &mut Tx, invoice: &Invoice) -> Rule<Vec<Preorder>> {
    let mut sold = Sql::new("t.pickup_invoice_id = ");
    sold.bind(Bind::Int(Some(invoice.id))).push(" OR t.resale_invoice_id = ");
    sold.bind(Bind::Int(Some(invoice.id))).push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
    tx.select(sold).await
}

/// Puts a locked preorder back to where it stood before the sale that was undone.
///
/// # Errors
/// Any fault of the database.
pub async fn undo(tx: &mut Tx, preorder: &Preorder, why: &str) -> Rule<()> {
    if preorder.status == PreorderStatus::Resold {
        return undo_resale(tx, preorder, why).await;
    }
    let to = match preorder.customer_notified_date {
        Some(_) => PreorderStatus::CustomerNotified,
        None => PreorderStatus::Arrived,
    };
    let sets = vec![Preorder::PICKUP_INVOICE_ID.to(None)];
    let words = ("pick_up_undone", Some(why.to_owned()));
    change::advance(tx, preorder, &machine::UNDO_PICK_UP, to, sets, words).await?;
    Ok(())
}

async fn undo_resale(tx: &mut Tx, preorder: &Preorder, why: &str) -> Rule<()> {
    let sets = vec![
        Preorder::RESALE_INVOICE_ID.to(None),
        Preorder::RESALE_RECOVERY_AMOUNT.to(None),
        Preorder::SHORTFALL.to(None),
        Preorder::REFUND_DUE.to(None),
    ];
    let words = ("resale_undone", Some(why.to_owned()));
    let (step, to) = (&machine::UNDO_RESALE, PreorderStatus::Rejected);
    change::advance(tx, preorder, step, to, sets, words).await?;
    Ok(())
}

/// Takes the recovery away from preorders whose device comes back from its resale before they
/// are settled.
///
/// # Errors
/// Any fault of the database.
pub async fn lose_resales(tx: &mut Tx, invoice: &Invoice, assets: &[i32]) -> Rule<()> {
    let why = format!("The device came back from {}", invoice.invoice_number);
    for preorder in lock_sold_on(tx, invoice).await? {
        let resold = preorder.status == PreorderStatus::Resold;
        if resold && preorder.asset_id.is_some_and(|asset| assets.contains(&asset)) {
            undo_resale(tx, &preorder, &why).await?;
        }
    }
    Ok(())
}
