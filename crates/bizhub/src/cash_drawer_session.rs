//! Cash drawers: a person opens one with a float, takes and pays out over it, and counts what
//! is there at the end (spec 6.6). Each person has one at a time.

pub mod binding;
pub mod close;
pub mod machine;
pub mod open;

use bizgraph_kernel::money::Money;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, NaiveDate, Utc};

use crate::user::User;

/// Where a drawer stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubCashDrawerSessionStatus")]
pub enum CashDrawerSessionStatus {
    /// Takes money; what its person takes and pays out belongs to it.
    Open,
    /// Counted; nothing of it changes any more.
    Closed,
}

/// A drawer from its opening to its counting.
#[derive(Entity, Clone, Debug)]
#[entity(table = cash_drawer_sessions, module = "bizhub",
    permission = "bizhub.cash_drawer_session", default_order = id desc, money,
    machine = crate::cash_drawer_session::machine::MACHINE)]
#[has_many(
    counts: crate::cash_drawer_count::CashDrawerCount by cash_drawer_session_id
        "What was counted at the end, by method.",
    payments: crate::payment::Payment by cash_drawer_session_id
        "Tenders taken for invoices while it was open, voided ones too.",
    refund_tenders: crate::refund_tender::RefundTender by cash_drawer_session_id
        "What was paid out for refunds while it was open.",
    preorder_payments: crate::preorder_payment::PreorderPayment by cash_drawer_session_id
        "Deposits and shortfalls taken, and deposits paid back, while it was open."
)]
#[scope(own = "{t}.user_id = {actor}")]
#[period(opened_date, keeps(user_id, opening_float))]
#[period(closed_date)]
pub struct CashDrawerSession {
    pub id: i32,
    /// Whose drawer it is.
    #[entity(belongs_to = user: User, filter)]
    pub user_id: i32,
    /// Name of whose drawer it is.
    #[entity(sql = "SELECT u.full_name FROM users u WHERE u.id = {t}.user_id")]
    pub user_name: String,
    /// Open or closed.
    #[entity(filter)]
    pub status: CashDrawerSessionStatus,
    /// Cash that lay in it at the beginning, to give change from.
    pub opening_float: Money,
    /// The business date on which it was opened.
    #[entity(filter, order)]
    pub opened_date: NaiveDate,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// The business date on which it was counted.
    #[entity(filter, order)]
    pub closed_date: Option<NaiveDate>,
    /// When it was counted.
    pub closed_at: Option<DateTime<Utc>>,
    /// Who counted it.
    #[entity(belongs_to = closer: User, filter)]
    pub closed_by: Option<i32>,
    /// What has to be known of the counting.
    pub closing_notes: Option<String>,
    /// Cash that has to lie in it: the float, what came in as cash, less what went out.
    #[entity(sql = "{t}.opening_float + coalesce((SELECT sum(f.amount) \
        FROM view_cash_drawer_flows f WHERE f.cash_drawer_session_id = {t}.id \
        AND f.payment_method = 'Cash' AND NOT f.is_voided), 0.00)")]
    pub expected_cash: Money,
    /// Cash that was counted; null while it is open.
    #[entity(sql = "SELECT c.counted FROM cash_drawer_counts c \
        WHERE c.cash_drawer_session_id = {t}.id AND c.payment_method = 'Cash'")]
    pub counted_cash: Option<Money>,
    /// Cash that was counted less what should have been there; null while it is open.
    #[entity(sql = "SELECT c.difference FROM cash_drawer_counts c \
        WHERE c.cash_drawer_session_id = {t}.id AND c.payment_method = 'Cash'")]
    pub cash_difference: Option<Money>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was entered.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
