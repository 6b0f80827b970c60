//! Who looks and who types: told to those who listen now, over by itself, and never to a customer
//! what is among agents.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{hearing, server, settle, ticket, token};
use crate::live::socket::Socket;
use crate::rim::id_of;
use crate::server::Server;
use crate::world::World;

async fn act(
    world: &World,
    username: &str,
    mutation: &str,
    mut input: Value,
    ticket: &str,
) -> Value {
    let person = match username {
        "ada" | "bola" => world.customer(username).await,
        username => world.person(username).await,
    };
    input["ticketId"] = json!(ticket);
    let shown = match mutation {
        "rimTicketLeave" | "rimTicketStopTyping" => "ticket { id }",
        _ => "ticketPresence { activity name internal until }",
    };
    world.done(&person, mutation, input, shown).await["ticketPresence"].clone()
}

#[tokio::test]
async fn both_sides_hear_who_types() {
    let world = World::rim().await;
    let server = server(&world).await;
    let ticket = ticket(&world, "rim", "ada").await;
    let mut agent = hearing(&world, &server, "agent", &ticket).await;
    let mut ada = hearing(&world, &server, "ada", &ticket).await;
    act(&world, "ada", "rimTicketStartTyping", json!({}), &ticket).await;
    act(&world, "agent", "rimTicketStartTyping", json!({}), &ticket).await;
    for socket in [&mut agent, &mut ada] {
        for name in ["Ada", "agent"] {
            let event = socket.next("1").await;
            assert_eq!((&event["verb"], &event["cursor"]), (&json!("startTyping"), &Value::Null));
            let presence = &event["ticketPresence"];
            assert_eq!(presence["activity"], "TYPING");
            assert_eq!(presence["name"], name, "{event}");
            assert_eq!(presence["until"], "2026-03-02T09:00:10Z");
        }
    }
}

#[tokio::test]
async fn no_customer_hears_which_agents_look_or_write_a_note() {
    let world = World::rim().await;
    let server = server(&world).await;
    let ticket = ticket(&world, "rim", "ada").await;
    let mut lead = hearing(&world, &server, "lead", &ticket).await;
    let mut ada = hearing(&world, &server, "ada", &ticket).await;
    act(&world, "agent", "rimTicketView", json!({}), &ticket).await;
    act(&world, "agent", "rimTicketStartTyping", json!({ "internal": true }), &ticket).await;
    act(&world, "agent", "rimTicketLeave", json!({}), &ticket).await;
    act(&world, "ada", "rimTicketView", json!({}), &ticket).await;
    for (verb, internal) in
        [("view", true), ("startTyping", true), ("leave", true), ("leave", true), ("view", false)]
    {
        let event = lead.next("1").await;
        assert_eq!(
            (&event["verb"], &event["ticketPresence"]["internal"]),
            (&json!(verb), &json!(internal))
        );
    }
    // The customer hears of itself, and of nothing before.
    let event = ada.next("1").await;
    assert_eq!((&event["verb"], &event["ticketPresence"]["name"]), (&json!("view"), &json!("Ada")));
    let query = "{ rim { tickets { nodes { presences { totalCount nodes { name } } } } \
                 ticketPresences { totalCount } } }";
    let seen = world.read(&world.customer("ada").await, query).await;
    let presences = &seen["rim"]["tickets"]["nodes"][0]["presences"];
    assert_eq!(presences, &json!({ "totalCount": 1, "nodes": [{ "name": "Ada" }] }));
    assert_eq!(seen["rim"]["ticketPresences"]["totalCount"], 1);
    let seen = world.read(&world.person("lead").await, query).await;
    assert_eq!(seen["rim"]["ticketPresences"]["totalCount"], 3);
}

#[tokio::test]
async fn nobody_shows_themselves_at_a_ticket_that_is_not_theirs() {
    let world = World::rim().await;
    let (bolas, foreign) =
        (ticket(&world, "rim", "bola").await, ticket(&world, "ikeja", "bola").await);
    let ada = world.customer("ada").await;
    for mutation in
        ["rimTicketView", "rimTicketStartTyping", "rimTicketStopTyping", "rimTicketLeave"]
    {
        for ticket in [&bolas, &foreign] {
            let refused = world.refused(&ada, mutation, json!({ "ticketId": ticket })).await;
            assert_eq!(refused, ["NOT_FOUND ticketId"], "{mutation}");
        }
    }
    assert_eq!(world.value("SELECT count(*) FROM rim.ticket_presences").await, 0);
    let auditor = world.person("auditor").await;
    let refused = world.refused(&auditor, "rimTicketView", json!({ "ticketId": bolas })).await;
    assert_eq!(refused, ["FORBIDDEN "]);
}

#[tokio::test]
async fn a_presence_is_over_by_itself_and_removed_an_hour_later() {
    let world = World::rim().await;
    let ticket = ticket(&world, "rim", "ada").await;
    let first = act(&world, "agent", "rimTicketView", json!({}), &ticket).await;
    assert_eq!(first["until"], "2026-03-02T09:01:00Z");
    world.clock.advance(TimeDelta::seconds(30));
    let again = act(&world, "agent", "rimTicketView", json!({}), &ticket).await;
    assert_eq!(again["until"], "2026-03-02T09:01:30Z");
    let count = "SELECT count(*) FROM rim.ticket_presences";
    assert_eq!(world.value(count).await, 1, "one row a person and activity");
    assert_eq!(world.value("SELECT count(*) FROM rim.audit_entries").await, 0);
    world.run_job("pruneTicketPresences").await;
    assert_eq!(world.value(count).await, 1);
    world.clock.advance(TimeDelta::minutes(62));
    world.run_job("pruneTicketPresences").await;
    assert_eq!(world.value(count).await, 0);
}

#[tokio::test]
async fn what_one_server_is_told_is_heard_on_another() {
    let world = World::rim().await;
    let (_here, there) = (server(&world).await, Server::beside(&world).await);
    let ticket = ticket(&world, "rim", "ada").await;
    let mut agent = hearing(&world, &there, "agent", &ticket).await;
    act(&world, "ada", "rimTicketStartTyping", json!({}), &ticket).await;
    assert_eq!(agent.next("1").await["ticketPresence"]["name"], "Ada");
}

const AGENTS: &str = "subscription { rimAgentPresence { ... on RimAgentPresenceEvent { verb \
                      supportAgent { name status } } ... on Lagged { message } } }";

/// Waits until a condition on the database holds.
async fn until(world: &World, sql: &str) {
    let holds = async {
        while world.value(sql).await != json!(true) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), holds).await.expect(sql);
}

#[tokio::test]
async fn an_agent_who_lost_its_last_socket_is_away_five_minutes_later() {
    let world = World::rim().await;
    let server = server(&world).await;
    let mut lead = Socket::of(&server, &token(&world, "rim", "lead").await).await;
    lead.subscribe("1", AGENTS, json!({})).await;
    settle(&mut lead).await;
    let agent = id_of(&world, "supportAgents", "name: { eq: \"Agent\" }").await;
    let own = world.person("agent").await;
    let input = json!({ "supportAgentId": agent });
    world.done(&own, "rimSupportAgentComeBack", input.clone(), "").await;
    let heard = lead.next("1").await;
    let told = |status: &str| json!({ "name": "Agent", "status": status });
    assert_eq!((&heard["verb"], &heard["supportAgent"]), (&json!("comeBack"), &told("AVAILABLE")));
    // Who never had a socket has lost none.
    world.clock.advance(TimeDelta::minutes(6));
    assert_eq!(world.run_job("awayAfterSocketLoss").await, 0);
    let two = [
        Socket::of(&server, &token(&world, "rim", "agent").await).await,
        Socket::of(&server, &token(&world, "rim", "agent").await).await,
    ];
    let seen = "SELECT EXISTS (SELECT 1 FROM rim.live_presences p JOIN rim.support_agents a \
                ON p.person = 'adminUser:' || a.admin_user_id WHERE a.name = 'Agent'";
    until(&world, &format!("{seen})")).await;
    let [one, other] = two;
    drop(one);
    world.clock.advance(TimeDelta::minutes(6));
    world.kernel.write_presences(true).await.unwrap();
    assert_eq!(world.run_job("awayAfterSocketLoss").await, 0, "one socket is left");
    world.clock.advance(TimeDelta::minutes(1));
    drop(other);
    until(&world, &format!("{seen} AND p.seen_at = '2026-03-02T09:13:00Z')")).await;
    world.clock.advance(TimeDelta::minutes(4));
    assert_eq!(world.run_job("awayAfterSocketLoss").await, 0);
    world.clock.advance(TimeDelta::minutes(1));
    assert_eq!(world.run_job("awayAfterSocketLoss").await, 1);
    let heard = lead.next("1").await;
    assert_eq!((&heard["verb"], &heard["supportAgent"]), (&json!("goAway"), &told("AWAY")));
    // Who comes back by hand stays, until a socket is lost again.
    world.done(&own, "rimSupportAgentComeBack", input, "").await;
    world.clock.advance(TimeDelta::minutes(6));
    assert_eq!(world.run_job("awayAfterSocketLoss").await, 0);
}
