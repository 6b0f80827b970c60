//! Tickets are given to agents and desks, and taken.

use serde_json::json;

use super::{
    agent, desk, done, events, here, history, load, of_ticket, opened, promote, refused, resolved,
    stand,
};
use crate::world::World;

#[tokio::test]
async fn a_lead_gives_a_ticket_which_stays_open_until_the_agent_takes_it() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    here(&world, &["Agent"]).await;
    let to = json!({ "supportAgentId": agent(&world, "Agent").await });
    done(&world, "lead", "Assign", &ticket, to.clone()).await;
    assert_eq!(stand(&world).await, "open tier 1 medium with Agent");
    assert_eq!(load(&world, "Agent").await, "1 available");
    let refusal = refused(&world, "lead", "Assign", &ticket, to.clone()).await;
    assert_eq!(refusal, ["ALREADY_DONE supportAgentId"]);
    done(&world, "agent", "Assign", &ticket, to).await;
    assert_eq!(stand(&world).await, "in-progress tier 1 medium with Agent");
    assert_eq!(load(&world, "Agent").await, "1 available");
    let expected = [
        "customer Ada: create - -> open",
        "admin lead: assign (Agent)",
        "admin agent: assign (Agent) open -> in-progress",
    ];
    assert_eq!(history(&world).await, expected);
    assert_eq!(events(&world).await[1..], ["rim.ticket.assign", "rim.ticket.assign"]);
    world.verify().await;
}

#[tokio::test]
async fn an_agent_takes_a_ticket_that_nobody_else_has() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    here(&world, &["Agent", "Agent2"]).await;
    done(&world, "agent", "Take", &ticket, json!({})).await;
    assert_eq!(stand(&world).await, "in-progress tier 1 medium with Agent");
    for person in ["agent", "agent2"] {
        let refusal = refused(&world, person, "Take", &ticket, json!({})).await;
        assert_eq!(refusal, ["ALREADY_DONE ticketId"], "{person}");
    }
    let refusal = refused(&world, "operations", "Take", &ticket, json!({})).await;
    assert_eq!(refusal, ["FORBIDDEN ticketId"]);
    world.verify().await;
}

#[tokio::test]
async fn a_ticket_goes_from_agent_to_agent_and_is_counted_once() {
    let world = World::rim().await;
    let ticket = super::taken(&world).await;
    here(&world, &["Agent2"]).await;
    let to = json!({ "supportAgentId": agent(&world, "Agent2").await });
    done(&world, "agent", "Assign", &ticket, to).await;
    assert_eq!(stand(&world).await, "in-progress tier 1 medium with Agent2");
    let loads = [load(&world, "Agent").await, load(&world, "Agent2").await];
    assert_eq!(loads, ["0 available", "1 available"]);
    world.verify().await;
}

#[tokio::test]
async fn a_desk_alone_is_a_queue_that_its_agents_take_from() {
    let world = World::rim().await;
    promote(&world).await;
    let ticket = super::taken(&world).await;
    let to = json!({ "departmentId": desk(&world, "Loans Desk").await });
    done(&world, "agent", "Assign", &ticket, to.clone()).await;
    assert_eq!(stand(&world).await, "in-progress tier 2 medium with nobody");
    assert_eq!(load(&world, "Agent").await, "0 available");
    let refusal = refused(&world, "agent", "Assign", &ticket, to).await;
    assert_eq!(refusal, ["ALREADY_DONE departmentId"]);
    let refusal = refused(&world, "agent", "Take", &ticket, json!({})).await;
    assert_eq!(refusal, ["NOT_ELIGIBLE ticketId"]);
    here(&world, &["Agent2"]).await;
    done(&world, "agent2", "Take", &ticket, json!({})).await;
    assert_eq!(stand(&world).await, "in-progress tier 2 medium with Agent2");
    world.verify().await;
}

#[tokio::test]
async fn a_desk_and_one_of_its_agents_go_together() {
    let world = World::rim().await;
    promote(&world).await;
    here(&world, &["Agent2"]).await;
    let ticket = opened(&world).await;
    let (first, loans) = (desk(&world, "First Line").await, desk(&world, "Loans Desk").await);
    let agent2 = agent(&world, "Agent2").await;
    let apart = json!({ "supportAgentId": agent2, "departmentId": first });
    let refusal = refused(&world, "agent", "Assign", &ticket, apart).await;
    assert_eq!(refusal, ["NOT_ELIGIBLE supportAgentId"]);
    let both = json!({ "supportAgentId": agent2, "departmentId": loans });
    done(&world, "agent", "Assign", &ticket, both).await;
    assert_eq!(stand(&world).await, "open tier 2 medium with Agent2");
    let at = "(SELECT name FROM rim.departments d WHERE d.id = department_id)";
    assert_eq!(of_ticket(&world, at).await, "Loans Desk");
}

#[tokio::test]
async fn nobody_who_is_away_or_of_another_desk_and_tier_gets_it_unless_a_lead_forces_it() {
    let world = World::rim().await;
    promote(&world).await;
    let ticket = opened(&world).await;
    let (one, two) = (agent(&world, "Agent").await, agent(&world, "Agent2").await);
    here(&world, &["Agent2"]).await;
    for (id, force) in [(&one, "away"), (&two, "elsewhere")] {
        let mut to = json!({ "supportAgentId": id });
        for person in ["agent", "lead"] {
            let refusal = refused(&world, person, "Assign", &ticket, to.clone()).await;
            assert_eq!(refusal, ["NOT_ELIGIBLE supportAgentId"], "{force} by {person}");
        }
        to["force"] = json!(true);
        let refusal = refused(&world, "agent", "Assign", &ticket, to.clone()).await;
        assert_eq!(refusal, ["FORBIDDEN force"], "{force}");
        done(&world, "lead", "Assign", &ticket, to).await;
    }
    assert_eq!(stand(&world).await, "open tier 2 medium with Agent2");
    assert_eq!(
        [load(&world, "Agent").await, load(&world, "Agent2").await],
        ["0 away", "1 available"]
    );
    let refusal = refused(&world, "lead", "Assign", &ticket, json!({})).await;
    assert_eq!(refusal, ["REQUIRED supportAgentId"]);
    world.verify().await;
}

#[tokio::test]
async fn an_agent_who_is_away_is_told_to_come_back_before_it_takes_a_ticket() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let person = world.person("agent").await;
    let own = agent(&world, "Agent").await;
    let take = json!({ "ticketId": ticket });
    let give = json!({ "ticketId": ticket, "supportAgentId": own });
    for (mutation, input, field) in
        [("rimTicketTake", &take, "ticketId"), ("rimTicketAssign", &give, "supportAgentId")]
    {
        let answer = world.call(&person, mutation, input.clone(), "").await;
        let message =
            "You are away. Say that you are back (rimSupportAgentComeBack), then take it.";
        let expected = json!([{
            "code": "NOT_ELIGIBLE", "message": message, "field": [field],
            "details": { "field": field },
        }]);
        assert_eq!(answer["userErrors"], expected, "{mutation}");
    }
    assert_eq!(stand(&world).await, "open tier 1 medium with nobody");
    world.done(&person, "rimSupportAgentComeBack", json!({ "supportAgentId": own }), "").await;
    done(&world, "agent", "Take", &ticket, json!({})).await;
    assert_eq!(stand(&world).await, "in-progress tier 1 medium with Agent");
}

#[tokio::test]
async fn the_agent_is_busy_at_its_capacity_and_available_below() {
    let world = World::rim().await;
    let lead = world.person("lead").await;
    here(&world, &["Agent"]).await;
    let input = json!({ "supportAgentId": agent(&world, "Agent").await, "capacity": 1 });
    world.done(&lead, "rimSupportAgentUpdate", input.clone(), "").await;
    let ticket = opened(&world).await;
    assert_eq!(load(&world, "Agent").await, "1 busy");
    let mut wider = input.clone();
    wider["capacity"] = json!(2);
    world.done(&lead, "rimSupportAgentUpdate", wider, "").await;
    assert_eq!(load(&world, "Agent").await, "1 available");
    world.done(&lead, "rimSupportAgentUpdate", input, "").await;
    assert_eq!(load(&world, "Agent").await, "1 busy");
    // Whoever is busy can still be given more by hand.
    done(&world, "agent", "Take", &ticket, json!({})).await;
    done(&world, "agent", "Resolve", &ticket, json!({ "resolution": "Done." })).await;
    assert_eq!(load(&world, "Agent").await, "0 available");
    let names = "SELECT jsonb_agg(name ORDER BY id) FROM rim.outbox_events \
                 WHERE entity = 'RimSupportAgent' AND name <> 'rim.supportAgent.update'";
    let expected = ["comeBack", "fillUp", "freeUp", "fillUp", "freeUp"]
        .map(|verb| format!("rim.supportAgent.{verb}"));
    assert_eq!(world.value(names).await, json!(expected));
    world.verify().await;
}

#[tokio::test]
async fn what_is_done_is_not_given_to_anybody() {
    let world = World::rim().await;
    let ticket = resolved(&world).await;
    let to = json!({ "supportAgentId": agent(&world, "Agent").await });
    for (verb, more) in [("Assign", to), ("Take", json!({}))] {
        let refusal = refused(&world, "agent", verb, &ticket, more).await;
        assert_eq!(refusal, ["INVALID_TRANSITION ticketId"]);
    }
    let refusal = refused(&world, "ada", "Take", &ticket, json!({})).await;
    assert_eq!(refusal, ["FORBIDDEN "]);
}
