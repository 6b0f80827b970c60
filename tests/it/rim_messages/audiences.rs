//! Who a broadcast is for (spec 5.9).

use serde_json::{Value, json};

use super::{draft, letters};
use crate::rim::customer;
use crate::world::World;

/// Whom a broadcast with these fields is written to, as channel and address.
async fn reached(world: &World, other: Value) -> Vec<String> {
    let marketing = world.person("marketing").await;
    let id = draft(world, &marketing, other).await;
    let send = json!({ "broadcastMessageId": id });
    world.done(&marketing, "rimBroadcastMessageSend", send, "").await;
    let key = bizgraph_kernel::entity::GlobalId::decode(&id).unwrap().key;
    let sql = format!(
        "SELECT channel || ' ' || address AS it FROM rim.broadcast_recipients \
         WHERE broadcast_message_id = '{key}' ORDER BY 1"
    );
    let rows = world.rows(&sql).await;
    rows.iter().map(|row| row["it"].as_str().unwrap().to_owned()).collect()
}

const ADA: &str = "sms +2348030000001";
const BOLA: &str = "sms +2348030000002";

/// Ada, Bola, and four more who are inactive, suspended, overdue and deleted.
async fn people(world: &World) {
    world
        .meddle(
            "INSERT INTO rim.users (id, user_id, phone, email, status, suspension_reason, \
               repayment_status, credit_limit, deleted_at) VALUES \
             (gen_random_uuid(), 'I', '+2341', 'i@x.example', 'inactive', NULL, 'Pending', 0, NULL), \
             (gen_random_uuid(), 'S', '+2342', 's@x.example', 'suspended', 'x', 'Pending', 0, NULL), \
             (gen_random_uuid(), 'O', '+2343', 'o@x.example', 'active', NULL, 'Overdue', 0, NULL), \
             (gen_random_uuid(), 'D', '+2344', 'd@x.example', 'active', NULL, 'Pending', 0, now())",
        )
        .await;
}

#[tokio::test]
async fn each_audience_is_who_it_says() {
    let world = World::rim().await;
    people(&world).await;
    for (audience, expected) in [
        ("ALL", vec!["sms +2341", "sms +2342", "sms +2343", ADA, BOLA]),
        ("ACTIVE_USERS", vec!["sms +2343", ADA, BOLA]),
        ("INACTIVE_USERS", vec!["sms +2341"]),
        ("OVERDUE_USERS", vec!["sms +2343"]),
    ] {
        let reached = reached(&world, json!({ "targetAudience": audience })).await;
        assert_eq!(reached, expected, "{audience}");
    }
}

#[tokio::test]
async fn opt_outs_are_respected_by_channel() {
    let world = World::rim().await;
    world
        .meddle(
            "UPDATE rim.users SET sms_opt_out = (first_name = 'Ada'), \
             email_opt_out = (first_name = 'Bola')",
        )
        .await;
    let mails = ["email ada@rim.example"];
    assert_eq!(reached(&world, json!({ "type": "EMAIL" })).await, mails);
    assert_eq!(reached(&world, json!({ "type": "SMS" })).await, [BOLA]);
    assert_eq!(reached(&world, json!({ "type": "BOTH" })).await, [mails[0], BOLA]);
}

/// Who opts out after the audience was written down is not written to either.
#[tokio::test]
async fn who_opts_out_before_their_turn_is_not_written_to() {
    let world = World::rim().await;
    super::crowd(&world, 150).await;
    let marketing = world.person("marketing").await;
    let id = draft(&world, &marketing, json!({})).await;
    world
        .done(&marketing, "rimBroadcastMessageSend", json!({ "broadcastMessageId": id }), "")
        .await;
    assert_eq!(letters(&world, "id").await.len(), 100);
    world.meddle("UPDATE rim.users SET sms_opt_out = TRUE").await;
    world.run_job("sendBroadcasts").await;
    let failed = "SELECT status, count(*)::integer AS n FROM rim.notification_histories \
                  GROUP BY status ORDER BY status";
    let expected =
        [json!({ "status": "failed", "n": 52 }), json!({ "status": "pending", "n": 100 })];
    assert_eq!(world.rows(failed).await, expected);
    super::deliver(&world.kernel).await;
    assert_eq!(super::broadcast(&world).await, super::stands("sent", 152, 100, 52));
    world.verify().await;
}

#[tokio::test]
async fn a_custom_audience_names_its_customers_and_no_other_does() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    let ada = customer(&world, "USR-2026-001").await;
    let twice = json!({ "targetAudience": "CUSTOM", "customUserIds": [ada, ada] });
    assert_eq!(reached(&world, twice).await, [ADA]);
    let admin = crate::rim::staff(&world, "admin").await;
    let gone = bizgraph_kernel::entity::GlobalId::encode(
        marketing.0.tenant.id,
        "RimUser",
        "01920000-0000-7000-8000-00000000ffff",
    );
    for (audience, ids, refusal) in [
        ("CUSTOM", json!([]), "REQUIRED customUserIds"),
        ("CUSTOM", json!(null), "REQUIRED customUserIds"),
        ("ALL", json!([ada]), "VALIDATION_FAILED customUserIds"),
        ("CUSTOM", json!([ada, ada, gone]), "REFERENCE_NOT_FOUND customUserIds.2"),
        ("CUSTOM", json!([admin]), "BAD_FORMAT customUserIds.0"),
    ] {
        let input = json!({
            "title": "x", "message": "y", "type": "SMS", "targetAudience": audience,
            "customUserIds": ids,
        });
        let refused = world.refused(&marketing, "rimBroadcastMessageCreate", input).await;
        assert_eq!(refused, [refusal], "{audience}");
    }
    let id = draft(&world, &marketing, json!({})).await;
    let custom = json!({ "broadcastMessageId": id, "targetAudience": "CUSTOM" });
    let refused = world.refused(&marketing, "rimBroadcastMessageUpdate", custom).await;
    assert_eq!(refused, ["REQUIRED customUserIds"]);
    let custom = json!({
        "broadcastMessageId": id, "targetAudience": "CUSTOM", "customUserIds": [ada],
    });
    let shown = "broadcastMessage { targetAudience customUserIds }";
    let done = world.done(&marketing, "rimBroadcastMessageUpdate", custom, shown).await;
    assert_eq!(done["broadcastMessage"]["customUserIds"], json!([ada]));
    let all = json!({ "broadcastMessageId": id, "targetAudience": "ALL" });
    let done = world.done(&marketing, "rimBroadcastMessageUpdate", all, shown).await;
    assert_eq!(done["broadcastMessage"]["customUserIds"], json!([]));
}

#[tokio::test]
async fn places_are_filled_for_each_and_a_name_is_no_number() {
    let world = World::rim().await;
    world.meddle("UPDATE rim.users SET first_name = NULL WHERE first_name = 'Bola'").await;
    let message = "{{name}}/{{firstName}}/{{userId}}/{{creditLimit}}";
    reached(&world, json!({ "title": "For {{name}}", "message": message })).await;
    let rows = letters(&world, "title || ': ' || message AS it").await;
    let mut said: Vec<&str> = rows.iter().map(|row| row["it"].as_str().unwrap()).collect();
    said.sort_unstable();
    assert_eq!(
        said,
        [
            "For Ada: Ada/Ada/USR-2026-001/NGN 10000.00",
            "For customer: customer/customer/USR-2026-002/NGN 10000.00",
        ]
    );
}

/// SMS parts are counted after the places are filled.
#[tokio::test]
async fn an_sms_that_is_too_long_for_one_customer_fails_for_that_one() {
    let world = World::rim().await;
    let long = "UPDATE rim.users SET first_name = repeat('a', 100) WHERE first_name = 'Ada'";
    world.meddle(long).await;
    reached(&world, json!({ "message": format!("{}{{{{firstName}}}}", "b".repeat(80)) })).await;
    let rows = letters(&world, "status, error_message").await;
    let failed: Vec<&Value> = rows.iter().filter(|row| row["status"] == "failed").collect();
    assert_eq!((rows.len(), failed.len()), (2, 1));
    let why = "As SMS it takes 180 characters in 2 parts; 1 of 160 are allowed.";
    assert_eq!(failed[0]["error_message"], why);
    super::deliver(&world.kernel).await;
    assert_eq!(super::broadcast(&world).await, super::stands("sent", 2, 1, 1));
}
