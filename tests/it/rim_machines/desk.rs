//! The machines of the support desk: tickets and agents (spec 5.7).

use bizgraph_kernel::entity::GlobalId;
use serde_json::{Value, json};

use crate::rim_machines::subject::{Row, Subject};
use crate::world::{Person, World};

pub static TICKET: Subject = Subject {
    machine: &bizgraph_rim::ticket::machine::MACHINE,
    rows: TICKETS,
    table: "tickets",
    type_name: "RimTicket",
    permission: "rim.ticket",
    put: ticket_sql,
    further: for_a_ticket,
};

pub static AGENT: Subject = Subject {
    machine: &bizgraph_rim::support_agent::machine::MACHINE,
    rows: AGENTS,
    table: "support_agents",
    type_name: "RimSupportAgent",
    permission: "rim.support_agent",
    put: agent_sql,
    further: |_, _, _, _| json!({}),
};

const SUPPORT: &str = "operations_manager, support_agent, support_lead";

const TICKETS: &[Row] = &[
    Row {
        verb: "create",
        pairs: &[("", "open")],
        by: "operations_manager, support_agent, support_lead, customer own",
    },
    Row {
        verb: "assign",
        pairs: &[
            ("open", "open"),
            ("open", "in-progress"),
            ("in-progress", "in-progress"),
            ("escalated", "escalated"),
        ],
        by: SUPPORT,
    },
    Row {
        verb: "escalate",
        pairs: &[("open", "escalated"), ("in-progress", "escalated")],
        by: SUPPORT,
    },
    Row {
        verb: "accept",
        pairs: &[("escalated", "in-progress")],
        by: "operations_manager target, support_agent target, support_lead target",
    },
    Row {
        verb: "resolve",
        pairs: &[("in-progress", "resolved"), ("escalated", "resolved")],
        by: "operations_manager, support_agent assigned, support_lead",
    },
    Row { verb: "confirm", pairs: &[("resolved", "closed")], by: "customer own" },
    Row { verb: "closeAfterWaiting", pairs: &[("resolved", "closed")], by: "auto" },
    Row {
        verb: "reopen",
        pairs: &[
            ("resolved", "in-progress"),
            ("resolved", "open"),
            ("closed", "in-progress"),
            ("closed", "open"),
        ],
        by: "operations_manager, support_lead, customer own",
    },
    Row {
        verb: "close",
        pairs: &[("open", "closed"), ("in-progress", "closed")],
        by: "operations_manager, support_lead",
    },
];

const AGENTS: &[Row] = &[
    Row {
        verb: "comeBack",
        pairs: &[("away", "available"), ("away", "busy")],
        by: "operations_manager, support_agent own, support_lead",
    },
    Row {
        verb: "goAway",
        pairs: &[("available", "away"), ("busy", "away")],
        by: "operations_manager, support_agent own, support_lead",
    },
    Row { verb: "fillUp", pairs: &[("available", "busy")], by: "auto" },
    Row { verb: "freeUp", pairs: &[("busy", "available")], by: "auto" },
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
fn ticket_sql(state: &str, to: &str, username: &str, key: &str) -> String {
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
fn agent_sql(state: &str, to: &str, username: &str, _: &str) -> String {
    let tickets = if state == "busy" || to == "busy" { 200 } else { 50 };
    format!(
        "UPDATE rim.support_agents SET status = '{state}', active_tickets = {tickets}, version = 1 \
         WHERE id = '{}';",
        key_of(username)
    )
}

fn for_a_ticket(person: &Person, verb: &str, from: &str, to: &str) -> Value {
    let agent = |username: &str| {
        let key = key_of(username);
        json!(GlobalId::encode(person.0.tenant.id, "RimSupportAgent", key))
    };
    match verb {
        // Who takes it begins with it.
        "assign" if (from, to) == ("open", "in-progress") => {
            json!({ "supportAgentId": agent(&person.0.username) })
        }
        "assign" => json!({ "supportAgentId": agent("agent2") }),
        "escalate" | "reopen" | "close" => json!({ "reason": "Because" }),
        "resolve" => json!({ "resolution": "Sent again." }),
        "accept" | "confirm" => json!({}),
        _ => unreachable!("the move {verb} has no row in this test"),
    }
}
