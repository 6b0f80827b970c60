//! The moves of a claim's status (spec 6.9).

use bizgraph_kernel::machine;

use crate::warranty_claim::ClaimStatus;

machine! {
    /// Submitted, decided, completed.
    pub MACHINE = "warranty claim", "status" of ClaimStatus {
        /// Claims under an active warranty.
        SUBMIT "submit": [] => [Submitted] by ["Sales"];
        /// Agrees to it and opens a repair ticket at no charge.
        APPROVE "approve": [Submitted] => [Approved] by ["Manager"] unless NOT_REPAIRABLE;
        /// Turns it down, with a reason.
        DENY "deny": [Submitted] => [Denied] by ["Manager"];
        /// Repaired, replaced or refunded.
        COMPLETE "complete": [Approved] => [Completed] by ["Technician", "Manager"];
        /// The warranty ended under it: the device was refunded, or the warranty withdrawn.
        DENY_WITH_WARRANTY "denyWithWarranty": [Submitted, Approved] => [Denied], auto;
    }
}

/// That the warranty is over, or that the device is being repaired.
const NOT_REPAIRABLE: &str = "CASE WHEN {t}.status = 'Submitted' THEN (SELECT CASE \
    WHEN w.status <> 'Active' \
    THEN w.warranty_number || ' is ' || w.status || ' by now, so the claim cannot be approved. \
      Deny it.' \
    ELSE (SELECT 'The device is on the repair ticket ' || o.ticket_number || ' already. Close that \
      first.' FROM repair_tickets o WHERE o.asset_id = w.asset_id AND o.status <> 'Closed') END \
    FROM warranties w WHERE w.id = {t}.warranty_id) END";
