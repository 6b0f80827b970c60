//! How a refund was paid out (spec 6.7).

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, Utc};

use crate::payment::{Payment, PaymentMethod};
use crate::refund::Refund;
use crate::user::User;

/// Money that went back to the customer.
#[derive(Entity, Clone, Debug)]
#[entity(table = refund_tenders, module = "bizhub", permission = "bizhub.refund_tender",
    default_order = id, money)]
#[scope(own = "EXISTS (SELECT 1 FROM refunds r JOIN invoices i ON i.id = r.invoice_id \
               WHERE r.id = {t}.refund_id AND i.sales_rep_id = {actor})")]
pub struct RefundTender {
    pub id: i32,
    /// The refund that it belongs to.
    #[entity(belongs_to = refund: Refund, filter)]
    pub refund_id: i32,
    /// How it was paid out.
    #[entity(filter)]
    pub payment_method: PaymentMethod,
    /// How much.
    pub amount: Money,
    /// The tender that brought the money in, where one of the same method covers it.
    #[entity(belongs_to = payment: Payment, filter)]
    pub payment_id: Option<i32>,
    /// The reference that proves the payout.
    pub reference: Option<String>,
    /// The store credit that it was paid out as.
    #[entity(belongs_to = customer_credit: crate::customer_credit::CustomerCredit, filter)]
    pub customer_credit_id: Option<i32>,
    /// Who paid it out.
    #[entity(belongs_to = payer: User, filter)]
    pub paid_by: i32,
    /// The drawer that it went out of, if any.
    #[entity(belongs_to = cash_drawer_session: crate::cash_drawer_session::CashDrawerSession, filter)]
    pub cash_drawer_session_id: Option<i32>,
    /// When it was paid out.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
}
