//! How far a message came: taken, arrived, failed, tried again (spec 5.9, 1.13).

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Postman, broadcast, deliver, draft, letters, server, stands};
use crate::rim::{ask, id_of};
use crate::rim_loans::agreed;
use crate::world::{Person, World};

/// A mail and an SMS to Ada, and the ids of both.
async fn written(world: &World) -> [String; 2] {
    agreed(world, "6000.00").await;
    let mail = id_of(world, "notificationHistories", "channel: { eq: EMAIL }").await;
    let sms = id_of(world, "notificationHistories", "channel: { eq: SMS }").await;
    [mail, sms]
}

fn receipt(id: &str, arrived: bool, why: Option<&str>) -> Value {
    json!({ "notificationHistoryId": id, "arrived": arrived, "errorMessage": why })
}

/// What a receipt is refused for.
async fn refused(world: &World, person: &Person, input: Value) -> Vec<String> {
    world.refused(person, "rimNotificationHistoryRecordReceipt", input).await
}

#[tokio::test]
async fn a_message_is_pending_until_it_is_taken_and_delivered_when_a_provider_says_so() {
    let world = World::rim().await;
    let [mail, sms] = written(&world).await;
    let admin = world.person("admin").await;
    let early = receipt(&sms, true, None);
    let invalid = ["INVALID_TRANSITION notificationHistoryId"];
    assert_eq!(refused(&world, &admin, early.clone()).await, invalid);
    let lost = receipt(&sms, false, Some("x"));
    let not_yet = ["PRECONDITION_FAILED notificationHistoryId"];
    assert_eq!(refused(&world, &admin, lost).await, not_yet);
    deliver(&world.kernel).await;
    let shown = "notificationHistory { status deliveredAt sentAt }";
    for _ in 0..2 {
        let mutation = "rimNotificationHistoryRecordReceipt";
        let done = world.done(&admin, mutation, early.clone(), shown).await;
        let row = &done["notificationHistory"];
        assert_eq!(row["status"], "DELIVERED");
        assert_eq!(row["deliveredAt"], "2026-03-02T09:00:00Z");
    }
    // What was taken can still come back; what arrived cannot.
    let lost = receipt(&mail, false, Some("Mailbox full"));
    world.done(&admin, "rimNotificationHistoryRecordReceipt", lost, "").await;
    assert_eq!(refused(&world, &admin, receipt(&sms, false, Some("x"))).await, invalid);
    let rows = letters(&world, "status, error_message").await;
    let failed = json!({ "status": "failed", "error_message": "Mailbox full" });
    assert_eq!(rows, [failed, json!({ "status": "delivered", "error_message": null })]);
}

#[tokio::test]
async fn a_receipt_of_a_loss_says_why_and_needs_a_right_of_its_own() {
    let world = World::rim().await;
    let [mail, _] = written(&world).await;
    deliver(&world.kernel).await;
    let admin = world.person("admin").await;
    let silent = receipt(&mail, false, None);
    assert_eq!(refused(&world, &admin, silent).await, ["REQUIRED errorMessage"]);
    let marketing = world.person("marketing").await;
    let arrived = receipt(&mail, true, None);
    assert_eq!(refused(&world, &marketing, arrived).await, ["FORBIDDEN "]);
}

#[tokio::test]
async fn a_broadcast_counts_along_with_receipts() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    world
        .done(&marketing, "rimBroadcastMessageSend", json!({ "broadcastMessageId": id }), "")
        .await;
    deliver(&world.kernel).await;
    let query = "notificationHistories { nodes { id } }";
    let nodes = ask(&world, &marketing, query).await["nodes"].clone();
    let id = |place: usize| nodes[place]["id"].as_str().unwrap().to_owned();
    let admin = world.person("admin").await;
    let mutation = "rimNotificationHistoryRecordReceipt";
    world.done(&admin, mutation, receipt(&id(0), false, Some("Unknown")), "").await;
    assert_eq!(broadcast(&world).await, stands("sent", 2, 1, 1));
    world.done(&admin, mutation, receipt(&id(1), true, None), "").await;
    assert_eq!(broadcast(&world).await, stands("sent", 2, 1, 1));
    world.verify().await;
}

#[tokio::test]
async fn a_message_that_failed_is_tried_again_five_times_at_most() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    postman.refuses(&["ada@rim.example"]);
    let [mail, sms] = written(&world).await;
    deliver(&kernel).await;
    let marketing = world.person("marketing").await;
    let again = json!({ "notificationHistoryId": mail });
    let mutation = "rimNotificationHistoryRetry";
    for _ in 0..5 {
        let shown = "notificationHistory { status errorMessage }";
        let done = world.done(&marketing, mutation, again.clone(), shown).await;
        let pending = json!({ "status": "PENDING", "errorMessage": null });
        assert_eq!(done["notificationHistory"], pending);
        deliver(&kernel).await;
        assert_eq!(letters(&world, "status").await[0]["status"], "failed");
    }
    let refused = world.refused(&marketing, mutation, again).await;
    assert_eq!(refused, ["LIMIT_EXCEEDED notificationHistoryId"]);
    let sent = json!({ "notificationHistoryId": sms });
    let refused = world.refused(&marketing, mutation, sent).await;
    assert_eq!(refused, ["INVALID_TRANSITION notificationHistoryId"]);
    // Each attempt is a message of its own in the outbox.
    let outbox = "SELECT count(*)::integer FROM rim.notifications WHERE channel = 'email'";
    assert_eq!(world.value(outbox).await, 6);
    assert_eq!(postman.recipients(), ["+2348030000001"]);
}

#[tokio::test]
async fn what_never_could_be_sent_is_not_tried_again() {
    let world = World::rim().await;
    world.meddle("UPDATE rim.email_templates SET body = '{{weather}}'").await;
    let [mail, _] = written(&world).await;
    let marketing = world.person("marketing").await;
    let again = json!({ "notificationHistoryId": mail });
    let refused = world.refused(&marketing, "rimNotificationHistoryRetry", again).await;
    assert_eq!(refused, ["PRECONDITION_FAILED notificationHistoryId"]);
}

/// A crash between sending and telling leaves the outbox ahead; a job catches up.
#[tokio::test]
async fn what_ended_unheard_is_taken_up_by_a_job() {
    let world = World::rim().await;
    written(&world).await;
    world
        .meddle(
            "UPDATE rim.notifications SET status = 'sent', sent_at = now(), next_attempt_at = NULL \
               WHERE channel = 'sms'; \
             UPDATE rim.notifications SET status = 'failed', next_attempt_at = NULL, \
               last_error = 'Twice' WHERE channel = 'email'",
        )
        .await;
    assert_eq!(world.run_job("settleNotifications").await, 2);
    let rows = letters(&world, "status, error_message").await;
    let failed = json!({ "status": "failed", "error_message": "Twice" });
    assert_eq!(rows, [failed, json!({ "status": "sent", "error_message": null })]);
    assert_eq!(world.run_job("settleNotifications").await, 0);
}

/// What a module cannot take up must not make the outbox send a message again.
#[tokio::test]
async fn a_message_that_was_taken_is_not_sent_again_when_its_history_cannot_be_written() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    written(&world).await;
    let role = world.value("SELECT role_name FROM platform.tenants WHERE slug = 'rim'").await;
    let role = role.as_str().unwrap().to_owned();
    let may = |verb: &str, to: &str| {
        format!("{verb} UPDATE ON rim.notification_histories {to} \"{role}\"")
    };
    world.meddle(&may("REVOKE", "FROM")).await;
    deliver(&kernel).await;
    let outbox = "SELECT DISTINCT status, attempts FROM rim.notifications";
    assert_eq!(world.rows(outbox).await, [json!({ "status": "sent", "attempts": 1 })]);
    let pending = json!({ "status": "pending" });
    assert_eq!(letters(&world, "status").await, [pending.clone(), pending]);
    world.meddle(&may("GRANT", "TO")).await;
    deliver(&kernel).await;
    assert_eq!(world.run_job("settleNotifications").await, 2);
    let sent = json!({ "status": "sent" });
    assert_eq!(letters(&world, "status").await, [sent.clone(), sent]);
    assert_eq!(postman.taken().len(), 2);
}

/// Spec 5.13: a polymorphic reference is two keys with a CHECK.
#[tokio::test]
async fn the_kind_of_recipient_decides_which_key_there_is() {
    let world = World::rim().await;
    let insert = |kind: &str, column: &str, table: &str| {
        format!(
            "INSERT INTO rim.notification_histories (id, type, title, message, channel, \
               recipient_type, {column}) SELECT gen_random_uuid(), 'alert', 'x', 'x', 'email', \
               '{kind}', id FROM rim.{table} LIMIT 1"
        )
    };
    let people = [("user", "user_id", "users"), ("admin", "admin_user_id", "admin_users")];
    for (place, (kind, column, table)) in people.iter().enumerate() {
        let (other, ..) = people[1 - place];
        let url = &world.owner_url;
        let client = crate::cluster::connect(url).await;
        let wrong = client.batch_execute(&insert(other, column, table)).await;
        let error = wrong.unwrap_err();
        let constraint = error.as_db_error().unwrap().constraint();
        assert_eq!(constraint, Some("check_notification_recipient"));
        client.batch_execute(&insert(kind, column, table)).await.unwrap();
    }
    let shown = "recipient recipientType user { userId } adminUser { id }";
    let query = format!("notificationHistories {{ nodes {{ {shown} }} }}");
    let nodes = ask(&world, &world.person("admin").await, &query).await["nodes"].clone();
    for node in nodes.as_array().unwrap() {
        assert!(!node["recipient"].is_null(), "{node}");
        assert_ne!(node["user"].is_null(), node["adminUser"].is_null(), "{node}");
    }
}

#[tokio::test]
async fn a_customer_reads_what_was_written_to_it_and_nothing_else() {
    let world = World::rim().await;
    written(&world).await;
    let query = "notificationHistories { nodes { title } }";
    let own = ask(&world, &world.customer("ada").await, query).await;
    assert_eq!(own["nodes"].as_array().unwrap().len(), 2);
    let others = ask(&world, &world.customer("bola").await, query).await;
    assert_eq!(others["nodes"], json!([]));
}
