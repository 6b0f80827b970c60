//! The moves of a drawer's status (spec 6.6).

use bizgraph_kernel::machine;

use crate::cash_drawer_session::CashDrawerSessionStatus;

machine! {
    /// Opened, then counted.
    pub MACHINE = "cash drawer session", "status" of CashDrawerSessionStatus {
        /// Opens the caller's drawer with a float.
        OPEN "open": [] => [Open] by ["Manager", "Sales"];
        /// Counts it and ends it.
        CLOSE "close": [Open] => [Closed] by ["Manager", "Sales" in "own"];
    }
}
