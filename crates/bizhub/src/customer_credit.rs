//! Store credit: what the shop owes a named customer in goods, from a refund or from a deposit
//! (spec 6.6, 6.7). It is spent as a tender, never more than is left of it.

mod issue;
mod spend;

pub use issue::{Source, issue, take_back};
pub use spend::{check, give_back, spend};

use bizgraph_kernel::money::Money;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, NaiveDate, Utc};

use crate::customer::Customer;
use crate::preorder::Preorder;
use crate::refund::Refund;
use crate::user::User;

/// Where a store credit comes from.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubCreditSourceKind")]
pub enum CreditSourceKind {
    /// The deposit of a preorder, or what was left of it.
    Deposit,
    /// A refund that was paid out as store credit.
    Refund,
}

/// Store credit of a customer.
#[derive(Entity, Clone, Debug)]
#[entity(table = customer_credits, module = "bizhub", permission = "bizhub.customer_credit",
    default_order = id desc, money)]
#[has_many(payments: crate::payment::Payment by customer_credit_id
    "Tenders that spent it, voided ones too.")]
#[period(issued_date, keeps(customer_id, amount, source_kind, preorder_id, refund_id, voided_at))]
pub struct CustomerCredit {
    pub id: i32,
    /// Whose it is.
    #[entity(belongs_to = customer: Customer, filter)]
    pub customer_id: i32,
    /// How much it was worth when it was given.
    pub amount: Money,
    /// What was spent of it.
    pub used: Money,
    /// What is left of it; nothing once it is void.
    #[entity(sql = "CASE WHEN {t}.voided_at IS NULL THEN {t}.amount - {t}.used ELSE 0.00 END")]
    pub balance: Money,
    /// A deposit or a refund.
    #[entity(filter)]
    pub source_kind: CreditSourceKind,
    /// The preorder whose deposit it was.
    #[entity(belongs_to = preorder: Preorder, filter)]
    pub preorder_id: Option<i32>,
    /// The refund that it was paid out for.
    #[entity(belongs_to = refund: Refund, filter)]
    pub refund_id: Option<i32>,
    /// When it was taken back, because the sale that left it was undone.
    #[entity(filter)]
    pub voided_at: Option<DateTime<Utc>>,
    /// Why it was taken back.
    pub void_reason: Option<String>,
    /// The business date on which it was given.
    #[entity(filter, order)]
    pub issued_date: NaiveDate,
    /// Who gave it.
    #[entity(belongs_to = issuer: User, filter)]
    pub issued_by: Option<i32>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was entered.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
