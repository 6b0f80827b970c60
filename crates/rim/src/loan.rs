//! Airtime that a customer was lent, from the wish to the last repayment (spec 5.4, 5.5).

pub mod allocation;
pub mod approve;
pub mod default;
pub mod delete;
pub mod disburse;
pub mod eligibility;
pub mod jobs;
pub mod machine;
pub mod messages;
pub mod metadata;
mod obstacle;
pub mod record;
pub mod reject;
pub mod repay;
pub mod request;
pub mod status;
pub mod waiting;

pub use record::Loan;
pub use status::LoanStatus;
