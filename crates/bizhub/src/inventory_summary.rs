//! How many devices of each model there are, and where they stand: the document's
//! `view_inventory_summary` (spec 6.12).

use bigdecimal::BigDecimal;
use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;

use crate::product_model::ProductCategory;

/// The devices of one model in figures.
#[derive(Entity, Clone, Debug)]
#[entity(table = view_inventory_summary, module = "bizhub",
    permission = "bizhub.inventory_summary", singular = "inventorySummary",
    plural = "inventorySummaries", default_order = product_model_id, money, view)]
pub struct InventorySummary {
    /// The model.
    #[entity(belongs_to = product_model: crate::product_model::ProductModel)]
    pub product_model_id: i32,
    /// Laptop, Phone or Accessory.
    #[entity(filter, order)]
    pub category: ProductCategory,
    /// Who makes it.
    #[entity(filter, order)]
    pub brand: String,
    /// What it is called.
    #[entity(filter, order)]
    pub model_name: String,
    /// Devices that were ever received.
    pub total_units: i64,
    /// Devices on sale.
    pub available: i64,
    /// Devices held by a draft or an unpaid invoice.
    pub reserved: i64,
    /// Devices that were sold.
    pub sold: i64,
    /// What a sold one brought on average, in the tenant's currency; nothing before a sale.
    pub avg_sale_price: Option<Money>,
    /// Days that those on sale or reserved have been in the house on average.
    pub avg_age_days: Option<BigDecimal>,
}
