//! Invoices: drafts that hold goods, numbered when they are sent, settled by tenders, and
//! refunded in part or in full (spec 6.5).

pub mod add_line;
pub(crate) mod bill_of_repair;
pub mod cancel;
pub mod checkout;
pub mod create;
mod deposit;
mod draft;
mod draft_line;
pub mod expire;
pub(crate) mod free_of_charge;
pub mod machine;
pub mod pay;
mod pricing;
pub mod receipt;
pub(crate) mod references;
mod release;
pub mod remove_line;
pub mod reprice;
pub mod send;
mod settle;
mod shelf;
mod status;
mod tender;
mod tender_source;
pub mod update;

pub use draft::lines_of;
pub use settle::reopen;
pub use status::{InvoiceCustomerType, InvoiceStatus};

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, NaiveDate, Utc};

use crate::customer::Customer;
use crate::lead_source::LeadSource;
use crate::user::User;

/// A sale, from the draft to the last refund.
#[derive(Entity, Clone, Debug)]
#[entity(table = invoices, module = "bizhub", permission = "bizhub.invoice",
    default_order = id desc, money, machine = crate::invoice::machine::MACHINE)]
#[has_many(
    lines: crate::invoice_line::InvoiceLine by invoice_id "What is sold on it.",
    payments: crate::payment::Payment by invoice_id "Tenders taken for it, voided ones too.",
    refunds: crate::refund::Refund by invoice_id "Refunds asked for on it.",
    warranties: crate::warranty::Warranty by invoice_id "Warranties that came with its devices."
)]
#[lookup(invoiceByNumber = invoice_number)]
#[scope(
    own = "{t}.sales_rep_id = {actor}",
    unsent = "{t}.sales_rep_id = {actor} AND {t}.status <> 'Sent'",
    linked = "EXISTS (SELECT 1 FROM invoice_lines l JOIN assets a ON a.id = l.asset_id \
              WHERE l.invoice_id = {t}.id AND a.diagnosed_by = {actor})"
)]
#[period(
    invoice_date,
    keeps(
        invoice_number,
        customer_id,
        customer_type,
        due_date,
        subtotal,
        tax_amount,
        total_amount,
        sales_rep_id
    ),
    unless = "Draft",
    undone = "Cancelled"
)]
pub struct Invoice {
    pub id: i32,
    /// `INV-000042` once it is sent; until then `DRAFT-` and a number.
    #[entity(filter, order)]
    pub invoice_number: String,
    /// Who buys; null for somebody who walked in.
    #[entity(belongs_to = customer: Customer, filter)]
    pub customer_id: Option<i32>,
    /// Retail, Wholesale or Walk-in.
    #[entity(filter)]
    pub customer_type: InvoiceCustomerType,
    /// The business date on which it was sent; of a draft, the date on which it was begun.
    #[entity(filter, order)]
    pub invoice_date: NaiveDate,
    /// Until when it is to be paid; overdue from the day after.
    #[entity(filter, order)]
    pub due_date: Option<NaiveDate>,
    /// Where it stands.
    #[entity(filter)]
    pub status: InvoiceStatus,
    /// Sum of the lines without tax.
    pub subtotal: Money,
    /// Sum of the lines' tax.
    pub tax_amount: Money,
    /// What the customer owes in all: subtotal and tax.
    #[entity(filter, order)]
    pub total_amount: Money,
    /// Sum of the tenders that are not voided.
    pub amount_paid: Money,
    /// What is still to be paid; nothing once it is cancelled.
    #[entity(sql = "CASE WHEN {t}.status = 'Cancelled' THEN 0.00 \
                    ELSE {t}.total_amount - {t}.amount_paid END")]
    pub amount_due: Money,
    /// What was paid back so far.
    pub refunded_amount: Money,
    /// How the customer heard of the shop.
    #[entity(belongs_to = source: LeadSource, filter)]
    pub lead_source_id: Option<i32>,
    /// Name of the lead source as it was when it was chosen.
    #[entity(filter)]
    pub lead_source: Option<String>,
    /// Who sells.
    #[entity(belongs_to = sales_rep: User, filter)]
    pub sales_rep_id: Option<i32>,
    /// Name of who sells.
    #[entity(sql = "SELECT u.full_name FROM users u WHERE u.id = {t}.sales_rep_id")]
    pub sales_rep_name: Option<String>,
    /// Remarks.
    pub notes: Option<String>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was settled.
    pub paid_at: Option<DateTime<Utc>>,
    /// The business date on which it was settled.
    pub paid_date: Option<NaiveDate>,
    /// Why it was cancelled.
    pub cancelled_reason: Option<String>,
    /// Moves on with every change, of the lines too.
    pub version: i32,
    /// When the draft was begun.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
