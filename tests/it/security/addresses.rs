//! ipWhitelist and ipBlacklist: who may call from where.

use std::time::Instant;

use bizgraph::server::ServerSettings;
use chrono::TimeDelta;
use serde_json::json;

use super::{behind_a_proxy, set, works};
use crate::client::PASSWORD;
use crate::live::socket::Socket;
use crate::server::{Server, give_passwords};
use crate::world::World;

#[tokio::test]
async fn ip_whitelist_lets_in_its_addresses_and_networks_only() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let token = server.from("203.0.113.9").login("sales").await;
    set(&world, "ip_whitelist = '{192.0.2.7,10.0.0.0/8,2001:db8::/32}'").await;
    world.clock.advance(TimeDelta::seconds(1));
    for (address, allowed) in [
        ("192.0.2.7", true),
        ("192.0.2.8", false),
        ("10.200.3.4", true),
        ("::ffff:10.1.2.3", true),
        ("2001:db8:1::5", true),
        ("2001:db9::1", false),
        ("203.0.113.9", false),
    ] {
        let client = server.from(address);
        let code = if allowed { "" } else { "ADDRESS_NOT_ALLOWED" };
        assert_eq!(client.login_code("sales", PASSWORD).await, code, "{address}");
        assert_eq!(works(&client, &token).await, allowed, "{address}");
    }
}

#[tokio::test]
async fn ip_blacklist_wins_over_the_whitelist() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let token = server.from("10.1.0.1").login("sales").await;
    set(&world, "ip_whitelist = '{10.0.0.0/8}', ip_blacklist = '{10.6.0.0/16}'").await;
    world.clock.advance(TimeDelta::seconds(1));
    assert!(works(&server.from("10.1.0.1"), &token).await);
    assert!(!works(&server.from("10.6.0.1"), &token).await);
    let code = server.from("10.6.0.1").login_code("sales", PASSWORD).await;
    assert_eq!(code, "ADDRESS_NOT_ALLOWED");
}

#[tokio::test]
async fn an_empty_whitelist_means_any_address() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let token = server.login("sales").await;
    set(&world, "ip_blacklist = '{203.0.113.0/24}'").await;
    world.clock.advance(TimeDelta::seconds(1));
    assert!(works(&server.from("198.51.100.1"), &token).await);
    assert!(!works(&server.from("203.0.113.9"), &token).await);
}

#[tokio::test]
async fn a_refused_address_is_no_attempt_and_no_use_of_the_session() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let (inside, outside) = (server.from("10.0.0.1"), server.from("203.0.113.9"));
    let token = inside.login("sales").await;
    set(&world, "ip_whitelist = '{10.0.0.0/8}'").await;
    let attempts = "SELECT count(*) FROM bizhub.login_attempts";
    let before = world.value(attempts).await;
    assert_eq!(outside.login_code("sales", "wrong").await, "ADDRESS_NOT_ALLOWED");
    assert_eq!(world.value(attempts).await, before);
    world.clock.advance(TimeDelta::minutes(29));
    assert!(!works(&outside, &token).await);
    world.clock.advance(TimeDelta::minutes(2));
    assert_eq!(inside.role(&token).await, None);
}

#[tokio::test]
async fn a_key_is_held_to_the_lists_too() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let admin = server.login("admin").await;
    let input = json!({ "name": "till", "role": "Sales" });
    let made = server.call(&admin, "apiKeyCreate", input, "token").await;
    let key = made["token"].as_str().unwrap();
    assert!(works(&server.from("203.0.113.9"), key).await);
    set(&world, "ip_whitelist = '{10.0.0.0/8}'").await;
    world.clock.advance(TimeDelta::seconds(1));
    assert!(!works(&server.from("203.0.113.9"), key).await);
    assert!(works(&server.from("10.0.0.9"), key).await);
}

#[tokio::test]
async fn files_and_exports_are_held_to_the_lists() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let token = server.login("admin").await;
    set(&world, "ip_blacklist = '{127.0.0.1}'").await;
    world.clock.advance(TimeDelta::seconds(1));
    let uploaded = server.upload(&token, "a.txt", b"hello".to_vec()).await;
    assert_eq!((uploaded.status.as_u16(), uploaded.code()), (403, "ADDRESS_NOT_ALLOWED"));
    let exported = server.export(&token, "locations.csv", json!({})).await;
    assert_eq!(exported.status(), 403);
}

#[tokio::test]
async fn a_forwarded_address_is_believed_from_configured_proxies_only() {
    let world = World::new().await;
    give_passwords(&world).await;
    let server = Server::over(world.kernel.clone(), ServerSettings::default()).await;
    set(&world, "ip_whitelist = '{10.0.0.0/8}'").await;
    let client = server.from("10.0.0.1");
    assert_eq!(client.login_code("sales", PASSWORD).await, "ADDRESS_NOT_ALLOWED");
}

#[tokio::test]
async fn a_socket_is_not_opened_from_elsewhere() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let token = server.from("10.0.0.1").login("technician").await;
    set(&world, "ip_whitelist = '{10.0.0.0/8}'").await;
    world.clock.advance(TimeDelta::seconds(1));
    let mut socket = Socket::open(&server.from("203.0.113.9"), "graphql-transport-ws").await;
    let payload = json!({ "Authorization": format!("Bearer {token}") });
    socket.say(json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn open_sockets_close_within_two_seconds_of_the_change() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let (inside, outside) = (server.from("10.0.0.1"), server.from("203.0.113.9"));
    let token = inside.login("technician").await;
    let made = {
        let admin = server.login("admin").await;
        let input = json!({ "name": "screen", "role": "Technician" });
        server.call(&admin, "apiKeyCreate", input, "token").await
    };
    let key = made["token"].as_str().unwrap();
    let mut kept = Socket::listening(&world, &inside, &token).await;
    let mut lost = Socket::listening(&world, &outside, &token).await;
    let mut lost_key = Socket::listening(&world, &outside, key).await;
    lost.settle().await;
    lost_key.settle().await;
    set(&world, "ip_whitelist = '{10.0.0.0/8}'").await;
    let since = Instant::now();
    assert_eq!(lost.closed().await, (4403, "Forbidden".to_owned()));
    assert_eq!(lost_key.closed().await, (4403, "Forbidden".to_owned()));
    assert!(since.elapsed().as_millis() < 2_000, "{:?}", since.elapsed());
    kept.settle().await;
}
