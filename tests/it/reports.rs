//! Reports (spec 6.12): who sees which, and what each one says of a shop whose figures are
//! worked out by hand.

mod afterwards;
mod dashboard;
mod margin;
mod money;
mod rights;
mod stock;

pub use rights::{everything, groups};
use serde_json::Value;

use crate::world::{Person, World};

/// A report of the module as `{ rows { .. } .. }` with these arguments, such as
/// `(groupBy: DAY)`.
async fn report(world: &World, person: &Person, name: &str, shown: &str) -> Value {
    let query = format!("{{ bizhub {{ reports {{ it: {name} {{ {shown} }} }} }} }}");
    world.read(person, &query).await["bizhub"]["reports"]["it"].clone()
}

/// The rows of a report as lines: the values of the fields in their order, ids left out.
pub async fn lines(world: &World, person: &Person, name: &str, fields: &str) -> Vec<String> {
    let shown = format!("rows {{ {fields} }}");
    let found = report(world, person, name, &shown).await;
    let rows = found["rows"].as_array().unwrap();
    rows.iter().map(|row| line(row, fields)).collect()
}

/// The values of these fields of an object in one line.
pub fn line(object: &Value, fields: &str) -> String {
    let values = fields.split_whitespace().map(|field| match &object[field] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    values.collect::<Vec<_>>().join(" | ")
}

/// The totals of a report in one line.
async fn totals(world: &World, person: &Person, name: &str, fields: &str) -> String {
    let shown = format!("totals {{ {fields} }}");
    line(&report(world, person, name, &shown).await["totals"], fields)
}
