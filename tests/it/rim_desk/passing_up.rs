//! Tickets are passed up to a higher tier, and taken there.

use serde_json::{Value, json};

use super::{
    agent, answers, desk, done, events, here, history, load, of_ticket, opened, promote, refused,
    stand, taken,
};
use crate::world::World;

fn because(reason: &str) -> Value {
    json!({ "reason": reason })
}

#[tokio::test]
async fn the_next_agent_of_the_next_tier_gets_it_with_a_high_priority() {
    let world = World::rim().await;
    promote(&world).await;
    let ticket = taken(&world).await;
    here(&world, &["Agent2", "Lead"]).await;
    done(&world, "agent", "Escalate", &ticket, because("Too hard")).await;
    assert_eq!(stand(&world).await, "escalated tier 2 high with Agent2 for Agent2");
    let at = "(SELECT name FROM rim.departments d WHERE d.id = department_id)";
    assert_eq!(of_ticket(&world, at).await, "Loans Desk");
    let loads = [load(&world, "Agent").await, load(&world, "Agent2").await];
    assert_eq!(loads, ["0 available", "1 available"]);
    let last = history(&world).await.pop();
    let expected = "admin agent: escalate (Too hard) in-progress -> escalated";
    assert_eq!(last.as_deref(), Some(expected));
    assert_eq!(events(&world).await.last().unwrap(), "rim.ticket.escalate");
    // Eight hours of work from the creation on, at nine a day.
    let due = "SELECT resolution_due_at AT TIME ZONE 'UTC' FROM rim.ticket_sla_clocks";
    assert_eq!(world.value(due).await, "2026-03-03T08:00:00");
    world.verify().await;
}

#[tokio::test]
async fn a_target_is_named_of_a_higher_tier_even_past_one() {
    let world = World::rim().await;
    promote(&world).await;
    let ticket = opened(&world).await;
    let mut to = because("For the lead");
    for low in ["Agent", "Agent"] {
        to["supportAgentId"] = json!(agent(&world, low).await);
        let refusal = refused(&world, "agent", "Escalate", &ticket, to.clone()).await;
        assert_eq!(refusal, ["NOT_ELIGIBLE supportAgentId"]);
    }
    to["supportAgentId"] = json!(agent(&world, "Lead").await);
    done(&world, "agent", "Escalate", &ticket, to).await;
    assert_eq!(stand(&world).await, "escalated tier 3 high with Lead for Lead");
    world.verify().await;
}

#[tokio::test]
async fn an_urgent_ticket_stays_urgent() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let urgent = json!({ "expectedVersion": 1, "priority": "URGENT" });
    done(&world, "agent", "Update", &ticket, urgent).await;
    here(&world, &["Lead"]).await;
    done(&world, "agent", "Escalate", &ticket, because("Now")).await;
    assert_eq!(stand(&world).await, "escalated tier 3 urgent with Lead for Lead");
}

#[tokio::test]
async fn nobody_is_above_tier_three_and_a_reason_is_needed() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let refusal = refused(&world, "agent", "Escalate", &ticket, because(" ")).await;
    assert_eq!(refusal, ["REQUIRED reason"]);
    let refusal = refused(&world, "agent", "Escalate", &ticket, because(&"x".repeat(501))).await;
    assert_eq!(refusal, ["OUT_OF_RANGE reason"]);
    world.meddle("UPDATE rim.tickets SET tier = 3").await;
    let refusal = refused(&world, "agent", "Escalate", &ticket, because("More")).await;
    assert_eq!(refusal, ["PRECONDITION_FAILED ticketId"]);
    assert_eq!(history(&world).await.len(), 1);
}

#[tokio::test]
async fn with_nobody_free_above_it_waits_at_their_desk_for_the_first_who_takes_it() {
    let world = World::rim().await;
    promote(&world).await;
    let ticket = taken(&world).await;
    done(&world, "agent", "Escalate", &ticket, because("Too hard")).await;
    assert_eq!(stand(&world).await, "escalated tier 2 high with nobody");
    let refusal = refused(&world, "agent", "Accept", &ticket, json!({})).await;
    assert_eq!(refusal, ["FORBIDDEN ticketId"]);
    done(&world, "agent2", "Accept", &ticket, json!({})).await;
    assert_eq!(stand(&world).await, "in-progress tier 2 high with Agent2 for Agent2");
    assert_eq!(load(&world, "Agent2").await, "1 away");
    world.verify().await;
}

#[tokio::test]
async fn the_target_alone_accepts() {
    let world = World::rim().await;
    promote(&world).await;
    let ticket = taken(&world).await;
    here(&world, &["Agent2"]).await;
    done(&world, "agent", "Escalate", &ticket, because("Too hard")).await;
    for other in ["agent", "lead", "operations", "admin"] {
        let refusal = refused(&world, other, "Accept", &ticket, json!({})).await;
        assert_eq!(refusal, ["FORBIDDEN ticketId"], "{other}");
    }
    done(&world, "agent2", "Accept", &ticket, json!({})).await;
    assert_eq!(stand(&world).await, "in-progress tier 2 high with Agent2 for Agent2");
    let last = history(&world).await.pop();
    let expected = "admin agent2: accept (Agent2) escalated -> in-progress";
    assert_eq!(last.as_deref(), Some(expected));
    assert_eq!(load(&world, "Agent2").await, "1 available");
    // From there it can go up once more.
    done(&world, "agent2", "Escalate", &ticket, because("Harder still")).await;
    assert_eq!(stand(&world).await, "escalated tier 3 high with nobody");
    world.verify().await;
}

#[tokio::test]
async fn what_was_passed_up_stays_up_when_another_gets_it() {
    let world = World::rim().await;
    promote(&world).await;
    let ticket = taken(&world).await;
    here(&world, &["Agent2", "Lead"]).await;
    done(&world, "agent", "Escalate", &ticket, because("Too hard")).await;
    let down = json!({ "supportAgentId": agent(&world, "Agent").await });
    let refusal = refused(&world, "lead", "Assign", &ticket, down).await;
    assert_eq!(refusal, ["NOT_ELIGIBLE supportAgentId"]);
    let up = json!({
        "supportAgentId": agent(&world, "Lead").await,
        "departmentId": desk(&world, "Escalations").await,
    });
    done(&world, "lead", "Assign", &ticket, up).await;
    assert_eq!(stand(&world).await, "escalated tier 3 high with Lead for Lead");
    done(&world, "lead", "Accept", &ticket, json!({})).await;
    assert_eq!(stand(&world).await, "in-progress tier 3 high with Lead for Lead");
    world.verify().await;
}

#[tokio::test]
async fn an_answer_of_the_target_is_no_acceptance() {
    let world = World::rim().await;
    let ticket = taken(&world).await;
    here(&world, &["Lead"]).await;
    done(&world, "agent", "Escalate", &ticket, because("Too hard")).await;
    answers(&world, "lead", &ticket, false, false).await;
    assert_eq!(stand(&world).await, "escalated tier 3 high with Lead for Lead");
    done(&world, "lead", "Resolve", &ticket, json!({ "resolution": "Done." })).await;
    assert_eq!(stand(&world).await, "resolved tier 3 high with Lead for Lead");
    world.verify().await;
}
