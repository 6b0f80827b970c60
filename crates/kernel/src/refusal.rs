//! Refusals: what a rule says no to, in words that help (spec 1.14).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::approval::ApprovalAsked;
use crate::db::Fault;

macro_rules! codes {
    ($($variant:ident $name:literal $doc:literal,)+) => {
        /// The closed list of what can be wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $doc] $variant,)+
        }

        impl Code {
            /// Every code with its meaning, in the order of the specification.
            pub const ALL: &'static [(Code, &'static str, &'static str)] =
                &[$((Code::$variant, $name, $doc),)+];

            /// `SCREAMING_CASE`, as on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$variant => $name,)+
                }
            }
        }
    };
}

codes! {
    Unauthenticated "UNAUTHENTICATED" "No valid login came with the request.",
    Forbidden "FORBIDDEN" "The caller's role does not allow it.",
    NotFound "NOT_FOUND" "There is no such row, or none that the caller may see.",
    ValidationFailed "VALIDATION_FAILED" "The input contradicts itself or a rule of the field.",
    Required "REQUIRED" "A value is missing.",
    OutOfRange "OUT_OF_RANGE" "A value is too small, too large or too precise.",
    BadFormat "BAD_FORMAT" "A value is not written as it should be.",
    NotUnique "NOT_UNIQUE" "Another row has this value already.",
    ReferenceNotFound "REFERENCE_NOT_FOUND" "What the value points to does not exist.",
    ReferencedInUse "REFERENCED_IN_USE" "Other rows still depend on it.",
    Immutable "IMMUTABLE" "It can no longer be changed.",
    InvalidTransition "INVALID_TRANSITION" "The status does not allow this move.",
    PreconditionFailed "PRECONDITION_FAILED" "Something has to be done first.",
    StaleVersion "STALE_VERSION" "Somebody changed it since it was read.",
    SelfApprovalForbidden "SELF_APPROVAL_FORBIDDEN" "Whoever asked for it cannot approve it.",
    PeriodLocked "PERIOD_LOCKED" "The period is closed.",
    Overlap "OVERLAP" "It overlaps with another.",
    LimitExceeded "LIMIT_EXCEEDED" "It is more than the limit allows.",
    CreditLimitExceeded "CREDIT_LIMIT_EXCEEDED" "It is more than the credit limit allows.",
    BudgetExceeded "BUDGET_EXCEEDED" "It is more than the budget holds.",
    InsufficientStock "INSUFFICIENT_STOCK" "There is not enough in stock.",
    InsufficientFunds "INSUFFICIENT_FUNDS" "There is not enough money.",
    Overpayment "OVERPAYMENT" "It is more than is due.",
    AmountMismatch "AMOUNT_MISMATCH" "The amounts do not add up.",
    CurrencyMismatch "CURRENCY_MISMATCH" "Two currencies meet.",
    NotEligible "NOT_ELIGIBLE" "The conditions are not met.",
    Expired "EXPIRED" "The time for it is over.",
    AlreadyDone "ALREADY_DONE" "It has been done before.",
    IdempotencyKeyReused "IDEMPOTENCY_KEY_REUSED" "The key came before with another input.",
    IdempotencyInProgress "IDEMPOTENCY_IN_PROGRESS" "The first call with this key still runs.",
    RetryLater "RETRY_LATER" "The server was too busy; the same call may go through now.",
    RateLimited "RATE_LIMITED" "Too many calls in a short time.",
    CostExceeded "COST_EXCEEDED" "The operation asks for too much at once.",
    PasswordPolicy "PASSWORD_POLICY" "The password does not meet the tenant's rules.",
    AccountLocked "ACCOUNT_LOCKED" "Too many wrong attempts; wait, or ask an administrator.",
    TwoFactorRequired "TWO_FACTOR_REQUIRED" "A second factor is needed.",
    AddressNotAllowed "ADDRESS_NOT_ALLOWED" "The network address is not allowed.",
    FileRejected "FILE_REJECTED" "The file is not accepted.",
    ProviderFailed "PROVIDER_FAILED" "Another company's service failed.",
    Internal "INTERNAL" "A fault of the server; the request id finds it in the logs.",
}

/// One sentence of a rule that was not met.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub code: Code,
    /// What is wrong and what to do about it.
    pub message: String,
    /// Path into the input, such as `tenders.0.amount`; empty when it is about the whole.
    pub field: String,
    /// Keys are fixed per code.
    pub details: Map<String, Value>,
}

impl Refusal {
    /// A refusal without details.
    pub fn new(code: Code, field: impl Into<String>, message: impl Into<String>) -> Self {
        Refusal { code, message: message.into(), field: field.into(), details: Map::new() }
    }

    /// `FORBIDDEN` for want of a permission, which it names.
    pub fn lacking(permission: &str, field: impl Into<String>, message: impl Into<String>) -> Self {
        Refusal::new(Code::Forbidden, field, message).with("permission", permission)
    }

    /// Adds one detail.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// As `userErrors` shows it.
    pub fn to_json(&self) -> Value {
        let field: Vec<&str> = self.field.split('.').filter(|part| !part.is_empty()).collect();
        serde_json::json!({
            "code": self.code.as_str(),
            "message": self.message,
            "field": field,
            "details": self.details,
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at {:?}: {}", self.code.as_str(), self.field, self.message)
    }
}

/// Why a rule wrote nothing.
#[derive(Debug)]
pub enum Rejection {
    /// Sentences of the rule that were not met.
    Refused(Vec<Refusal>),
    /// A second person has to agree to what was asked.
    AwaitsApproval(ApprovalAsked),
    /// The server, not the caller, is at fault.
    Fault(Fault),
}

/// What a rule answers.
pub type Rule<T> = Result<T, Rejection>;

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Rejection::Refused(vec![refusal])
    }
}

impl From<Fault> for Rejection {
    fn from(fault: Fault) -> Self {
        Rejection::Fault(fault)
    }
}

impl From<diesel::result::Error> for Rejection {
    fn from(error: diesel::result::Error) -> Self {
        Rejection::Fault(Fault::from(error))
    }
}

/// How often each code was told (spec 1.8.5).
#[derive(Default)]
pub struct RefusalCounts(Mutex<BTreeMap<&'static str, u64>>);

impl RefusalCounts {
    /// Counts refusals that a caller was told.
    pub fn add(&self, refusals: &[Refusal]) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for refusal in refusals {
            *counts.entry(refusal.code.as_str()).or_default() += 1;
        }
    }

    /// Counts a refusal by the name of its code.
    pub fn add_code(&self, code: &str) {
        let known = Code::ALL.iter().find(|(_, name, _)| *name == code);
        let Some((_, name, _)) = known else { return };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(name).or_default() += 1;
    }

    /// Every code told so far with its count.
    pub fn counts(&self) -> Vec<(&'static str, u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(code, count)| (*code, *count)).collect()
    }
}

/// A value as a detail of a refusal: numbers and booleans as they are, anything else as text.
pub fn detail(value: impl fmt::Display) -> Value {
    let text = value.to_string();
    match text.as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Value::from(number),
            _ => Value::from(text),
        },
    }
}
