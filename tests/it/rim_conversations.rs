//! What is said at the desk: by whom, to whom, with which files, and what no customer ever sees
//! (spec 5.7, 1.11).

mod editing;
mod files;
mod notes;
mod sending;

use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::entity::GlobalId;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::world::{Person, World, key};

/// The beginning of a picture, which is all that tells what it is.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR a picture of a screen";

/// A ticket that Ada opened; answers its id.
pub async fn opened(world: &World) -> String {
    let ada = world.customer("ada").await;
    let input = json!({
        "subject": "No airtime", "description": "It did not come", "category": "TECHNICAL",
        "idempotencyKey": key(),
    });
    let payload = world.done(&ada, "rimTicketCreate", input, "ticket { id }").await;
    payload["ticket"]["id"].as_str().unwrap().to_owned()
}

/// Writes to a ticket, with further input, and answers the message.
pub async fn write(world: &World, person: &Person, ticket: &str, text: &str, more: Value) -> Value {
    let mut input = json!({ "ticketId": ticket, "message": text });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    let shown = "chatMessage { id version senderType senderName message internal isRead \
                 attachments { nodes { id name size type url } } \
                 ticket { messageCount lastMessageAt status waitingOnCustomer } }";
    world.done(person, "rimChatMessageSend", input, shown).await["chatMessage"].clone()
}

/// Writes to a ticket and answers the id of the message.
pub async fn said(world: &World, person: &Person, ticket: &str, text: &str) -> String {
    let message = write(world, person, ticket, text, json!({})).await;
    message["id"].as_str().unwrap().to_owned()
}

/// A note among agents; answers its id.
pub async fn noted(world: &World, person: &Person, ticket: &str, text: &str) -> String {
    let message = write(world, person, ticket, text, json!({ "internal": true })).await;
    message["id"].as_str().unwrap().to_owned()
}

/// Uploads a picture and answers the id of the file.
pub async fn uploaded(world: &World, person: &Person, name: &str) -> String {
    put(world, person, name, PNG).await
}

/// Uploads a file and answers its id.
pub async fn put(world: &World, person: &Person, name: &str, content: &'static [u8]) -> String {
    let pieces = stream::iter([Ok(content.into())]).boxed();
    let file = world.kernel.upload(&person.0, Origin::default(), name, pieces).await.unwrap();
    GlobalId::encode(person.0.tenant.id, "StoredFile", &file.id.to_string())
}
