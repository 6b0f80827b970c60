//! What was counted when a drawer was closed (spec 6.6). Rows never change.

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, Utc};

use crate::cash_drawer_session::CashDrawerSession;
use crate::payment::PaymentMethod;

/// One method of a counted drawer.
#[derive(Entity, Clone, Debug)]
#[entity(table = cash_drawer_counts, module = "bizhub", permission = "bizhub.cash_drawer_count",
    default_order = id, money)]
#[scope(own = "EXISTS (SELECT 1 FROM cash_drawer_sessions s \
               WHERE s.id = {t}.cash_drawer_session_id AND s.user_id = {actor})")]
pub struct CashDrawerCount {
    pub id: i32,
    /// The drawer.
    #[entity(belongs_to = cash_drawer_session: CashDrawerSession, filter)]
    pub cash_drawer_session_id: i32,
    /// The method.
    #[entity(filter)]
    pub payment_method: PaymentMethod,
    /// What should have been there, of cash the float included.
    pub expected: Money,
    /// What was there.
    pub counted: Money,
    /// What was there less what should have been; below zero where something was missing.
    #[entity(generated)]
    pub difference: Money,
    /// When it was counted.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
}
