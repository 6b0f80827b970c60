//! Tenders taken for an invoice (spec 6.6). A posted row is never edited or deleted, only
//! voided.

pub mod reference;
mod undone;
pub mod void;

use bizgraph_kernel::money::Money;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, NaiveDate, Utc};

use crate::invoice::Invoice;
use crate::user::User;

/// How money changes hands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubPaymentMethod")]
pub enum PaymentMethod {
    /// Notes and coins; the only tender that gives change.
    Cash,
    /// Mobile money; needs the transaction's reference.
    #[word("MoMo")]
    Momo,
    /// A bank transfer; needs its reference.
    #[word("Bank Transfer")]
    BankTransfer,
    /// A card terminal; needs the slip's reference, never the card's number.
    Card,
    /// Anything else.
    Other,
}

impl PaymentMethod {
    /// Whether a tender of this kind is proven by a reference.
    pub fn needs_reference(self) -> bool {
        matches!(self, Self::Momo | Self::BankTransfer | Self::Card)
    }
}

/// What stands behind a tender of the method Other that is no money from the customer's hand.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubPaymentReferenceKind")]
pub enum ReferenceKind {
    /// Store credit of the customer.
    StoreCredit,
    /// The deposit of a preorder.
    Deposit,
}

/// One tender.
#[derive(Entity, Clone, Debug)]
#[entity(table = payments, module = "bizhub", permission = "bizhub.payment",
    default_order = id desc, money)]
#[scope(own = "EXISTS (SELECT 1 FROM invoices i WHERE i.id = {t}.invoice_id \
               AND i.sales_rep_id = {actor})")]
#[period(payment_date)]
pub struct Payment {
    pub id: i32,
    /// The invoice that it pays.
    #[entity(belongs_to = invoice: Invoice, filter)]
    pub invoice_id: i32,
    /// The day on which the money came in.
    #[entity(filter, order)]
    pub payment_date: NaiveDate,
    /// How it was paid.
    #[entity(filter)]
    pub payment_method: PaymentMethod,
    /// What counts towards the invoice.
    #[entity(filter, order)]
    pub amount: Money,
    /// Cash handed over, where it was more than the amount.
    pub tendered: Option<Money>,
    /// Cash handed back.
    pub change_given: Option<Money>,
    /// The reference that proves it, unique per method among tenders that are not voided.
    pub reference: Option<String>,
    /// Whether a deposit or store credit paid; null for money from the customer's hand.
    pub reference_kind: Option<ReferenceKind>,
    /// The preorder whose deposit paid.
    #[entity(belongs_to = preorder: crate::preorder::Preorder, filter)]
    pub preorder_id: Option<i32>,
    /// The store credit that paid.
    #[entity(belongs_to = customer_credit: crate::customer_credit::CustomerCredit, filter)]
    pub customer_credit_id: Option<i32>,
    /// Remarks.
    pub notes: Option<String>,
    /// Who took it.
    #[entity(belongs_to = receiver: User, filter)]
    pub received_by: Option<i32>,
    /// Name of who took it.
    #[entity(sql = "SELECT u.full_name FROM users u WHERE u.id = {t}.received_by")]
    pub received_by_name: Option<String>,
    /// The drawer that it went into, if any.
    #[entity(belongs_to = cash_drawer_session: crate::cash_drawer_session::CashDrawerSession, filter)]
    pub cash_drawer_session_id: Option<i32>,
    /// When it was voided; null while it counts.
    pub voided_at: Option<DateTime<Utc>>,
    /// Who voided it.
    #[entity(belongs_to = voider: User, filter)]
    pub voided_by: Option<i32>,
    /// Why it was voided.
    pub void_reason: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was entered.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
