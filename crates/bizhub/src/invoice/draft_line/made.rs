//! Lines that a rule writes, not a caller: a repair's bill, and a device given in place of
//! another (spec 6.9, 6.10).

use bizgraph_kernel::money::Money;

use super::{DESCRIPTION, DraftLine};
use crate::asset::Asset;
use crate::invoice::pricing::{LineAmounts, Pricing};
use crate::invoice_line::LineKind;
use crate::product_model::ProductModel;
use crate::repair_part::RepairPart;
use crate::repair_ticket::RepairTicket;

impl DraftLine {
    /// A device at this price, without a warranty of its own.
    pub fn of_asset(
        asset: &Asset,
        model: &ProductModel,
        unit_price: Money,
        pricing: &Pricing,
    ) -> Self {
        let unit_cost = asset.landed_cost.clone().or_else(|| asset.purchase_cost.clone());
        let goods = (LineKind::Asset, Some(asset.id));
        DraftLine::made(goods, describe(asset, model), 1, unit_price, unit_cost, pricing)
    }

    /// The work on a repair, for what it is worth.
    pub fn of_work(ticket: &RepairTicket, pricing: &Pricing) -> Self {
        let goods = (LineKind::Service, None);
        let description = cut(&format!("{}, {}", ticket.issue_type, ticket.ticket_number));
        let price = ticket.labor_cost.clone();
        let mut line = DraftLine::made(goods, description, 1, price, None, pricing);
        line.repair_ticket = Some(ticket.id);
        line
    }

    /// A part that a repair used, at this price a piece.
    pub fn of_part(part: &RepairPart, name: &str, unit_price: Money, pricing: &Pricing) -> Self {
        let goods = (LineKind::Bulk, Some(part.bulk_stock_id));
        let cost = Some(part.unit_cost.clone());
        let mut line = DraftLine::made(goods, cut(name), part.quantity, unit_price, cost, pricing);
        line.repair_part = Some(part.id);
        line
    }

    fn made(
        (kind, goods): (LineKind, Option<i32>),
        description: String,
        quantity: i32,
        unit_price: Money,
        unit_cost: Option<Money>,
        pricing: &Pricing,
    ) -> Self {
        let amounts = LineAmounts { quantity, unit_price, discount: Money::zero() };
        let line_total = amounts.total();
        let tax = pricing.tax_of(&line_total);
        let (warranty_tier, repair_part, repair_ticket) = (None, None, None);
        DraftLine {
            kind,
            goods,
            description,
            amounts,
            unit_cost,
            warranty_tier,
            repair_part,
            repair_ticket,
            line_total,
            tax,
        }
    }
}

/// What is printed for a device unless somebody writes something else.
pub(super) fn describe(asset: &Asset, model: &ProductModel) -> String {
    let mut description = format!("{} {}", model.brand, model.model_name);
    if let Some(grade) = asset.condition_grade {
        description.push_str(&format!(", grade {}", grade.spelling()));
    }
    description.push_str(&format!(", serial {}", asset.serial_number));
    cut(&description)
}

/// As much as the column takes.
fn cut(description: &str) -> String {
    description.chars().take(DESCRIPTION).collect()
}
