//! What is known of a ticket changes.

use serde_json::{Value, json};

use super::{done, events, history, of_ticket, opened, refused, resolved};
use crate::world::World;

fn with(version: i32, field: &str, value: Value) -> Value {
    let mut input = json!({ "expectedVersion": version });
    input[field] = value;
    input
}

#[tokio::test]
async fn each_field_is_changed_and_told_in_the_history() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let all = json!({
        "expectedVersion": 1, "subject": " Airtime is missing ", "category": "TRANSACTION",
        "priority": "LOW", "tags": ["MTN", "MTN", "late"],
    });
    done(&world, "agent", "Update", &ticket, all.clone()).await;
    let it = "jsonb_build_array(subject, category, priority, tags, version)";
    let expected = json!(["Airtime is missing", "transaction", "low", ["MTN", "late"], 2]);
    assert_eq!(of_ticket(&world, it).await, expected);
    let expected = "admin agent: update (subject: No airtime -> Airtime is missing; category: \
                    general -> transaction; priority: medium -> low; tags: MTN, late)";
    assert_eq!(history(&world).await.last().unwrap(), expected);
    assert_eq!(events(&world).await, ["rim.ticket.create", "rim.ticket.update"]);
    // The same values again are no change.
    let mut again = all;
    again["expectedVersion"] = json!(2);
    done(&world, "agent", "Update", &ticket, again).await;
    assert_eq!(history(&world).await.len(), 2);
    assert_eq!(of_ticket(&world, "version").await, 2);
    world.verify().await;
}

#[tokio::test]
async fn a_change_names_the_version_that_was_read() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let more = with(2, "subject", json!("Another"));
    let refusal = refused(&world, "agent", "Update", &ticket, more).await;
    assert_eq!(refusal, ["STALE_VERSION expectedVersion"]);
    let query = "mutation($id: ID!) { rimTicketUpdate(input: { ticketId: $id }) { replayed } }";
    let agent = world.person("agent").await;
    let answer = world.send(&agent, query, json!({ "id": ticket })).await;
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("expectedVersion"));
}

#[tokio::test]
async fn each_field_is_within_its_bounds() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    for (field, value, refusal) in [
        ("subject", json!("No"), "OUT_OF_RANGE subject"),
        ("subject", json!(""), "REQUIRED subject"),
        ("tags", json!(["x".repeat(61)]), "OUT_OF_RANGE tags.0"),
    ] {
        let more = with(1, field, value);
        assert_eq!(refused(&world, "agent", "Update", &ticket, more).await, [refusal]);
    }
    for other in ["ada", "officer", "auditor"] {
        let more = with(1, "subject", json!("Mine"));
        assert_eq!(refused(&world, other, "Update", &ticket, more).await, ["FORBIDDEN "]);
    }
    assert_eq!(of_ticket(&world, "version").await, 1);
}

#[tokio::test]
async fn a_closed_ticket_is_a_record() {
    let world = World::rim().await;
    let ticket = resolved(&world).await;
    let version = of_ticket(&world, "version").await.as_i64().unwrap() as i32;
    let waits = with(version, "waitingOnCustomer", json!(true));
    let refusal = refused(&world, "agent", "Update", &ticket, waits).await;
    assert_eq!(refusal, ["PRECONDITION_FAILED waitingOnCustomer"]);
    done(&world, "ada", "Confirm", &ticket, json!({})).await;
    let late = with(version + 1, "subject", json!("Too late"));
    let refusal = refused(&world, "lead", "Update", &ticket, late).await;
    assert_eq!(refusal, ["IMMUTABLE ticketId"]);
}

#[tokio::test]
async fn an_agent_says_that_it_waits_and_takes_that_back() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    for (version, waits) in [(1, true), (2, true), (2, false)] {
        let more = with(version, "waitingOnCustomer", json!(waits));
        done(&world, "agent", "Update", &ticket, more).await;
        assert_eq!(of_ticket(&world, "waiting_on_customer").await, waits);
        world.verify().await;
    }
    let expected = [
        "customer Ada: create - -> open",
        "admin agent: waitForCustomer",
        "admin agent: stopWaiting",
    ];
    assert_eq!(history(&world).await, expected);
    let expected = ["create", "waitForCustomer", "stopWaiting"];
    assert_eq!(events(&world).await, expected.map(|verb| format!("rim.ticket.{verb}")));
}
