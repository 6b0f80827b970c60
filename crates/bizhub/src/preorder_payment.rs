//! Money of a preorder that is on no invoice (spec 6.8): the deposit in, what goes back of it,
//! and a shortfall that the customer pays. Rows are never edited.

use bizgraph_kernel::money::Money;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, NaiveDate, Utc};

use crate::customer_credit::CustomerCredit;
use crate::payment::PaymentMethod;
use crate::preorder::Preorder;
use crate::user::User;

/// What a payment of a preorder is for.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubPreorderPaymentKind")]
pub enum PreorderPaymentKind {
    /// The deposit came in.
    Deposit,
    /// All or a part of the deposit went back to the customer.
    Refund,
    /// The customer paid what the deposit did not cover.
    Shortfall,
}

/// Money that changed hands for a preorder.
#[derive(Entity, Clone, Debug)]
#[entity(table = preorder_payments, module = "bizhub", permission = "bizhub.preorder_payment",
    default_order = id, money)]
#[period(payment_date)]
pub struct PreorderPayment {
    pub id: i32,
    /// The preorder that it belongs to.
    #[entity(belongs_to = preorder: Preorder, filter)]
    pub preorder_id: i32,
    /// Deposit and shortfall come in, a refund goes out.
    #[entity(filter)]
    pub payment_kind: PreorderPaymentKind,
    /// The business date on which it changed hands.
    #[entity(filter, order)]
    pub payment_date: NaiveDate,
    /// How it was paid.
    #[entity(filter)]
    pub payment_method: PaymentMethod,
    /// How much.
    pub amount: Money,
    /// The reference that proves it.
    pub reference: Option<String>,
    /// The store credit that it was paid out as.
    #[entity(belongs_to = customer_credit: CustomerCredit, filter)]
    pub customer_credit_id: Option<i32>,
    /// Who took it or paid it out.
    #[entity(belongs_to = recorder: User, filter)]
    pub recorded_by: Option<i32>,
    /// The drawer that it went through, if any.
    #[entity(belongs_to = cash_drawer_session: crate::cash_drawer_session::CashDrawerSession, filter)]
    pub cash_drawer_session_id: Option<i32>,
    /// When it was entered.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
}
