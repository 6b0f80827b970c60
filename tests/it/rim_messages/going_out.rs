//! A broadcast on its way: once to everybody, whatever stops in between, and again only to those
//! whom it did not reach (spec 5.9).

use std::sync::Arc;

use bizgraph_kernel::actor::Origin;
use bizgraph_rim::broadcast_message::going_out::send_some;
use chrono::TimeDelta;
use serde_json::json;

use super::{Postman, broadcast, crowd, deliver, draft, letters, server, stands};
use crate::world::World;

const ADA: &str = "+2348030000001";
const BOLA: &str = "+2348030000002";

#[tokio::test]
async fn a_scheduled_broadcast_goes_out_at_its_time_and_not_before() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({ "type": "BOTH" })).await;
    let time = (world.kernel.clock.now() + TimeDelta::minutes(30)).to_rfc3339();
    let input = json!({ "broadcastMessageId": id, "scheduledFor": time });
    world.done(&marketing, "rimBroadcastMessageSchedule", input, "").await;
    world.clock.advance(TimeDelta::minutes(29));
    assert_eq!(world.run_job("sendBroadcasts").await, 0);
    world.clock.advance(TimeDelta::minutes(1));
    world.run_job("sendBroadcasts").await;
    assert_eq!(broadcast(&world).await, stands("scheduled", 2, 0, 0));
    deliver(&world.kernel).await;
    assert_eq!(broadcast(&world).await, stands("sent", 2, 4, 0));
    assert_eq!(world.run_job("sendBroadcasts").await, 0);
    let types = letters(&world, "type, recipient_type, status").await;
    let one = json!({ "type": "broadcast", "recipient_type": "user", "status": "sent" });
    assert_eq!(types, vec![one; 4]);
    world.verify().await;
}

/// One part of the broadcast, committed or broken off.
async fn part(world: &World, committed: bool) {
    let id = world.value("SELECT id FROM rim.broadcast_messages").await;
    let tenant = world.kernel.tenant("rim").unwrap();
    let actor = world.kernel.system_on(&tenant, None).await.unwrap().unwrap();
    let mut tx = world.kernel.begin(actor, Origin::default()).await.unwrap();
    send_some(&mut tx, &format!("{} 0", id.as_str().unwrap())).await.unwrap();
    match committed {
        true => tx.commit().await.unwrap(),
        false => tx.rollback().await,
    }
}

#[tokio::test]
async fn a_server_that_stops_in_the_middle_leaves_the_rest_to_the_next_run() {
    let world = World::rim().await;
    crowd(&world, 248).await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    let time = (world.kernel.clock.now() + TimeDelta::minutes(5)).to_rfc3339();
    let input = json!({ "broadcastMessageId": id, "scheduledFor": time });
    world.done(&marketing, "rimBroadcastMessageSchedule", input, "").await;
    world.clock.advance(TimeDelta::minutes(5));
    part(&world, false).await;
    assert_eq!(letters(&world, "id").await.len(), 0);
    part(&world, true).await;
    deliver(&kernel).await;
    // Sent as soon as one was taken, while the others wait for their turn.
    assert_eq!(broadcast(&world).await, stands("sent", 250, 100, 0));
    world.verify().await;
    part(&world, false).await;
    assert_eq!(world.run_job("sendBroadcasts").await, 2);
    deliver(&kernel).await;
    assert_eq!(world.run_job("sendBroadcasts").await, 0);
    assert_eq!(broadcast(&world).await, stands("sent", 250, 250, 0));
    let mut reached = postman.recipients();
    assert_eq!(reached.len(), 250);
    reached.dedup();
    assert_eq!(reached.len(), 250, "somebody got it twice");
    world.verify().await;
}

#[tokio::test]
async fn one_that_reached_nobody_failed_and_a_retry_reaches_each_once() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    postman.refuses(&[ADA, BOLA]);
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    let it = json!({ "broadcastMessageId": id });
    world.done(&marketing, "rimBroadcastMessageSend", it.clone(), "").await;
    deliver(&kernel).await;
    assert_eq!(broadcast(&world).await, stands("failed", 2, 0, 2));
    let rows = letters(&world, "status, error_message, attempts").await;
    let failed = json!({ "status": "failed", "error_message": "Nobody lives here", "attempts": 1 });
    assert_eq!(rows, [failed.clone(), failed]);
    world.verify().await;
    // The second time it reaches one of them, and that is a broadcast that was sent.
    postman.refuses(&[BOLA]);
    let shown = "broadcastMessage { status failedCount }";
    let done = world.done(&marketing, "rimBroadcastMessageRetry", it.clone(), shown).await;
    assert_eq!(done["broadcastMessage"], json!({ "status": "SCHEDULED", "failedCount": 0 }));
    deliver(&kernel).await;
    assert_eq!(broadcast(&world).await, stands("sent", 2, 1, 1));
    let refused = world.refused(&marketing, "rimBroadcastMessageRetry", it).await;
    assert_eq!(refused, ["INVALID_TRANSITION broadcastMessageId"]);
    world.verify().await;
    // The one who is left is tried again alone.
    postman.refuses(&[]);
    let failed = crate::rim::id_of(&world, "notificationHistories", "status: { eq: FAILED }").await;
    let input = json!({ "notificationHistoryId": failed });
    world.done(&marketing, "rimNotificationHistoryRetry", input, "").await;
    assert_eq!(broadcast(&world).await, stands("sent", 2, 1, 0));
    world.verify().await;
    deliver(&kernel).await;
    assert_eq!(broadcast(&world).await, stands("sent", 2, 2, 0));
    assert_eq!(postman.recipients(), [ADA, BOLA]);
    world.verify().await;
}

#[tokio::test]
async fn a_broadcast_is_tried_again_five_times() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    postman.refuses(&[ADA, BOLA]);
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    let it = json!({ "broadcastMessageId": id });
    world.done(&marketing, "rimBroadcastMessageSend", it.clone(), "").await;
    deliver(&kernel).await;
    for _ in 0..5 {
        world.done(&marketing, "rimBroadcastMessageRetry", it.clone(), "").await;
        deliver(&kernel).await;
        world.verify().await;
    }
    let refused = world.refused(&marketing, "rimBroadcastMessageRetry", it).await;
    assert_eq!(refused, ["LIMIT_EXCEEDED broadcastMessageId"]);
    assert_eq!(broadcast(&world).await, stands("failed", 2, 0, 2));
}

#[tokio::test]
async fn a_message_of_a_broadcast_that_failed_is_not_tried_alone() {
    let world = World::rim().await;
    let postman = Arc::new(Postman::default());
    let kernel = server(&world, &postman).await;
    postman.refuses(&[ADA]);
    let marketing = world.person("marketing").await;
    let ada = crate::rim::customer(&world, "USR-2026-001").await;
    let custom = json!({ "targetAudience": "CUSTOM", "customUserIds": [ada] });
    let id = draft(&world, &marketing, custom).await;
    let send = json!({ "broadcastMessageId": id });
    world.done(&marketing, "rimBroadcastMessageSend", send, "").await;
    deliver(&kernel).await;
    let failed = crate::rim::id_of(&world, "notificationHistories", "status: { eq: FAILED }").await;
    let input = json!({ "notificationHistoryId": failed });
    let refused = world.refused(&marketing, "rimNotificationHistoryRetry", input).await;
    assert_eq!(refused, ["PRECONDITION_FAILED notificationHistoryId"]);
}

#[tokio::test]
async fn a_broadcast_on_its_way_is_not_sent_twice_or_taken_back() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    let it = json!({ "broadcastMessageId": id });
    let calls = (0..4).map(|_| {
        let (world, marketing, it) = (&world, &marketing, it.clone());
        async move { world.call(marketing, "rimBroadcastMessageSend", it, "").await }
    });
    let payloads = futures_util::future::join_all(calls).await;
    let done = payloads.iter().filter(|payload| payload["userErrors"] == json!([])).count();
    assert_eq!(done, 1, "{payloads:?}");
    assert_eq!(letters(&world, "id").await.len(), 2);
    let refused = world.refused(&marketing, "rimBroadcastMessageSend", it.clone()).await;
    assert_eq!(refused, ["ALREADY_DONE broadcastMessageId"]);
    let refused = world.refused(&marketing, "rimBroadcastMessageUnschedule", it).await;
    assert_eq!(refused, ["PRECONDITION_FAILED broadcastMessageId"]);
}

#[tokio::test]
async fn r9_finds_counts_that_are_not_those_of_the_recipients() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    world
        .done(&marketing, "rimBroadcastMessageSend", json!({ "broadcastMessageId": id }), "")
        .await;
    deliver(&world.kernel).await;
    world.verify().await;
    world.meddle("UPDATE rim.broadcast_messages SET failed_count = 1").await;
    let found: Vec<String> = world.findings().await;
    assert!(found.iter().any(|it| it.starts_with("R9 broadcast_message")), "{found:?}");
    world.meddle("UPDATE rim.broadcast_messages SET failed_count = 0").await;
    world.meddle("UPDATE rim.broadcast_recipients SET status = 'delivered'").await;
    let found: Vec<String> = world.findings().await;
    assert!(found.iter().all(|it| it.starts_with("R9 broadcast_recipient")), "{found:?}");
    assert_eq!(found.len(), 2);
}

/// What would keep the sender waiting is left to the job.
#[tokio::test]
async fn a_very_large_audience_is_written_down_by_the_job() {
    let world = World::rim().await;
    crowd(&world, 10_001).await;
    crate::rim_loans::set(&world, "broadcast", "approval_size", "1000000").await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    let it = json!({ "broadcastMessageId": id });
    let shown = "broadcastMessage { status startedAt audienceSize }";
    let done = world.done(&marketing, "rimBroadcastMessageSend", it, shown).await;
    let expected = json!({ "status": "SCHEDULED", "startedAt": null, "audienceSize": null });
    assert_eq!(done["broadcastMessage"], expected);
    part(&world, true).await;
    assert_eq!(broadcast(&world).await, stands("scheduled", 10_003, 0, 0));
    assert_eq!(letters(&world, "id").await.len(), 100);
    world.verify().await;
}
