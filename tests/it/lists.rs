//! Lists: pages, filters, figures, and what can be selected of them.

mod aggregates;
mod filters;
mod operands;
mod paging;
mod selection;

use serde_json::{Value, json};

use crate::world::{Person, World};

/// A small shop with ties, missing values and awkward names.
const DATA: &str = include_str!("lists/data.sql");

/// A world with that shop, and its administrator.
async fn stocked() -> (World, Person) {
    let world = World::new().await;
    world.meddle(DATA).await;
    let admin = world.person("admin").await;
    (world, admin)
}

/// The text of every row of a query with one column named `it`.
async fn expected(world: &World, sql: &str) -> Vec<String> {
    let rows = world.rows(sql).await;
    rows.iter().map(|row| row["it"].as_str().unwrap().to_owned()).collect()
}

/// The codes of an answer's errors, none for a good one.
fn codes(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    let code = |error: &Value| error["extensions"]["code"].as_str().unwrap_or("-").to_owned();
    errors.iter().map(code).collect()
}

/// Sends a query without variables.
async fn ask(world: &World, person: &Person, query: &str) -> Value {
    world.send(person, query, json!({})).await
}
