//! A provider's statement that transactions are held against (spec 5.6, added).

pub mod create;

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::admin_user::AdminUser;

/// A provider's statement.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = reconciliation_batches, permission = "rim.reconciliation_batch",
    default_order = created_at desc, money)]
#[has_many(
    transactions: crate::transaction::Transaction by reconciliation_batch_id
        "Transactions found on it."
)]
#[period(statement_date)]
pub struct ReconciliationBatch {
    pub id: Uuid,
    /// What it is called; unique.
    #[entity(filter, order)]
    pub name: String,
    /// Whose statement it is.
    #[entity(filter)]
    pub provider: String,
    /// The day it was made.
    #[entity(filter, order)]
    pub statement_date: NaiveDate,
    /// Lines that it says it has.
    pub expected_count: Option<i32>,
    /// The sum that it says it has.
    pub expected_amount: Option<Money>,
    /// Remarks.
    pub notes: Option<String>,
    /// Who entered it.
    #[entity(belongs_to = creator: AdminUser, filter)]
    pub created_by: Option<Uuid>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was entered.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
