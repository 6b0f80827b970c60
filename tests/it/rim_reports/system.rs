//! The system: broadcasts, integrations, and what administrators did.

use chrono::TimeDelta;
use serde_json::json;

use super::{lender, lent, lines, totals};
use crate::rim::role;

#[tokio::test]
async fn a_broadcast_is_told_with_what_became_of_its_messages() {
    let (world, _) = lender().await;
    world
        .meddle(
            "SET search_path TO rim; \
             INSERT INTO broadcast_messages (id, title, message, type, target_audience, status, \
               sent_at, sent_count, failed_count, created_by) \
               SELECT gen_random_uuid(), 'Easter', 'Hello', 'both', 'all', 'sent', \
                 '2026-03-02 08:00Z', 2, 1, id FROM admin_users WHERE username = 'marketing'; \
             INSERT INTO broadcast_recipients (id, broadcast_message_id, user_id, channel, address, \
               status) \
               SELECT gen_random_uuid(), b.id, u.id, c.channel, 'x', \
                 CASE WHEN c.channel = 'email' AND u.first_name = 'Ada' THEN 'failed' \
                   WHEN c.channel = 'email' THEN 'pending' \
                   WHEN u.first_name = 'Ada' THEN 'delivered' ELSE 'sent' END \
               FROM broadcast_messages b, users u, (VALUES ('sms'), ('email')) AS c (channel)",
        )
        .await;
    let marketing = world.person("marketing").await;
    let fields = "group messages waiting sent delivered failed sentRate";
    let told = lines(&world, &marketing, "broadcastDelivery", fields).await;
    assert_eq!(told, ["Easter | 4 | 1 | 2 | 1 | 1 | 50.00"]);
    let told = lines(&world, &marketing, "broadcastDelivery(groupBy: CHANNEL)", fields).await;
    assert_eq!(told, ["email | 2 | 1 | 0 | 0 | 1 | 0.00", "sms | 2 | 0 | 2 | 1 | 0 | 100.00"]);
}

#[tokio::test]
async fn an_integration_is_told_with_its_hours_and_what_became_of_calls() {
    let (world, operations) = lender().await;
    lent(&world, "1000.00").await;
    let stood = |status: &str, at: &str| {
        format!(
            "INSERT INTO rim.audit_entries (occurred_at, actor, actor_name, actor_role, action, \
               operation, request_id, entity, entity_id, new_values, business_date) \
             SELECT '{at}', 'system', 'system', 'system', 'move', 'test', 'test', \
               'RimApiIntegration', id::text, \
               '{{\"status\": \"{status}\"}}', '2026-03-02' FROM rim.api_integrations;"
        )
    };
    // Midnight in Lagos is 23:00 of the day before in UTC.
    world.meddle(&stood("active", "2026-03-01 23:00Z")).await;
    world.meddle(&stood("error", "2026-03-02 11:00Z")).await;
    world.meddle(&stood("active", "2026-03-02 17:00Z")).await;
    let day = "integrationUptime(from: \"2026-03-02\", to: \"2026-03-02\")";
    let fields =
        "group status hoursActive hoursInError uptime callsAnswered callsFailed successRate";
    let told = lines(&world, &operations, day, fields).await;
    assert_eq!(told, ["MTN airtime | ACTIVE | 18.00 | 6.00 | 75.00 | 1 | 0 | 100.00"]);
    world.clock.advance(TimeDelta::days(2));
    // Days that are still to come do not count.
    let month = "integrationUptime(to: \"2026-03-31\")";
    let told = totals(&world, &operations, month, "hoursActive hoursInError").await;
    assert_eq!(told, "66.00 | 6.00");
}

#[tokio::test]
async fn administrators_are_told_with_what_they_did_and_tried() {
    let (world, _) = lender().await;
    let officer = world.person("officer").await;
    let input = json!({ "adminRoleId": role(&world, "auditor").await });
    world.refused(&officer, "rimAdminRoleDelete", input).await;
    let input = json!({ "phone": "08030000009", "email": "x@y.example" });
    world.done(&officer, "rimUserCreate", input, "").await;
    world.read(&officer, "{ rim { users { nodes { phone } } } }").await;
    let auditor = world.person("auditor").await;
    let fields = "group entries changes exports sensitiveReads denied lastDay";
    let told = lines(&world, &auditor, "adminActivity", fields).await;
    assert_eq!(told, ["officer | 3 | 1 | 0 | 1 | 1 | 2026-03-02"]);
}
