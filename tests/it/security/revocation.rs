//! What ends the sessions, keys and sockets of a lender's people within two seconds.

use std::time::Instant;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::client::PASSWORD;
use crate::live::socket::Socket;
use crate::rim::{customer, role, staff};
use crate::server::Server;
use crate::world::World;

/// A server of a lender in which this person has the common password.
async fn lender(world: &World, username: &str) -> (Server, String) {
    let hash = bizgraph_kernel::auth::hash_password(PASSWORD).unwrap();
    let sql = format!(
        "INSERT INTO rim.credentials (user_id, password_hash) \
         SELECT 'adminUser:' || id, '{hash}' FROM rim.admin_users WHERE username = '{username}'"
    );
    world.meddle(&sql).await;
    let server = Server::over(world.kernel.clone(), Default::default()).await;
    let login = server.try_login("rim", username, PASSWORD).await;
    let token = login["token"].as_str().unwrap().to_owned();
    (server, token)
}

/// What an administrator does to a person, each with its input behind the person's id.
async fn ends(world: &World) -> Vec<(&'static str, Value)> {
    let auditor = role(world, "auditor").await;
    vec![
        ("rimAdminUserDeactivate", json!({})),
        ("rimAdminUserSuspend", json!({ "reason": "Shared a password" })),
        ("rimAdminUserSetRole", json!({ "roleId": auditor })),
        ("rimAdminUserResetPassword", json!({})),
    ]
}

#[tokio::test]
async fn leaving_a_new_role_and_a_new_password_end_sessions_and_sockets() {
    for number in 0..4 {
        let world = World::rim().await;
        let (mutation, mut input) = ends(&world).await.swap_remove(number);
        let (server, token) = lender(&world, "officer").await;
        let mut socket = Socket::of(&server, &token).await;
        input["adminUserId"] = json!(staff(&world, "officer").await);
        world.done(&world.person("admin").await, mutation, input, "").await;
        let since = Instant::now();
        assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()), "{mutation}");
        assert!(since.elapsed().as_millis() < 2_000, "{:?}", since.elapsed());
        world.clock.advance(TimeDelta::seconds(1));
        assert_eq!(server.role(&token).await, None, "{mutation}");
    }
}

#[tokio::test]
async fn a_role_that_allows_something_else_closes_the_sockets_of_its_people() {
    let world = World::rim().await;
    let (server, token) = lender(&world, "officer").await;
    let mut socket = Socket::of(&server, &token).await;
    let admin = world.person("admin").await;
    let input = json!({ "adminRoleId": role(&world, "loan_officer").await,
        "permissions": [{ "resource": "loan_products", "actions": ["READ"] }] });
    world.done(&admin, "rimAdminRoleUpdate", input, "").await;
    assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()));
    let answer = server.send(&token, "{ rim { loans { totalCount } } }", json!({})).await;
    assert_eq!(answer.code(), "FORBIDDEN");
}

#[tokio::test]
async fn a_customer_who_is_deleted_is_logged_out() {
    let world = World::rim().await;
    let server = Server::over(world.kernel.clone(), Default::default()).await;
    let phone = crate::world::CUSTOMERS[0].1;
    let input = json!({ "tenant": "rim", "phone": phone });
    server.call("", "requestLoginCode", input, "").await;
    let code = world.value("SELECT left(body, 6) AS code FROM rim.notifications").await;
    let input = json!({ "tenant": "rim", "phone": phone, "code": code });
    let login = server.call("", "loginWithCode", input, "token").await;
    let token = login["token"].as_str().unwrap();
    assert_eq!(server.role(token).await.as_deref(), Some("customer"));
    let operations = world.person("operations").await;
    let input = json!({ "userId": customer(&world, "USR-2026-001").await, "reason": "Asked to" });
    world.done(&operations, "rimUserDelete", input, "").await;
    assert_eq!(server.role(token).await, None);
}

#[tokio::test]
async fn an_operator_empties_the_lists_of_a_tenant_that_locked_itself_out() {
    let world = World::rim().await;
    let lists = "UPDATE rim.security_settings SET ip_whitelist = '{10.0.0.0/8}'";
    world.meddle(lists).await;
    let failed = "INSERT INTO rim.login_attempts (principal, address, succeeded, attempted_at) \
                  VALUES ('admin', '192.0.2.1', false, now())";
    world.meddle(failed).await;
    let system = world.kernel.system_actor(world.kernel.tenant("rim").unwrap()).unwrap();
    let origin = bizgraph_kernel::actor::Origin::default();
    let mut tx = world.kernel.begin(system, origin).await.unwrap();
    bizgraph_kernel::auth::open_addresses(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let left = "SELECT ip_whitelist FROM rim.security_settings";
    assert_eq!(world.value(left).await, json!([]));
    let unlocked = "SELECT principal, address FROM rim.login_attempts WHERE succeeded";
    let nobody = json!({ "principal": "", "address": "192.0.2.1" });
    assert_eq!(world.rows(unlocked).await, [nobody]);
    let entry = "SELECT old_values->'ipWhitelist' AS old FROM rim.audit_entries \
                 WHERE entity = 'SecuritySettings'";
    assert_eq!(world.value(entry).await, json!(["10.0.0.0/8"]));
}
