//! The period lock (spec 1.10), one test a sentence.

mod dates;
mod following;
mod lender;
mod moving;
mod overriding;
mod shop;
mod unlooked;

use serde_json::{Value, json};

use crate::world::{Person, World, key};

/// Closes the books through a day.
pub async fn lock(world: &World, day: &str) {
    let admin = world.person("admin").await;
    let input = json!({ "lockedThrough": day });
    world.done(&admin, "periodLockMoveForward", input, "").await;
}

/// The last locked day.
pub async fn locked_through(world: &World) -> Value {
    let admin = world.person("admin").await;
    let query = "{ platform { periodLocks { nodes { lockedThrough } } } }";
    let data = world.read(&admin, query).await;
    data["platform"]["periodLocks"]["nodes"][0]["lockedThrough"].clone()
}

/// The only refusal of a call.
async fn refusal(world: &World, person: &Person, mutation: &str, input: Value) -> Value {
    let payload = world.call(person, mutation, input.clone(), "").await;
    let errors = payload["userErrors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{mutation} {input}: {payload}");
    errors[0].clone()
}

/// Makes somebody a second administrator.
async fn promote(world: &World, username: &str) -> Person {
    let sql = match world.person(username).await.0.module.name {
        "rim" => format!(
            "UPDATE rim.admin_users SET role = 'super_admin', role_id = (SELECT id FROM \
             rim.admin_roles WHERE name = 'super_admin') WHERE username = '{username}'"
        ),
        _ => format!("UPDATE bizhub.users SET role = 'Admin' WHERE username = '{username}'"),
    };
    world.meddle(&sql).await;
    world.person(username).await
}

/// Agrees to what was asked for last.
fn agreement(asked: &Value) -> Value {
    let request = asked["approvalRequest"]["id"].clone();
    assert!(request.is_string(), "{asked}");
    json!({ "approvalRequestId": request, "idempotencyKey": key() })
}
