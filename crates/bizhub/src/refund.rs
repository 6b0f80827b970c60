//! Refunds: asked for, agreed to by another person, then paid out (spec 6.7).

pub mod complete;
pub mod decide;
mod effects;
pub mod machine;
mod replaced;
pub mod request;
pub mod request_line;
mod way_back;

use bizgraph_kernel::money::Money;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, NaiveDate, Utc};

use crate::invoice::Invoice;
use crate::user::User;

/// Where a refund stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubRefundStatus")]
pub enum RefundStatus {
    /// Waits for another person.
    #[word("requested")]
    Requested,
    /// May be paid out.
    #[word("approved")]
    Approved,
    /// Will not be paid out.
    #[word("rejected")]
    Rejected,
    /// Was paid out.
    #[word("completed")]
    Completed,
}

/// Money that goes back to a customer.
#[derive(Entity, Clone, Debug)]
#[entity(table = refunds, module = "bizhub", permission = "bizhub.refund",
    default_order = id desc, money, machine = crate::refund::machine::MACHINE)]
#[has_many(
    lines: crate::refund_line::RefundLine by refund_id "What is taken back.",
    tenders: crate::refund_tender::RefundTender by refund_id "How it was paid out."
)]
#[scope(own = "EXISTS (SELECT 1 FROM invoices i WHERE i.id = {t}.invoice_id \
               AND i.sales_rep_id = {actor})")]
#[period(refund_date)]
pub struct Refund {
    pub id: i32,
    /// The invoice that it belongs to.
    #[entity(belongs_to = invoice: Invoice, filter)]
    pub invoice_id: i32,
    /// Where it stands.
    #[entity(filter)]
    pub status: RefundStatus,
    /// Why the customer gets money back.
    pub reason: String,
    /// Why it was rejected.
    pub rejection_reason: Option<String>,
    /// Gives the tenders of a sent invoice back so that it can be cancelled; has no lines.
    pub payments_only: bool,
    /// Kept by the shop; part of no line.
    pub restocking_fee: Money,
    /// What the customer gets: the lines less the fee.
    pub total_amount: Money,
    /// The business date on which it was paid out.
    #[entity(filter, order)]
    pub refund_date: Option<NaiveDate>,
    /// Who asked.
    #[entity(belongs_to = requester: User, filter)]
    pub requested_by: i32,
    /// Name of who asked.
    #[entity(sql = "SELECT u.full_name FROM users u WHERE u.id = {t}.requested_by")]
    pub requested_by_name: Option<String>,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// Who agreed.
    #[entity(belongs_to = approver: User, filter)]
    pub approved_by: Option<i32>,
    /// When it was agreed to.
    pub approved_at: Option<DateTime<Utc>>,
    /// Who rejected it.
    #[entity(belongs_to = rejecter: User, filter)]
    pub rejected_by: Option<i32>,
    /// When it was rejected.
    pub rejected_at: Option<DateTime<Utc>>,
    /// Who paid it out.
    #[entity(belongs_to = completer: User, filter)]
    pub completed_by: Option<i32>,
    /// When it was paid out.
    pub completed_at: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was entered.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
