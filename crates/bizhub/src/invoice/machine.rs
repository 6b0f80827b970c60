//! The moves of an invoice's status (spec 6.5). Changing the lines of a draft is an update,
//! no move: the status stays.

use bizgraph_kernel::machine;

use crate::invoice::InvoiceStatus;

machine! {
    /// From the draft to the money and, sometimes, back.
    pub MACHINE = "invoice", "status" of InvoiceStatus {
        /// Begins a draft.
        CREATE "create": [] => [Draft];
        /// Draws the number, freezes the lines and sets the due date.
        SEND "send": [Draft] => [Sent] by ["Manager", "Sales" in "own"];
        /// Sends and takes tenders for the whole total in one call.
        CHECKOUT "checkout": [Draft] => [Paid] by ["Manager", "Sales" in "own"];
        /// Takes tenders.
        PAY "pay": [Sent] => [Sent, Paid] by ["Manager", "Sales" in "own"];
        /// Hands the goods over once the tenders meet the total exactly.
        SETTLE "settle": [Sent] => [Paid], auto;
        /// Gives it up and frees its goods; once sent, for a Manager only.
        CANCEL "cancel": [Draft, Sent] => [Cancelled]
            by ["Manager", "Sales" in "unsent"];
        /// Takes the settlement back, because a tender was voided.
        REOPEN "reopen": [Paid] => [Sent], auto;
        /// Ends it once every line was refunded in full.
        REFUND "refund": [Paid] => [Refunded], auto;
    }
}
