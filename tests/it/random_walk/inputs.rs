//! Inputs for any mutation, made from what the schema says of its fields: ids of rows that
//! exist, most of them in a status that allows the move; now and then nonsense.

use std::collections::HashMap;

use async_graphql::registry::{MetaType, Registry};
use bizgraph_kernel::entity::{GlobalId, Meta};
use bizgraph_kernel::mutation::Mutation;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::ground::Ground;
use super::rows::{Known, Rows};

/// What inputs are made of.
pub struct Inputs {
    registry: Registry,
    /// Input type by mutation.
    types: HashMap<&'static str, String>,
}

/// One input under way.
pub struct Asked<'a> {
    pub ground: &'static Ground,
    pub tenant: i32,
    pub mutation: &'static Mutation,
    pub rows: &'a Rows,
    pub dice: &'a mut Dice,
    pub now: DateTime<Utc>,
    /// Who calls.
    pub caller: &'a str,
    /// The first row that was chosen, which the rest of the input is about, and its type; of a
    /// caller who is a customer, the caller.
    pub first: Option<(&'a str, &'a Known)>,
}

impl Inputs {
    /// Of these mutations.
    pub fn of(mutations: &[&'static Mutation]) -> Inputs {
        let mut registry = Registry::default();
        let mut types = HashMap::new();
        for mutation in mutations {
            types.insert(mutation.name, (mutation.input_type)(&mut registry));
        }
        Inputs { registry, types }
    }

    /// An input for a mutation.
    pub fn make(&self, asked: &mut Asked<'_>) -> Value {
        let name = self.types[asked.mutation.name].trim_end_matches('!').to_owned();
        self.value(asked, &name, "input")
    }

    fn value(&self, asked: &mut Asked<'_>, of: &str, field: &str) -> Value {
        let of = of.trim_end_matches('!');
        if let Some(value) = (asked.ground.special)(asked, of, field) {
            return value;
        }
        if let Some(inner) = of.strip_prefix('[').and_then(|of| of.strip_suffix(']')) {
            let many = if asked.dice.chance(75) { 1 } else { 2 };
            return (0..many).map(|_| self.value(asked, inner, field)).collect();
        }
        match self.registry.types.get(of) {
            Some(MetaType::InputObject { input_fields, .. }) => {
                let mut object = Map::new();
                // A line sells one thing.
                let sold = asked.dice.word(&["assetId", "bulkStockId", "itemDescription"]);
                let line = input_fields.contains_key("bulkStockId")
                    && input_fields.contains_key("assetId");
                for (name, meta) in input_fields {
                    let required = meta.ty.ends_with('!') && meta.default_value.is_none();
                    let wanted =
                        match name.as_str() {
                            "assetId" | "bulkStockId" | "itemDescription" if line => {
                                if name == sold { 100 } else { 0 }
                            }
                            "unitPrice" if line && sold == "itemDescription" => 95,
                            "expectedVersion" => 3,
                            name => (asked.ground.wanted)(name),
                        };
                    if required || asked.dice.chance(wanted) {
                        object.insert(name.clone(), self.value(asked, &meta.ty, name));
                    }
                }
                Value::Object(object)
            }
            Some(MetaType::Enum { enum_values, .. }) => {
                let names: Vec<&String> = enum_values.keys().collect();
                let likely = ["CASH", "PASS"];
                let likely = names.iter().find(|name| likely.contains(&name.as_str()));
                match likely {
                    Some(likely) if asked.dice.chance(70) => json!(likely),
                    _ => json!(asked.dice.pick(&names)),
                }
            }
            _ => scalar(asked, of, field),
        }
    }
}

fn scalar(asked: &mut Asked<'_>, of: &str, field: &str) -> Value {
    match of {
        "ID" => json!(id(asked, field)),
        "Boolean" => json!(asked.dice.chance(50)),
        "Int" if field == "expectedVersion" => {
            json!(asked.first.map_or(1, |(_, row)| row.version))
        }
        "Int" => json!(asked.dice.pick(&[1, 1, 1, 1, 1, 2, 3, -1, 40])),
        "Float" => json!(1.5),
        "Date" => json!(asked.dice.pick(&["2026-03-02", "2026-03-01", "2026-03-10"])),
        "DateTime" => json!("2026-03-02T09:00:00Z"),
        "Money" | "Decimal" => json!(amount(asked, field)),
        "JSON" | "Json" => json!({}),
        _ => json!(text(asked.dice, field)),
    }
}

fn amount<'a>(asked: &mut Asked<'a>, field: &str) -> &'a str {
    let dice = &mut *asked.dice;
    match (field, asked.first) {
        ("amount", Some((_, row))) if !row.due.is_empty() && dice.chance(70) => &row.due,
        _ => dice.word(asked.ground.amounts),
    }
}

fn text(dice: &mut Dice, field: &str) -> String {
    let number = dice.roll() % 1_000_000_000;
    match field {
        "idempotencyKey" => format!("walk {:x}", dice.roll()),
        "email" => format!("walk{number}@shop.example"),
        field if field.to_lowercase().contains("phone") => {
            format!("080{:08}", number % 100_000_000)
        }
        "username" => format!("walk{number}"),
        field if field.to_lowercase().contains("password") => format!("walk of {number} steps"),
        _ if dice.chance(3) => String::new(),
        _ => format!("Walk {number:x}"),
    }
}

/// The id of a row of the field's type.
fn id(asked: &mut Asked<'_>, field: &str) -> String {
    let row_type = asked.ground.type_of(field);
    let (rows, customers) = (asked.rows, asked.ground.customers);
    let known = rows.get(&row_type).map_or(&[][..], Vec::as_slice);
    if known.is_empty() || asked.dice.chance(3) {
        return GlobalId::encode(asked.tenant, &row_type, asked.ground.no_key);
    }
    let wishes = wishes(asked.ground, asked.mutation, &row_type);
    let has = |row: &Known| {
        wishes.iter().any(|wish| [row.status.as_str(), row.also.as_str()].contains(wish))
    };
    let wished = |row: &Known| wishes.is_empty() || has(row);
    let is_own = row_type == "StoredFile"
        || asked.ground.own_of(asked.mutation.name) == Some(row_type.as_str());
    let fits = |row: &&Known| match asked.first {
        _ if is_own => row.by == asked.caller && wished(row),
        Some((_, first)) if !row.part_of.is_empty() => row.part_of == first.key,
        Some((of, first)) if row_type == customers && of == customers => row.key == first.key,
        Some((_, first)) if row_type == customers => row.key == first.customer,
        Some((of, first)) if of == customers && !row.customer.is_empty() => {
            row.customer == first.key && wished(row)
        }
        _ => has(row),
    };
    let fitting: Vec<&Known> = known.iter().filter(fits).collect();
    let row = match fitting.is_empty() || asked.dice.chance(asked.ground.astray) {
        true => asked.dice.pick(known),
        false => *asked.dice.pick(&fitting),
    };
    if asked.first.is_none() {
        asked.first = rows.get_key_value(&row_type).map(|(of, _)| (of.as_str(), row));
    }
    GlobalId::encode(asked.tenant, &row_type, &row.key)
}

/// Statuses of rows of a type, or other words about them, that allow a mutation, as far as
/// anything says so.
fn wishes(ground: &Ground, mutation: &Mutation, row_type: &str) -> &'static [&'static str] {
    let wish = |fits: &dyn Fn(&str) -> bool| {
        let mut wishes = ground.wishes.iter();
        wishes.find(|(name, of, _)| fits(name) && *of == row_type).map(|(_, _, statuses)| *statuses)
    };
    if let Some(statuses) = wish(&|name| name == mutation.name) {
        return statuses;
    }
    if mutation.name.ends_with("Restore") {
        return &["deleted"];
    }
    let (subject, verb) = mutation.permission.split_once(".transition:").unwrap_or_default();
    let moved = |meta: &&&'static Meta| meta.permission == subject && meta.type_name == row_type;
    let meta = ground.module.entities.iter().find(moved);
    let machine = meta.and_then(|meta| meta.machine).map(|machine| machine());
    match machine.and_then(|it| it.moves.iter().find(|step| step.verb == verb)) {
        Some(step) => step.from,
        None => wish(&|name| mutation.name.starts_with(name)).unwrap_or_default(),
    }
}
