//! Mails to a real mail server on loopback.

use std::sync::Arc;
use std::time::Duration;

use bizgraph::config::Mail;
use bizgraph::schema::MODULES;
use bizgraph::smtp::SmtpSender;
use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::notification::{Channel, Draft, Senders};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::notifications::mail_server::{MailServer, Mood};
use crate::notifications::{greet, messages};
use crate::world::World;

/// A server of ours that hands its mails to this mail server.
async fn over(world: &World, url: String) -> Arc<Kernel> {
    let database = Database::new(&world.app_url, PoolSizes { reads: 2, writes: 2 }).unwrap();
    let mail = Mail { url, from: "till@shop.example".to_owned() };
    let smtp = SmtpSender::new(&mail, Duration::from_secs(4)).unwrap();
    let senders = Senders { email: Arc::new(smtp), ..Senders::default() };
    let kernel = Kernel::new(database, world.clock.clone(), Cipher::new(&[7; 32]), MODULES)
        .with_senders(senders);
    kernel.refresh_tenants().await.unwrap();
    Arc::new(kernel)
}

/// Greets by a mail server in a mood, and answers what became of the message.
async fn greeted(world: &World, server: &MailServer, mood: Mood) -> Value {
    server.is(mood);
    let kernel = over(world, format!("smtp://127.0.0.1:{}", server.port)).await;
    greet(world, "ama@example.com", "one").await;
    deliver(&kernel).await;
    outcome(world).await
}

async fn deliver(kernel: &Arc<Kernel>) {
    let tenant = kernel.tenant("bizhub").unwrap();
    kernel.deliver_notifications(&tenant).await.unwrap();
}

async fn outcome(world: &World) -> Value {
    let rows = messages(world, "status, attempts, sent_by, last_error").await;
    assert_eq!(rows.len(), 1);
    rows[0].clone()
}

fn why(outcome: &Value) -> &str {
    outcome["last_error"].as_str().unwrap()
}

#[tokio::test]
async fn a_mail_arrives_with_sender_recipient_subject_text_and_an_id_of_its_own() {
    let (world, server) = (World::new().await, MailServer::start().await);
    let outcome = greeted(&world, &server, Mood::Takes).await;
    assert_eq!(
        outcome,
        json!({"status": "sent", "attempts": 1, "sent_by": "smtp",
        "last_error": null})
    );
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].from.contains("<till@shop.example>"), "{:?}", mails[0]);
    assert!(mails[0].to.contains("<ama@example.com>"), "{:?}", mails[0]);
    let (headers, body) = mails[0].data.split_once("\n\n").unwrap();
    for header in [
        "Message-ID: <bizhub.1@shop.example>",
        "From: \"Shop bizhub\" <till@shop.example>",
        "To: ama@example.com",
        "Subject: Hello Ama",
    ] {
        assert!(headers.contains(header), "{headers}");
    }
    assert_eq!(body, "Dear Ama,\nit is Monday.\n");
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again() {
    let (world, server) = (World::new().await, MailServer::start().await);
    let later = greeted(&world, &server, Mood::IsBusy).await;
    assert_eq!((&later["status"], why(&later).contains("451")), (&json!("pending"), true));
    server.is(Mood::Takes);
    world.clock.advance(TimeDelta::minutes(1));
    deliver(&over(&world, format!("smtp://127.0.0.1:{}", server.port)).await).await;
    assert_eq!(outcome(&world).await["status"], "sent");
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_asked_once() {
    let (world, server) = (World::new().await, MailServer::start().await);
    let never = greeted(&world, &server, Mood::KnowsNobody).await;
    assert_eq!((&never["status"], why(&never).contains("550")), (&json!("failed"), true));
}

#[tokio::test]
async fn a_text_that_is_refused_is_sent_once() {
    let (world, server) = (World::new().await, MailServer::start().await);
    let never = greeted(&world, &server, Mood::DislikesTheText).await;
    assert_eq!((&never["status"], why(&never).contains("spam")), (&json!("failed"), true));
    assert_eq!(server.mails().len(), 0);
}

#[tokio::test]
async fn a_server_that_stalls_is_left_after_a_while_and_asked_again() {
    let (world, server) = (World::new().await, MailServer::start().await);
    let later = greeted(&world, &server, Mood::Stalls).await;
    assert_eq!((&later["status"], why(&later).contains("too long")), (&json!("pending"), true));
    let ids = |server: &MailServer| {
        let mails = server.mails();
        let id =
            |data: &str| data.lines().find(|l| l.starts_with("Message-ID")).unwrap().to_owned();
        mails.iter().map(|mail| id(&mail.data)).collect::<Vec<_>>()
    };
    server.is(Mood::Takes);
    world.clock.advance(TimeDelta::minutes(1));
    deliver(&over(&world, format!("smtp://127.0.0.1:{}", server.port)).await).await;
    assert_eq!(outcome(&world).await["status"], "sent");
    // It had taken the first one too: whoever gets both can tell by the id.
    let ids = ids(&server);
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
}

#[tokio::test]
async fn a_server_that_hangs_up_or_is_not_there_is_asked_again() {
    let (world, server) = (World::new().await, MailServer::start().await);
    let later = greeted(&world, &server, Mood::HangsUp).await;
    assert_eq!(later["status"], "pending", "{later}");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    world.clock.advance(TimeDelta::minutes(1));
    deliver(&over(&world, format!("smtp://127.0.0.1:{free}")).await).await;
    let later = outcome(&world).await;
    assert_eq!((&later["status"], &later["attempts"]), (&json!("pending"), &json!(2)));
}

#[tokio::test]
async fn a_wrong_password_of_ours_costs_no_mail() {
    let (world, server) = (World::new().await, MailServer::start().await);
    server.is(Mood::RefusesTheLogin);
    greet(&world, "ama@example.com", "one").await;
    deliver(&over(&world, format!("smtp://till:wrong@127.0.0.1:{}", server.port)).await).await;
    let later = outcome(&world).await;
    assert_eq!((&later["status"], why(&later).contains("535")), (&json!("pending"), true));
}

#[tokio::test]
async fn what_is_no_address_fails_without_a_server() {
    let (world, server) = (World::new().await, MailServer::start().await);
    let kernel = over(&world, format!("smtp://127.0.0.1:{}", server.port)).await;
    greet(&world, "no address", "one").await;
    deliver(&kernel).await;
    assert_eq!(outcome(&world).await["status"], "failed");
    assert_eq!(server.mails().len(), 0);
}

#[tokio::test]
async fn a_mail_of_a_template_is_html_and_any_other_plain_text() {
    let (world, server) = (World::new().await, MailServer::start().await);
    server.is(Mood::Takes);
    let kernel = over(&world, format!("smtp://127.0.0.1:{}", server.port)).await;
    let actor = kernel.system_actor(kernel.tenant("bizhub").unwrap()).unwrap();
    let mut tx = kernel.begin(actor, Origin::default()).await.unwrap();
    let draft = |dedupe_key, body: &str| Draft {
        template: "test.html",
        channel: Channel::Email,
        recipient: "ama@example.com",
        subject: "Hello".to_owned(),
        body: body.to_owned(),
        variables: json!({}),
        dedupe_key,
    };
    assert!(tx.queue_html(draft("one", "<b>Hello</b>")).await.unwrap());
    assert!(tx.queue(draft("two", "<b>Hello</b>")).await.unwrap());
    tx.commit().await.unwrap();
    deliver(&kernel).await;
    let mails = server.mails();
    assert!(mails[0].data.contains("Content-Type: text/html"), "{:?}", mails[0]);
    assert!(mails[0].data.contains("<b>Hello</b>"), "{:?}", mails[0]);
    assert!(mails[1].data.contains("Content-Type: text/plain"), "{:?}", mails[1]);
}
