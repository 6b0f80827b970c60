//! The moves of a transaction's status (spec 5.6).

use bizgraph_kernel::machine;

use super::TransactionStatus;

machine! {
    /// On its way, arrived or not, sent back.
    pub MACHINE = "transaction", "status" of TransactionStatus {
        /// Enters it.
        CREATE "create": [] => [Pending, Completed] by ["transactions", "customer" in "own"];
        /// The money arrived.
        CONFIRM "confirm": [Pending] => [Completed] by ["transactions"];
        /// The money did not arrive.
        FAIL "fail": [Pending] => [Failed] by ["transactions"];
        /// The money went back to who paid it.
        REFUND "refund": [Failed, Completed] => [Refunded] by ["transactions.refund"];
    }
}
