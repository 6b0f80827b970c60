//! What of a repayment went to which loan (spec 5.6, added: the document only implies it).

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::loan::Loan;
use crate::transaction::Transaction;

/// A part of a repayment that went to one loan.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = loan_repayments, permission = "rim.loan_repayment",
    default_order = created_at, money)]
#[scope(own = "EXISTS (SELECT 1 FROM loans l WHERE l.id = {t}.loan_id AND l.user_id = {actor})")]
#[period(created_at)]
pub struct LoanRepayment {
    pub id: Uuid,
    /// The repayment.
    #[entity(belongs_to = transaction: Transaction, filter)]
    pub transaction_id: Uuid,
    /// The loan.
    #[entity(belongs_to = loan: Loan, filter)]
    pub loan_id: Uuid,
    /// How much of it.
    pub amount: Money,
    /// When it was taken back with a refund; empty while it counts.
    #[entity(filter)]
    pub reversed_at: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was applied.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
