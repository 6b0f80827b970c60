//! How long a session lasts and what ends it, and the keys of programs (spec 1.11, 1.7.4).

use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::db::PoolSizes;
use bizgraph_kernel::db::provision::{Owner, set_active};
use chrono::TimeDelta;
use futures_util::FutureExt;
use serde_json::{Value, json};

use crate::client::PASSWORD;
use crate::server::Server;
use crate::world::World;

const LOGOUT: &str = "mutation { logout { userErrors { code } } }";

#[tokio::test]
async fn a_session_ends_when_it_is_idle_for_too_long() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    // Half an hour unless the tenant says otherwise; every use begins it anew.
    for _ in 0..3 {
        world.clock.advance(TimeDelta::minutes(29));
        assert!(server.role(&token).await.is_some());
    }
    world.clock.advance(TimeDelta::minutes(30));
    assert_eq!(server.role(&token).await, None);
}

#[tokio::test]
async fn the_tenant_says_how_long_idle_is() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let (admin, sales) = (server.login("admin").await, server.login("sales").await);
    let input = json!({ "sessionTimeout": 2 });
    let done = server.call(&admin, "securitySettingsUpdate", input, "").await;
    assert_eq!(done["userErrors"], json!([]));
    world.clock.advance(TimeDelta::seconds(119));
    assert!(server.role(&sales).await.is_some());
    world.clock.advance(TimeDelta::seconds(120));
    assert_eq!(server.role(&sales).await, None);
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_however_busy_it_is() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    for _ in 0..35 {
        world.clock.advance(TimeDelta::minutes(20));
        assert!(server.role(&token).await.is_some());
    }
    world.clock.advance(TimeDelta::minutes(20));
    assert_eq!(server.role(&token).await, None);
}

#[tokio::test]
async fn logout_ends_this_session_and_no_other() {
    let world = World::new().await;
    let (server, beside) = (Server::start(&world).await, Server::beside(&world).await);
    let (token, other) = (server.login("sales").await, server.login("sales").await);
    assert!(beside.role(&token).await.is_some());
    let done = server.send(&token, LOGOUT, json!({})).await;
    assert_eq!(done.body, json!({ "data": { "logout": { "userErrors": [] } } }));
    assert_eq!(server.role(&token).await, None);
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(beside.role(&token).await, None);
    assert!(server.role(&other).await.is_some());
    let nobody = server.send("", LOGOUT, json!({})).await;
    assert!(!nobody.body["errors"].is_null(), "{nobody:?}");
}

#[tokio::test]
async fn a_token_that_was_made_up_is_not_taken() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    let elsewhere = token.replace("bg_bizhub_", "bg_kumasi_");
    assert_ne!(elsewhere, token);
    let mut last = token.clone();
    let end = if last.pop() == Some('0') { '1' } else { '0' };
    last.push(end);
    for made_up in [&elsewhere, &last, "x", "bg_bizhub_", "bg_nowhere_00", &"x".repeat(5_000)] {
        assert_eq!(server.role(made_up).await, None, "{made_up}");
    }
    for header in ["Basic eDp5", "Bearer", "bearer", "Token x"] {
        let request = server
            .post()
            .header("authorization", header)
            .json(&json!({ "query": "{ __typename }" }));
        let answer = server.answer(request).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (401, "UNAUTHENTICATED"), "{header}");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
}

/// What an administrator does to a person, each with its input behind `userId`.
fn ends() -> Vec<(&'static str, Value)> {
    vec![
        ("bizhubUserDeactivate", json!({ "reason": "left" })),
        ("bizhubUserSetRole", json!({ "role": "WAREHOUSE" })),
        ("bizhubUserSetPassword", json!({ "newPassword": "a new horse battery" })),
    ]
}

#[tokio::test]
async fn deactivating_a_new_role_and_a_new_password_end_sessions_everywhere() {
    for (mutation, mut input) in ends() {
        let world = World::new().await;
        let (server, beside) = (Server::start(&world).await, Server::beside(&world).await);
        let (admin, sales) = (server.login("admin").await, server.login("sales").await);
        assert!(beside.role(&sales).await.is_some());
        input["userId"] = json!(server.user_id(&admin, "sales").await);
        let done = server.call(&admin, mutation, input, "").await;
        assert_eq!(done["userErrors"], json!([]), "{mutation}");
        // Here at once; on another server of the same database within two seconds.
        assert_eq!(server.role(&sales).await, None, "{mutation}");
        world.clock.advance(TimeDelta::seconds(1));
        assert_eq!(beside.role(&sales).await, None, "{mutation}");
        assert!(server.role(&admin).await.is_some());
    }
}

/// Where hundreds share a token, they do not all ask about it when a second is over.
#[tokio::test]
async fn one_request_proves_a_token_again_while_others_go_on() {
    let world = World::with_pools(PoolSizes { reads: 2, writes: 2 }).await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    assert!(server.role(&token).await.is_some());
    let origin = Origin::default();
    // Nobody reaches the database.
    let held = server.kernel.database.lend_read("bizhub").await.unwrap();
    world.clock.advance(TimeDelta::milliseconds(1_200));
    let mut first = Box::pin(server.kernel.authenticate(&token, &origin));
    assert!(first.as_mut().now_or_never().is_none());
    for _ in 0..3 {
        let next = server.kernel.authenticate(&token, &origin).now_or_never();
        assert!(matches!(next, Some(Ok(Some(_)))));
    }
    // Nobody goes on for longer than a revocation may take.
    world.clock.advance(TimeDelta::milliseconds(600));
    assert!(server.kernel.authenticate(&token, &origin).now_or_never().is_none());
    drop(held);
    assert!(first.await.unwrap().is_some());
}

#[tokio::test]
async fn nobody_of_a_suspended_tenant_gets_in() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    let theirs =
        server.try_login("kumasi", "sales", PASSWORD).await["token"].as_str().unwrap().to_owned();
    let mut owner = Owner::connect(&world.owner_url).await.unwrap();
    set_active(&mut owner, "bizhub", false).await.unwrap();
    server.kernel.refresh_tenants().await.unwrap();
    assert_eq!(server.role(&token).await, None);
    let refused = server.try_login("bizhub", "sales", PASSWORD).await;
    let wrong = server.try_login("bizhub", "sales", "wrong").await;
    assert_eq!(refused["userErrors"][0]["code"], "UNAUTHENTICATED");
    assert_eq!(refused, wrong);
    assert!(server.role(&theirs).await.is_some());
    set_active(&mut owner, "bizhub", true).await.unwrap();
    server.kernel.refresh_tenants().await.unwrap();
    assert_eq!(server.role(&token).await.as_deref(), Some("Sales"));
}

#[tokio::test]
async fn a_key_has_the_rights_of_its_role_and_an_end() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let admin = server.login("admin").await;
    let input = json!({ "name": "till", "role": "Warehouse", "expiresAt": "2026-03-02T10:00:00Z" });
    let made =
        server.call(&admin, "apiKeyCreate", input, "token apiKey { id name lastCharacters }").await;
    let key = made["token"].as_str().unwrap();
    assert!(key.ends_with(made["apiKey"]["lastCharacters"].as_str().unwrap()));
    assert_eq!(server.role(key).await.as_deref(), Some("Warehouse"));
    let answer = server
        .send(key, "{ bizhub { payments { totalCount } locations { totalCount } } }", json!({}))
        .await;
    assert_eq!(answer.code(), "FORBIDDEN");
    assert!(answer.body["data"]["bizhub"]["locations"]["totalCount"].is_number());
    let errors = server
        .send(key, "mutation { changePassword(input: {currentPassword: \"a\", newPassword: \"b\"}) { userErrors { code } } }", json!({}))
        .await;
    assert_eq!(errors.body["data"]["changePassword"]["userErrors"][0]["code"], "FORBIDDEN");
    let more = server
        .call(key, "apiKeyCreate", json!({ "name": "x", "role": "Warehouse" }), "token")
        .await;
    assert_eq!(
        (&more["token"], &more["userErrors"][0]["code"]),
        (&Value::Null, &json!("FORBIDDEN"))
    );
    // It does not idle away, but it expires.
    world.clock.advance(TimeDelta::minutes(59));
    assert!(server.role(key).await.is_some());
    world.clock.advance(TimeDelta::minutes(1));
    assert_eq!(server.role(key).await, None);
}

#[tokio::test]
async fn a_key_ends_by_itself_or_with_its_owner() {
    let world = World::new().await;
    let (server, beside) = (Server::start(&world).await, Server::beside(&world).await);
    world.meddle("UPDATE bizhub.users SET role = 'Admin' WHERE username = 'manager2'").await;
    let (admin, owner) = (server.login("admin").await, server.login("manager2").await);
    let mut keys = Vec::new();
    for name in ["one", "two"] {
        let input = json!({ "name": name, "role": "Sales" });
        let made = server.call(&owner, "apiKeyCreate", input, "token apiKey { id }").await;
        keys.push((made["token"].as_str().unwrap().to_owned(), made["apiKey"]["id"].clone()));
    }
    let ((one, id), (two, _)) = (&keys[0], &keys[1]);
    assert!(beside.role(one).await.is_some() && beside.role(two).await.is_some());
    let input = json!({ "apiKeyId": id });
    let ended = server.call(&admin, "apiKeyRevoke", input.clone(), "").await;
    assert_eq!(ended["userErrors"], json!([]));
    let again = server.call(&admin, "apiKeyRevoke", input, "").await;
    assert_eq!(again["userErrors"][0]["code"], "ALREADY_DONE");
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!((server.role(one).await, beside.role(one).await), (None, None));
    assert!(beside.role(two).await.is_some());
    let input = json!({ "userId": server.user_id(&admin, "manager2").await });
    server.call(&admin, "bizhubUserDeactivate", input, "").await;
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!((server.role(two).await, beside.role(two).await), (None, None));
}

#[tokio::test]
async fn nobody_gives_rights_that_they_do_not_hold_or_changes_their_own() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let (admin, manager) = (server.login("admin").await, server.login("manager").await);
    let me = server.user_id(&admin, "admin").await;
    let codes = |payload: Value| payload["userErrors"][0]["code"].as_str().unwrap().to_owned();
    let own = json!({ "userId": me, "role": "SALES" });
    let own = server.call(&admin, "bizhubUserSetRole", own, "").await;
    // Both sentences: one's own role, and the last administrator.
    let all: Vec<&str> = own["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["code"].as_str().unwrap())
        .collect();
    assert_eq!(all, ["FORBIDDEN", "PRECONDITION_FAILED"]);
    let sales = server.user_id(&admin, "sales").await;
    for (mutation, input) in [
        ("bizhubUserSetRole", json!({ "userId": sales, "role": "ADMIN" })),
        ("apiKeyCreate", json!({ "name": "x", "role": "Admin" })),
        ("apiKeyCreate", json!({ "name": "x", "role": "Sales" })),
        ("bizhubUserSetPassword", json!({ "userId": me, "newPassword": "taken over now" })),
        ("securitySettingsUpdate", json!({ "maxLoginAttempts": 100 })),
    ] {
        assert_eq!(
            codes(server.call(&manager, mutation, input, "").await),
            "FORBIDDEN",
            "{mutation}"
        );
    }
    let unknown = json!({ "name": "x", "role": "Owner" });
    assert_eq!(
        codes(server.call(&admin, "apiKeyCreate", unknown, "").await),
        "REFERENCE_NOT_FOUND"
    );
    assert_eq!(world.value("SELECT count(*) FROM bizhub.api_keys").await, 0);
    let roles = "SELECT count(*) FROM bizhub.users WHERE role = 'Admin'";
    assert_eq!(world.value(roles).await, 1);
}
