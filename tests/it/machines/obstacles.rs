//! What but the status stands against moves of the shop's rows (spec 6.3, 6.5, 6.7 to 6.10).

use serde_json::json;

use crate::machines::after_sales::TICKET as REPAIR;
use crate::machines::subject::prepare;
use crate::matrix::{Obstacle, actions, codes};
use crate::world::World;

const ON_THE_BENCH: &str = "INSERT INTO bizhub.repair_tickets (ticket_number, issue_type, \
    issue_description, status, asset_id, opened_date, billable) \
    VALUES (left(md5(random()::text), 20), 'Screen', 'Dark', 'Diagnosing', {row}, '2026-03-01', \
    FALSE)";

pub const ASSET: &[Obstacle] = &[
    (
        "passQc",
        "QC Pending",
        "UPDATE bizhub.assets SET diagnosed_by = (SELECT id FROM bizhub.users \
         WHERE username = 'technician') WHERE id = {row}",
    ),
    (
        "passQc",
        "QC Pending",
        "UPDATE bizhub.diagnostics_results SET overall_result = 'Fail' WHERE asset_id = {row}",
    ),
    (
        "passQc",
        "QC Pending",
        "UPDATE bizhub.assets SET last_intake_at = '2100-01-01' WHERE id = {row}",
    ),
    ("passQc", "QC Pending", "DELETE FROM bizhub.wipe_certificates WHERE asset_id = {row}"),
    (
        "passQc",
        "QC Pending",
        "UPDATE bizhub.assets SET battery_cycle_count = NULL WHERE id = {row}",
    ),
    ("repaired", "Repair Hold", ON_THE_BENCH),
    ("block", "Received", ON_THE_BENCH),
    ("scrap", "Returned", ON_THE_BENCH),
];

const NO_LINES: &str = "DELETE FROM bizhub.invoice_lines WHERE invoice_id = {row}";

pub const INVOICE: &[Obstacle] = &[
    ("send", "Draft", NO_LINES),
    ("checkout", "Draft", NO_LINES),
    (
        "send",
        "Draft",
        "UPDATE bizhub.invoice_lines SET line_kind = 'Asset', warranty_tier = 'Premium 1-Year', \
         asset_id = (SELECT max(a.id) FROM bizhub.assets a WHERE NOT EXISTS (SELECT \
           FROM bizhub.invoice_lines l WHERE l.asset_id = a.id)) WHERE invoice_id = {row}",
    ),
    (
        "pay",
        "Sent",
        "UPDATE bizhub.invoices SET amount_paid = 4.00, refunded_amount = 4.00 WHERE id = {row}",
    ),
    ("cancel", "Sent", "UPDATE bizhub.invoices SET amount_paid = 4.00 WHERE id = {row}"),
    (
        "cancel",
        "Sent",
        "INSERT INTO bizhub.repair_tickets (ticket_number, customer_id, issue_type, \
           issue_description, status, opened_date, closed_date, outcome, invoice_id) \
         SELECT left(md5(random()::text), 20), max(c.id), 'Screen', 'Dark', 'Closed', \
           '2026-03-01', '2026-03-02', 'Repaired', {row} FROM bizhub.customers c",
    ),
];

pub const REFUND: &[Obstacle] = &[
    (
        "complete",
        "approved",
        "UPDATE bizhub.invoices SET status = 'Sent' \
         WHERE id = (SELECT invoice_id FROM bizhub.refunds WHERE id = {row})",
    ),
    (
        "complete",
        "approved",
        "UPDATE bizhub.invoices SET refunded_amount = 5.00 \
         WHERE id = (SELECT invoice_id FROM bizhub.refunds WHERE id = {row})",
    ),
    (
        "approve",
        "requested",
        "UPDATE bizhub.tenant_settings SET value = 'true' WHERE key = 'four_eyes.enforced'; \
         UPDATE bizhub.refunds SET requested_by = (SELECT id FROM bizhub.users \
         WHERE username = 'manager') WHERE id = {row}",
    ),
];

pub const PREORDER: &[Obstacle] = &[
    (
        "payDeposit",
        "Deposit Pending",
        "UPDATE bizhub.preorders SET deposit_paid = TRUE WHERE id = {row}",
    ),
    (
        "order",
        "Deposit Pending",
        "UPDATE bizhub.preorders SET deposit_paid = FALSE WHERE id = {row}",
    ),
    (
        "order",
        "Deposit Pending",
        "UPDATE bizhub.preorders SET deposit_refunded = TRUE WHERE id = {row}",
    ),
    (
        "close",
        "Deposit Pending",
        "UPDATE bizhub.preorders SET deposit_paid = TRUE WHERE id = {row}",
    ),
    (
        "reject",
        "Arrived",
        "WITH i AS (INSERT INTO bizhub.invoices (invoice_number, customer_type, invoice_date, \
             status, subtotal, total_amount) \
           VALUES (left(md5(random()::text), 20), 'Walk-in', '2026-03-02', 'Draft', 0, 0) \
           RETURNING id) \
         INSERT INTO bizhub.invoice_lines (invoice_id, line_number, line_kind, item_description, \
           asset_id, unit_price) \
         SELECT i.id, 1, 'Asset', 'EliteBook', p.asset_id, 0 FROM i, bizhub.preorders p \
         WHERE p.id = {row}",
    ),
    ("settle", "Resold", "UPDATE bizhub.preorders SET agreed_price = NULL WHERE id = {row}"),
    (
        "settle",
        "Rejected",
        "UPDATE bizhub.preorders SET rejected_date = '2026-03-01' WHERE id = {row}",
    ),
    (
        "notify",
        "Arrived",
        "UPDATE bizhub.customers SET phone = '0201234567', email = NULL \
         WHERE id = (SELECT customer_id FROM bizhub.preorders WHERE id = {row})",
    ),
];

pub const WARRANTY: &[Obstacle] = &[
    (
        "upgrade",
        "Active",
        "UPDATE bizhub.warranties SET warranty_tier = 'Premium 1-Year' WHERE id = {row}",
    ),
    (
        "upgrade",
        "Active",
        "UPDATE bizhub.warranties SET end_date = '2026-03-01', \
      start_date = '2026-02-01' WHERE id = {row}",
    ),
    (
        "upgrade",
        "Active",
        "INSERT INTO bizhub.warranty_claims (claim_number, warranty_id, customer_id, \
           issue_description, claim_date, status) \
         SELECT left(md5(random()::text), 20), w.id, w.customer_id, 'Dead', '2026-03-02', \
           'Submitted' FROM bizhub.warranties w WHERE w.id = {row}",
    ),
];

/// The device under the warranty of a claim.
const UNDER_CLAIM: &str = "WITH a AS (UPDATE bizhub.warranties SET asset_id = \
      (SELECT max(a.id) FROM bizhub.assets a WHERE NOT EXISTS (SELECT FROM bizhub.repair_tickets r \
      WHERE r.asset_id = a.id) AND NOT EXISTS (SELECT FROM bizhub.warranties w \
      WHERE w.asset_id = a.id)) \
    WHERE id = (SELECT warranty_id FROM bizhub.warranty_claims WHERE id = {row}) \
    RETURNING asset_id) \
    INSERT INTO bizhub.repair_tickets (ticket_number, issue_type, issue_description, status, \
      asset_id, opened_date, billable) \
    SELECT left(md5(random()::text), 20), 'Screen', 'Dark', 'Open', a.asset_id, '2026-03-01', \
      FALSE FROM a";

pub const CLAIM: &[Obstacle] = &[
    ("approve", "Submitted", UNDER_CLAIM),
    (
        "approve",
        "Submitted",
        "UPDATE bizhub.warranties SET status = 'Expired' \
         WHERE id = (SELECT warranty_id FROM bizhub.warranty_claims WHERE id = {row})",
    ),
];

const UNASSIGNED: &str = "UPDATE bizhub.repair_tickets SET assigned_to = NULL WHERE id = {row}";

/// A bill that is not paid.
const BILLED: &str = "WITH i AS (INSERT INTO bizhub.invoices (invoice_number, customer_type, \
      invoice_date, status, subtotal, total_amount) \
    VALUES (left(md5(random()::text), 20), 'Walk-in', '2026-03-02', 'Sent', 10, 10) RETURNING id) \
    UPDATE bizhub.repair_tickets SET invoice_id = i.id FROM i WHERE repair_tickets.id = {row}";

/// A claim that no other ticket serves.
macro_rules! claim {
    () => {
        "(SELECT max(c.id) FROM bizhub.warranty_claims c WHERE NOT EXISTS (SELECT \
          FROM bizhub.repair_tickets r WHERE r.warranty_claim_id = c.id))"
    };
}

/// A device that no ticket is open for.
macro_rules! device {
    () => {
        "(SELECT max(a.id) FROM bizhub.assets a WHERE NOT EXISTS (SELECT \
          FROM bizhub.repair_tickets r WHERE r.asset_id = a.id))"
    };
}

pub const TICKET: &[Obstacle] = &[
    ("startDiagnosing", "Open", UNASSIGNED),
    ("waitForParts", "Diagnosing", UNASSIGNED),
    ("startRepair", "Waiting for Parts", UNASSIGNED),
    ("resume", "Ready", BILLED),
    ("close", "Ready", BILLED),
    (
        "close",
        "Ready",
        "UPDATE bizhub.repair_tickets SET billable = TRUE, labor_cost = 12.50 WHERE id = {row}",
    ),
    (
        "reopen",
        "Closed",
        "UPDATE bizhub.repair_tickets SET opened_date = '2026-01-05', closed_date = '2026-01-06' \
         WHERE id = {row}",
    ),
    (
        "reopen",
        "Closed",
        concat!(
            "UPDATE bizhub.warranty_claims SET status = 'Denied', outcome = 'Denied', \
               outcome_date = '2026-03-02', denial_reason = 'Water' WHERE id = ",
            claim!(),
            "; UPDATE bizhub.repair_tickets SET warranty_claim_id = ",
            claim!(),
            " WHERE id = {row}"
        ),
    ),
    (
        "reopen",
        "Closed",
        concat!(
            "UPDATE bizhub.repair_tickets SET asset_id = ",
            device!(),
            " WHERE id = {row}; INSERT INTO bizhub.repair_tickets (ticket_number, issue_type, \
               issue_description, status, asset_id, opened_date, billable) \
             SELECT left(md5(random()::text), 20), 'Screen', 'Dark', 'Open', t.asset_id, \
               '2026-03-01', FALSE FROM bizhub.repair_tickets t WHERE t.id = {row}"
        ),
    ),
];

#[tokio::test]
async fn a_repair_does_not_go_on_with_a_device_that_cannot_be_set_aside() {
    let world = World::new().await;
    prepare(&world).await;
    let manager = world.person("manager").await;
    for (verb, state) in [("resume", "Ready"), ("reopen", "Closed")] {
        let device = crate::machines::subject::put_device(&world, "Scrapped", "").await;
        let (_, to) = REPAIR.step_from(verb, state);
        let it = REPAIR.put(&world, state, to, "manager").await;
        let sql = format!("UPDATE bizhub.repair_tickets SET asset_id = {device} WHERE id = {it}");
        world.meddle(&sql).await;
        let told = actions(&world, &REPAIR, &manager, &it).await;
        assert!(told.contains(&(verb.to_owned(), false)), "{verb}: {told:?}");
        let payload = REPAIR.call(&world, &manager, &it, verb, (state, to)).await;
        assert_eq!(json!(codes(&payload)), json!(["INVALID_TRANSITION"]), "{verb}: {payload}");
    }
}
