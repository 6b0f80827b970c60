//! Logging in (spec 1.11): who gets in, who is locked out and for how long, which passwords
//! are taken.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::client::PASSWORD;
use crate::server::Server;
use crate::world::World;

/// Somebody's wrong password, so many times.
async fn fail(server: &Server, username: &str, times: usize) {
    for _ in 0..times {
        assert_eq!(server.login_code(username, "wrong").await, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn the_right_password_opens_a_session_of_its_person_and_tenant() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let payload = server.try_login("bizhub", "  SALES ", PASSWORD).await;
    let viewer = json!({ "username": "sales", "role": "Sales", "tenant": { "slug": "bizhub" } });
    assert_eq!(payload["viewer"], viewer);
    assert_eq!(payload["mustChangePassword"], false);
    // At the latest twelve hours from now.
    assert_eq!(payload["expiresAt"], "2026-03-02T21:00:00Z");
    let token = payload["token"].as_str().unwrap();
    assert_eq!(server.role(token).await.unwrap(), "Sales");
    // The database keeps a hash of the token, and the log no secret at all.
    let sql = "SELECT encode(token_hash, 'hex') FROM bizhub.sessions";
    let hash = world.value(sql).await;
    assert!(!token.contains(hash.as_str().unwrap()));
    assert_eq!(hash.as_str().unwrap().len(), 64);
    let audited = world.rows("SELECT * FROM bizhub.audit_entries WHERE action = 'login'").await;
    assert_eq!(audited.len(), 1);
    let secret = token.rsplit('_').next().unwrap();
    assert!(!json!(audited).to_string().contains(secret));
}

#[tokio::test]
async fn whoever_does_not_get_in_hears_the_same_words() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    world.meddle("UPDATE bizhub.users SET is_active = FALSE WHERE username = 'sales2'").await;
    let never = "DELETE FROM bizhub.credentials WHERE user_id = \
                 (SELECT id::text FROM bizhub.users WHERE username = 'manager2')";
    world.meddle(never).await;
    let mut refusals = Vec::new();
    for (tenant, username, password) in [
        ("bizhub", "sales", "wrong"),
        ("bizhub", "sales", ""),
        ("bizhub", "nobody", PASSWORD),
        ("nowhere", "sales", PASSWORD),
        // Inactive, and without a password.
        ("bizhub", "sales2", PASSWORD),
        ("bizhub", "manager2", ""),
    ] {
        let payload = server.try_login(tenant, username, password).await;
        assert_eq!((&payload["token"], &payload["viewer"]), (&Value::Null, &Value::Null));
        refusals.push(payload["userErrors"].clone());
    }
    let one = json!([{ "code": "UNAUTHENTICATED", "field": [], "details": {},
                       "message": "Tenant, username or password is wrong." }]);
    assert_eq!(refusals, vec![one; 6]);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.sessions").await, 0);
}

#[tokio::test]
async fn a_refused_login_still_commits_its_attempt() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    fail(&server, "Sales", 2).await;
    fail(&server, "nobody", 1).await;
    server.login("sales").await;
    let sql = "SELECT principal, succeeded, address FROM bizhub.login_attempts ORDER BY id";
    let row = |principal: &str, succeeded: bool| json!({ "principal": principal, "succeeded": succeeded, "address": "127.0.0.1" });
    let rows = [row("sales", false), row("sales", false), row("nobody", false), row("sales", true)];
    assert_eq!(world.rows(sql).await, rows);
}

#[tokio::test]
async fn too_many_failures_lock_the_name_until_the_time_is_over() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    fail(&server, "sales", 5).await;
    let payload = server.try_login("bizhub", "SALES", PASSWORD).await;
    assert_eq!(payload["userErrors"][0]["code"], "ACCOUNT_LOCKED");
    assert_eq!(
        payload["userErrors"][0]["details"],
        json!({ "lockedUntil": "2026-03-02T09:15:00Z" })
    );
    // Nobody else is locked, and the same name of another tenant is somebody else.
    assert_eq!(server.login_code("sales2", PASSWORD).await, "");
    let other = server.try_login("kumasi", "sales", PASSWORD).await;
    assert_eq!(other["userErrors"], json!([]));
    world.clock.advance(TimeDelta::minutes(14));
    assert_eq!(server.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
    // Attempts while locked did not make the lock longer.
    world.clock.advance(TimeDelta::minutes(1));
    assert_eq!(server.login_code("sales", PASSWORD).await, "");
}

#[tokio::test]
async fn an_unknown_name_locks_like_a_known_one() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    fail(&server, "nobody", 5).await;
    assert_eq!(server.login_code("nobody", PASSWORD).await, "ACCOUNT_LOCKED");
}

#[tokio::test]
async fn a_lock_survives_a_restart() {
    let world = World::new().await;
    let mut server = Server::start(&world).await;
    fail(&server, "sales", 5).await;
    server.stop().await;
    let again = Server::beside(&world).await;
    assert_eq!(again.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
    assert_eq!(again.login_code("sales2", PASSWORD).await, "");
}

#[tokio::test]
async fn a_success_resets_the_count() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    for _ in 0..3 {
        fail(&server, "sales", 4).await;
        server.login("sales").await;
    }
    fail(&server, "sales", 5).await;
    assert_eq!(server.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
}

#[tokio::test]
async fn an_administrator_unlocks_before_the_time() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    fail(&server, "sales", 5).await;
    let (admin, manager) = (server.login("admin").await, server.login("manager").await);
    let input = json!({ "userId": server.user_id(&admin, "sales").await });
    let refused = server.call(&manager, "bizhubUserUnlock", input.clone(), "").await;
    assert_eq!(refused["userErrors"][0]["code"], "FORBIDDEN");
    assert_eq!(server.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
    let done = server.call(&admin, "bizhubUserUnlock", input, "user { username }").await;
    assert_eq!(done, json!({ "user": { "username": "sales" }, "userErrors": [] }));
    assert_eq!(server.login_code("sales", PASSWORD).await, "");
    let sql = "SELECT count(*) FROM bizhub.audit_entries WHERE action = 'unlock'";
    assert_eq!(world.value(sql).await, 1);
}

#[tokio::test]
async fn an_address_that_fails_with_many_names_is_locked() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    for number in 0..25 {
        fail(&server, &format!("name{number}"), 1).await;
    }
    assert_eq!(server.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
    world.clock.advance(TimeDelta::minutes(15));
    assert_eq!(server.login_code("sales", PASSWORD).await, "");
}

#[tokio::test]
async fn text_that_is_nobodys_name_is_refused_before_the_database() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    for name in ["", "   ", "a\u{0}b", "a\nb", &"x".repeat(255)] {
        assert_eq!(server.login_code(name, PASSWORD).await, "BAD_FORMAT", "{name:?}");
    }
    assert_eq!(server.login_code("sales", "a\u{0}b").await, "UNAUTHENTICATED");
    let payload = server.try_login("biz\u{0}hub", "sales", PASSWORD).await;
    assert_eq!(payload["userErrors"][0]["code"], "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_bcrypt_hash_is_taken_and_replaced_at_the_next_login() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let old = "$2b$10$abcdefghijklmnopqrstuuxv2N2lnfOT.VIKZYF.TK1Ab/WNnHsmm";
    let sales = "(SELECT id::text FROM bizhub.users WHERE username = 'sales')";
    let sql =
        format!("UPDATE bizhub.credentials SET password_hash = '{old}' WHERE user_id = {sales}");
    world.meddle(&sql).await;
    let sql = format!("SELECT password_hash FROM bizhub.credentials WHERE user_id = {sales}");
    assert_eq!(server.login_code("sales", "changeme124").await, "UNAUTHENTICATED");
    assert_eq!(world.value(&sql).await, old);
    assert_eq!(server.login_code("sales", "changeme123").await, "");
    let fresh = world.value(&sql).await;
    assert!(fresh.as_str().unwrap().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{fresh}");
    assert_eq!(server.login_code("sales", "changeme123").await, "");
    assert_eq!(world.value(&sql).await, fresh);
}
