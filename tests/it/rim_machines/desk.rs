//! The machines of the support desk: tickets and agents (spec 5.7).

use bizgraph_kernel::entity::GlobalId;
use bizgraph_rim::support_agent::SupportAgent;
use bizgraph_rim::ticket::Ticket;
use serde_json::{Value, json};

use crate::matrix::{AUTO, Call, Row, Subject, Wanted, advance};
use crate::rim_machines::obstacles;
use crate::world::World;

pub static TICKET: Subject = Subject {
    machine: &bizgraph_rim::ticket::machine::MACHINE,
    rows: TICKETS,
    obstacles: obstacles::TICKET,
    table: "tickets",
    type_name: "RimTicket",
    permission: "rim.ticket",
    put: ticket_sql,
    found: |wanted| format!("SELECT '{}'", wanted.fresh),
    further: for_a_ticket,
    history: Some("ticket_histories WHERE ticket_id"),
    advance: advance::<Ticket>,
    aftermath: None,
};

pub static AGENT: Subject = Subject {
    machine: &bizgraph_rim::support_agent::machine::MACHINE,
    rows: AGENTS,
    obstacles: &[],
    table: "support_agents",
    type_name: "RimSupportAgent",
    permission: "rim.support_agent",
    put: agent_sql,
    found: |wanted| format!("SELECT '{}'", key_of(wanted.username)),
    further: |_| json!({}),
    history: None,
    advance: advance::<SupportAgent>,
    aftermath: None,
};

const SUPPORT: &str = "operations_manager, support_agent, support_lead";

const TICKETS: &[Row] = &[
    ("create", "", "open", "operations_manager, support_agent, support_lead, customer own"),
    ("assign", "open", "open, in-progress", SUPPORT),
    ("assign", "in-progress", "in-progress", SUPPORT),
    ("assign", "escalated", "escalated", SUPPORT),
    ("escalate", "open, in-progress", "escalated", SUPPORT),
    (
        "accept",
        "escalated",
        "in-progress",
        "operations_manager target, support_agent target, support_lead target",
    ),
    (
        "resolve",
        "in-progress, escalated",
        "resolved",
        "operations_manager, support_agent assigned, support_lead",
    ),
    ("confirm", "resolved", "closed", "customer own"),
    ("closeAfterWaiting", "resolved", "closed", AUTO),
    (
        "reopen",
        "resolved, closed",
        "in-progress, open",
        "operations_manager, support_lead, customer own",
    ),
    ("close", "open, in-progress", "closed", "operations_manager, support_lead"),
];

/// Who says that an agent is there or away.
const PRESENCE: &str = "operations_manager, support_agent own, support_lead";

const AGENTS: &[Row] = &[
    ("comeBack", "away", "available, busy", PRESENCE),
    ("goAway", "available, busy", "away", PRESENCE),
    ("fillUp", "available", "busy", AUTO),
    ("freeUp", "busy", "available", AUTO),
];

/// Logins that act as agents, with the agents' keys.
const AGENT_KEYS: [(&str, &str); 5] = [
    ("agent", "01920000-0000-7000-8000-00000000a001"),
    ("agent2", "01920000-0000-7000-8000-00000000a002"),
    ("lead", "01920000-0000-7000-8000-00000000a003"),
    ("operations", "01920000-0000-7000-8000-00000000a004"),
    ("admin", "01920000-0000-7000-8000-00000000a005"),
];

/// The key of the agent that a login acts as; that of the first for those who are none.
pub fn key_of(username: &str) -> &'static str {
    let found = AGENT_KEYS.iter().find(|(name, _)| *name == username);
    found.unwrap_or(&AGENT_KEYS[0]).1
}

/// Everybody who may be an agent is one, of the same desk and tier, with room for more.
pub async fn prepare(world: &World) {
    let mut sql = "DELETE FROM rim.support_agents;".to_owned();
    for (username, key) in AGENT_KEYS {
        sql.push_str(&format!(
            "INSERT INTO rim.support_agents (id, name, email, phone, department_id, tier, \
               admin_user_id, active_tickets, capacity, status) \
             SELECT '{key}', initcap('{username}'), '{username}@desk.example', '+2348030000100', \
               d.id, 2, u.id, 50, 200, 'available' FROM rim.departments d, rim.admin_users u \
             WHERE d.name = 'First Line' AND u.username = '{username}';"
        ));
    }
    world.meddle(&sql).await;
}

/// A ticket of Ada, with the agent that a person acts as, and passed up to it.
fn ticket_sql(wanted: &Wanted) -> String {
    let Wanted { from: state, to, username, fresh: key } = *wanted;
    let agent = key_of(username);
    let nobody = to == "open" && matches!(state, "resolved" | "closed");
    let with = if nobody { "NULL, NULL" } else { "a.id, a.name" };
    let target = if state == "escalated" { "a.id, a.name" } else { "NULL, NULL" };
    let resolved = match state {
        "resolved" | "closed" => "'2026-03-02T08:00:00Z'",
        _ => "NULL",
    };
    let closed = if state == "closed" { "'2026-03-02T08:30:00Z'" } else { "NULL" };
    format!(
        "INSERT INTO rim.tickets (id, ticket_number, customer_id, customer_name, customer_phone, \
           customer_email, subject, description, category, status, department_id, assigned_to, \
           assigned_to_name, escalated_to, escalated_to_name, resolved_at, closed_at) \
         SELECT '{key}', 'T' || left('{key}', 20), u.id, u.first_name, u.phone, u.email, 'Help', \
           'Nothing works', 'general', '{state}', a.department_id, {with}, {target}, \
           {resolved}::timestamptz, {closed}::timestamptz \
         FROM rim.users u, rim.support_agents a \
         WHERE u.user_id = 'USR-2026-001' AND a.id = '{agent}';"
    )
}

/// The agent that a person acts as, with a full desk where that makes the state.
fn agent_sql(wanted: &Wanted) -> String {
    let Wanted { from: state, to, username, .. } = *wanted;
    let tickets = if state == "busy" || to == "busy" { 200 } else { 50 };
    format!(
        "UPDATE rim.support_agents SET status = '{state}', active_tickets = {tickets}, version = 1 \
         WHERE id = '{}';",
        key_of(username)
    )
}

fn for_a_ticket(call: &Call) -> Value {
    let person = &call.person.0;
    let agent = |username: &str| {
        let key = key_of(username);
        json!({ "supportAgentId": GlobalId::encode(person.tenant.id, "RimSupportAgent", key) })
    };
    match call.verb {
        // Who takes it begins with it.
        "assign" if (call.from, call.to) == ("open", "in-progress") => agent(&person.username),
        "assign" => agent("agent2"),
        "escalate" | "reopen" | "close" => json!({ "reason": "Because" }),
        "resolve" => json!({ "resolution": "Sent again." }),
        "accept" | "confirm" => json!({}),
        verb => panic!("the move {verb} has no row in this test"),
    }
}
