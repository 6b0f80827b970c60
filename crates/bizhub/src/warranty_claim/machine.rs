//! The moves of a claim's status (spec 6.9).

use bizgraph_kernel::machine;

use crate::warranty_claim::ClaimStatus;

machine! {
    /// Submitted, decided, completed.
    pub MACHINE = "warranty claim", "status" of ClaimStatus {
        /// Claims under an active warranty.
        SUBMIT "submit": [] => [Submitted] by ["Sales"];
        /// Agrees to it and opens a repair ticket at no charge.
        APPROVE "approve": [Submitted] => [Approved] by ["Manager"];
        /// Turns it down, with a reason.
        DENY "deny": [Submitted] => [Denied] by ["Manager"];
        /// Repaired, replaced or refunded.
        COMPLETE "complete": [Approved] => [Completed] by ["Technician", "Manager"];
        /// The warranty ended under it: the device was refunded, or the warranty withdrawn.
        DENY_WITH_WARRANTY "denyWithWarranty": [Submitted, Approved] => [Denied], auto;
    }
}
