//! Links that work without a login are followed from where the tenant lets its people call, and from
//! nowhere else: one of each kind, over HTTP.

use bizgraph::server::ServerSettings;
use chrono::TimeDelta;
use serde_json::json;

use super::{behind_a_proxy, set};
use crate::rim_backups::made;
use crate::server::{Server, give_lenders_passwords};
use crate::shop::Shop;
use crate::till::{cash, service};
use crate::world::World;

const INSIDE: &str = "10.0.0.1";
const OUTSIDE: &str = "203.0.113.9";

/// Follows a link from an address and answers status and code.
async fn followed(server: &Server, address: &str, url: &str) -> (u16, String) {
    let answer = server.from(address).get(url).await;
    let status = answer.status().as_u16();
    if status == 200 {
        return (status, String::new());
    }
    let body: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert!(body.get("data").is_none(), "{body}");
    let code = body["errors"][0]["extensions"]["code"].as_str().unwrap();
    (status, code.to_owned())
}

/// Expects that both lists hold for a link, at once and in both directions.
async fn is_held_to_the_lists(world: &World, server: &Server, tenant: &str, url: &str) {
    let (found, kept_out) = ((200, String::new()), (403, "ADDRESS_NOT_ALLOWED".to_owned()));
    let lists = async |white: &str, black: &str| {
        let sets = format!("ip_whitelist = '{{{white}}}', ip_blacklist = '{{{black}}}'");
        world.meddle(&format!("UPDATE {tenant}.security_settings SET {sets}")).await;
    };
    assert_eq!(followed(server, OUTSIDE, url).await, found, "no list");
    lists("10.0.0.0/8", "").await;
    assert_eq!(followed(server, OUTSIDE, url).await, kept_out, "not on the whitelist");
    assert_eq!(followed(server, INSIDE, url).await, found, "on the whitelist");
    lists("", OUTSIDE).await;
    assert_eq!(followed(server, OUTSIDE, url).await, kept_out, "on the blacklist");
    assert_eq!(followed(server, INSIDE, url).await, found, "not on the blacklist");
    lists("10.0.0.0/8", INSIDE).await;
    assert_eq!(followed(server, INSIDE, url).await, kept_out, "the blacklist wins");
    lists("", "").await;
}

/// A link that somebody of the warehouse got to a file.
async fn link_to_a_file(server: &Server) -> String {
    let token = server.login("warehouse").await;
    let file = server.upload(&token, "note.txt", b"hello".to_vec()).await;
    let input = json!({ "storedFileId": file.body["id"] });
    let payload = server.call(&token, "storedFileLink", input, "url").await;
    payload["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_link_to_a_file_is_held_to_the_lists() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let url = link_to_a_file(&server).await;
    is_held_to_the_lists(&world, &server, "bizhub", &url).await;
}

#[tokio::test]
async fn a_link_to_a_paper_is_held_to_the_lists() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("100.00")]), json!([cash("100.00")])).await;
    let server = behind_a_proxy(&world).await;
    let input = json!({ "invoiceId": invoice });
    let payload = world.done(&shop.manager, "bizhubInvoicePrint", input, "url").await;
    is_held_to_the_lists(&world, &server, "bizhub", payload["url"].as_str().unwrap()).await;
}

#[tokio::test]
async fn a_link_to_a_backup_is_held_to_the_lists() {
    let world = World::rim().await;
    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let settings = ServerSettings { trusted_proxies, ..ServerSettings::default() };
    give_lenders_passwords(&world).await;
    let server = Server::over(world.kernel.clone(), settings).await;
    let input = json!({ "backupId": made(&world, "FULL").await });
    let admin = world.person("admin").await;
    let payload = world.done(&admin, "rimBackupDownload", input, "downloadUrl").await;
    is_held_to_the_lists(&world, &server, "rim", payload["downloadUrl"].as_str().unwrap()).await;
}

/// An export has no link of its own: it is asked for with a token, each time.
#[tokio::test]
async fn an_export_is_held_to_the_lists() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let token = server.from(INSIDE).login("admin").await;
    set(&world, "ip_whitelist = '{10.0.0.0/8}'").await;
    world.clock.advance(TimeDelta::seconds(1));
    for (address, status) in [(INSIDE, 200), (OUTSIDE, 403)] {
        let answer = server.from(address).export(&token, "locations.csv", json!({})).await;
        assert_eq!(answer.status(), status, "{address}");
    }
}

/// A link that is no more says nothing about the lists, and one from elsewhere nothing about what
/// it leads to.
#[tokio::test]
async fn from_elsewhere_a_link_does_not_tell_whether_its_person_is_still_there() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let url = link_to_a_file(&server).await;
    set(&world, "ip_whitelist = '{10.0.0.0/8}'").await;
    world.meddle("UPDATE bizhub.users SET is_active = FALSE WHERE username = 'warehouse'").await;
    let code = async |address| followed(&server, address, &url).await.1;
    assert_eq!(code(OUTSIDE).await, "ADDRESS_NOT_ALLOWED");
    assert_eq!(code(INSIDE).await, "FORBIDDEN");
    world.clock.advance(TimeDelta::minutes(10));
    assert_eq!(code(OUTSIDE).await, "EXPIRED");
}
