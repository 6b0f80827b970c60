//! Files that are sent with messages.

use std::sync::Arc;

use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::db::{Database, Fault, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::refusal::{Code, Rejection};
use bizgraph_kernel::stored_file::{Arrival, Linked, Scanner, Verdict};
use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use super::{PNG, opened, put, said, uploaded, write};
use crate::world::{Person, World};

/// Sends files and answers the attachments.
async fn sent(world: &World, person: &Person, ticket: &str, files: &[String]) -> Vec<Value> {
    let message = write(world, person, ticket, "", json!({ "storedFileIds": files })).await;
    message["attachments"]["nodes"].as_array().unwrap().clone()
}

/// What a link to an attachment leads to.
async fn followed(world: &World, person: &Person, attachment: &Value) -> Vec<u8> {
    let input = json!({ "attachmentId": attachment["id"] });
    let payload = world.done(person, "rimAttachmentLink", input, "url expiresAt").await;
    fetched(world, &payload["url"]).await
}

/// What is behind the address of a file.
async fn fetched(world: &World, url: &Value) -> Vec<u8> {
    let link = url.as_str().unwrap().strip_prefix("/files/").unwrap();
    let Linked::File(file) = world.kernel.follow(link, &Origin::default()).await.unwrap() else {
        panic!("no file")
    };
    file.pieces
        .try_fold(Vec::new(), async |all, piece| Ok([all, piece.to_vec()].concat()))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_file_alone_is_a_message_and_both_sides_see_it() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let (ada, agent) = (world.customer("ada").await, world.person("agent").await);
    let file = uploaded(&world, &ada, "../screen shot.png").await;
    let attachments = sent(&world, &ada, &ticket, &[file]).await;
    assert_eq!(attachments[0]["name"], "screen shot.png");
    assert_eq!(attachments[0]["type"], "image/png");
    assert_eq!(attachments[0]["size"], PNG.len().to_string());
    for person in [&ada, &agent] {
        assert_eq!(followed(&world, person, &attachments[0]).await, PNG);
    }
    let input = json!({ "attachmentId": attachments[0]["id"] });
    let bola = world.customer("bola").await;
    let refused = world.refused(&bola, "rimAttachmentLink", input).await;
    assert_eq!(refused, ["NOT_FOUND attachmentId"]);
}

#[tokio::test]
async fn a_file_says_where_it_is_to_whoever_sees_it_and_for_ten_minutes() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let (ada, agent) = (world.customer("ada").await, world.person("agent").await);
    let file = uploaded(&world, &ada, "screen.png").await;
    let sent = sent(&world, &ada, &ticket, &[file]).await;
    assert_eq!(fetched(&world, &sent[0]["url"]).await, PNG);
    let query = "query($id: ID!) { node(id: $id) { ... on RimAttachment { url } } }";
    let variables = json!({ "id": sent[0]["id"] });
    let seen = world.send(&agent, query, variables.clone()).await;
    let url = &seen["data"]["node"]["url"];
    assert_ne!(url, &sent[0]["url"], "each has a link of their own");
    assert_eq!(fetched(&world, url).await, PNG);
    let bola = world.customer("bola").await;
    assert_eq!(world.send(&bola, query, variables).await["data"]["node"], Value::Null);
    world.clock.advance(TimeDelta::minutes(10));
    let link = url.as_str().unwrap().strip_prefix("/files/").unwrap();
    let Err(Rejection::Refused(refused)) = world.kernel.follow(link, &Origin::default()).await
    else {
        panic!()
    };
    assert_eq!(refused[0].code, Code::Expired);
}

#[tokio::test]
async fn plain_text_and_papers_are_sent_under_a_name_that_says_what_they_are() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let ada = world.customer("ada").await;
    let mut files = Vec::new();
    for (name, content) in [
        ("steps.txt", &b"First I pressed Send"[..]),
        ("bill.html", b"%PDF-1.7 <script>alert(1)</script>"),
        ("../a\r\nb.png", PNG),
    ] {
        files.push(put(&world, &ada, name, content).await);
    }
    let sent = sent(&world, &ada, &ticket, &files).await;
    let mut kinds: Vec<(&str, &str)> = sent
        .iter()
        .map(|it| (it["name"].as_str().unwrap(), it["type"].as_str().unwrap()))
        .collect();
    kinds.sort_unstable();
    let wanted = [
        ("ab.png", "image/png"),
        ("bill.html.pdf", "application/pdf"),
        ("steps.txt", "text/plain"),
    ];
    assert_eq!(kinds, wanted);
}

#[tokio::test]
async fn a_message_takes_five_files_each_once_and_ones_own() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let (ada, agent) = (world.customer("ada").await, world.person("agent").await);
    let mut files = Vec::new();
    for number in 0..6 {
        files.push(uploaded(&world, &ada, &format!("{number}.png")).await);
    }
    let send = |files: Value| json!({ "ticketId": ticket, "storedFileIds": files });
    let refused = world.refused(&ada, "rimChatMessageSend", send(json!(files))).await;
    assert_eq!(refused, ["LIMIT_EXCEEDED storedFileIds"]);
    let twice = json!([files[0], files[0]]);
    let refused = world.refused(&ada, "rimChatMessageSend", send(twice)).await;
    assert_eq!(refused, ["VALIDATION_FAILED storedFileIds.1"]);
    let hers = json!([files[0]]);
    let refused = world.refused(&agent, "rimChatMessageSend", send(hers.clone())).await;
    assert_eq!(refused, ["NOT_FOUND storedFileIds.0"]);
    assert_eq!(sent(&world, &ada, &ticket, &files[..5]).await.len(), 5);
    let refused = world.refused(&ada, "rimChatMessageSend", send(hers)).await;
    assert_eq!(refused, ["ALREADY_DONE storedFileIds.0"]);
}

#[tokio::test]
async fn a_file_that_no_message_carries_is_removed_after_a_day() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let ada = world.customer("ada").await;
    let kept = uploaded(&world, &ada, "kept.png").await;
    uploaded(&world, &ada, "orphan.png").await;
    let attachments = sent(&world, &ada, &ticket, &[kept]).await;
    world.clock.advance(TimeDelta::hours(23));
    assert_eq!(world.run_job("removeOrphanFiles").await, 0);
    world.clock.advance(TimeDelta::hours(1));
    assert_eq!(world.run_job("removeOrphanFiles").await, 1);
    assert_eq!(world.value("SELECT name FROM rim.stored_files").await, "kept.png");
    assert_eq!(followed(&world, &ada, &attachments[0]).await, PNG);
}

/// Finds harm in whatever holds a word.
struct Finder;

impl Scanner for Finder {
    fn scan<'a>(&'a self, file: Arrival<'a>) -> BoxFuture<'a, Result<Verdict, Fault>> {
        async move {
            let pieces: Vec<_> = file.pieces.try_collect().await?;
            let harms = pieces.concat().windows(4).any(|word| word == b"EVIL");
            Ok(if harms { Verdict::Harmful("Evil.A".to_owned()) } else { Verdict::Clean })
        }
        .boxed()
    }
}

#[tokio::test]
async fn a_file_in_which_the_scanner_finds_harm_is_not_kept() {
    let world = World::rim().await;
    let database = Database::new(&world.app_url, PoolSizes { reads: 2, writes: 2 }).unwrap();
    let modules = world.kernel.modules();
    let kernel = Kernel::new(database, world.clock.clone(), Cipher::new(&[7; 32]), modules);
    let kernel = kernel.with_scanner(Arc::new(Finder));
    kernel.refresh_tenants().await.unwrap();
    let ada = world.customer("ada").await;
    let upload = async |content: &'static [u8]| {
        let pieces = stream::iter([Ok(content.into())]).boxed();
        kernel.upload(&ada.0, Origin::default(), "a.txt", pieces).await
    };
    upload(b"quite harmless").await.unwrap();
    let Err(Rejection::Refused(refusals)) = upload(b"this is EVIL").await else { panic!("kept") };
    assert_eq!(refusals[0].code.as_str(), "FILE_REJECTED");
    assert!(refusals[0].message.contains("Evil.A"), "{}", refusals[0].message);
    assert_eq!(world.value("SELECT count(*) FROM rim.stored_files").await, 1);
}

#[tokio::test]
async fn text_beside_a_file_may_be_changed_to_nothing() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let ada = world.customer("ada").await;
    let file = uploaded(&world, &ada, "a.png").await;
    let message =
        write(&world, &ada, &ticket, "See this", json!({ "storedFileIds": [file] })).await;
    let input = json!({ "chatMessageId": message["id"], "message": "" });
    world.done(&ada, "rimChatMessageEdit", input, "").await;
    let plain = said(&world, &ada, &ticket, "plain").await;
    let input = json!({ "chatMessageId": plain, "message": "" });
    assert_eq!(world.refused(&ada, "rimChatMessageEdit", input).await, ["REQUIRED message"]);
}
