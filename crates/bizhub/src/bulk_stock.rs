//! Bulk stock: goods that are counted, not followed one by one (spec 6.4).

pub mod adjust;
pub mod change;
pub mod create;
pub mod low;
pub mod receive;
mod repair;
pub mod transfer;
pub mod update;

pub use change::{record, release, reserve, sell, shortage, take_back};
pub use repair::{return_from_repair, return_to_bill, use_in_repair};

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, Utc};

/// One kind of goods that is counted, such as a charger.
#[derive(Entity, Clone, Debug)]
#[entity(table = bulk_stock, module = "bizhub", permission = "bizhub.bulk_stock",
    plural = "bulkStocks", default_order = item_name, money)]
#[has_many(
    movements: crate::bulk_stock_movement::BulkStockMovement by bulk_stock_id
        "Every change of its quantity or place.",
    invoice_lines: crate::invoice_line::InvoiceLine by bulk_stock_id
        "Lines that sold or offered it, released ones too."
)]
#[lookup(bulkStockBySku = sku)]
pub struct BulkStock {
    pub id: i32,
    /// The shop's code for it, in capitals.
    #[entity(filter, order)]
    pub sku: String,
    /// What it is called.
    #[entity(filter, order)]
    pub item_name: String,
    /// The kind of goods, such as Charger or Cable.
    #[entity(filter, order)]
    pub category: String,
    /// More about it.
    pub description: Option<String>,
    /// What a piece cost on average, in the tenant's currency.
    #[entity(sensitive = "bizhub.cost.read_sensitive")]
    pub unit_cost: Option<Money>,
    /// What a piece sells for, in the tenant's currency.
    pub unit_price: Option<Money>,
    /// Pieces in the house, the reserved ones among them.
    #[entity(filter, order)]
    pub quantity: i32,
    /// Pieces held by drafts and by invoices that are sent but not paid.
    pub reserved: i32,
    /// Pieces that can still be promised.
    #[entity(sql = "{t}.quantity - {t}.reserved")]
    pub available: i32,
    /// With fewer pieces than this it has to be ordered again; nothing for no alert.
    pub reorder_threshold: Option<i32>,
    /// Whether there are fewer pieces than the threshold asks for.
    #[entity(sql = "COALESCE({t}.quantity < {t}.reorder_threshold, FALSE)")]
    pub low_stock: bool,
    #[entity(hidden)]
    pub low_stock_alerted: bool,
    /// Who it is bought from.
    pub supplier: Option<String>,
    /// Where it lies.
    #[entity(belongs_to = location: crate::location::Location, filter)]
    pub location_id: Option<i32>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was entered.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

impl BulkStock {
    /// Whether the rules call it low: fewer pieces than its threshold (spec 6.4).
    fn is_low(quantity: i32, threshold: Option<i32>) -> bool {
        threshold.is_some_and(|threshold| quantity < threshold)
    }
}
