//! A device goes out for nothing, in place of one under warranty: an invoice of its own that
//! comes to 0 and settles as it is sent (spec 6.5, 6.9). It sells no warranty: what is left of
//! the old one goes along.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use crate::asset::Asset;
use crate::customer::Customer;
use crate::invoice::create::{self, Draft};
use crate::invoice::draft::lines_of;
use crate::invoice::draft_line::DraftLine;
use crate::invoice::pricing::Pricing;
use crate::invoice::shelf::Shelf;
use crate::invoice::{Invoice, InvoiceStatus, machine, send, settle};
use crate::product_model::ProductModel;

/// What goes to whom, and why.
pub struct Gift<'a> {
    pub customer: i32,
    pub sales_rep: Option<i32>,
    pub notes: String,
    /// The device, locked and ready for sale.
    pub asset: &'a Asset,
}

/// Writes, sends and settles an invoice of nothing, and hands its device over.
pub async fn hand_out(tx: &mut Tx, gift: Gift<'_>) -> Rule<Invoice> {
    let pricing = Pricing::read(tx).await?;
    let customer: Customer = tx.get(gift.customer).await?;
    let model: ProductModel = tx.get(gift.asset.product_model_id).await?;
    let line = DraftLine::of_asset(gift.asset, &model, Money::zero(), &pricing);
    let shelf = Shelf::lock(tx, [gift.asset.id].into(), [].into()).await?;
    let notes = Some(gift.notes.chars().take(2000).collect());
    let draft = Draft::made(Some(&customer), gift.sales_rep, notes, shelf, vec![line], &pricing);
    let invoice = create::write(tx, draft).await?;

    let lines = lines_of(tx, invoice.id).await?;
    let mut shelf = Shelf::of_lines(tx, &lines).await?;
    let sent = (&machine::SEND, InvoiceStatus::Sent);
    let invoice = send::seal(tx, &invoice, &lines, &pricing, sent, vec![]).await?;
    let settled = settle::settled(tx, Money::zero());
    let paid = InvoiceStatus::Paid.spelling();
    let invoice = tx.advance(&invoice, &machine::SETTLE, paid, settled).await?;
    settle::hand_over(tx, &invoice, &lines, &mut shelf).await?;
    Ok(invoice)
}
