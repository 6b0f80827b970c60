//! New lines of a draft: checked all together, then written and their goods held (spec 6.5).

mod goods;
mod made;
mod prepare;
mod refused;
mod write;

pub use prepare::prepare;
pub use write::write;

use async_graphql::InputObject;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;

use crate::asset::Asset;
use crate::bulk_stock::BulkStock;
use crate::invoice::pricing::LineAmounts;
use crate::invoice_line::LineKind;
use crate::warranty::WarrantyTier;

/// Characters of a description.
const DESCRIPTION: usize = 255;

/// A line to be sold: an asset, a number of a bulk item, or, with neither, a service.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoiceLineInput")]
pub struct LineInput {
    /// The asset to sell; it must be ready for sale, or held for a preorder of the customer.
    pub asset_id: Option<Id<Asset>>,
    /// The bulk item to sell.
    pub bulk_stock_id: Option<Id<BulkStock>>,
    /// What is printed, at most 255 characters. Required for a service; otherwise composed of
    /// the model, grade and serial number, or the item's name.
    pub item_description: Option<String>,
    /// How many, from 1; 1 unless said, and always 1 for an asset.
    pub quantity: Option<i32>,
    /// Price of one. Required for a service; otherwise, unless said, what was agreed on in the
    /// customer's preorder of the asset, the model's price for the grade, or the item's price.
    pub unit_price: Option<Money>,
    /// Taken off the whole line; nothing unless said.
    pub discount: Option<Money>,
    /// The warranty that the customer gets with an asset; Standard unless said. Its price, if
    /// any, is a service line.
    pub warranty_tier: Option<WarrantyTier>,
}

/// A line that may be written.
pub struct DraftLine {
    kind: LineKind,
    goods: Option<i32>,
    description: String,
    amounts: LineAmounts,
    unit_cost: Option<Money>,
    /// The warranty of an asset; none for one that is given in place of another.
    warranty_tier: Option<WarrantyTier>,
    /// The part of a repair that the line bills.
    repair_part: Option<i32>,
    /// The repair whose work the line bills.
    repair_ticket: Option<i32>,
    /// Quantity times price less the discount.
    pub line_total: Money,
    /// Its tax.
    pub tax: Money,
}

impl DraftLine {
    /// The asset that it sells, if any.
    pub fn asset(&self) -> Option<i32> {
        if self.kind == LineKind::Asset { self.goods } else { None }
    }
}
