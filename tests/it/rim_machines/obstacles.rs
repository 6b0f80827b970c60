//! What but the status stands against moves of the lender's rows (spec 5.4 to 5.10).

use crate::matrix::{Obstacle, actions, codes};
use crate::rim_machines::people::ADMIN_USER as PERSON;
use crate::rim_machines::subject::LENDER;

const NO_LIMIT: &str = "UPDATE rim.users SET credit_limit = 900 \
    WHERE id = (SELECT user_id FROM rim.loans WHERE id = {row})";

/// Another loan of the customer.
macro_rules! other_loan {
    ($status:literal, $due:literal) => {
        concat!(
            "INSERT INTO rim.loans (id, loan_id, user_id, user_phone, amount, status, network, \
               interest_rate, repayment_period, amount_due, exposure_at_request, limit_at_request, \
               due_date, disbursed_at) \
             SELECT gen_random_uuid(), left(md5(random()::text), 20), user_id, user_phone, 10, '",
            $status,
            "', network, 0, 14, 10, 10, 10, ",
            $due,
            ", ",
            $due,
            " FROM rim.loans WHERE id = {row}"
        )
    };
}

pub const LOAN: &[Obstacle] = &[
    (
        "approve",
        "pending",
        "UPDATE rim.loans SET requested_by = (SELECT id FROM rim.admin_users \
         WHERE username = 'officer') WHERE id = {row}",
    ),
    ("approve", "pending", NO_LIMIT),
    ("approve", "pending", other_loan!("pending", "NULL::timestamptz")),
    (
        "approve",
        "pending",
        "UPDATE rim.users SET status = 'inactive' \
         WHERE id = (SELECT user_id FROM rim.loans WHERE id = {row})",
    ),
    (
        "undoApprove",
        "approved",
        "INSERT INTO rim.transactions (id, transaction_id, user_id, user_phone, type, amount, \
           status, network, loan_id) \
         SELECT gen_random_uuid(), left(md5(random()::text), 20), user_id, user_phone, 'airtime', \
           amount, 'pending', network, id FROM rim.loans WHERE id = {row}",
    ),
    ("disburse", "approved", NO_LIMIT),
    ("default", "disbursed", "UPDATE rim.loans SET due_date = '2026-03-09' WHERE id = {row}"),
    // The last day to pay back is today.
    (
        "default",
        "repaying",
        "UPDATE rim.loans SET due_date = '2026-03-02 22:59:59.999999Z' WHERE id = {row}",
    ),
];

pub const TRANSACTION: &[Obstacle] = &[
    (
        "refund",
        "completed",
        "WITH b AS (INSERT INTO rim.reconciliation_batches (id, name, provider, statement_date) \
           VALUES (gen_random_uuid(), md5(random()::text), 'Paystack', '2026-03-02') RETURNING id) \
         UPDATE rim.transactions t SET reconciled_at = '2026-03-02', \
           reconciliation_batch_id = b.id, reconciled_by = a.id \
         FROM b, rim.admin_users a WHERE a.username = 'admin' AND t.id = {row}",
    ),
    (
        "refund",
        "failed",
        "UPDATE rim.transactions SET type = 'airtime', payment_method = NULL, network = 'MTN' \
         WHERE id = {row}",
    ),
    (
        "confirm",
        "pending",
        "UPDATE rim.system_configs SET value = 'false' WHERE key = 'allow_credit'",
    ),
];

pub const INTEGRATION: &[Obstacle] = &[
    (
        "activate",
        "inactive",
        "UPDATE rim.api_integrations SET last_tested = NULL, last_test_result = NULL \
         WHERE id = {row}",
    ),
    (
        "activate",
        "inactive",
        "UPDATE rim.api_integrations SET last_test_result = 'failed' WHERE id = {row}",
    ),
    (
        "activate",
        "inactive",
        "UPDATE rim.api_integrations SET last_tested = '2026-03-01 08:00Z' WHERE id = {row}",
    ),
    (
        "activate",
        "inactive",
        "UPDATE rim.api_integrations SET type = 'telecom', network = 'MTN' WHERE id = {row}",
    ),
];

const STARTED: &str = "UPDATE rim.broadcast_messages SET started_at = '2026-03-02 08:00Z', audience_size = 1 \
     WHERE id = {row}";

pub const BROADCAST: &[Obstacle] = &[
    ("unschedule", "scheduled", STARTED),
    ("send", "scheduled", STARTED),
    (
        "retry",
        "failed",
        "UPDATE rim.broadcast_recipients SET attempts = 6 WHERE broadcast_message_id = {row}",
    ),
];

pub const NOTIFICATION: &[Obstacle] = &[
    (
        "retry",
        "failed",
        "UPDATE rim.notifications SET dedupe_key = (SELECT dedupe_key || '#6' \
           FROM rim.notification_histories WHERE id = {row}) \
         WHERE dedupe_key = (SELECT dedupe_key || '#1' FROM rim.notification_histories \
           WHERE id = {row}); \
         UPDATE rim.notification_histories SET attempts = 6 WHERE id = {row}",
    ),
    (
        "retry",
        "failed",
        "UPDATE rim.notifications SET secret = TRUE WHERE dedupe_key = \
         (SELECT dedupe_key || '#1' FROM rim.notification_histories WHERE id = {row})",
    ),
];

pub const TICKET: &[Obstacle] = &[
    ("escalate", "open", "UPDATE rim.tickets SET tier = 3 WHERE id = {row}"),
    (
        "accept",
        "escalated",
        "UPDATE rim.tickets t SET escalated_to = a.id, escalated_to_name = a.name \
         FROM rim.support_agents a \
         WHERE a.id = '01920000-0000-7000-8000-00000000a002' AND t.id = {row}",
    ),
    (
        "reopen",
        "resolved",
        "UPDATE rim.tickets SET resolved_at = '2026-02-01 08:00Z' WHERE id = {row}",
    ),
];

#[tokio::test]
async fn nobody_is_told_to_end_their_own_access() {
    let world = (LENDER.world)().await;
    let admin = world.person("admin").await;
    let own = "SELECT id::text FROM rim.admin_users WHERE username = 'admin'";
    let own = world.value(own).await.as_str().unwrap().to_owned();
    let told = actions(&world, &PERSON, &admin, &own).await;
    for (verb, to) in [("deactivate", "inactive"), ("suspend", "suspended")] {
        assert!(told.contains(&(verb.to_owned(), false)), "{told:?}");
        let payload = PERSON.call(&world, &admin, &own, verb, ("active", to)).await;
        assert_eq!(codes(&payload)[0], "FORBIDDEN", "{payload}");
    }
}

#[tokio::test]
async fn nothing_can_be_done_with_a_customer_who_was_deleted() {
    let world = (LENDER.world)().await;
    let admin = world.person("admin").await;
    let deleted = "UPDATE rim.users SET deleted_at = '2026-03-02' WHERE user_id = 'U-late'";
    world.meddle(deleted).await;
    let query = "{ rim { users(includeDeleted: true, where: { userId: { eq: \"U-late\" } }) { \
                 nodes { availableActions { allowed reason } } } } }";
    let answer = world.send(&admin, query, serde_json::json!({})).await;
    let told = answer["data"]["rim"]["users"]["nodes"][0]["availableActions"].as_array().unwrap();
    assert_eq!(told.len(), 3, "{answer}");
    assert!(told.iter().all(|action| action["reason"] == "It is deleted."), "{answer}");
}
