//! What stands against moves of a repair ticket for now (spec 6.10), in the words with which its
//! rules refuse.

/// That nobody is chosen to repair.
pub const UNASSIGNED: &str = "CASE WHEN {t}.assigned_to IS NULL \
    THEN 'Nobody is chosen to repair ' || {t}.ticket_number || '. Assign it first.' END";

/// A device that cannot be set aside for the repair.
macro_rules! not_free {
    () => {
        "(SELECT 'The device is ' || a.status || ' and cannot be set aside for the repair.' \
          FROM assets a WHERE a.id = {t}.asset_id \
          AND a.status IN ('Reserved', 'Not Sellable', 'Scrapped'))"
    };
}

/// A bill that would not hold what is still to come, or a device that cannot be set aside.
pub const NOT_RESUMABLE: &str = concat!(
    "CASE WHEN {t}.status = 'Ready' THEN COALESCE( \
    (SELECT 'The bill ' || i.invoice_number || ' of ' || {t}.ticket_number || ' is ' || i.status \
      || '. Cancel it first, so that the new one holds everything.' FROM invoices i \
      WHERE i.id = {t}.invoice_id AND i.status NOT IN ('Paid', 'Cancelled', 'Refunded')), \
    ",
    not_free!(),
    ") END"
);

/// What the customer owes.
pub const OWED: &str = "CASE WHEN {t}.status IN ('Open', 'Diagnosing', 'Ready') THEN (SELECT CASE \
    WHEN i.id IS NOT NULL \
    THEN CASE WHEN i.status <> 'Paid' THEN 'The bill ' || i.invoice_number || ' of ' \
      || {t}.ticket_number || ' is ' || i.status || '. Take the payment, or cancel it, first.' END \
    WHEN {t}.status = 'Ready' AND {t}.billable AND p.price + {t}.labor_cost > 0 \
    THEN 'The customer owes ' || p.price + {t}.labor_cost || ' for ' || {t}.ticket_number \
      || '. Bill it and take the payment first.' END \
    FROM (SELECT COALESCE(sum(p.quantity * p.unit_price), 0.00) AS price FROM repair_parts p \
      WHERE p.repair_ticket_id = {t}.id) p \
    LEFT JOIN invoices i ON i.id = {t}.invoice_id \
      AND i.status NOT IN ('Cancelled', 'Refunded')) END";

/// That the days are over, that its claim is, or that the device is not there to be repaired.
pub const OVER: &str = concat!(
    "CASE WHEN {t}.status = 'Closed' THEN COALESCE( \
    CASE WHEN {today} - {t}.closed_date > ({setting bizhub.repair_reopen_days})::int \
    THEN {t}.ticket_number || ' was closed on ' || to_char({t}.closed_date, 'YYYY-MM-DD') \
      || ', more than ' || ({setting bizhub.repair_reopen_days})::int || ' days ago. Open a new \
      ticket.' END, \
    (SELECT 'The warranty claim ' || c.claim_number || ' of ' || {t}.ticket_number || ' is ' \
      || c.status || '. Submit a new claim instead.' FROM warranty_claims c \
      WHERE c.id = {t}.warranty_claim_id AND c.status <> 'Approved'), \
    (SELECT 'The device is on the repair ticket ' || o.ticket_number || ' by now. Close that \
      first.' FROM repair_tickets o WHERE o.asset_id = {t}.asset_id AND o.status <> 'Closed'), \
    ",
    not_free!(),
    ") END"
);
