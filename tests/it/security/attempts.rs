//! maxLoginAttempts, lockoutDuration, sessionTimeout and the queue for hashes, as the tenant
//! sets them.

use std::sync::Arc;

use bizgraph_kernel::auth::Passwords;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::set;
use crate::client::PASSWORD;
use crate::server::Server;
use crate::world::World;

#[tokio::test]
async fn max_login_attempts_locks_a_name_after_so_many() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    set(&world, "max_login_attempts = 2").await;
    for _ in 0..2 {
        assert_eq!(server.login_code("sales", "wrong").await, "UNAUTHENTICATED");
    }
    assert_eq!(server.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
    assert_eq!(server.login_code("sales2", PASSWORD).await, "");
}

#[tokio::test]
async fn max_login_attempts_locks_an_address_after_five_times_as_many() {
    let world = World::new().await;
    let server = super::behind_a_proxy(&world).await;
    set(&world, "max_login_attempts = 2").await;
    let busy = server.from("192.0.2.1");
    for number in 0..10 {
        assert_eq!(busy.login_code(&format!("name{number}"), "wrong").await, "UNAUTHENTICATED");
    }
    assert_eq!(busy.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
    assert_eq!(server.from("192.0.2.2").login_code("sales", PASSWORD).await, "");
}

#[tokio::test]
async fn an_administrator_unlocks_an_address_before_the_time_and_no_name_with_it() {
    let world = World::new().await;
    let server = super::behind_a_proxy(&world).await;
    set(&world, "max_login_attempts = 2").await;
    let busy = server.from("192.0.2.1");
    for name in ["sales2", "sales2", "a", "b", "c", "d", "e", "f", "g", "h"] {
        assert_eq!(busy.login_code(name, "wrong").await, "UNAUTHENTICATED");
    }
    assert_eq!(busy.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
    let elsewhere = server.from("192.0.2.2");
    let (admin, manager) = (elsewhere.login("admin").await, elsewhere.login("manager").await);
    let unlock = async |token: &str, address: &str| {
        let input = json!({ "address": address, "reason": "A shop full of people" });
        let payload = server.call(token, "securitySettingsUnlockAddress", input, "").await;
        payload["userErrors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["code"].clone())
            .collect()
    };
    let told: Vec<Value> = unlock(&manager, "192.0.2.1").await;
    assert_eq!(told, ["FORBIDDEN"]);
    for wrong in ["", "192.0.2.0/24", "shop", "192.0.2.1 or so"] {
        assert_eq!(unlock(&admin, wrong).await, ["BAD_FORMAT"], "{wrong}");
    }
    assert_eq!(unlock(&admin, "192.0.2.3").await, [] as [Value; 0]);
    assert_eq!(busy.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
    assert_eq!(unlock(&admin, " ::ffff:192.0.2.1 ").await, [] as [Value; 0]);
    assert_eq!(busy.login_code("sales", PASSWORD).await, "");
    assert_eq!(busy.login_code("sales2", PASSWORD).await, "ACCOUNT_LOCKED");
    let entry = "SELECT new_values ->> 'address' AS address, reason FROM bizhub.audit_entries \
                 WHERE action = 'unlock_address' ORDER BY id DESC LIMIT 1";
    let expected = json!({ "address": "192.0.2.1", "reason": "A shop full of people" });
    assert_eq!(world.rows(entry).await, [expected]);
    // It locks again.
    for number in 0..10 {
        busy.login_code(&format!("name{number}"), "wrong").await;
    }
    assert_eq!(busy.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
}

#[tokio::test]
async fn lockout_duration_is_how_long_a_lock_holds() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    set(&world, "max_login_attempts = 1, lockout_duration = 60").await;
    assert_eq!(server.login_code("sales", "wrong").await, "UNAUTHENTICATED");
    world.clock.advance(TimeDelta::minutes(59));
    assert_eq!(server.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
    world.clock.advance(TimeDelta::minutes(1));
    assert_eq!(server.login_code("sales", PASSWORD).await, "");
}

#[tokio::test]
async fn session_timeout_counts_from_the_last_use() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    set(&world, "session_timeout = 10").await;
    let token = server.login("sales").await;
    for _ in 0..3 {
        world.clock.advance(TimeDelta::minutes(9));
        assert!(server.role(&token).await.is_some());
    }
    world.clock.advance(TimeDelta::minutes(10));
    assert_eq!(server.role(&token).await, None);
}

#[tokio::test]
async fn refused_logins_are_counted_by_their_code() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    set(&world, "max_login_attempts = 1").await;
    assert_eq!(server.login_code("sales", "wrong").await, "UNAUTHENTICATED");
    for _ in 0..2 {
        assert_eq!(server.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
    }
    let counts = world.kernel.refusals.counts();
    assert_eq!(counts, [("ACCOUNT_LOCKED", 2), ("UNAUTHENTICATED", 1)]);
}

#[tokio::test]
async fn beyond_the_queue_for_hashes_a_login_hears_429() {
    let mut world = World::new().await;
    Arc::get_mut(&mut world.kernel).unwrap().passwords = Passwords::of(0, 0);
    let server = Server::start(&world).await;
    let query = "mutation($input: LoginInput!) { login(input: $input) { token } }";
    for tenant in ["bizhub", "nowhere"] {
        let input = json!({ "tenant": tenant, "username": "sales", "password": PASSWORD });
        let answer = server.send("", query, json!({ "input": input })).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (429, "RATE_LIMITED"));
        assert_eq!(answer.headers["retry-after"], "1");
    }
    assert_eq!(world.value("SELECT count(*) FROM bizhub.login_attempts").await, 0);
}
