//! The moves of a refund's status (spec 6.7).

use bizgraph_kernel::machine;

use crate::refund::RefundStatus;

machine! {
    /// Asked, agreed, paid out.
    pub MACHINE = "refund", "status" of RefundStatus {
        /// Asks for a refund.
        REQUEST "request": [] => [Requested] by ["Manager", "Sales" in "own"];
        /// Agrees to it, as another person than asked.
        APPROVE "approve": [Requested] => [Approved] by ["Manager"];
        /// Ends it without a payout.
        REJECT "reject": [Requested] => [Rejected] by ["Manager"];
        /// Pays it out and takes the goods back.
        COMPLETE "complete": [Approved] => [Completed] by ["Manager"];
    }
}
