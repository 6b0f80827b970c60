//! The moves of a refund's status (spec 6.7).

use bizgraph_kernel::machine;

use crate::refund::RefundStatus;

machine! {
    /// Asked, agreed, paid out.
    pub MACHINE = "refund", "status" of RefundStatus {
        /// Asks for a refund.
        REQUEST "request": [] => [Requested] by ["Manager", "Sales" in "own"];
        /// Agrees to it, as another person than asked.
        APPROVE "approve": [Requested] => [Approved] by ["Manager"] unless OWN_REQUEST;
        /// Ends it without a payout.
        REJECT "reject": [Requested] => [Rejected] by ["Manager"];
        /// Pays it out and takes the goods back.
        COMPLETE "complete": [Approved] => [Completed] by ["Manager"] unless INVOICE_MOVED;
    }
}

/// That the caller asked for it.
const OWN_REQUEST: &str = "CASE WHEN {t}.requested_by::text = {person} \
    AND {setting four_eyes.enforced} = 'true' \
    THEN 'You asked for this refund, so another person has to agree to it.' END";

/// What became of the invoice since the refund was asked for.
const INVOICE_MOVED: &str = "CASE WHEN {t}.status = 'approved' THEN (SELECT CASE \
    WHEN i.status <> CASE WHEN {t}.payments_only THEN 'Sent' ELSE 'Paid' END \
    THEN 'The invoice ' || i.invoice_number || ' is ' || i.status || ' by now, so this refund no \
      longer fits. Ask for another.' \
    WHEN {t}.total_amount > i.amount_paid - i.refunded_amount \
    THEN 'Of ' || i.invoice_number || ' only ' || (i.amount_paid - i.refunded_amount) \
      || ' is left to refund, not ' || {t}.total_amount || '. Ask for another refund.' END \
    FROM invoices i WHERE i.id = {t}.invoice_id) END";
