//! The moves of an asset's status (spec 6.3).

use bizgraph_kernel::machine;

use crate::asset::AssetStatus;

machine! {
    /// From intake over tests, wipe and quality check to the sale, and back.
    pub MACHINE = "asset", "status" of AssetStatus {
        /// Takes a device into the house.
        RECEIVE "receive": [] => [Received] by ["Warehouse", "Manager"];
        /// Puts it on the bench.
        START_INTAKE "startIntake": [Received] => [DiagnosticsPending]
            by ["Warehouse", "Technician"];
        /// Stores a test result.
        RECORD_DIAGNOSTICS "recordDiagnostics": [DiagnosticsPending]
            => [WipePending, QcPending, RepairHold, NotSellable] by ["Technician", "Manager"];
        /// Stores a wipe certificate.
        RECORD_WIPE "recordWipe": [WipePending] => [QcPending] by ["Technician", "Manager"];
        /// Grades it and puts it on sale.
        PASS_QC "passQc": [QcPending] => [ReadyForSale] by ["Technician", "Manager"];
        /// Sends it back to be tested again, or to be repaired.
        FAIL_QC "failQc": [QcPending] => [DiagnosticsPending, RepairHold]
            by ["Technician", "Manager"];
        /// Holds it for a line of an invoice, or for a preorder.
        RESERVE "reserve": [ReadyForSale] => [Reserved], auto;
        /// Gives it back to the shelf.
        RELEASE "release": [Reserved] => [ReadyForSale], auto;
        /// Its invoice is paid.
        SELL "sell": [ReadyForSale, Reserved] => [Sold], auto;
        /// A payment of its invoice was voided, so the line holds it again.
        UNDO_SALE "undoSale": [Sold] => [Reserved], auto;
        /// A refund brought it back.
        TAKE_BACK "takeBack": [Sold] => [Returned], auto;
        /// Starts the whole round of checks again.
        RE_INTAKE "reIntake": [Returned] => [DiagnosticsPending] by ["Warehouse", "Technician"];
        /// Sets it aside for a repair.
        HOLD "hold": [Received, DiagnosticsPending, WipePending, QcPending, ReadyForSale, Returned]
            => [RepairHold] by ["Technician", "Manager"];
        /// It is repaired and has to be tested again.
        REPAIRED "repaired": [RepairHold] => [DiagnosticsPending] by ["Technician"];
        /// Keeps it out of sale.
        BLOCK "block": [Received, DiagnosticsPending, WipePending, QcPending, ReadyForSale,
            Returned, RepairHold] => [NotSellable] by ["Manager"];
        /// Lets it be tested for sale again.
        UNBLOCK "unblock": [NotSellable] => [DiagnosticsPending] by ["Manager"];
        /// Writes it off for good.
        SCRAP "scrap": [RepairHold, NotSellable, Returned] => [Scrapped] by ["Manager"];
    }
}
