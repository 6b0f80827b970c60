//! A machine under test: how a row is put into a state, how a move is called, what it leaves.

use std::fmt::{Display, Formatter};

use bizgraph::schema::MODULES;
use bizgraph_kernel::entity::GlobalId;
use bizgraph_kernel::machine::Machine;
use bizgraph_kernel::module::Module;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::{AUTO, Advance, House, Obstacle, Row, starts_from, words};
use crate::world::{Person, World, key};

/// A machine with its table, and what its moves ask for.
pub struct Subject {
    pub machine: &'static Machine,
    pub rows: &'static [Row],
    pub obstacles: &'static [Obstacle],
    pub table: &'static str,
    /// `RimTicket`
    pub type_name: &'static str,
    /// `rim.ticket`
    pub permission: &'static str,
    /// SQL that puts a row there behind the server's back.
    pub put: fn(&Wanted) -> String,
    /// SQL for the key of that row.
    pub found: fn(&Wanted) -> String,
    /// What a move asks for beside its row and the key of the call.
    pub further: fn(&Call) -> Value,
    /// What the table of its history is called, with the column that names the row.
    pub history: Option<&'static str>,
    pub advance: Advance,
    /// A move that is only asked for at first, and what has to happen until it is made.
    pub aftermath: Option<(&'static str, Aftermath)>,
}

/// What happens after a call.
pub type Aftermath = for<'a> fn(&'a World) -> BoxFuture<'a, ()>;

/// A row of a person in a state, such that no guard but the status stands in the way of the move
/// to the other.
pub struct Wanted<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub username: &'a str,
    /// A key that no other row has.
    pub fresh: &'a str,
}

/// A move that somebody is about to make.
pub struct Call<'a> {
    pub person: &'a Person,
    pub row: &'a str,
    pub verb: &'a str,
    pub from: &'a str,
    pub to: &'a str,
}

/// A row that was put somewhere, and what was written until then.
pub struct Placed {
    pub key: String,
    event: i64,
    entry: i64,
}

impl Display for Placed {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.key)
    }
}

impl Subject {
    /// The module that the machine belongs to.
    pub fn module(&self) -> &'static Module {
        let (name, _) = self.permission.split_once('.').unwrap();
        MODULES.iter().find(|module| module.name == name).unwrap()
    }

    /// `rimTicketAssign`
    pub fn mutation(&self, verb: &str) -> String {
        let upper = |word: &str| word[..1].to_uppercase() + &word[1..];
        format!("{}{}{}", self.module().name, upper(&self.singular()), upper(verb))
    }

    /// `ticket`
    pub fn singular(&self) -> String {
        let name = &self.type_name[self.module().name.len()..];
        name[..1].to_lowercase() + &name[1..]
    }

    /// The path at which a refused move of this machine is reported.
    pub fn field(&self) -> String {
        format!("{}Id", self.singular())
    }

    /// Every state of the machine.
    pub fn states(&self) -> impl Iterator<Item = &'static str> {
        self.machine.states.values.iter().map(|word| word.stored)
    }

    /// Moves of the table that people make on a row that exists.
    pub fn steps(&self) -> impl Iterator<Item = &'static Row> {
        self.rows.iter().filter(|row| row.3 != AUTO && !row.1.is_empty())
    }

    /// The same, each by its verb and once.
    pub fn verbs(&self) -> Vec<&'static str> {
        let mut verbs: Vec<&str> = self.steps().map(|row| row.0).collect();
        verbs.dedup();
        verbs
    }

    /// Of these, what can be done with a row in a state.
    pub fn possible_from(&self, state: &str) -> Vec<&'static str> {
        let open = |verb: &&str| starts_from(self.step_from(verb, state).0, state);
        self.verbs().into_iter().filter(open).collect()
    }

    /// The row of a verb for a state, or any where it has none, and where the move leads first.
    pub fn step_from(&self, verb: &str, state: &str) -> (&'static Row, &'static str) {
        let rows: Vec<&Row> = self.steps().filter(|row| row.0 == verb).collect();
        let row = rows.iter().find(|row| starts_from(row, state)).unwrap_or(&rows[0]);
        (row, words(row.2).next().unwrap())
    }

    /// Puts a row into a state behind the server's back.
    pub async fn put(&self, world: &World, from: &str, to: &str, username: &str) -> Placed {
        let fresh = key();
        let wanted = Wanted { from, to, username, fresh: &fresh };
        world.meddle(&(self.put)(&wanted)).await;
        let found = format!("SELECT ({})::text", (self.found)(&wanted));
        let key = world.value(&found).await;
        self.mark(world, key.as_str().unwrap()).await
    }

    /// A row as it stands, before something happens to it.
    pub async fn mark(&self, world: &World, row: &str) -> Placed {
        let schema = self.module().name;
        let sql = format!(
            "SELECT (SELECT coalesce(max(id), 0) FROM {schema}.outbox_events) AS event, \
               (SELECT coalesce(max(id), 0) FROM {schema}.audit_entries) AS entry"
        );
        let marks = world.rows(&sql).await.remove(0);
        let mark = |name: &str| marks[name].as_i64().unwrap();
        Placed { key: row.to_owned(), event: mark("event"), entry: mark("entry") }
    }

    /// The id that clients know a row by.
    pub fn id(&self, person: &Person, row: impl Display) -> String {
        GlobalId::encode(person.0.tenant.id, self.type_name, &row.to_string())
    }

    /// A complete input of a move that leads from a state to another.
    pub fn input(
        &self,
        person: &Person,
        row: impl Display,
        verb: &str,
        (from, to): (&str, &str),
    ) -> Value {
        let row = &row.to_string();
        let mut input = (self.further)(&Call { person, row, verb, from, to });
        input[self.field()] = json!(self.id(person, row));
        if self.is_keyed(verb) {
            input["idempotencyKey"] = json!(key());
        }
        input
    }

    /// Calls a move with such an input, and lets happen what makes it where it is not made at once.
    pub async fn call(
        &self,
        world: &World,
        person: &Person,
        row: impl Display,
        verb: &str,
        pair: (&str, &str),
    ) -> Value {
        let input = self.input(person, row, verb, pair);
        let payload = world.call(person, &self.mutation(verb), input, "").await;
        if payload["userErrors"] == json!([])
            && let Some(aftermath) = self.aftermath_of(verb)
        {
            aftermath(world).await;
        }
        payload
    }

    /// What has to happen until a move is made that was asked for.
    pub fn aftermath_of(&self, verb: &str) -> Option<Aftermath> {
        self.aftermath.filter(|(of, _)| *of == verb).map(|(_, aftermath)| aftermath)
    }

    /// Whether the move's mutation takes an idempotency key.
    pub fn is_keyed(&self, verb: &str) -> bool {
        let name = self.mutation(verb);
        let mut keyed = self.module().mutations.iter().filter(|mutation| mutation.keyed);
        keyed.any(|mutation| mutation.name == name)
    }

    /// The status of a row as the database has it.
    pub async fn status(&self, world: &World, row: impl Display) -> String {
        let (schema, table) = (self.module().name, self.table);
        let sql = format!("SELECT status FROM {schema}.{table} WHERE id = '{row}'");
        world.value(&sql).await.as_str().unwrap().to_owned()
    }

    /// What a move left behind: the status and how often the row was written, what was announced,
    /// the changes of the status in the trail, and the history.
    pub async fn trace(&self, world: &World, placed: &Placed) -> Value {
        let (schema, table, ty) = (self.module().name, self.table, self.type_name);
        let history = self.history.map_or("NULL".to_owned(), |table| {
            format!(
                "(SELECT jsonb_agg(jsonb_build_array(action, from_status, to_status)) \
                 FROM {schema}.{table} = '{placed}')"
            )
        });
        let sql = format!(
            "SELECT (SELECT status || ' v' || version FROM {schema}.{table} \
                WHERE id = '{placed}') AS row, \
               (SELECT jsonb_agg(name ORDER BY id) FROM {schema}.outbox_events \
                WHERE entity = '{ty}' AND entity_id = '{placed}' AND id > {}) AS events, \
               (SELECT jsonb_agg(action || ' by ' || actor_role || ': ' || \
                  (old_values->>'status') || ' -> ' || (new_values->>'status')) \
                FROM {schema}.audit_entries WHERE entity = '{ty}' AND entity_id = '{placed}' \
                AND new_values ? 'status' AND id > {}) AS audit, {history} AS history",
            placed.event, placed.entry
        );
        world.rows(&sql).await.remove(0)
    }
}

/// Everything that a refused move must leave as it was; that it was refused may be written down.
pub async fn print(world: &World, house: &House) -> Value {
    let schema = house.subjects[0].module().name;
    let prints: Vec<String> = house
        .tables
        .iter()
        .map(|whole| {
            let (table, only) = whole.split_once(' ').unwrap_or((whole, ""));
            format!(
                "(SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) \
                 FROM {schema}.{table} r {only}) AS {table}"
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
