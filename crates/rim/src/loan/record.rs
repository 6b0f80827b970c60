//! What is kept of a loan (spec 5.4 to 5.6).

use bigdecimal::BigDecimal;
use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::LoanStatus;
use crate::admin_user::AdminUser;
use crate::loan_product::LoanProduct;
use crate::network::Network;
use crate::user::User;

/// Airtime that a customer was lent.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = loans, permission = "rim.loan", default_order = created_at desc,
    money, machine = crate::loan::machine::MACHINE)]
#[has_many(
    repayments: crate::loan_repayment::LoanRepayment by loan_id "What was paid back.",
    transactions: crate::transaction::Transaction by loan_id
        "The airtime paid out and repayments that name this loan.",
    credit_limit_changes: crate::credit_limit_change::CreditLimitChange by loan_id
        "What its end did to the limit."
)]
#[lookup(loanByLoanId = loan_id)]
#[scope(own = "{t}.user_id = {actor}")]
#[period(
    disbursed_at,
    keeps(user_id, amount, network, interest_rate, repayment_period, due_date, fee)
)]
pub struct Loan {
    pub id: Uuid,
    /// Business number, such as `LOAN-2026-001`.
    #[entity(filter, order)]
    pub loan_id: String,
    /// Who borrows.
    #[entity(belongs_to = user: User, filter)]
    pub user_id: Uuid,
    /// The customer's phone number; it follows the customer.
    #[entity(sensitive = "rim.user.read_sensitive", personal)]
    pub user_phone: String,
    /// The customer's email address; it follows the customer.
    #[entity(sensitive = "rim.user.read_sensitive", personal)]
    pub user_email: Option<String>,
    /// The terms it was asked for on, where there is a product.
    #[entity(belongs_to = loan_product: LoanProduct, filter)]
    pub loan_product_id: Option<Uuid>,
    /// Who entered it for the customer; empty when the customer asked.
    #[entity(belongs_to = requester: AdminUser, filter)]
    pub requested_by: Option<Uuid>,
    /// What is lent.
    #[entity(filter, order)]
    pub amount: Money,
    /// Where it stands.
    #[entity(filter)]
    pub status: LoanStatus,
    /// Whose airtime is lent.
    #[entity(filter)]
    pub network: Network,
    /// Percent of the amount, once.
    pub interest_rate: BigDecimal,
    /// Days to pay back.
    pub repayment_period: i32,
    /// The end of the last day to pay back; empty until it is paid out.
    #[entity(filter, order)]
    pub due_date: Option<DateTime<Utc>>,
    /// Part of what is due from the beginning.
    pub fee: Money,
    /// Added once when it was late; part of what is due.
    pub late_fee: Money,
    /// Amount, interest and fees.
    pub amount_due: Money,
    /// What was paid back so far.
    pub amount_paid: Money,
    /// What is still due.
    #[entity(filter, order, generated)]
    pub outstanding_amount: Money,
    /// When it was agreed to.
    pub approved_at: Option<DateTime<Utc>>,
    /// Who agreed; empty for the rules.
    #[entity(belongs_to = approver: AdminUser, filter)]
    pub approved_by: Option<Uuid>,
    /// When it was rejected.
    pub rejected_at: Option<DateTime<Utc>>,
    /// Who rejected it.
    #[entity(belongs_to = rejecter: AdminUser, filter)]
    pub rejected_by: Option<Uuid>,
    /// Why it was rejected.
    pub rejection_reason: Option<String>,
    /// When the airtime was paid out.
    #[entity(filter, order)]
    pub disbursed_at: Option<DateTime<Utc>>,
    /// Attempts to pay it out that failed.
    pub disbursement_attempts: i32,
    /// Why a loan that was agreed to is not paid out for now, in words; empty where nothing
    /// stands against it, and in every other status.
    #[entity(sql = crate::loan::waiting::WAITS_FOR)]
    pub waits_for: Option<String>,
    /// When the last of it was paid back.
    pub completed_at: Option<DateTime<Utc>>,
    /// When it was given up for late.
    pub defaulted_at: Option<DateTime<Utc>>,
    /// The telecom's reference for the airtime.
    pub telco_reference: Option<String>,
    /// The customer's score when it was asked for.
    #[entity(sensitive = "rim.user.read_sensitive")]
    pub credit_score: Option<i32>,
    /// Loans that the customer had had before.
    pub previous_loans: Option<i32>,
    /// What was out when it was asked for, this one included.
    pub exposure_at_request: Money,
    /// The customer's limit when it was asked for.
    pub limit_at_request: Money,
    /// What was out when it was agreed to, this one included.
    pub exposure_at_approval: Option<Money>,
    /// The customer's limit when it was agreed to.
    pub limit_at_approval: Option<Money>,
    /// Agreed to by the rules, not by a person.
    pub auto_approved: bool,
    /// Paid back after it was given up.
    pub recovered: bool,
    #[entity(hidden)]
    pub further_metadata: Value,
    /// `creditScore`, `previousLoans`, `autoApproved`, `recovered` and whatever else was given.
    #[entity(
        sql = "{t}.further_metadata || jsonb_strip_nulls(jsonb_build_object( \
               'creditScore', {t}.credit_score, 'previousLoans', {t}.previous_loans, \
               'autoApproved', {t}.auto_approved, 'recovered', {t}.recovered, \
               'fee', {t}.fee::text))",
        sensitive = "rim.user.read_sensitive"
    )]
    pub metadata: Option<Value>,
    /// When it was deleted; only a rejected one can be.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Who deleted it.
    #[entity(belongs_to = deleter: AdminUser)]
    pub deleted_by: Option<Uuid>,
    /// Why it was deleted.
    pub delete_reason: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was asked for.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
