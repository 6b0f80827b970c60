//! Messages that leave the house (spec 1.13), one test a sentence.

mod delivery;
mod mail_server;
mod outbox;
mod smtp;

use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::notification::{Channel, Template};
use serde_json::{Value, json};

use crate::world::World;

/// A mail of these tests.
static HELLO: Template = Template {
    name: "test.hello",
    doc: "Greets.",
    channel: Channel::Email,
    subject: "Hello {{ name }}",
    body: "Dear {{ name }},\nit is {{ day }}.",
};

/// Queues a greeting as the system would, and answers whether it is a new one.
pub async fn greet(world: &World, recipient: &str, dedupe_key: &str) -> bool {
    let actor = world.kernel.system_actor(world.kernel.tenant("bizhub").unwrap()).unwrap();
    let mut tx = world.kernel.begin(actor, Origin::default()).await.unwrap();
    let variables = json!({"name": "Ama", "day": "Monday"});
    let queued = tx.notify(&HELLO, recipient, dedupe_key, variables).await.unwrap();
    tx.commit().await.unwrap();
    queued
}

/// Sends what is to be sent now.
async fn deliver(world: &World) {
    let tenant = world.kernel.tenant("bizhub").unwrap();
    world.kernel.deliver_notifications(&tenant).await.unwrap();
}

/// These columns of every message, in order.
async fn messages(world: &World, columns: &str) -> Vec<Value> {
    world.rows(&format!("SELECT {columns} FROM bizhub.notifications ORDER BY id")).await
}
