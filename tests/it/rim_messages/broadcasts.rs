//! Broadcasts: written, scheduled, agreed to, taken back (spec 5.9).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{broadcast, draft, stands};
use crate::world::{World, key};

fn at(minutes: i64, world: &World) -> String {
    (world.kernel.clock.now() + TimeDelta::minutes(minutes)).to_rfc3339()
}

/// The refusals of a draft with these fields.
async fn refused(world: &World, other: Value) -> Vec<String> {
    let marketing = world.person("marketing").await;
    let mut input = json!({
        "title": "News", "message": "Hello", "type": "SMS", "targetAudience": "ALL",
    });
    for (name, value) in other.as_object().unwrap() {
        input[name] = value.clone();
    }
    world.refused(&marketing, "rimBroadcastMessageCreate", input).await
}

#[tokio::test]
async fn a_broadcast_says_what_is_wrong_with_it() {
    let world = World::rim().await;
    for (other, refusals) in [
        (json!({ "title": " " }), vec!["REQUIRED title"]),
        (json!({ "title": "x".repeat(201) }), vec!["OUT_OF_RANGE title"]),
        (json!({ "message": "{{weather}}" }), vec!["VALIDATION_FAILED message"]),
        (json!({ "message": "{% for %}" }), vec!["BAD_FORMAT message"]),
        (json!({ "message": "card 4111 1111 1111 1111" }), vec!["VALIDATION_FAILED message"]),
        (json!({ "message": "a".repeat(161) }), vec!["OUT_OF_RANGE message"]),
        (json!({ "message": "ọ".repeat(71) }), vec!["OUT_OF_RANGE message"]),
        (json!({ "message": "a".repeat(161), "type": "BOTH" }), vec!["OUT_OF_RANGE message"]),
    ] {
        assert_eq!(refused(&world, other.clone()).await, refusals, "{other}");
    }
    let marketing = world.person("marketing").await;
    draft(&world, &marketing, json!({ "message": "a".repeat(161), "type": "EMAIL" })).await;
    // As many parts as the tenant allows.
    crate::rim_loans::set(&world, "broadcast", "sms_segments", "2").await;
    draft(&world, &marketing, json!({ "message": "a".repeat(306) })).await;
    let too_long = json!({ "message": "a".repeat(307) });
    assert_eq!(refused(&world, too_long).await, ["OUT_OF_RANGE message"]);
}

#[tokio::test]
async fn a_broadcast_is_scheduled_at_least_five_minutes_ahead_and_taken_back() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    let soon = json!({ "broadcastMessageId": id, "scheduledFor": at(4, &world) });
    let refused = world.refused(&marketing, "rimBroadcastMessageSchedule", soon).await;
    assert_eq!(refused, ["OUT_OF_RANGE scheduledFor"]);
    let later = json!({ "broadcastMessageId": id, "scheduledFor": at(5, &world) });
    let shown = "broadcastMessage { status scheduledFor }";
    let done = world.done(&marketing, "rimBroadcastMessageSchedule", later, shown).await;
    assert_eq!(done["broadcastMessage"]["status"], "SCHEDULED");
    // What waits is not edited or deleted.
    let change = json!({ "broadcastMessageId": id, "title": "Other" });
    let refused = world.refused(&marketing, "rimBroadcastMessageUpdate", change).await;
    assert_eq!(refused, ["PRECONDITION_FAILED broadcastMessageId"]);
    let it = json!({ "broadcastMessageId": id });
    let refused = world.refused(&marketing, "rimBroadcastMessageDelete", it.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED broadcastMessageId"]);
    let done = world.done(&marketing, "rimBroadcastMessageUnschedule", it.clone(), shown).await;
    assert_eq!(done["broadcastMessage"], json!({ "status": "DRAFT", "scheduledFor": null }));
    world.clock.advance(TimeDelta::minutes(10));
    assert_eq!(world.run_job("sendBroadcasts").await, 0);
    world.done(&marketing, "rimBroadcastMessageDelete", it, "deletedId").await;
}

#[tokio::test]
async fn nobody_is_written_to_when_the_audience_is_empty() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({ "targetAudience": "OVERDUE_USERS" })).await;
    let send = json!({ "broadcastMessageId": id });
    let refused = world.refused(&marketing, "rimBroadcastMessageSend", send.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED broadcastMessageId"]);
    let later = json!({ "broadcastMessageId": id, "scheduledFor": at(9, &world) });
    let refused = world.refused(&marketing, "rimBroadcastMessageSchedule", later).await;
    assert_eq!(refused, ["PRECONDITION_FAILED broadcastMessageId"]);
    // Everybody opted out.
    world.meddle("UPDATE rim.users SET sms_opt_out = TRUE").await;
    let change = json!({ "broadcastMessageId": id, "targetAudience": "ALL" });
    world.done(&marketing, "rimBroadcastMessageUpdate", change, "").await;
    let refused = world.refused(&marketing, "rimBroadcastMessageSend", send).await;
    assert_eq!(refused, ["PRECONDITION_FAILED broadcastMessageId"]);
    assert_eq!(broadcast(&world).await["status"], "draft");
}

#[tokio::test]
async fn what_went_out_stays_as_it_was() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    let it = json!({ "broadcastMessageId": id });
    world.done(&marketing, "rimBroadcastMessageSend", it.clone(), "").await;
    let change = json!({ "broadcastMessageId": id, "title": "Other" });
    // On its way, and once it is sent.
    for _ in 0..2 {
        let refused = world.refused(&marketing, "rimBroadcastMessageUpdate", change.clone()).await;
        assert_eq!(refused, ["IMMUTABLE broadcastMessageId"]);
        let refused = world.refused(&marketing, "rimBroadcastMessageDelete", it.clone()).await;
        assert_eq!(refused, ["IMMUTABLE broadcastMessageId"]);
        super::deliver(&world.kernel).await;
    }
    assert_eq!(broadcast(&world).await, stands("sent", 2, 2, 0));
    let refused = world.refused(&marketing, "rimBroadcastMessageSend", it).await;
    assert_eq!(refused, ["INVALID_TRANSITION broadcastMessageId"]);
}

/// Asks for a move that needs a second person and answers the request's id.
async fn asks(world: &World, username: &str, mutation: &str, input: Value) -> String {
    let person = world.person(username).await;
    let shown = "broadcastMessage { id } approvalRequest { id summary }";
    let payload = world.done(&person, mutation, input, shown).await;
    assert_eq!(payload["broadcastMessage"], json!(null));
    payload["approvalRequest"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_large_audience_takes_a_second_person_who_did_not_write_it() {
    let world = World::rim().await;
    crate::rim_loans::set(&world, "broadcast", "approval_size", "1").await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    let send = json!({ "broadcastMessageId": id });
    let request = asks(&world, "marketing2", "rimBroadcastMessageSend", send).await;
    assert_eq!(broadcast(&world).await["status"], "draft");
    let agree = |request: &str| json!({ "approvalRequestId": request, "idempotencyKey": key() });
    // The author does not agree to their own words, nor does whoever asked.
    let refused = world.refused(&marketing, "approvalApprove", agree(&request)).await;
    assert_eq!(refused, ["SELF_APPROVAL_FORBIDDEN broadcastMessageId"]);
    let asker = world.person("marketing2").await;
    let refused = world.refused(&asker, "approvalApprove", agree(&request)).await;
    assert_eq!(refused, ["SELF_APPROVAL_FORBIDDEN approvalRequestId"]);
    let operations = world.person("operations").await;
    world.done(&operations, "approvalApprove", agree(&request), "").await;
    super::deliver(&world.kernel).await;
    assert_eq!(broadcast(&world).await, stands("sent", 2, 2, 0));
    let agreed = "SELECT u.username FROM rim.broadcast_messages b \
                  JOIN rim.admin_users u ON u.id = b.approved_by";
    assert_eq!(world.value(agreed).await, "operations");
    world.verify().await;
}

#[tokio::test]
async fn scheduling_a_large_audience_takes_a_second_person_too() {
    let world = World::rim().await;
    crate::rim_loans::set(&world, "broadcast", "approval_size", "1").await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    let input = json!({ "broadcastMessageId": id, "scheduledFor": at(30, &world) });
    let request = asks(&world, "marketing", "rimBroadcastMessageSchedule", input).await;
    let other = world.person("marketing2").await;
    let agree = json!({ "approvalRequestId": request, "idempotencyKey": key() });
    world.done(&other, "approvalApprove", agree, "").await;
    assert_eq!(broadcast(&world).await["status"], "scheduled");
    world.clock.advance(TimeDelta::minutes(30));
    world.run_job("sendBroadcasts").await;
    super::deliver(&world.kernel).await;
    assert_eq!(broadcast(&world).await["status"], "sent");
}

#[tokio::test]
async fn an_audience_that_outgrew_one_person_goes_back_to_be_a_draft() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    let input = json!({ "broadcastMessageId": id, "scheduledFor": at(5, &world) });
    world.done(&marketing, "rimBroadcastMessageSchedule", input, "").await;
    crate::rim_loans::set(&world, "broadcast", "approval_size", "1").await;
    world.clock.advance(TimeDelta::minutes(5));
    world.run_job("sendBroadcasts").await;
    assert_eq!(
        broadcast(&world).await,
        json!({
            "status": "draft", "audience_size": null, "sent_count": 0, "failed_count": 0,
        })
    );
    assert_eq!(super::letters(&world, "id").await.len(), 0);
}

#[tokio::test]
async fn a_tenant_without_four_eyes_sends_to_many_by_one_person() {
    let world = World::rim().await;
    crate::rim_loans::set(&world, "broadcast", "approval_size", "1").await;
    world
        .meddle(
            "INSERT INTO rim.tenant_settings (key, value) VALUES ('four_eyes.enforced', 'false')",
        )
        .await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    let send = json!({ "broadcastMessageId": id });
    let shown = "broadcastMessage { audienceSize }";
    let done = world.done(&marketing, "rimBroadcastMessageSend", send, shown).await;
    assert_eq!(done["broadcastMessage"]["audienceSize"], 2);
}
