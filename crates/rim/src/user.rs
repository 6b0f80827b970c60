//! Customers of the mobile app (spec 5.3).

pub mod borrowing;
pub mod create;
pub mod credit;
pub mod delete;
pub mod figures;
pub mod machine;
pub mod restore;
pub mod seen;
pub mod set_credit;
pub mod unlock;
pub mod update;

use bizgraph_kernel::money::Money;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Whether a customer gets new loans.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimUserStatus")]
pub enum UserStatus {
    /// `active`: may borrow.
    #[word("active")]
    Active,
    /// `inactive`: not seen for long; no new loan.
    #[word("inactive")]
    Inactive,
    /// `suspended`: no new loan, for a reason.
    #[word("suspended")]
    Suspended,
}

/// How a customer stands with the loans taken so far; it follows from them.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimRepaymentStatus")]
pub enum RepaymentStatus {
    /// `Partial`: something of an open loan was paid back.
    #[word("Partial")]
    Partial,
    /// `Completed`: everything was paid back.
    #[word("Completed")]
    Completed,
    /// `Overdue`: something is late or in default.
    #[word("Overdue")]
    Overdue,
    /// `Pending`: nothing was paid back so far, or nothing was ever lent.
    #[word("Pending")]
    Pending,
}

/// A customer of the mobile app.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = users, permission = "rim.user", default_order = created_at desc,
    money, machine = crate::user::machine::MACHINE)]
#[has_many(
    loans: crate::loan::Loan by user_id "Loans of this customer.",
    transactions: crate::transaction::Transaction by user_id "Airtime and repayments.",
    tickets: crate::ticket::Ticket by customer_id "What this customer asked for help with.",
    credit_limit_changes: crate::credit_limit_change::CreditLimitChange by user_id
        "How the limit and the score came to be.",
    notification_histories: crate::notification_history::NotificationHistory by user_id
        "Messages that this customer got.",
    broadcast_recipients: crate::broadcast_recipient::BroadcastRecipient by user_id
        "Broadcasts that went to this customer."
)]
#[lookup(userByUserId = user_id)]
#[scope(own = "{t}.id = {actor}")]
pub struct User {
    pub id: Uuid,
    /// Business number, such as `USR-2026-001`.
    #[entity(filter, order)]
    pub user_id: String,
    /// First name, where it is known.
    pub first_name: Option<String>,
    /// Last name, where it is known.
    #[entity(filter, order)]
    pub last_name: Option<String>,
    /// Phone number in international form; unique among customers that are not deleted.
    #[entity(filter, sensitive = "rim.user.read_sensitive", personal)]
    pub phone: String,
    /// Email address.
    #[entity(filter, sensitive = "rim.user.read_sensitive", personal)]
    pub email: String,
    /// From 0 to 1,000.
    #[entity(sensitive = "rim.user.read_sensitive")]
    pub credit_score: i32,
    /// How the customer stands; follows from the loans.
    #[entity(filter)]
    pub repayment_status: RepaymentStatus,
    /// Completed repayments less what was refunded.
    pub total_repaid: Money,
    /// Whether the customer gets new loans.
    #[entity(filter)]
    pub status: UserStatus,
    /// Why the customer was suspended.
    pub suspension_reason: Option<String>,
    /// Suspended because a loan was not paid back.
    pub suspended_for_default: bool,
    /// The most that may be out at a time.
    #[entity(filter, order)]
    pub credit_limit: Money,
    /// Whether the limit follows how loans are paid back.
    pub auto_limit_enabled: bool,
    /// Loans ever created.
    pub total_loans: i32,
    /// Paid beyond what was owed; the next loan consumes it.
    pub repayment_credit: Money,
    /// When the customer was seen last.
    pub last_active_at: DateTime<Utc>,
    /// Wants no broadcasts by SMS.
    pub sms_opt_out: bool,
    /// Wants no broadcasts by email.
    pub email_opt_out: bool,
    /// When the customer was deleted.
    #[entity(filter)]
    pub deleted_at: Option<DateTime<Utc>>,
    /// Who deleted the customer.
    #[entity(belongs_to = deleter: crate::admin_user::AdminUser)]
    pub deleted_by: Option<Uuid>,
    /// Why the customer was deleted.
    pub delete_reason: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When the account was opened.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When something about the customer changed last.
    pub updated_at: DateTime<Utc>,
}

impl User {
    /// The key as the kernel's tables of credentials and sessions hold it.
    pub fn credential_key(&self) -> String {
        format!("user:{}", self.id)
    }

    /// What tickets call the customer: the name where there is one, else the phone number.
    pub fn display_name(&self) -> String {
        let parts = [self.first_name.as_deref(), self.last_name.as_deref()];
        let name: Vec<&str> = parts.into_iter().flatten().collect();
        if name.is_empty() { self.phone.clone() } else { name.join(" ") }
    }
}
