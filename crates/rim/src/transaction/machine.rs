//! The moves of a transaction's status (spec 5.6).

use bizgraph_kernel::machine;

use super::TransactionStatus;

machine! {
    /// On its way, arrived or not, sent back.
    pub MACHINE = "transaction", "status" of TransactionStatus {
        /// Enters it.
        CREATE "create": [] => [Pending, Completed] by ["transactions", "customer" in "own"];
        /// The money arrived.
        CONFIRM "confirm": [Pending] => [Completed] by ["transactions"] unless TOO_MUCH;
        /// The money did not arrive.
        FAIL "fail": [Pending] => [Failed] by ["transactions"];
        /// The money went back to who paid it.
        REFUND "refund": [Failed, Completed] => [Refunded] by ["transactions.refund"]
            unless NOT_RETURNABLE;
    }
}

/// That the customer owes less than is paid, where the tenant keeps no credit.
const TOO_MUCH: &str = "CASE WHEN {t}.status = 'pending' AND {t}.type = 'repayment' \
    AND (SELECT c.value FROM system_configs c \
      WHERE c.category = 'repayments' AND c.key = 'allow_credit') = 'false' \
    THEN (SELECT 'The customer owes ' || o.owed || '; ' || {t}.amount || ' is more than that.' \
      FROM (SELECT COALESCE(sum(l.outstanding_amount), 0.00) AS owed FROM loans l \
        WHERE l.user_id = {t}.user_id AND l.status IN ('disbursed', 'repaying', 'defaulted')) o \
      WHERE {t}.amount > o.owed) END";

/// That it was found on a statement, never left, or was used by now.
const NOT_RETURNABLE: &str = "CASE WHEN {t}.reconciled_at IS NOT NULL \
    THEN 'It was found on a statement; take the reconciliation back first.' \
    WHEN {t}.type = 'airtime' AND {t}.status = 'failed' \
    THEN 'Airtime that failed never left; there is nothing to send back.' \
    WHEN {t}.type = 'airtime' AND {t}.status = 'completed' \
    THEN (SELECT 'The loan is ' || l.status || ' and ' || l.amount_paid || ' was paid back; airtime \
      goes back only before that.' FROM loans l \
      WHERE l.id = {t}.loan_id AND NOT (l.status = 'disbursed' AND l.amount_paid = 0)) END";
