//! What is promised of a ticket only later, with another priority (spec 5.7): what was done by then
//! was done, and is no breach.

use chrono::TimeDelta;
use serde_json::json;

use super::{answers, done, events, of_ticket, question, taken};
use crate::world::World;

/// A lender that promises nothing for tickets of medium priority.
async fn lender() -> World {
    let world = World::rim().await;
    world.meddle("UPDATE rim.sla_policies SET enabled = FALSE WHERE priority = 'medium'").await;
    world
}

/// The newest ticket gets a priority that something is promised for.
async fn hurries(world: &World, ticket: &str) {
    let version = of_ticket(world, "version").await;
    let more = json!({ "expectedVersion": version, "priority": "HIGH" });
    done(world, "agent", "Update", ticket, more).await;
}

/// What the clock tells in the days that follow.
async fn told(world: &World) -> Vec<String> {
    let before = events(world).await.len();
    world.clock.advance(TimeDelta::days(30));
    world.run_job("tickSlaClocks").await;
    world.verify().await;
    events(world).await.split_off(before)
}

#[tokio::test]
async fn a_promise_that_begins_while_a_ticket_waits_rests_with_it() {
    let world = World::rim().await;
    world.meddle("UPDATE rim.sla_policies SET enabled = FALSE WHERE priority = 'medium'").await;
    let ticket = taken(&world).await;
    answers(&world, "agent", &ticket, false, true).await;
    let version = of_ticket(&world, "version").await;
    let more = json!({ "expectedVersion": version, "priority": "HIGH" });
    done(&world, "agent", "Update", &ticket, more).await;
    let clock = "SELECT paused_at AT TIME ZONE 'UTC' FROM rim.ticket_sla_clocks";
    assert_eq!(world.value(clock).await, "2026-03-02T09:00:00");
    world.verify().await;
}

#[tokio::test]
async fn an_answer_that_was_given_before_it_was_promised_is_not_late() {
    let world = lender().await;
    let ticket = taken(&world).await;
    world.clock.advance(TimeDelta::hours(2));
    answers(&world, "agent", &ticket, false, false).await;
    world.clock.advance(TimeDelta::hours(1));
    answers(&world, "agent", &ticket, false, false).await;
    hurries(&world, &ticket).await;
    let clock = "SELECT first_responded_at AT TIME ZONE 'UTC' AS answered, \
                 first_response_due_at AT TIME ZONE 'UTC' AS due FROM rim.ticket_sla_clocks";
    let expected = json!({ "answered": "2026-03-02T11:00:00", "due": "2026-03-02T10:00:00" });
    assert_eq!(world.rows(clock).await, [expected]);
    let lead = world.person("lead").await;
    let query = "{ rim { reports { tickets { totals { answered firstResponseInTime } } } } }";
    let totals = world.read(&lead, query).await["rim"]["reports"]["tickets"]["totals"].clone();
    assert_eq!(totals, json!({ "answered": 1, "firstResponseInTime": null }), "it is not judged");
    assert_eq!(told(&world).await, ["rim.ticket.breachResolution", "rim.ticket.escalate"]);
}

#[tokio::test]
async fn a_ticket_that_nobody_answered_is_late_by_the_promise_that_began_later() {
    let world = lender().await;
    let ticket = taken(&world).await;
    answers(&world, "agent", &ticket, true, false).await;
    world.clock.advance(TimeDelta::hours(2));
    hurries(&world, &ticket).await;
    let told = told(&world).await;
    assert_eq!(told[0], "rim.ticket.breachFirstResponse", "a note is no answer");
}

#[tokio::test]
async fn what_an_agent_enters_for_a_customer_is_no_answer() {
    let world = lender().await;
    let agent = world.person("agent").await;
    let payload =
        world.done(&agent, "rimTicketCreate", question(&world).await, "ticket { id }").await;
    let ticket = payload["ticket"]["id"].as_str().unwrap();
    hurries(&world, ticket).await;
    assert_eq!(told(&world).await[0], "rim.ticket.breachFirstResponse");
}

#[tokio::test]
async fn a_ticket_that_is_resolved_is_answered_and_not_late_by_a_promise_that_begins_then() {
    let world = lender().await;
    let ticket = taken(&world).await;
    world.clock.advance(TimeDelta::hours(2));
    done(&world, "agent", "Resolve", &ticket, json!({ "resolution": "Done." })).await;
    world.clock.advance(TimeDelta::hours(1));
    hurries(&world, &ticket).await;
    let clock = "SELECT first_responded_at AT TIME ZONE 'UTC' AS answered, \
                 stopped_at AT TIME ZONE 'UTC' AS stopped FROM rim.ticket_sla_clocks";
    let expected = json!({ "answered": "2026-03-02T11:00:00", "stopped": "2026-03-02T11:00:00" });
    assert_eq!(world.rows(clock).await, [expected]);
    done(&world, "ada", "Reopen", &ticket, json!({ "reason": "Nothing came" })).await;
    world.verify().await;
    assert_eq!(told(&world).await, ["rim.ticket.breachResolution", "rim.ticket.escalate"]);
}
