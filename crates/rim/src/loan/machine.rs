//! The moves of a loan's status (spec 5.4).

use bizgraph_kernel::machine;

use super::{LoanStatus, obstacle, waiting};

machine! {
    /// Asked, agreed, paid out, paid back.
    pub MACHINE = "loan", "status" of LoanStatus {
        /// Asks for a loan.
        REQUEST "request": [] => [Pending] by ["loans", "customer" in "own"];
        /// Agrees to it.
        APPROVE "approve": [Pending] => [Approved] by ["loans.approve"]
            unless obstacle::NOT_ELIGIBLE;
        /// Ends it before anything was lent.
        REJECT "reject": [Pending] => [Rejected] by ["loans.approve"];
        /// Takes an agreement back before the airtime is paid out.
        UNDO_APPROVE "undoApprove": [Approved] => [Pending] by ["loans.approve"]
            unless waiting::ON_ITS_WAY;
        /// Pays the airtime out.
        DISBURSE "disburse": [Approved] => [Disbursed] by ["loans.disburse"]
            unless waiting::WAITS_FOR;
        /// The telecom did not take it.
        DISBURSEMENT_FAILS "disbursementFails": [Approved] => [Approved], auto;
        /// Something was paid back.
        FIRST_REPAYMENT "firstRepayment": [Disbursed] => [Repaying], auto;
        /// The last of it was paid back.
        SETTLE "settle": [Disbursed, Repaying] => [Completed], auto;
        /// Gives it up for late.
        DEFAULT "default": [Disbursed, Repaying] => [Defaulted] by ["loans"]
            unless obstacle::NOT_PAST_DUE;
        /// The last of it was paid back after all.
        RECOVER "recover": [Defaulted] => [Completed], auto;
        /// A repayment was taken back.
        REOPEN "reopen": [Completed] => [Repaying, Disbursed, Defaulted], auto;
        /// Its only repayment was taken back.
        UNPAY "unpay": [Repaying] => [Disbursed], auto;
        /// The telecom took the airtime back.
        UNDISBURSE "undisburse": [Disbursed] => [Approved], auto;
    }
}
