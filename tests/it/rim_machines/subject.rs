//! The machines under test: how to put a row into any state, and how to call each move.

use bizgraph_kernel::entity::GlobalId;
use bizgraph_kernel::machine::Machine;
use serde_json::{Value, json};

use crate::rim_machines::desk;
use crate::world::{Person, World, key};

/// Every role, with a person of it; the rows belong to that person.
pub const ROLES: [(&str, &str); 9] = [
    ("super_admin", "admin"),
    ("operations_manager", "operations"),
    ("loan_officer", "officer"),
    ("finance", "finance"),
    ("support_agent", "agent"),
    ("support_lead", "lead"),
    ("marketing", "marketing"),
    ("auditor", "auditor"),
    ("customer", "ada"),
];

/// A move as the specification lists it, written down once more by hand.
pub struct Row {
    pub verb: &'static str,
    /// From where to where, each pair that there is; from nothing for the first.
    pub pairs: &'static [(&'static str, &'static str)],
    /// Roles besides super_admin, with the scope in which they may; `auto` for an effect only.
    pub by: &'static str,
}

/// A machine with its table, and what its moves ask for.
pub struct Subject {
    pub machine: &'static Machine,
    pub rows: &'static [Row],
    pub table: &'static str,
    pub type_name: &'static str,
    /// `rim.ticket`
    pub permission: &'static str,
    /// Puts a row of a person into a state, such that no guard but the status stands in the way
    /// of the move to the other: state, the other, username, key of the row to make.
    pub put: fn(&str, &str, &str, &str) -> String,
    /// What a move asks for beside its row: person, verb, state before and after.
    pub further: fn(&Person, &str, &str, &str) -> Value,
}

pub static SUBJECTS: [&Subject; 2] = [&desk::TICKET, &desk::AGENT];

/// A row that was put somewhere, and what was written until then.
pub struct Placed {
    pub key: String,
    event: i64,
    entry: i64,
}

impl Row {
    /// Roles besides super_admin, each with its scope; empty for every row.
    pub fn roles(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let words = self.by.split(", ").filter(|word| !word.is_empty());
        words.map(|word| word.split_once(' ').unwrap_or((word, "")))
    }

    /// Whether a role can make it, on rows of its own.
    pub fn may(&self, role: &str) -> bool {
        role == "super_admin" || self.roles().any(|(by, _)| by == role)
    }

    /// Whether it is only ever the effect of another.
    pub fn is_auto(&self) -> bool {
        self.by == "auto"
    }

    /// Whether it starts from a state.
    pub fn starts_from(&self, state: &str) -> bool {
        self.pairs.iter().any(|(from, _)| *from == state)
    }
}

impl Subject {
    /// `rimTicketAssign`
    pub fn mutation(&self, verb: &str) -> String {
        let mut name = format!("{}{verb}", self.type_name.replacen('R', "r", 1));
        let first = name.len() - verb.len();
        name[first..=first].make_ascii_uppercase();
        name
    }

    /// `ticket`
    pub fn singular(&self) -> String {
        let name = self.type_name.trim_start_matches("Rim");
        name[..1].to_lowercase() + &name[1..]
    }

    /// Every state of the machine.
    pub fn states(&self) -> impl Iterator<Item = &'static str> {
        self.machine.states.values.iter().map(|word| word.stored)
    }

    /// Moves of the table that people make on a row that exists.
    pub fn steps(&self) -> impl Iterator<Item = &'static Row> {
        self.rows.iter().filter(|row| !row.is_auto() && !row.starts_from(""))
    }

    /// Puts a row of a person into a state behind the server's back.
    pub async fn put(&self, world: &World, state: &str, to: &str, username: &str) -> Placed {
        let fresh = key();
        world.meddle(&(self.put)(state, to, username, &fresh)).await;
        let marks = "SELECT (SELECT coalesce(max(id), 0) FROM rim.outbox_events) AS event, \
                     (SELECT coalesce(max(id), 0) FROM rim.audit_entries) AS entry";
        let marks = world.rows(marks).await.remove(0);
        let mark = |name: &str| marks[name].as_i64().unwrap();
        let key = match self.type_name {
            "RimSupportAgent" => desk::key_of(username).to_owned(),
            _ => fresh,
        };
        Placed { key, event: mark("event"), entry: mark("entry") }
    }

    /// Calls a move with an input that leads from a state to another.
    pub async fn call(
        &self,
        world: &World,
        person: &Person,
        placed: &Placed,
        verb: &str,
        pair: (&str, &str),
    ) -> Value {
        let mut input = (self.further)(person, verb, pair.0, pair.1);
        input[format!("{}Id", self.singular())] = json!(self.id(person, placed));
        world.call(person, &self.mutation(verb), input, "").await
    }

    /// The id that clients know a row by.
    pub fn id(&self, person: &Person, placed: &Placed) -> String {
        GlobalId::encode(person.0.tenant.id, self.type_name, &placed.key)
    }

    /// What a move left behind: the status and how often the row was written, the
    /// announcements, the changes of the status in the trail.
    pub async fn trace(&self, world: &World, placed: &Placed) -> Value {
        let (table, ty, key) = (self.table, self.type_name, &placed.key);
        let sql = format!(
            "SELECT (SELECT status || ' v' || version FROM rim.{table} WHERE id = '{key}') AS row, \
               (SELECT jsonb_agg(name ORDER BY id) FROM rim.outbox_events WHERE entity = '{ty}' \
                AND entity_id = '{key}' AND id > {}) AS events, \
               (SELECT jsonb_agg(action || ' by ' || actor_role || ': ' || \
                  (old_values->>'status') || ' -> ' || (new_values->>'status')) \
                FROM rim.audit_entries WHERE entity = '{ty}' AND entity_id = '{key}' \
                AND new_values ? 'status' AND id > {}) AS audit",
            placed.event, placed.entry
        );
        world.rows(&sql).await.remove(0)
    }
}

/// A person of the staff, or a customer.
pub async fn somebody(world: &World, name: &str) -> Person {
    match name {
        "ada" | "bola" => world.customer(name).await,
        _ => world.person(name).await,
    }
}

/// Everything that a refused move must leave as it was; that it was refused is written down.
pub async fn print(world: &World) -> Value {
    let tables = [
        "tickets",
        "ticket_histories",
        "ticket_sla_clocks",
        "chat_messages",
        "support_agents",
        "notifications",
        "outbox_events",
        "idempotency_records",
        "audit_entries WHERE action <> 'denied'",
    ];
    let prints: Vec<String> = tables
        .iter()
        .enumerate()
        .map(|(place, table)| {
            let (table, only) = table.split_once(' ').unwrap_or((table, ""));
            format!(
                "(SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) FROM rim.{table} r {only}) \
                 AS t{place}"
            )
        })
        .collect();
    world.rows(&format!("SELECT {}", prints.join(", "))).await.remove(0)
}

/// Codes of a payload's refusals.
pub fn codes(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().unwrap();
    errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect()
}
