//! What ends a stream: the session behind it, within two seconds, and a client that is too slow.

use std::time::Instant;

use serde_json::json;

use super::socket::Socket;
use super::streams::{id_of, open_ticket, shop};
use crate::server::Server;
use crate::world::World;

async fn forbidden_after(world: &World, sql: &str) {
    let server = Server::start(world).await;
    let mut socket = Socket::listening(world, &server, &server.login("technician").await).await;
    world.meddle(sql).await;
    let since = Instant::now();
    assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()));
    assert!(since.elapsed().as_millis() < 2_000, "{:?}", since.elapsed());
}

#[tokio::test]
async fn a_revoked_session_closes_its_sockets_within_two_seconds() {
    let (world, _) = shop().await;
    forbidden_after(&world, "UPDATE bizhub.sessions SET revoked_at = now()").await;
}

#[tokio::test]
async fn an_idle_session_closes_its_sockets() {
    let (world, _) = shop().await;
    let server = Server::start(&world).await;
    let mut socket = Socket::listening(&world, &server, &server.login("technician").await).await;
    // Listening is no use of a session: it idles out like any other.
    world.clock.advance(chrono::TimeDelta::minutes(31));
    assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn a_session_of_twelve_hours_closes_its_sockets_however_busy_it_is() {
    let (world, _) = shop().await;
    let server = Server::start(&world).await;
    crate::security::set(&world, "session_timeout = 720").await;
    let token = server.login("technician").await;
    let mut socket = Socket::listening(&world, &server, &token).await;
    for minutes in [360, 359] {
        world.clock.advance(chrono::TimeDelta::minutes(minutes));
        assert!(server.role(&token).await.is_some());
    }
    socket.settle().await;
    world.clock.advance(chrono::TimeDelta::minutes(1));
    assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn who_was_deactivated_hears_nothing_more() {
    let (world, _) = shop().await;
    let server = Server::start(&world).await;
    let admin = world.person("admin").await;
    let mut socket = Socket::listening(&world, &server, &server.login("technician").await).await;
    let id = world.value("SELECT id FROM bizhub.users WHERE username = 'technician'").await;
    let id = id_of(&world, "BizhubUser", &id);
    let input = json!({ "userId": id, "reason": "Left" });
    world.done(&admin, "bizhubUserDeactivate", input, "").await;
    assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_client_delays_nobody() {
    let (world, sales) = shop().await;
    let server = Server::start(&world).await;
    let token = server.login("technician").await;
    // It listens with many streams and reads nothing.
    let mut slow = Socket::of(&server, &token).await;
    for number in 0..20 {
        slow.subscribe(&number.to_string(), super::socket::EVENTS, json!({})).await;
    }
    let mut quick = Socket::listening(&world, &server, &token).await;
    for _ in 0..20 {
        let ticket = open_ticket(&world, &sales).await;
        assert_eq!(quick.next("1").await["repairTicket"]["id"], ticket);
    }
}
