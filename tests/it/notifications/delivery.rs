//! Claiming, sending, confirming: who sends, how often, and what a crash between does.

use std::sync::{Arc, Mutex};

use bizgraph::schema::MODULES;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::notification::{Message, SendFailure, Sender, Senders};
use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use serde_json::json;

use crate::notifications::{greet, messages};
use crate::world::World;

/// A sender that remembers what it sent, and answers as it is told.
#[derive(Default)]
struct Told {
    sent: Mutex<Vec<String>>,
    failure: Mutex<Option<SendFailure>>,
}

impl Told {
    fn answers(&self, failure: Option<SendFailure>) {
        *self.failure.lock().unwrap() = failure;
    }

    fn ids(&self) -> Vec<String> {
        self.sent.lock().unwrap().clone()
    }
}

impl Sender for Told {
    fn name(&self) -> &'static str {
        "told"
    }

    fn send<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), SendFailure>> {
        Box::pin(async move {
            // Lets others have their turn, as the network would.
            tokio::task::yield_now().await;
            self.sent.lock().unwrap().push(message.id.clone());
            self.failure.lock().unwrap().clone().map_or(Ok(()), Err)
        })
    }
}

/// A server of its own over the world's database, with this sender of mails.
async fn server(world: &World, sender: &Arc<Told>) -> Arc<Kernel> {
    let database = Database::new(&world.app_url, PoolSizes { reads: 2, writes: 4 }).unwrap();
    let senders = Senders { email: sender.clone(), ..Senders::default() };
    let kernel = Kernel::new(database, world.clock.clone(), Cipher::new(&[7; 32]), MODULES)
        .with_senders(senders);
    kernel.refresh_tenants().await.unwrap();
    Arc::new(kernel)
}

async fn deliver(kernel: &Arc<Kernel>) {
    let tenant = kernel.tenant("bizhub").unwrap();
    kernel.deliver_notifications(&tenant).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_servers_each_message_is_sent_by_one() {
    let world = World::new().await;
    for number in 0..30 {
        greet(&world, "ama@example.com", &number.to_string()).await;
    }
    let sender = Arc::new(Told::default());
    let (one, other) = (server(&world, &sender).await, server(&world, &sender).await);
    tokio::join!(deliver(&one), deliver(&other));
    let mut ids = sender.ids();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), sender.ids().len()), (30, 30));
    let sql = "SELECT count(*) FROM bizhub.notifications WHERE status = 'sent' AND attempts = 1";
    assert_eq!(world.value(sql).await, json!(30));
}

#[tokio::test]
async fn what_fails_for_now_is_tried_again_after_growing_pauses_and_given_up_after_eight() {
    let world = World::new().await;
    greet(&world, "ama@example.com", "one").await;
    let sender = Arc::new(Told::default());
    let kernel = server(&world, &sender).await;
    sender.answers(Some(SendFailure::Temporary("busy".to_owned())));
    for (attempt, minutes) in [1, 5, 30, 120, 360, 720, 1440].into_iter().enumerate() {
        deliver(&kernel).await;
        assert_eq!(sender.ids().len(), attempt + 1);
        world.clock.advance(TimeDelta::minutes(minutes) - TimeDelta::seconds(1));
        deliver(&kernel).await;
        assert_eq!(sender.ids().len(), attempt + 1, "{minutes} minutes are not over");
        world.clock.advance(TimeDelta::seconds(1));
    }
    let waiting = json!({"status": "pending", "attempts": 7, "last_error": "busy"});
    assert_eq!(messages(&world, "status, attempts, last_error").await, [waiting]);
    deliver(&kernel).await;
    let columns = "status, attempts, last_error, next_attempt_at";
    let failed = json!({"status": "failed", "attempts": 8, "last_error": "busy",
        "next_attempt_at": null});
    assert_eq!(messages(&world, columns).await, [failed]);
    world.clock.advance(TimeDelta::days(30));
    deliver(&kernel).await;
    assert_eq!(sender.ids().len(), 8);
}

#[tokio::test]
async fn what_fails_for_good_is_not_tried_again_and_keeps_nobody_waiting() {
    let world = World::new().await;
    greet(&world, "nobody@example.com", "one").await;
    let sender = Arc::new(Told::default());
    let kernel = server(&world, &sender).await;
    sender.answers(Some(SendFailure::Permanent("no such mailbox".to_owned())));
    deliver(&kernel).await;
    sender.answers(None);
    greet(&world, "ama@example.com", "two").await;
    world.clock.advance(TimeDelta::days(2));
    deliver(&kernel).await;
    let rows = messages(&world, "status, last_error").await;
    let bad = json!({"status": "failed", "last_error": "no such mailbox"});
    assert_eq!(rows, [bad, json!({"status": "sent", "last_error": null})]);
    assert_eq!(sender.ids(), ["bizhub.1", "bizhub.2"]);
}

/// Leaves the message as a server does that stops between sending and confirming.
async fn crash(world: &World) {
    world
        .meddle(
            "UPDATE bizhub.notifications SET attempts = attempts + 1, \
             unconfirmed = unconfirmed + 1, next_attempt_at = next_attempt_at + interval '3 minutes'",
        )
        .await;
}

#[tokio::test]
async fn a_crash_between_sending_and_confirming_repeats_the_message_once_with_its_id() {
    let world = World::new().await;
    greet(&world, "ama@example.com", "one").await;
    let sender = Arc::new(Told::default());
    let kernel = server(&world, &sender).await;
    crash(&world).await;
    deliver(&kernel).await;
    assert_eq!(sender.ids(), Vec::<String>::new(), "it is still the crashed server's");
    world.clock.advance(TimeDelta::minutes(3));
    deliver(&kernel).await;
    assert_eq!(sender.ids(), ["bizhub.1"]);
    let sent = json!({"status": "sent", "attempts": 2, "unconfirmed": 0});
    assert_eq!(messages(&world, "status, attempts, unconfirmed").await, [sent]);
}

#[tokio::test]
async fn after_a_second_crash_it_is_not_sent_again() {
    let world = World::new().await;
    greet(&world, "ama@example.com", "one").await;
    let sender = Arc::new(Told::default());
    let kernel = server(&world, &sender).await;
    crash(&world).await;
    crash(&world).await;
    world.clock.advance(TimeDelta::hours(1));
    deliver(&kernel).await;
    assert_eq!(sender.ids(), Vec::<String>::new());
    let lost = "The server stopped twice while it sent; it may have arrived.";
    let failed = json!({"status": "failed", "last_error": lost});
    assert_eq!(messages(&world, "status, last_error").await, [failed]);
}
