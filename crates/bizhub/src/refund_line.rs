//! What a refund takes back of each line (spec 6.7).

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, Utc};

use crate::invoice_line::InvoiceLine;
use crate::refund::Refund;

/// A line of an invoice, or a part of it, that is refunded.
#[derive(Entity, Clone, Debug)]
#[entity(table = refund_lines, module = "bizhub", permission = "bizhub.refund_line",
    default_order = id, money)]
#[scope(own = "EXISTS (SELECT 1 FROM refunds r JOIN invoices i ON i.id = r.invoice_id \
               WHERE r.id = {t}.refund_id AND i.sales_rep_id = {actor})")]
pub struct RefundLine {
    pub id: i32,
    /// The refund that it belongs to.
    #[entity(belongs_to = refund: Refund, filter)]
    pub refund_id: i32,
    /// The line that was sold.
    #[entity(belongs_to = invoice_line: InvoiceLine, filter)]
    pub invoice_line_id: i32,
    /// How many come back; nought for a part of a service, which is refunded by amount.
    pub quantity: i32,
    /// What the line gives back, tax included, before any restocking fee.
    pub amount: Money,
    /// Whether bulk goods go back on the shelf.
    pub restock: bool,
    /// When it was entered.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
}
