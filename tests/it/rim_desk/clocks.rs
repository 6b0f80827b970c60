//! What is promised, in hours of work (spec 5.7): Monday to Friday from 8 to 17 in Lagos, an hour
//! before UTC. The world begins on a Monday at 10 there.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    answers, done, events, hears, here, history, of_ticket, opened, promote, question, stand, taken,
};
use crate::world::World;

async fn clock(world: &World, column: &str) -> Value {
    let column = match column.ends_with("_at") {
        true => format!("{column} AT TIME ZONE 'UTC'"),
        false => column.to_owned(),
    };
    world.value(&format!("SELECT {column} AS it FROM rim.ticket_sla_clocks")).await
}

/// How often something was announced.
async fn told(world: &World, verb: &str) -> usize {
    let name = format!("rim.ticket.{verb}");
    events(world).await.iter().filter(|it| **it == name).count()
}

async fn tick(world: &World) {
    world.run_job("tickSlaClocks").await;
    assert_eq!(world.run_job("tickSlaClocks").await, 0, "a rerun finds nothing");
    world.verify().await;
}

#[tokio::test]
async fn each_priority_has_its_promise() {
    for (priority, answer, resolution) in [
        ("URGENT", "2026-03-02T09:15:00", "2026-03-02T13:00:00"),
        ("HIGH", "2026-03-02T10:00:00", "2026-03-03T08:00:00"),
        ("MEDIUM", "2026-03-02T13:00:00", "2026-03-04T15:00:00"),
        ("LOW", "2026-03-03T08:00:00", "2026-03-12T09:00:00"),
    ] {
        let world = World::rim().await;
        let ada = world.customer("ada").await;
        let mut input = question(&world).await;
        input["priority"] = json!(priority);
        world.done(&ada, "rimTicketCreate", input, "").await;
        assert_eq!(clock(&world, "first_response_due_at").await, answer, "{priority}");
        assert_eq!(clock(&world, "resolution_due_at").await, resolution, "{priority}");
    }
}

#[tokio::test]
async fn nights_weekends_and_holidays_do_not_count() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    let calendar = world.read(&operations, "{ platform { businessCalendars { nodes { id } } } }");
    let id = calendar.await["platform"]["businessCalendars"]["nodes"][0]["id"].clone();
    let input = json!({ "businessCalendarId": id, "day": "2026-03-09", "name": "A holiday" });
    world.done(&operations, "calendarHolidayAdd", input, "").await;
    // Friday at 16:00 in Lagos: an hour of the four is left on that day.
    world.clock.advance(TimeDelta::days(4) + TimeDelta::hours(6));
    opened(&world).await;
    assert_eq!(clock(&world, "first_response_due_at").await, "2026-03-10T10:00:00");
}

#[tokio::test]
async fn there_is_a_warning_at_four_fifths_and_a_breach_at_the_end_once_each() {
    let world = World::rim().await;
    promote(&world).await;
    opened(&world).await;
    for (minutes, warnings, breaches) in [(191, 0, 0), (1, 1, 0), (47, 1, 0), (1, 1, 1)] {
        world.clock.advance(TimeDelta::minutes(minutes));
        tick(&world).await;
        assert_eq!(told(&world, "warnFirstResponse").await, warnings, "after {minutes} more");
        assert_eq!(told(&world, "breachFirstResponse").await, breaches, "after {minutes} more");
    }
    assert_eq!(clock(&world, "first_response_breached_at").await, "2026-03-02T13:00:00");
    assert_eq!(stand(&world).await, "escalated tier 2 high with nobody");
    let expected = [
        "customer Ada: create - -> open",
        "system system: warnFirstResponse",
        "system system: breachFirstResponse",
        "system system: escalate (The first answer is late.) open -> escalated",
    ];
    assert_eq!(history(&world).await, expected);
    // It is high now: eight hours from the creation on, which is 9:00 in Lagos the next day.
    assert_eq!(clock(&world, "resolution_due_at").await, "2026-03-03T08:00:00");
    world.clock.advance(TimeDelta::days(1));
    tick(&world).await;
    assert_eq!(told(&world, "breachResolution").await, 1);
    assert_eq!(told(&world, "warnResolution").await, 0, "no warning after the breach");
    assert_eq!(told(&world, "escalate").await, 1, "what is up there is not passed up again");
}

#[tokio::test]
async fn a_late_resolution_passes_the_ticket_up_as_far_as_there_is_a_tier() {
    let world = World::rim().await;
    promote(&world).await;
    here(&world, &["Agent2"]).await;
    let ticket = taken(&world).await;
    answers(&world, "agent", &ticket, false, false).await;
    world.clock.advance(TimeDelta::days(2) + TimeDelta::hours(6));
    tick(&world).await;
    assert_eq!(stand(&world).await, "escalated tier 2 high with Agent2 for Agent2");
    assert_eq!((told(&world, "breachResolution").await, told(&world, "escalate").await), (1, 1));
    done(&world, "agent2", "Accept", &ticket, json!({})).await;
    world.clock.advance(TimeDelta::days(30));
    tick(&world).await;
    assert_eq!((told(&world, "breachResolution").await, told(&world, "escalate").await), (1, 1));
}

#[tokio::test]
async fn with_tier_three_a_breach_is_told_and_the_ticket_stays() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    here(&world, &["Lead"]).await;
    done(&world, "agent", "Escalate", &ticket, json!({ "reason": "Too hard" })).await;
    done(&world, "lead", "Accept", &ticket, json!({})).await;
    world.clock.advance(TimeDelta::days(30));
    tick(&world).await;
    assert_eq!(stand(&world).await, "in-progress tier 3 high with Lead for Lead");
    assert_eq!(told(&world, "breachFirstResponse").await, 1);
    assert_eq!(told(&world, "breachResolution").await, 1);
}

#[tokio::test]
async fn waiting_for_the_customer_pauses_the_resolution_and_never_the_first_response() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let waits = json!({ "expectedVersion": 1, "waitingOnCustomer": true });
    done(&world, "agent", "Update", &ticket, waits).await;
    world.clock.advance(TimeDelta::hours(5));
    tick(&world).await;
    assert_eq!(told(&world, "breachFirstResponse").await, 1);
    // From 10:00 in Lagos to 16:00 the next day: 15 hours of work.
    world.clock.advance(TimeDelta::hours(25));
    hears(&world, &ticket, "0803").await;
    assert_eq!(clock(&world, "paused_seconds").await, 15 * 3_600);
    // What was not answered was due within the hour of its new priority.
    assert_eq!(clock(&world, "first_response_due_at").await, "2026-03-02T10:00:00");
    // High since it was passed up: eight hours, and fifteen of waiting.
    assert_eq!(clock(&world, "resolution_due_at").await, "2026-03-04T14:00:00");
    world.verify().await;
}

#[tokio::test]
async fn nothing_is_said_of_a_resolution_that_waits() {
    let world = World::rim().await;
    let ticket = taken(&world).await;
    answers(&world, "agent", &ticket, false, true).await;
    world.clock.advance(TimeDelta::days(30));
    tick(&world).await;
    assert_eq!(events(&world).await.last().unwrap(), "rim.ticket.message");
    hears(&world, &ticket, "Sorry, I was away.").await;
    tick(&world).await;
    assert_eq!(told(&world, "breachResolution").await, 0);
}

#[tokio::test]
async fn a_reopened_ticket_has_the_time_that_was_left() {
    let world = World::rim().await;
    let ticket = taken(&world).await;
    world.clock.advance(TimeDelta::hours(2));
    done(&world, "agent", "Resolve", &ticket, json!({ "resolution": "Done." })).await;
    // Two hours of 24 were used; it rests from 12:00 in Lagos to 12:00 the next day, 9 hours.
    world.clock.advance(TimeDelta::days(1));
    done(&world, "ada", "Reopen", &ticket, json!({ "reason": "Nothing came" })).await;
    assert_eq!(clock(&world, "stopped_at").await, json!(null));
    assert_eq!(clock(&world, "paused_seconds").await, 9 * 3_600);
    // 22 hours from Tuesday 12:00: five on that day, nine, and eight on Thursday.
    assert_eq!(clock(&world, "resolution_due_at").await, "2026-03-05T15:00:00");
    world.verify().await;
}

#[tokio::test]
async fn another_priority_counts_from_the_creation_without_the_time_that_it_waited() {
    let world = World::rim().await;
    let ticket = taken(&world).await;
    answers(&world, "agent", &ticket, false, true).await;
    world.clock.advance(TimeDelta::hours(1));
    hears(&world, &ticket, "0803").await;
    world.clock.advance(TimeDelta::hours(1));
    let version = of_ticket(&world, "version").await;
    let urgent = json!({ "expectedVersion": version, "priority": "URGENT" });
    done(&world, "agent", "Update", &ticket, urgent).await;
    // Four hours from 10:00 in Lagos, and one of waiting.
    assert_eq!(clock(&world, "resolution_due_at").await, "2026-03-02T14:00:00");
    // The answer was given in time, and stays so.
    assert_eq!(clock(&world, "first_response_due_at").await, "2026-03-02T13:00:00");
    let version = of_ticket(&world, "version").await;
    let low = json!({ "expectedVersion": version, "priority": "LOW" });
    done(&world, "agent", "Update", &ticket, low).await;
    assert_eq!(clock(&world, "resolution_due_at").await, "2026-03-12T10:00:00");
    world.verify().await;
}

#[tokio::test]
async fn what_was_said_of_a_target_can_be_said_again_of_a_later_one() {
    let world = World::rim().await;
    let ada = world.customer("ada").await;
    let mut input = question(&world).await;
    input["priority"] = json!("URGENT");
    let payload = world.done(&ada, "rimTicketCreate", input, "ticket { id }").await;
    let ticket = payload["ticket"]["id"].as_str().unwrap();
    world.clock.advance(TimeDelta::minutes(12));
    tick(&world).await;
    assert_eq!(told(&world, "warnFirstResponse").await, 1);
    let low = json!({ "expectedVersion": 1, "priority": "HIGH" });
    done(&world, "agent", "Update", ticket, low).await;
    world.clock.advance(TimeDelta::minutes(10));
    tick(&world).await;
    assert_eq!(told(&world, "warnFirstResponse").await, 1);
    world.clock.advance(TimeDelta::minutes(26));
    tick(&world).await;
    assert_eq!(told(&world, "warnFirstResponse").await, 2);
    assert_eq!(told(&world, "breachFirstResponse").await, 0);
}

#[tokio::test]
async fn what_comes_too_late_is_a_breach_though_nobody_looked() {
    let world = World::rim().await;
    let ticket = taken(&world).await;
    world.clock.advance(TimeDelta::hours(4));
    answers(&world, "agent", &ticket, false, false).await;
    assert_eq!(told(&world, "breachFirstResponse").await, 1);
    world.clock.advance(TimeDelta::days(3));
    done(&world, "agent", "Resolve", &ticket, json!({ "resolution": "Done." })).await;
    assert_eq!(told(&world, "breachResolution").await, 1);
    tick(&world).await;
    assert_eq!(told(&world, "breachResolution").await, 1);
    assert_eq!(told(&world, "escalate").await, 0);
}

#[tokio::test]
async fn a_changed_promise_is_for_tickets_to_come() {
    let world = World::rim().await;
    let ticket = taken(&world).await;
    world.meddle("UPDATE rim.sla_policies SET resolution_minutes = 1000").await;
    answers(&world, "agent", &ticket, false, true).await;
    world.clock.advance(TimeDelta::hours(1));
    hears(&world, &ticket, "0803").await;
    assert_eq!(clock(&world, "resolution_due_at").await, "2026-03-04T16:00:00");
}
