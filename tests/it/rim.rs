//! The lender's people, roles and reference data (spec 5.2, 5.3, 5.8).

mod admin_users;
mod customers;
mod desk;
mod findings;
mod logs;
mod over_others;
mod role_document;
mod roles;

use serde_json::Value;

use crate::world::{Person, World};

/// The id of the only row of a list that meets a condition, in GraphQL's words.
pub async fn id_of(world: &World, list: &str, condition: &str) -> String {
    let admin = world.person("admin").await;
    let query = format!("{{ rim {{ {list}(where: {{ {condition} }}) {{ nodes {{ id }} }} }} }}");
    let data = world.read(&admin, &query).await;
    let nodes = data["rim"][list]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 1, "{list} {condition}");
    nodes[0]["id"].as_str().unwrap().to_owned()
}

/// The id of a person of the staff.
pub async fn staff(world: &World, username: &str) -> String {
    id_of(world, "adminUsers", &format!("username: {{ eq: \"{username}\" }}")).await
}

/// The id of a role.
pub async fn role(world: &World, name: &str) -> String {
    id_of(world, "adminRoles", &format!("name: {{ eq: \"{name}\" }}")).await
}

/// The id of a customer.
pub async fn customer(world: &World, user_id: &str) -> String {
    id_of(world, "users", &format!("userId: {{ eq: \"{user_id}\" }}")).await
}

/// What a query of the module answers to a person.
pub async fn ask(world: &World, person: &Person, query: &str) -> Value {
    world.read(person, &format!("{{ rim {{ it: {query} }} }}")).await["rim"]["it"].clone()
}
