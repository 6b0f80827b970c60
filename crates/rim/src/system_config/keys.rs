//! What the rules read, with what holds where no row says otherwise (spec 5.3 to 5.9). The
//! same values are the rows that a new tenant has.

use super::parameter::Parameter;

const fn parameter(category: &'static str, key: &'static str, default: &'static str) -> Parameter {
    Parameter { category, key, default }
}

/// Whether a default suspends the customer.
pub static LOANS_SUSPEND_ON_DEFAULT: Parameter = parameter("loans", "suspend_on_default", "false");

/// Credit score from which a loan is approved without a person.
pub static LOANS_AUTO_APPROVE_SCORE: Parameter = parameter("loans", "auto_approve_score", "700");

/// The largest amount that is approved without a person.
pub static LOANS_AUTO_APPROVE_MAX: Parameter = parameter("loans", "auto_approve_max", "5000.00");

/// Days past due after which a loan is defaulted.
pub static LOANS_DEFAULT_AFTER_DAYS: Parameter = parameter("loans", "default_after_days", "30");

/// Loans that a customer may have open at the same time.
pub static LOANS_MAX_OPEN: Parameter = parameter("loans", "max_open", "1");

/// Days that an account has to be old for a first loan.
pub static LOANS_MIN_ACCOUNT_AGE_DAYS: Parameter = parameter("loans", "min_account_age_days", "0");

/// Networks that airtime is lent for.
pub static LOANS_ENABLED_NETWORKS: Parameter =
    parameter("loans", "enabled_networks", r#"["MTN", "Airtel", "Glo", "9mobile"]"#);

/// Percent of a loan without a product.
pub static LOANS_INTEREST_RATE: Parameter = parameter("loans", "interest_rate", "15");

/// Days to pay back a loan without a product.
pub static LOANS_REPAYMENT_PERIOD: Parameter = parameter("loans", "repayment_period", "14");

/// Added once to a loan that is late; 0.00 for none.
pub static LOANS_LATE_FEE: Parameter = parameter("loans", "late_fee", "0.00");

/// Days past due before the late fee.
pub static LOANS_LATE_FEE_GRACE_DAYS: Parameter = parameter("loans", "late_fee_grace_days", "3");

/// Whether what is paid beyond the debt is kept for the next loan.
pub static REPAYMENTS_ALLOW_CREDIT: Parameter = parameter("repayments", "allow_credit", "false");

/// Hours after which a transaction that nobody confirmed fails.
pub static TRANSACTIONS_STALE_HOURS: Parameter = parameter("transactions", "stale_hours", "24");

/// The limit of a new customer.
pub static CREDIT_INITIAL_LIMIT: Parameter = parameter("credit", "initial_limit", "1000.00");

/// Limits above this take two people.
pub static CREDIT_MANUAL_LIMIT: Parameter = parameter("credit", "manual_limit", "50000.00");

/// The lowest limit that the rules set.
pub static CREDIT_MIN: Parameter = parameter("credit", "min", "0.00");

/// The highest limit that the rules set.
pub static CREDIT_MAX: Parameter = parameter("credit", "max", "100000.00");

/// Points for a loan paid back in time.
pub static CREDIT_ON_TIME_SCORE: Parameter = parameter("credit", "on_time_score", "20");

/// What a limit is multiplied by after a loan paid back in time.
pub static CREDIT_ON_TIME_FACTOR: Parameter = parameter("credit", "on_time_factor", "1.10");

/// Days late that cost nothing.
pub static CREDIT_LATE_GRACE_DAYS: Parameter = parameter("credit", "late_grace_days", "7");

/// Points for a loan paid back later than that.
pub static CREDIT_LATE_SCORE: Parameter = parameter("credit", "late_score", "-40");

/// Points for a default.
pub static CREDIT_DEFAULT_SCORE: Parameter = parameter("credit", "default_score", "-150");

/// What a limit is multiplied by after a default.
pub static CREDIT_DEFAULT_FACTOR: Parameter = parameter("credit", "default_factor", "0.5");

/// Days without a sign of life after which a customer is inactive.
pub static USERS_IDLE_DAYS: Parameter = parameter("users", "idle_days", "180");

/// Name of the department for each category of ticket.
pub static TICKETS_DEPARTMENT_BY_CATEGORY: Parameter =
    parameter("tickets", "department_by_category", "{}");

/// Hours after which a resolved ticket is closed.
pub static TICKETS_AUTO_CLOSE_HOURS: Parameter = parameter("tickets", "auto_close_hours", "72");

/// Days in which a customer can reopen a ticket.
pub static TICKETS_REOPEN_DAYS: Parameter = parameter("tickets", "reopen_days", "7");

/// Audiences above this take two people.
pub static BROADCAST_APPROVAL_SIZE: Parameter = parameter("broadcast", "approval_size", "1000");

/// Parts of 160 characters that an SMS may have.
pub static BROADCAST_SMS_SEGMENTS: Parameter = parameter("broadcast", "sms_segments", "1");

/// Days for which calls of providers are kept.
pub static INTEGRATIONS_CALL_DAYS: Parameter = parameter("integrations", "call_days", "180");

/// Days for which it is kept what providers told.
pub static INTEGRATIONS_CALLBACK_DAYS: Parameter =
    parameter("integrations", "callback_days", "400");

/// All of them.
pub static ALL: &[&Parameter] = &[
    &LOANS_SUSPEND_ON_DEFAULT,
    &LOANS_AUTO_APPROVE_SCORE,
    &LOANS_AUTO_APPROVE_MAX,
    &LOANS_DEFAULT_AFTER_DAYS,
    &LOANS_MAX_OPEN,
    &LOANS_MIN_ACCOUNT_AGE_DAYS,
    &LOANS_ENABLED_NETWORKS,
    &LOANS_INTEREST_RATE,
    &LOANS_REPAYMENT_PERIOD,
    &LOANS_LATE_FEE,
    &LOANS_LATE_FEE_GRACE_DAYS,
    &REPAYMENTS_ALLOW_CREDIT,
    &TRANSACTIONS_STALE_HOURS,
    &CREDIT_INITIAL_LIMIT,
    &CREDIT_MANUAL_LIMIT,
    &CREDIT_MIN,
    &CREDIT_MAX,
    &CREDIT_ON_TIME_SCORE,
    &CREDIT_ON_TIME_FACTOR,
    &CREDIT_LATE_GRACE_DAYS,
    &CREDIT_LATE_SCORE,
    &CREDIT_DEFAULT_SCORE,
    &CREDIT_DEFAULT_FACTOR,
    &USERS_IDLE_DAYS,
    &TICKETS_DEPARTMENT_BY_CATEGORY,
    &TICKETS_AUTO_CLOSE_HOURS,
    &TICKETS_REOPEN_DAYS,
    &BROADCAST_APPROVAL_SIZE,
    &BROADCAST_SMS_SEGMENTS,
    &INTEGRATIONS_CALL_DAYS,
    &INTEGRATIONS_CALLBACK_DAYS,
];
