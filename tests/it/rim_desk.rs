//! The support desk: tickets from the question to the end, who has them, what is promised
//! (spec 5.7, 5.13).

mod assigning;
mod clocks;
mod ending;
mod late_promises;
mod messages;
mod model;
mod opening;
mod order_of_locks;
mod passing_up;
mod races;
mod updating;

use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::entity::Id;
use bizgraph_rim::ticket::messages::{Reply, agent_writes, customer_writes};
use serde_json::{Value, json};

use crate::rim::{customer, id_of};
use crate::world::{Person, World, key};

/// Ada's business number.
pub const ADA: &str = "USR-2026-001";

/// What Ada asks, as staff would enter it.
pub async fn question(world: &World) -> Value {
    json!({
        "customerId": customer(world, ADA).await, "subject": "No airtime",
        "description": "I paid and got nothing.", "category": "GENERAL", "idempotencyKey": key(),
    })
}

/// A ticket of Ada, by its id.
pub async fn opened(world: &World) -> String {
    let ada = world.customer("ada").await;
    let payload = world.done(&ada, "rimTicketCreate", question(world).await, "ticket { id }").await;
    payload["ticket"]["id"].as_str().unwrap().to_owned()
}

/// The id of an agent.
pub async fn agent(world: &World, name: &str) -> String {
    id_of(world, "supportAgents", &format!("name: {{ eq: \"{name}\" }}")).await
}

/// The id of a desk.
pub async fn desk(world: &World, name: &str) -> String {
    id_of(world, "departments", &format!("name: {{ eq: \"{name}\" }}")).await
}

/// These agents are there.
pub async fn here(world: &World, names: &[&str]) {
    let lead = world.person("lead").await;
    for name in names {
        let input = json!({ "supportAgentId": agent(world, name).await });
        world.done(&lead, "rimSupportAgentComeBack", input, "").await;
    }
}

/// Agent2 works at the Loans Desk, of tier 2.
pub async fn promote(world: &World) {
    let operations = world.person("operations").await;
    let input = json!({
        "supportAgentId": agent(world, "Agent2").await, "tier": 2,
        "departmentId": desk(world, "Loans Desk").await,
    });
    world.done(&operations, "rimSupportAgentUpdate", input, "").await;
}

/// Makes a move on a ticket that must go well.
pub async fn done(world: &World, person: &str, verb: &str, ticket: &str, more: Value) {
    let person = somebody(world, person).await;
    world.done(&person, &format!("rimTicket{verb}"), input(ticket, more), "").await;
}

/// Makes a move on a ticket that must be refused.
pub async fn refused(
    world: &World,
    person: &str,
    verb: &str,
    ticket: &str,
    more: Value,
) -> Vec<String> {
    let person = somebody(world, person).await;
    world.refused(&person, &format!("rimTicket{verb}"), input(ticket, more)).await
}

async fn somebody(world: &World, name: &str) -> Person {
    match name {
        "ada" | "bola" => world.customer(name).await,
        _ => world.person(name).await,
    }
}

fn input(ticket: &str, more: Value) -> Value {
    let mut input = more;
    input["ticketId"] = json!(ticket);
    input
}

/// A ticket that Agent has in work.
pub async fn taken(world: &World) -> String {
    here(world, &["Agent"]).await;
    let ticket = opened(world).await;
    done(world, "agent", "Take", &ticket, json!({})).await;
    ticket
}

/// The same, resolved.
pub async fn resolved(world: &World) -> String {
    let ticket = taken(world).await;
    done(world, "agent", "Resolve", &ticket, json!({ "resolution": "Sent again." })).await;
    ticket
}

/// The customer writes to a ticket.
pub async fn hears(world: &World, ticket: &str, text: &str) {
    let ada = world.customer("ada").await;
    let origin = Origin { request_id: "test".to_owned(), ..Origin::default() };
    let mut tx = world.kernel.begin(ada.0.clone(), origin).await.unwrap();
    customer_writes(&mut tx, &Id::new(ticket), "ticketId", text.to_owned()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Somebody of the support writes to a ticket.
pub async fn answers(world: &World, person: &str, ticket: &str, internal: bool, asks: bool) {
    let person = world.person(person).await;
    let origin = Origin { request_id: "test".to_owned(), ..Origin::default() };
    let mut tx = world.kernel.begin(person.0.clone(), origin).await.unwrap();
    let reply = Reply { text: "Which number?".to_owned(), internal, asks };
    agent_writes(&mut tx, &Id::new(ticket), "ticketId", reply).await.unwrap();
    tx.commit().await.unwrap();
}

/// One column of the newest ticket.
pub async fn of_ticket(world: &World, column: &str) -> Value {
    let sql = format!("SELECT {column} AS it FROM rim.tickets ORDER BY ticket_number DESC LIMIT 1");
    world.value(&sql).await
}

/// Where the newest ticket stands: status, tier, priority, agent and target.
pub async fn stand(world: &World) -> String {
    let it = "concat_ws(' ', status, 'tier', tier, priority, 'with', \
              coalesce(assigned_to_name, 'nobody'), 'for ' || escalated_to_name)";
    of_ticket(world, it).await.as_str().unwrap().to_owned()
}

/// Tickets and status of an agent.
pub async fn load(world: &World, name: &str) -> String {
    let sql = format!(
        "SELECT active_tickets || ' ' || status AS it FROM rim.support_agents WHERE name = '{name}'"
    );
    world.value(&sql).await.as_str().unwrap().to_owned()
}

/// The history of all tickets: who did what, from where to where, with details.
pub async fn history(world: &World) -> Vec<String> {
    lines(
        world,
        "SELECT concat_ws(' ', performer_type, performed_by_name || ':', action, \
           '(' || details || ')', coalesce(from_status, '-') || ' -> ' || to_status) AS it \
         FROM rim.ticket_histories ORDER BY created_at, id",
    )
    .await
}

/// Announcements about tickets, in their order.
pub async fn events(world: &World) -> Vec<String> {
    lines(world, "SELECT name AS it FROM rim.outbox_events WHERE entity = 'RimTicket' ORDER BY id")
        .await
}

async fn lines(world: &World, sql: &str) -> Vec<String> {
    let rows = world.rows(sql).await;
    rows.iter().map(|row| row["it"].as_str().unwrap().to_owned()).collect()
}
