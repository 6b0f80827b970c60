//! Providers of SMS and email tell by themselves whether a message arrived (spec 1.6.5, 5.9).

use serde_json::{Value, json};

use super::callbacks::Desk;
use super::telecom;
use crate::rim_loans::agreed;
use crate::rim_messages::deliver;

/// A desk with a provider of SMS, and the id of an SMS to Ada that it took.
async fn desk_that_wrote() -> (Desk, String, String) {
    let desk = Desk::open().await;
    let admin = desk.world.person("admin").await;
    let mut input = telecom("https://sms.example");
    input["name"] = json!("Texts");
    input["type"] = json!("SMS");
    input["provider"] = json!("Texts");
    input["network"] = json!(null);
    let shown = "apiIntegration { id }";
    let payload = desk.world.done(&admin, "rimApiIntegrationCreate", input, shown).await;
    let texts = payload["apiIntegration"]["id"].as_str().unwrap().to_owned();
    agreed(&desk.world, "1000.00").await;
    deliver(&desk.world.kernel).await;
    let sql = "SELECT 'rim.' || id FROM rim.notifications WHERE channel = 'sms'";
    let reference = desk.world.value(sql).await.as_str().unwrap().to_owned();
    (desk, texts, reference)
}

fn receipt(reference: &str, status: &str) -> Value {
    json!({ "kind": "message", "reference": reference, "status": status, "reason": "Phone is off" })
}

/// How the SMS stands.
async fn stands(desk: &Desk) -> Value {
    let sql = "SELECT status, error_message AS why, delivered_at IS NOT NULL AS dated \
               FROM rim.notification_histories WHERE channel = 'sms'";
    desk.world.rows(sql).await.remove(0)
}

#[tokio::test]
async fn a_message_that_its_provider_delivered_has_arrived_once() {
    let (desk, texts, reference) = desk_that_wrote().await;
    let sent = json!({ "status": "sent", "why": null, "dated": false });
    assert_eq!(stands(&desk).await, sent);
    assert_eq!(desk.done(&texts, receipt(&reference, "pending")).await["status"], "sent");
    let first = desk.done(&texts, receipt(&reference, "completed")).await;
    assert_eq!(first, json!({ "status": "delivered" }));
    assert_eq!(desk.done(&texts, receipt(&reference, "completed")).await, first);
    let arrived = json!({ "status": "delivered", "why": null, "dated": true });
    assert_eq!(stands(&desk).await, arrived);
    let refused = desk.refused(&texts, receipt(&reference, "failed")).await;
    assert_eq!(refused, (422, "INVALID_TRANSITION".to_owned()));
    let moves = "SELECT count(*) FROM rim.audit_entries WHERE action = 'deliver'";
    assert_eq!(desk.world.value(moves).await, 1);
}

#[tokio::test]
async fn a_message_that_its_provider_lost_failed_with_its_words() {
    let (desk, texts, reference) = desk_that_wrote().await;
    desk.done(&texts, receipt(&reference, "failed")).await;
    let failed = json!({ "status": "failed", "why": "Phone is off", "dated": false });
    assert_eq!(stands(&desk).await, failed);
}

#[tokio::test]
async fn a_message_is_told_of_by_a_provider_of_its_channel_and_by_its_latest_attempt() {
    let (desk, texts, reference) = desk_that_wrote().await;
    let refused = desk.refused(&desk.gateway, receipt(&reference, "completed")).await;
    assert_eq!(refused, (422, "VALIDATION_FAILED".to_owned()));
    let refused = desk.refused(&texts, receipt(&reference, "reversed")).await;
    assert_eq!(refused, (422, "VALIDATION_FAILED".to_owned()));
    let sql = "SELECT 'rim.' || id FROM rim.notifications WHERE channel = 'email'";
    let mail = desk.world.value(sql).await.as_str().unwrap().to_owned();
    for unknown in [mail.as_str(), "rim.999999", "rim.x", "ikeja.1", "1"] {
        let refused = desk.refused(&texts, receipt(unknown, "completed")).await;
        assert_eq!(refused, (404, "NOT_FOUND".to_owned()), "{unknown}");
    }
    desk.done(&texts, receipt(&reference, "failed")).await;
    let operations = desk.world.person("operations").await;
    let failed = "status: { eq: FAILED }";
    let id = crate::rim::id_of(&desk.world, "notificationHistories", failed).await;
    let input = json!({ "notificationHistoryId": id });
    desk.world.done(&operations, "rimNotificationHistoryRetry", input, "").await;
    let refused = desk.refused(&texts, receipt(&reference, "completed")).await;
    assert_eq!(refused, (404, "NOT_FOUND".to_owned()));
}
