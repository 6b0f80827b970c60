//! What the lender tells people: templates, alerts, broadcasts, and how far messages came (spec
//! 1.13, 5.9, 5.12).

mod alerts;
mod audiences;
mod broadcasts;
mod configs;
mod going_out;
mod histories;
mod machines;
mod news;
mod templates;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use bizgraph::schema::MODULES;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::notification::{Message, SendFailure, Sender, Senders};
use futures_util::future::{BoxFuture, ready};
use serde_json::{Value, json};

use crate::rim::id_of;
use crate::world::{Person, World};

/// Takes what is for everybody but those it is told to refuse, and remembers all of it.
#[derive(Default)]
pub struct Postman {
    refuses: Mutex<HashSet<String>>,
    taken: Mutex<Vec<Message>>,
}

impl Postman {
    pub fn refuses(&self, addresses: &[&str]) {
        *self.refuses.lock().unwrap() = addresses.iter().map(|it| (*it).to_owned()).collect();
    }

    pub fn taken(&self) -> Vec<Message> {
        self.taken.lock().unwrap().clone()
    }

    pub fn recipients(&self) -> Vec<String> {
        let mut all: Vec<String> = self.taken().into_iter().map(|it| it.recipient).collect();
        all.sort();
        all
    }
}

impl Sender for Postman {
    fn name(&self) -> &'static str {
        "postman"
    }

    fn send<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), SendFailure>> {
        let refused = self.refuses.lock().unwrap().contains(&message.recipient);
        if !refused {
            self.taken.lock().unwrap().push(message.clone());
        }
        let answer = SendFailure::Permanent("Nobody lives here".to_owned());
        Box::pin(ready(if refused { Err(answer) } else { Ok(()) }))
    }
}

/// A server of its own over the world's database, whose messages this postman takes.
pub async fn server(world: &World, postman: &Arc<Postman>) -> Arc<Kernel> {
    let database = Database::new(&world.app_url, PoolSizes { reads: 2, writes: 4 }).unwrap();
    let senders = Senders { email: postman.clone(), sms: postman.clone() };
    let kernel = Kernel::new(database, world.clock.clone(), Cipher::new(&[7; 32]), MODULES)
        .with_senders(senders);
    kernel.refresh_tenants().await.unwrap();
    Arc::new(kernel)
}

/// Sends what is to be sent now.
pub async fn deliver(kernel: &Arc<Kernel>) {
    let tenant = kernel.tenant("rim").unwrap();
    kernel.deliver_notifications(&tenant).await.unwrap();
}

/// These columns of every message of the history, in order.
pub async fn letters(world: &World, columns: &str) -> Vec<Value> {
    let sql = format!("SELECT {columns} FROM rim.notification_histories ORDER BY id");
    world.rows(&sql).await
}

/// Writes a broadcast by SMS to everybody and answers its id; what is given replaces that.
pub async fn draft(world: &World, person: &Person, other: Value) -> String {
    let mut input = json!({
        "title": "News", "message": "Hello {{firstName}}", "type": "SMS", "targetAudience": "ALL",
    });
    for (name, value) in other.as_object().unwrap() {
        input[name] = value.clone();
    }
    let shown = "broadcastMessage { id status }";
    let payload = world.done(person, "rimBroadcastMessageCreate", input, shown).await;
    assert_eq!(payload["broadcastMessage"]["status"], "DRAFT");
    payload["broadcastMessage"]["id"].as_str().unwrap().to_owned()
}

/// The only broadcast, as the database has it.
pub async fn broadcast(world: &World) -> Value {
    let sql = "SELECT status, audience_size, sent_count, failed_count FROM rim.broadcast_messages";
    world.rows(sql).await.remove(0)
}

/// What [`broadcast`] shows.
pub fn stands(status: &str, audience: i32, sent: i32, failed: i32) -> Value {
    json!({
        "status": status, "audience_size": audience, "sent_count": sent, "failed_count": failed,
    })
}

/// The id of a template.
pub async fn template(world: &World, list: &str, name: &str) -> String {
    id_of(world, list, &format!("name: {{ eq: \"{name}\" }}")).await
}

/// Adds customers `x001` and so on.
pub async fn crowd(world: &World, size: i32) {
    let sql = format!(
        "INSERT INTO rim.users (id, user_id, first_name, phone, email, credit_limit) \
         SELECT gen_random_uuid(), 'X-' || n, 'Crowd', '+23480600' || lpad(n::text, 5, '0'), \
           'x' || lpad(n::text, 3, '0') || '@crowd.example', 0 FROM generate_series(1, {size}) n"
    );
    world.meddle(&sql).await;
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
                 attachments { nodes { id name size type } } \
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
    let pieces = stream::iter([Ok(PNG.into())]).boxed();
    let file = world.kernel.upload(&person.0, Origin::default(), name, pieces).await.unwrap();
    GlobalId::encode(person.0.tenant.id, "StoredFile", &file.id.to_string())
}
