//! Lines of an invoice: an asset, a number of a bulk item, or a service (spec 6.5).

use bizgraph_kernel::money::Money;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};

use crate::asset::Asset;
use crate::bulk_stock::BulkStock;
use crate::invoice::Invoice;
use crate::repair_part::RepairPart;
use crate::repair_ticket::RepairTicket;
use crate::warranty::WarrantyTier;

/// What a line sells.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubInvoiceLineKind")]
pub enum LineKind {
    /// One asset with a serial number.
    Asset,
    /// So many of a bulk item.
    Bulk,
    /// Work, such as a repair.
    Service,
}

/// One line of an invoice.
#[derive(Entity, Clone, Debug)]
#[entity(table = invoice_lines, module = "bizhub", permission = "bizhub.invoice_line",
    default_order = id, money)]
#[has_many(
    refund_lines: crate::refund_line::RefundLine by invoice_line_id "What was refunded of it."
)]
#[scope(
    own = "EXISTS (SELECT 1 FROM invoices i WHERE i.id = {t}.invoice_id \
           AND i.sales_rep_id = {actor})",
    linked = "EXISTS (SELECT 1 FROM assets a WHERE a.id = {t}.asset_id \
              AND a.diagnosed_by = {actor})"
)]
pub struct InvoiceLine {
    pub id: i32,
    /// The invoice that it stands on.
    #[entity(belongs_to = invoice: Invoice, filter)]
    pub invoice_id: i32,
    /// Its place on the invoice, from 1 without gaps.
    pub line_number: i32,
    /// Asset, Bulk or Service.
    #[entity(filter)]
    pub line_kind: LineKind,
    /// The asset that it sells, if any.
    #[entity(belongs_to = asset: Asset, filter)]
    pub asset_id: Option<i32>,
    /// The bulk item that it sells, if any.
    #[entity(belongs_to = bulk_stock: BulkStock, filter)]
    pub bulk_stock_id: Option<i32>,
    /// What is printed: model, grade and serial number unless somebody wrote something else.
    pub item_description: String,
    /// How many; 1 for an asset.
    pub quantity: i32,
    /// Price of one, with tax only if the tenant's prices include it.
    pub unit_price: Money,
    /// Taken off the whole line.
    pub discount: Money,
    /// Tax of the line, rounded here and nowhere else.
    pub tax_amount: Money,
    /// Quantity times unit price less the discount.
    #[entity(generated)]
    pub line_total: Money,
    /// What one cost the shop when the line was written.
    #[entity(sensitive = "bizhub.cost.read_sensitive")]
    pub unit_cost: Option<Money>,
    /// What the shop earns on the line: its total without tax less its cost. Null where the
    /// cost is not known. Whether prices include tax is told by the tenant's present setting.
    #[entity(
        sensitive = "bizhub.cost.read_sensitive",
        sql = "{t}.line_total - {t}.quantity * {t}.unit_cost - CASE WHEN EXISTS \
               (SELECT 1 FROM tenant_settings s WHERE s.key = 'bizhub.prices_include_tax' \
               AND s.value = 'true'::jsonb) THEN {t}.tax_amount ELSE 0.00 END"
    )]
    pub margin: Option<Money>,
    /// How many were taken back.
    pub refunded_quantity: i32,
    /// What was refunded of it, before any restocking fee.
    pub refunded_amount: Money,
    /// The warranty that comes with its asset; null for anything else, and for an asset that is
    /// given in place of another, which takes the rest of the old warranty along.
    pub warranty_tier: Option<WarrantyTier>,
    /// The part of a repair that it bills, if any.
    #[entity(belongs_to = repair_part: RepairPart, filter)]
    pub repair_part_id: Option<i32>,
    /// The repair whose work it bills, if any.
    #[entity(belongs_to = repair_ticket: RepairTicket, filter)]
    pub repair_ticket_id: Option<i32>,
    /// Since when it no longer holds its asset or its reserved quantity.
    pub released_at: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was written.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
