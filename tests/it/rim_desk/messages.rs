//! What messages do to their ticket.

use chrono::TimeDelta;
use serde_json::json;

use super::{
    answers, done, events, hears, here, history, load, of_ticket, opened, resolved, stand, taken,
};
use crate::world::World;

#[tokio::test]
async fn the_first_answer_is_kept_and_takes_the_ticket_up() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    world.clock.advance(TimeDelta::minutes(30));
    answers(&world, "agent", &ticket, true, false).await;
    let answered = "SELECT first_responded_at AT TIME ZONE 'UTC' FROM rim.ticket_sla_clocks";
    assert!(world.value(answered).await.is_null(), "a note among agents is no answer");
    assert_eq!(stand(&world).await, "open tier 1 medium with nobody");
    assert_eq!(of_ticket(&world, "message_count").await, 1);
    answers(&world, "agent", &ticket, false, false).await;
    assert_eq!(world.value(answered).await, "2026-03-02T09:30:00");
    assert_eq!(stand(&world).await, "in-progress tier 1 medium with Agent");
    assert_eq!(load(&world, "Agent").await, "1 away");
    assert_eq!(of_ticket(&world, "message_count").await, 2);
    let at = of_ticket(&world, "last_message_at AT TIME ZONE 'UTC'").await;
    assert_eq!(at, "2026-03-02T09:30:00");
    world.clock.advance(TimeDelta::minutes(30));
    answers(&world, "agent2", &ticket, false, false).await;
    assert_eq!(world.value(answered).await, "2026-03-02T09:30:00");
    assert_eq!(stand(&world).await, "in-progress tier 1 medium with Agent");
    let expected =
        ["customer Ada: create - -> open", "admin agent: assign (Agent) open -> in-progress"];
    assert_eq!(history(&world).await, expected);
    let expected = ["create", "message", "assign", "message", "message"]
        .map(|verb| format!("rim.ticket.{verb}"));
    assert_eq!(events(&world).await, expected);
    world.verify().await;
}

#[tokio::test]
async fn an_answer_of_another_leaves_the_ticket_with_its_agent() {
    let world = World::rim().await;
    here(&world, &["Agent"]).await;
    let ticket = opened(&world).await;
    answers(&world, "agent2", &ticket, false, false).await;
    assert_eq!(stand(&world).await, "in-progress tier 1 medium with Agent");
    assert_eq!(
        [load(&world, "Agent").await, load(&world, "Agent2").await],
        ["1 available", "0 away"]
    );
}

#[tokio::test]
async fn a_question_waits_for_the_customer_whose_word_ends_the_waiting() {
    let world = World::rim().await;
    let ticket = taken(&world).await;
    answers(&world, "agent", &ticket, false, true).await;
    assert_eq!(of_ticket(&world, "waiting_on_customer").await, true);
    answers(&world, "agent", &ticket, false, false).await;
    assert_eq!(of_ticket(&world, "waiting_on_customer").await, true);
    hears(&world, &ticket, "0803").await;
    assert_eq!(of_ticket(&world, "waiting_on_customer").await, false);
    assert_eq!(of_ticket(&world, "message_count").await, 4);
    let history = history(&world).await;
    let expected = ["admin agent: waitForCustomer", "customer Ada: customerAnswered"];
    assert_eq!(history[3..], expected);
    world.verify().await;
}

#[tokio::test]
async fn a_customers_word_reopens_what_was_resolved_or_closed_within_the_days() {
    for closed in [false, true] {
        let world = World::rim().await;
        let ticket = resolved(&world).await;
        if closed {
            done(&world, "ada", "Confirm", &ticket, json!({})).await;
        }
        world.clock.advance(TimeDelta::days(7));
        hears(&world, &ticket, "Still nothing.").await;
        assert_eq!(stand(&world).await, "in-progress tier 1 medium with Agent");
        assert_eq!(of_ticket(&world, "reopen_count").await, 1);
        assert_eq!(load(&world, "Agent").await, "1 available");
        let from = if closed { "closed" } else { "resolved" };
        let expected =
            format!("customer Ada: reopen (The customer wrote again.) {from} -> in-progress");
        assert_eq!(history(&world).await.last(), Some(&expected));
        world.verify().await;
    }
}

#[tokio::test]
async fn a_word_that_comes_too_late_opens_a_ticket_that_goes_on() {
    let world = World::rim().await;
    let ticket = resolved(&world).await;
    done(&world, "ada", "Confirm", &ticket, json!({})).await;
    world.clock.advance(TimeDelta::days(7) + TimeDelta::seconds(1));
    hears(&world, &ticket, "Again nothing.").await;
    let rows = world
        .rows(
            "SELECT k.ticket_number, k.status, k.subject, k.description, k.message_count, \
               p.ticket_number AS previous FROM rim.tickets k \
             LEFT JOIN rim.tickets p ON p.id = k.previous_ticket_id ORDER BY k.ticket_number",
        )
        .await;
    let expected = json!([
        {
            "ticket_number": "TCK-2026-000001", "status": "closed", "subject": "No airtime",
            "description": "I paid and got nothing.", "message_count": 1, "previous": null,
        },
        {
            "ticket_number": "TCK-2026-000002", "status": "open", "subject": "No airtime",
            "description": "Again nothing.", "message_count": 1, "previous": "TCK-2026-000001",
        },
    ]);
    assert_eq!(json!(rows), expected);
    world.verify().await;
}

#[tokio::test]
async fn nobody_of_the_support_answers_on_a_closed_ticket_but_notes_may_be_left() {
    let world = World::rim().await;
    let ticket = resolved(&world).await;
    done(&world, "ada", "Confirm", &ticket, json!({})).await;
    answers(&world, "agent", &ticket, true, false).await;
    assert_eq!(of_ticket(&world, "message_count").await, 1);
    let agent = world.person("agent").await;
    let mut tx = world.kernel.begin(agent.0.clone(), Default::default()).await.unwrap();
    let reply = bizgraph_rim::ticket::messages::Reply {
        text: "Hello".to_owned(),
        internal: false,
        asks: false,
    };
    let id = bizgraph_kernel::entity::Id::new(ticket);
    let refused =
        bizgraph_rim::ticket::messages::agent_writes(&mut tx, &id, "ticketId", reply).await;
    assert!(format!("{refused:?}").contains("PreconditionFailed"), "{refused:?}");
    tx.rollback().await;
}
