//! Files that people upload, and the links that lead to them, one test a sentence.

mod elsewhere;
mod orphans;
mod photos;

use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::stored_file::Linked;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::Server;
use crate::world::{Person, World};

/// The beginning of a picture, which is all that tells what it is.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR a picture of a laptop";

/// Uploads a file in this process and answers its id.
async fn uploaded(world: &World, person: &Person, name: &str, content: &'static [u8]) -> String {
    use futures_util::{StreamExt, stream};
    let pieces = stream::iter([Ok(content.into())]).boxed();
    let file = world.kernel.upload(&person.0, Origin::default(), name, pieces).await.unwrap();
    let tenant = person.0.tenant.id;
    bizgraph_kernel::entity::GlobalId::encode(tenant, "StoredFile", &file.id.to_string())
}

/// Asks for a link to a file and answers its address.
async fn link(world: &World, person: &Person, file: &str) -> String {
    let input = json!({ "storedFileId": file });
    let payload = world.done(person, "storedFileLink", input, "url expiresAt").await;
    payload["url"].as_str().unwrap().to_owned()
}

/// What a link leads to: the name of the file, or the code of the refusal.
async fn followed(world: &World, url: &str) -> String {
    let link = url.strip_prefix("/files/").unwrap();
    match world.kernel.follow(link, &Origin::default()).await {
        Ok(Linked::File(file)) => file.name,
        Ok(Linked::Sheet(sheet)) => sheet.file_name,
        Err(bizgraph_kernel::refusal::Rejection::Refused(refusals)) => {
            refusals[0].code.as_str().to_owned()
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_sent_and_never_as_a_page() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("warehouse").await;
    let answer = server.upload(&token, "../écran%20cassé.png", PNG.to_vec()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.body["name"], "écran cassé.png");
    assert_eq!(answer.body["contentType"], "image/png");
    assert_eq!(answer.body["byteLength"], PNG.len().to_string());
    let input = json!({ "storedFileId": answer.body["id"] });
    let payload = server.call(&token, "storedFileLink", input, "url expiresAt").await;
    assert_eq!(payload["expiresAt"], "2026-03-02T09:10:00Z");
    let file = server.get(payload["url"].as_str().unwrap()).await;
    assert_eq!(file.status(), 200);
    let header = |name: &str| file.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"_cran cass_.png\"; filename*=UTF-8''%C3%A9cran%20cass%C3%A9.png"
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").ends_with("sandbox"));
    assert_eq!(header("content-length"), PNG.len().to_string());
    assert_eq!(file.bytes().await.unwrap(), PNG);
}

#[tokio::test]
async fn what_a_file_may_not_be_is_rejected_and_nothing_is_kept() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("warehouse").await;
    let mut text_then_zero = vec![b'a'; 20_000];
    text_then_zero.push(0);
    let long = [PNG.to_vec(), vec![0; 10 * 1024 * 1024]].concat();
    for (name, content, status) in [
        ("page.png", b"<html><script>alert(1)</script>".to_vec(), 422),
        ("program.jpg", b"MZ\x90\0 a program".to_vec(), 422),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), 422),
        ("zero.txt", text_then_zero, 422),
        ("empty.png", Vec::new(), 422),
        ("long.png", long, 413),
    ] {
        let answer = server.upload(&token, name, content).await;
        assert_eq!(answer.status, status, "{name}: {answer:?}");
        assert_eq!(answer.code(), "FILE_REJECTED", "{name}");
    }
    assert_eq!(world.value("SELECT count(*) FROM bizhub.stored_files").await, 0);
}

#[tokio::test]
async fn who_says_everything_before_listening_hears_that_a_file_is_too_long() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("warehouse").await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let length = 11 * 1024 * 1024;
    let head = format!(
        "POST /files?name=long.png HTTP/1.1\r\nhost: shop\r\nauthorization: Bearer {token}\r\n\
         connection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![0; length]).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("FILE_REJECTED"), "{answer}");
}

#[tokio::test]
async fn whoever_may_not_upload_is_turned_away() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    let answer = server.upload(&token, "a.png", PNG.to_vec()).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (403, "FORBIDDEN"));
    let answer = server.upload("", "a.png", PNG.to_vec()).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (401, "UNAUTHENTICATED"));
}

#[tokio::test]
async fn a_link_ends_after_ten_minutes_and_cannot_be_changed() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let warehouse = world.person("warehouse").await;
    let file = uploaded(&world, &warehouse, "front.png", PNG).await;
    let url = link(&world, &warehouse, &file).await;
    let changed = format!("{}AA", &url[..url.len() - 2]);
    let answer = server.get(&changed).await;
    assert_eq!(answer.status(), 403);
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "FORBIDDEN");
    world.clock.advance(TimeDelta::seconds(599));
    assert_eq!(server.get(&url).await.status(), 200);
    world.clock.advance(TimeDelta::seconds(1));
    let answer = server.get(&url).await;
    assert_eq!(answer.status(), 410);
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "EXPIRED");
}

#[tokio::test]
async fn a_link_ends_with_its_person_and_with_its_tenant() {
    let world = World::new().await;
    let warehouse = world.person("warehouse").await;
    let file = uploaded(&world, &warehouse, "front.png", PNG).await;
    let url = link(&world, &warehouse, &file).await;
    assert_eq!(followed(&world, &url).await, "front.png");
    world.meddle("UPDATE bizhub.users SET is_active = FALSE WHERE username = 'warehouse'").await;
    assert_eq!(followed(&world, &url).await, "FORBIDDEN");
    world.meddle("UPDATE bizhub.users SET is_active = TRUE").await;
    world.meddle("UPDATE platform.tenants SET status = 'suspended' WHERE slug = 'bizhub'").await;
    world.kernel.refresh_tenants().await.unwrap();
    assert_eq!(followed(&world, &url).await, "NOT_FOUND");
}

#[tokio::test]
async fn a_file_is_linked_only_for_whoever_may_see_it() {
    let world = World::new().await;
    let warehouse = world.person("warehouse").await;
    let file = uploaded(&world, &warehouse, "front.png", PNG).await;
    let input = json!({ "storedFileId": file });
    for (tenant, username) in [("bizhub", "technician"), ("kumasi", "warehouse")] {
        let person = world.person_of(tenant, username).await;
        let refusals = world.refused(&person, "storedFileLink", input.clone()).await;
        assert_eq!(refusals, ["NOT_FOUND storedFileId"], "{tenant} {username}");
    }
    let sales = world.person("sales").await;
    assert_eq!(world.refused(&sales, "storedFileLink", input).await, ["FORBIDDEN "]);
}

#[tokio::test]
async fn a_file_that_nobody_attaches_is_removed_after_a_day() {
    let world = World::new().await;
    let warehouse = world.person("warehouse").await;
    let file = uploaded(&world, &warehouse, "front.png", PNG).await;
    world.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    assert_eq!(world.run_job("removeOrphanFiles").await, 0);
    let url = link(&world, &warehouse, &file).await;
    assert_eq!(followed(&world, &url).await, "front.png");
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(world.run_job("removeOrphanFiles").await, 1);
    assert_eq!(followed(&world, &url).await, "NOT_FOUND");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.stored_files").await, 0);
    assert_eq!(world.run_job("removeOrphanFiles").await, 0);
}
