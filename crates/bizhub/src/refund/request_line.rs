//! What a refund takes back of each line: an asset whole, bulk goods by quantity, a service
//! by amount (spec 6.7).

use std::collections::BTreeSet;

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use crate::invoice::Invoice;
use crate::invoice_line::{InvoiceLine, LineKind};

/// A line, or a part of it, to be refunded.
#[derive(InputObject)]
#[graphql(name = "BizhubRefundLineInput")]
pub struct LineInput {
    /// The line that was sold.
    pub invoice_line_id: Id<InvoiceLine>,
    /// How many of a bulk item come back; all that are left unless said. An asset is taken
    /// back whole.
    pub quantity: Option<i32>,
    /// What of a service is refunded, tax included; all that is left unless said.
    pub amount: Option<Money>,
    /// Whether bulk goods go back on the shelf; yes unless said, and never what a repair used.
    pub restock: Option<bool>,
}

/// A part of a line that may be refunded.
pub struct Part {
    pub line: i32,
    pub quantity: i32,
    pub amount: Money,
    pub restock: bool,
}

/// Why a line is not refunded.
#[derive(Refusal)]
enum LineRefused {
    #[refusal(NOT_FOUND, at = "lines.{index}.invoiceLineId", "The invoice has no such line.")]
    NoSuchLine { index: usize },
    #[refusal(NOT_UNIQUE, at = "lines.{index}.invoiceLineId", "The line is named twice.")]
    Twice { index: usize },
    #[refusal(
        ALREADY_DONE,
        at = "lines.{index}.invoiceLineId",
        "The line {line_number} was refunded in full already."
    )]
    Over { index: usize, line_number: i32 },
    #[refusal(
        OUT_OF_RANGE,
        at = "lines.{index}.quantity",
        "Of line {line_number} from 1 to {most} can come back."
    )]
    Quantity { index: usize, line_number: i32, most: i32 },
    #[refusal(
        VALIDATION_FAILED,
        at = "lines.{index}.amount",
        "Only a service is refunded by amount. Leave the amount out."
    )]
    AmountOfGoods { index: usize },
    #[refusal(
        VALIDATION_FAILED,
        at = "lines.{index}.quantity",
        "A service is refunded by amount. Leave the quantity out."
    )]
    QuantityOfService { index: usize },
    #[refusal(
        OUT_OF_RANGE,
        at = "lines.{index}.amount",
        "Of line {line_number} at most {most} can be refunded."
    )]
    Amount { index: usize, line_number: i32, most: Money },
}

/// What the customer paid for a line. Whether prices included tax when it was sold shows in
/// the header: its subtotal is the sum of the lines only if they did not.
fn paid_for(invoice: &Invoice, lines: &[InvoiceLine], line: &InvoiceLine) -> Money {
    let sum: Money = lines.iter().map(|line| &line.line_total).sum();
    if sum == invoice.subtotal {
        &line.line_total + &line.tax_amount
    } else {
        line.line_total.clone()
    }
}

/// Checks what is to come back; every refusal is noted.
pub fn parts(
    tx: &mut Tx,
    invoice: &Invoice,
    lines: &[InvoiceLine],
    inputs: Vec<LineInput>,
) -> Rule<Vec<Part>> {
    let mut named = BTreeSet::new();
    let mut parts = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.into_iter().enumerate() {
        let key = tx.key(&input.invoice_line_id, &format!("lines.{index}.invoiceLineId"))?;
        let Some(line) = lines.iter().find(|line| line.key() == key) else {
            tx.refuse(LineRefused::NoSuchLine { index });
            continue;
        };
        let line_number = line.line_number;
        if !named.insert(line.id) {
            tx.refuse(LineRefused::Twice { index });
            continue;
        }
        if line.refunded_quantity == line.quantity {
            tx.refuse(LineRefused::Over { index, line_number });
            continue;
        }
        let paid = paid_for(invoice, lines, line);
        let part = if line.line_kind == LineKind::Service {
            service_part(tx, index, line, &paid, &input)
        } else {
            goods_part(tx, index, line, &paid, &input)?
        };
        parts.extend(part);
    }
    Ok(parts)
}

/// The last part of a line takes what rounding left over (spec 1.3.4).
fn goods_part(
    tx: &mut Tx,
    index: usize,
    line: &InvoiceLine,
    paid: &Money,
    input: &LineInput,
) -> Rule<Option<Part>> {
    let line_number = line.line_number;
    if input.amount.is_some() {
        tx.refuse(LineRefused::AmountOfGoods { index });
        return Ok(None);
    }
    let most = line.quantity - line.refunded_quantity;
    let quantity = input.quantity.unwrap_or(most);
    if !(1..=most).contains(&quantity) {
        tx.refuse(LineRefused::Quantity { index, line_number, most });
        return Ok(None);
    }
    let amount = if quantity == most {
        paid - &line.refunded_amount
    } else {
        let share = paid.times(quantity).divided_by(line.quantity);
        share.ok_or_else(|| Fault::internal("a line without a quantity"))?.rounded()
    };
    // What a repair used is in the customer's device, not fit for the shelf.
    let on_its_own = line.line_kind == LineKind::Bulk && line.repair_part_id.is_none();
    let restock = on_its_own && input.restock.unwrap_or(true);
    Ok(Some(Part { line: line.id, quantity, amount, restock }))
}

/// The whole rest of a service counts as its quantity, a part of it as none.
fn service_part(
    tx: &mut Tx,
    index: usize,
    line: &InvoiceLine,
    paid: &Money,
    input: &LineInput,
) -> Option<Part> {
    if input.quantity.is_some() {
        tx.refuse(LineRefused::QuantityOfService { index });
        return None;
    }
    let most = paid - &line.refunded_amount;
    let amount = input.amount.clone().unwrap_or_else(|| most.clone());
    if input.amount.is_some() {
        tx.positive(&amount, &format!("lines.{index}.amount"));
    }
    if amount > most {
        tx.refuse(LineRefused::Amount { index, line_number: line.line_number, most });
        return None;
    }
    let quantity = if amount == most { line.quantity - line.refunded_quantity } else { 0 };
    Some(Part { line: line.id, quantity, amount, restock: false })
}
