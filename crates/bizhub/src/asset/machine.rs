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
        PASS_QC "passQc": [QcPending] => [ReadyForSale] by ["Technician", "Manager"]
            unless NOT_PASSABLE;
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
        REPAIRED "repaired": [RepairHold] => [DiagnosticsPending] by ["Technician"]
            unless IN_WORK;
        /// Keeps it out of sale.
        BLOCK "block": [Received, DiagnosticsPending, WipePending, QcPending, ReadyForSale,
            Returned, RepairHold] => [NotSellable] by ["Manager"] unless IN_WORK;
        /// Lets it be tested for sale again.
        UNBLOCK "unblock": [NotSellable] => [DiagnosticsPending] by ["Manager"];
        /// Writes it off for good.
        SCRAP "scrap": [RepairHold, NotSellable, Returned] => [Scrapped] by ["Manager"]
            unless IN_WORK;
    }
}

/// The repair ticket that a device is on.
const IN_WORK: &str = "SELECT {t}.asset_tag || ' is on the repair ticket ' || r.ticket_number \
    || ', which is ' || r.status || '. Finish or close that first.' FROM repair_tickets r \
    WHERE r.asset_id = {t}.id AND r.status <> 'Closed' AND r.status <> 'Ready'";

/// What a device lacks for the quality check.
const NOT_PASSABLE: &str = "CASE WHEN {t}.status = 'QC Pending' THEN (SELECT CASE \
    WHEN {t}.diagnosed_by::text = {person} \
      AND (SELECT count(*) FROM users u WHERE u.role = 'Technician' AND u.is_active) >= 2 \
    THEN 'You tested ' || {t}.asset_tag || ' yourself, so another technician has to check it.' \
    WHEN d.overall_result = 'Fail' \
    THEN 'The latest diagnostics of ' || {t}.asset_tag || ' failed. Fail the quality check \
      instead.' \
    WHEN d.created_at IS NULL OR d.created_at < {t}.last_intake_at \
    THEN {t}.asset_tag || ' was not tested since it last came in. Fail the quality check and \
      record diagnostics.' \
    WHEN m.category = 'Accessory' THEN NULL \
    WHEN w.created_at IS NULL OR w.created_at < {t}.last_intake_at \
    THEN {t}.asset_tag || ' was not wiped since it last came in. Fail the quality check, record \
      diagnostics again, then the wipe.' \
    WHEN {t}.battery_health_percent IS NULL OR {t}.battery_cycle_count IS NULL \
    THEN 'Battery health and cycle count of ' || {t}.asset_tag || ' are missing. Fail the quality \
      check and record them with new diagnostics.' END \
    FROM product_models m \
    LEFT JOIN LATERAL (SELECT r.overall_result, r.created_at FROM diagnostics_results r \
      WHERE r.asset_id = {t}.id ORDER BY r.id DESC LIMIT 1) d ON TRUE \
    LEFT JOIN LATERAL (SELECT c.created_at FROM wipe_certificates c \
      WHERE c.asset_id = {t}.id ORDER BY c.id DESC LIMIT 1) w ON TRUE \
    WHERE m.id = {t}.product_model_id) END";
