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
        SEND "send": [Draft] => [Sent] by ["Manager", "Sales" in "own"] unless NOT_SALEABLE;
        /// Sends and takes tenders for the whole total in one call.
        CHECKOUT "checkout": [Draft] => [Paid] by ["Manager", "Sales" in "own"]
            unless NOT_SALEABLE;
        /// Takes tenders.
        PAY "pay": [Sent] => [Sent, Paid] by ["Manager", "Sales" in "own"] unless PAID_BACK;
        /// Hands the goods over once the tenders meet the total exactly.
        SETTLE "settle": [Sent] => [Paid], auto;
        /// Gives it up and frees its goods; once sent, for a Manager only.
        CANCEL "cancel": [Draft, Sent] => [Cancelled]
            by ["Manager", "Sales" in "unsent"] unless NOT_FREE;
        /// Takes the settlement back, because a tender was voided.
        REOPEN "reopen": [Paid] => [Sent], auto;
        /// Ends it once every line was refunded in full.
        REFUND "refund": [Paid] => [Refunded], auto;
    }
}

/// What a draft lacks to be sent.
const NOT_SALEABLE: &str = "CASE WHEN {t}.status = 'Draft' THEN CASE \
    WHEN NOT EXISTS (SELECT FROM invoice_lines l WHERE l.invoice_id = {t}.id) \
    THEN 'The invoice has no lines. Add one first.' \
    WHEN {t}.customer_id IS NULL AND EXISTS (SELECT FROM invoice_lines l \
      WHERE l.invoice_id = {t}.id AND l.warranty_tier = 'Premium 1-Year') \
    THEN 'A Premium 1-Year warranty is promised to a customer by name. Choose a customer first.' \
    END END";

/// That the tenders of a sent invoice were given back.
const PAID_BACK: &str = "CASE WHEN {t}.refunded_amount > 0 THEN 'The tenders of ' \
    || {t}.invoice_number || ' were paid back. Cancel it and make a new invoice.' END";

/// What was paid of an invoice, or the repair that it closed.
const NOT_FREE: &str = "CASE WHEN {t}.amount_paid > {t}.refunded_amount \
    THEN 'The invoice ' || {t}.invoice_number || ' still has payments of ' \
      || ({t}.amount_paid - {t}.refunded_amount) || '. Void or refund them first.' \
    WHEN {t}.status IN ('Draft', 'Sent') \
    THEN (SELECT {t}.invoice_number || ' is the bill of the repair ' || r.ticket_number \
      || ', which is closed. Reopen the ticket first.' FROM repair_tickets r \
      WHERE r.invoice_id = {t}.id AND r.status = 'Closed' LIMIT 1) END";
