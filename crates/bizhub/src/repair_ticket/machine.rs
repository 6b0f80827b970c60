//! The moves of a repair ticket's status (spec 6.10).

use bizgraph_kernel::machine;

use crate::repair_ticket::{RepairStatus, obstacle};

machine! {
    /// From the counter to the bench and back.
    pub MACHINE = "repair ticket", "status" of RepairStatus {
        /// Takes a repair in.
        OPEN "open": [] => [Open] by ["Manager", "Sales"];
        /// Looks for the fault.
        START_DIAGNOSING "startDiagnosing": [Open] => [Diagnosing]
            by ["Manager", "Technician" in "assigned"] unless obstacle::UNASSIGNED;
        /// Cannot go on without parts.
        WAIT_FOR_PARTS "waitForParts": [Diagnosing, InRepair] => [WaitingForParts]
            by ["Manager", "Technician" in "assigned"] unless obstacle::UNASSIGNED;
        /// Repairs it.
        START_REPAIR "startRepair": [Diagnosing, WaitingForParts] => [InRepair]
            by ["Manager", "Technician" in "assigned"] unless obstacle::UNASSIGNED;
        /// Is done with it: repaired, or, straight from the diagnosis, unable to.
        FINISH_REPAIR "finishRepair": [Diagnosing, InRepair] => [Ready]
            by ["Manager", "Technician" in "assigned"];
        /// The customer is not satisfied.
        RESUME "resume": [Ready] => [InRepair] by ["Manager", "Technician" in "assigned"]
            unless obstacle::NOT_RESUMABLE;
        /// Hands it back; before it is repaired, as Unable only.
        CLOSE "close": [Open, Diagnosing, Ready] => [Closed] by ["Manager", "Sales"]
            unless obstacle::OWED;
        /// Takes it up again within the tenant's days.
        REOPEN "reopen": [Closed] => [Open] by ["Manager"] unless obstacle::OVER;
        /// The warranty claim that it served ended.
        CLOSE_WITH_CLAIM "closeWithClaim":
            [Open, Diagnosing, WaitingForParts, InRepair, Ready] => [Closed], auto;
    }
}
