//! What the lender tells people: templates, alerts, broadcasts, and how far messages came (spec
//! 1.13, 5.9, 5.12).

mod alerts;
mod audiences;
mod broadcasts;
mod configs;
mod going_out;
mod histories;
mod news;
mod passwords;
mod templates;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
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

/// Takes what is for everybody but those it is told to refuse, unless it has no time, and
/// remembers all of it.
#[derive(Default)]
pub struct Postman {
    has_no_time: AtomicBool,
    refuses: Mutex<HashSet<String>>,
    taken: Mutex<Vec<Message>>,
}

impl Postman {
    pub fn refuses(&self, addresses: &[&str]) {
        *self.refuses.lock().unwrap() = addresses.iter().map(|it| (*it).to_owned()).collect();
    }

    pub fn has_no_time(&self, now: bool) {
        self.has_no_time.store(now, Ordering::Relaxed);
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
        if self.has_no_time.load(Ordering::Relaxed) {
            return Box::pin(ready(Err(SendFailure::Temporary("Later".to_owned()))));
        }
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
}
