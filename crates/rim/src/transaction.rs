//! Airtime paid out and repayments taken (spec 5.6).

pub mod confirm;
pub mod create;
pub mod delete;
pub mod fail;
pub mod machine;
pub mod reconcile;
pub mod refund;
pub mod status;
pub mod update;

pub use status::{PaymentMethod, TransactionStatus, TransactionType};

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::admin_user::AdminUser;
use crate::loan::Loan;
use crate::network::Network;
use crate::reconciliation_batch::ReconciliationBatch;
use crate::user::User;

/// Airtime paid out or a repayment taken.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = transactions, permission = "rim.transaction",
    default_order = created_at desc, money, machine = crate::transaction::machine::MACHINE)]
#[has_many(
    loan_repayments: crate::loan_repayment::LoanRepayment by transaction_id
        "Which loans a repayment went to."
)]
#[lookup(transactionByTransactionId = transaction_id)]
#[scope(own = "{t}.user_id = {actor}")]
#[period(
    completed_at,
    keeps(
        user_id,
        r#type,
        amount,
        payment_method,
        reference,
        provider,
        network,
        loan_id,
        original_amount,
        fee,
        commission
    ),
    undone = "refunded"
)]
pub struct Transaction {
    pub id: Uuid,
    /// Business number, such as `TRX-2026-000001`.
    #[entity(filter, order)]
    pub transaction_id: String,
    /// Whose it is.
    #[entity(belongs_to = user: User, filter)]
    pub user_id: Uuid,
    /// The customer's phone number; it follows the customer until the transaction is completed.
    #[entity(sensitive = "rim.user.read_sensitive", personal)]
    pub user_phone: String,
    /// The customer's email address; it follows the customer until the transaction is completed.
    #[entity(sensitive = "rim.user.read_sensitive", personal)]
    pub user_email: Option<String>,
    /// Which way the money goes.
    #[entity(filter)]
    pub r#type: TransactionType,
    /// How much arrives.
    #[entity(filter, order)]
    pub amount: Money,
    /// Where it stands.
    #[entity(filter)]
    pub status: TransactionStatus,
    /// How a repayment was made.
    #[entity(filter)]
    pub payment_method: Option<PaymentMethod>,
    /// What it is for, in words.
    pub description: Option<String>,
    /// The provider's reference; unique for each provider.
    #[entity(filter, order)]
    pub reference: Option<String>,
    /// Who moved the money.
    #[entity(filter)]
    pub provider: Option<String>,
    /// The network of airtime.
    #[entity(filter)]
    pub network: Option<Network>,
    /// The loan that the airtime was for, or that a repayment names.
    #[entity(belongs_to = loan: Loan, filter)]
    pub loan_id: Option<Uuid>,
    /// When the telecom was told of airtime; empty while it has to be told, again perhaps.
    pub sent_at: Option<DateTime<Utc>>,
    /// When the telecom was asked last what became of airtime.
    pub asked_at: Option<DateTime<Utc>>,
    /// When the money arrived.
    pub completed_at: Option<DateTime<Utc>>,
    /// When it failed.
    pub failed_at: Option<DateTime<Utc>>,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// When the money went back.
    pub refunded_at: Option<DateTime<Utc>>,
    /// Who sent it back.
    #[entity(belongs_to = refunder: AdminUser, filter)]
    pub refunded_by: Option<Uuid>,
    /// The provider's reference for the way back.
    pub refund_reference: Option<String>,
    /// Why it went back.
    pub refund_reason: Option<String>,
    /// When it was found on a provider's statement.
    #[entity(filter, order)]
    pub reconciled_at: Option<DateTime<Utc>>,
    /// Who found it there.
    #[entity(belongs_to = reconciler: AdminUser, filter)]
    pub reconciled_by: Option<Uuid>,
    /// The statement it was found on.
    #[entity(belongs_to = reconciliation_batch: ReconciliationBatch, filter)]
    pub reconciliation_batch_id: Option<Uuid>,
    /// The line of that statement.
    pub statement_line: Option<String>,
    /// Remarks of the staff.
    pub notes: Option<String>,
    /// What was paid before the fee.
    pub original_amount: Option<Money>,
    /// What the provider kept.
    pub fee: Option<Money>,
    /// What the provider paid for it.
    pub commission: Option<Money>,
    #[entity(hidden)]
    pub further_metadata: Value,
    /// `originalAmount`, `fee`, `commission` and whatever else was given.
    #[entity(sql = "{t}.further_metadata || jsonb_strip_nulls(jsonb_build_object( \
                    'originalAmount', {t}.original_amount::text, 'fee', {t}.fee::text, \
                    'commission', {t}.commission::text))")]
    pub metadata: Option<Value>,
    /// Who entered it; empty for the customer and for providers.
    #[entity(belongs_to = creator: AdminUser, filter)]
    pub created_by: Option<Uuid>,
    /// When it was deleted; only a pending or failed one can be.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Who deleted it.
    #[entity(belongs_to = deleter: AdminUser)]
    pub deleted_by: Option<Uuid>,
    /// Why it was deleted.
    pub delete_reason: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was entered.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
