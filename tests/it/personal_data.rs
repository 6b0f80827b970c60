//! Personal data that a tenant keeps encrypted (spec 1.11): who may see it sees it, the database
//! holds none of it, and what is sealed is found by its blind index.

mod rows;
mod servers;

use std::time::Duration;

use serde_json::Value;

use crate::world::World;

/// Encrypts what a tenant has; no other server has to be waited for.
pub async fn encrypt(world: &World, tenant: &str) -> usize {
    let tenant = world.kernel.tenant(tenant).unwrap();
    world.kernel.encrypt_personal_data(&tenant, Duration::ZERO).await.unwrap()
}

pub async fn decrypt(world: &World, tenant: &str) -> usize {
    let tenant = world.kernel.tenant(tenant).unwrap();
    world.kernel.decrypt_personal_data(&tenant, Duration::ZERO).await.unwrap()
}

/// Tables of a tenant in which a text stands anywhere.
pub async fn tables_with(world: &World, tenant: &str, text: &str) -> Vec<String> {
    let tables = format!(
        "SELECT table_name::text AS name FROM information_schema.tables \
         WHERE table_schema = '{tenant}' AND table_type = 'BASE TABLE' ORDER BY 1"
    );
    let mut found = Vec::new();
    for table in world.rows(&tables).await {
        let name = table["name"].as_str().unwrap();
        let rows =
            format!("SELECT count(*) FROM {tenant}.{name} t WHERE strpos(t::text, '{text}') > 0");
        if world.value(&rows).await != 0 {
            found.push(name.to_owned());
        }
    }
    found
}

/// A value as the database holds it.
pub async fn stored(world: &World, sql: &str) -> String {
    match world.value(sql).await {
        Value::String(text) => text,
        other => panic!("{other}"),
    }
}
