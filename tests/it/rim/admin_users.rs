//! People of the admin panel: invited, given roles, kept out (spec 5.8).

use serde_json::json;

use super::{role, staff};
use crate::world::World;

async fn sessions_of(world: &World, username: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM rim.sessions s JOIN rim.admin_users u \
         ON s.user_id = 'adminUser:' || u.id WHERE u.username = '{username}' \
         AND s.revoked_at IS NULL"
    );
    world.value(&sql).await.as_i64().unwrap()
}

async fn open_session(world: &World, username: &str) {
    let sql = format!(
        "INSERT INTO rim.sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at) \
         SELECT gen_random_uuid(), 'adminUser:' || id, '\\x01', '2026-03-02 08:00Z', \
         '2026-03-02 08:30Z', '2026-03-02 20:00Z' FROM rim.admin_users WHERE username = '{username}'"
    );
    world.meddle(&sql).await;
}

#[tokio::test]
async fn an_invited_person_gets_a_password_that_nobody_chose_and_has_to_change_it() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let finance = role(&world, "finance").await;
    let input = json!({ "username": "ngozi", "email": "ngozi@rim.example", "roleId": finance });
    let shown = "adminUser { username role status creator { username } } oneTimePassword";
    let done = world.done(&admin, "rimAdminUserInvite", input, shown).await;
    let person = &done["adminUser"];
    assert_eq!(person["role"], "finance");
    assert_eq!(person["status"], "ACTIVE");
    assert_eq!(person["creator"]["username"], "admin");
    assert!(done["oneTimePassword"].as_str().unwrap().len() >= 20);
    let kept = "SELECT c.must_change_password FROM rim.credentials c JOIN rim.admin_users u \
                ON c.user_id = 'adminUser:' || u.id WHERE u.username = 'ngozi'";
    assert_eq!(world.value(kept).await, json!(true));
    let count = "SELECT user_count FROM rim.admin_roles WHERE name = 'finance'";
    assert_eq!(world.value(count).await, json!(3));
    world.verify().await;
}

#[tokio::test]
async fn usernames_and_addresses_are_unique_in_any_spelling() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let finance = role(&world, "finance").await;
    for (username, email, refusal) in [
        ("FINANCE", "new@rim.example", "NOT_UNIQUE username"),
        ("new", "Finance@RIM.example", "NOT_UNIQUE email"),
        ("two words", "new@rim.example", "BAD_FORMAT username"),
        ("+2348030000001", "new@rim.example", "BAD_FORMAT username"),
    ] {
        let input = json!({ "username": username, "email": email, "roleId": finance });
        assert_eq!(world.refused(&admin, "rimAdminUserInvite", input).await, [refusal]);
    }
}

#[tokio::test]
async fn only_who_may_write_people_invites_them() {
    let world = World::rim().await;
    let input = json!({
        "username": "x", "email": "x@rim.example", "roleId": role(&world, "finance").await,
    });
    for username in ["operations", "officer", "finance", "lead", "marketing", "auditor"] {
        let person = world.person(username).await;
        let refused = world.refused(&person, "rimAdminUserInvite", input.clone()).await;
        assert_eq!(refused, ["FORBIDDEN "], "{username}");
    }
}

#[tokio::test]
async fn another_role_is_counted_and_ends_the_sessions() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    open_session(&world, "officer").await;
    let input = json!({
        "adminUserId": staff(&world, "officer").await, "roleId": role(&world, "finance").await,
    });
    let done = world.done(&admin, "rimAdminUserSetRole", input, "adminUser { role }").await;
    assert_eq!(done["adminUser"]["role"], "finance");
    let counts = "SELECT string_agg(user_count::text, ',' ORDER BY name) FROM rim.admin_roles \
                  WHERE name IN ('finance', 'loan_officer')";
    assert_eq!(world.value(counts).await, json!("3,1"));
    assert_eq!(sessions_of(&world, "officer").await, 0);
    world.verify().await;
}

#[tokio::test]
async fn nobody_changes_their_own_role_or_ends_their_own_access() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let me = staff(&world, "admin").await;
    let input = json!({ "adminUserId": me, "roleId": role(&world, "finance").await });
    assert_eq!(
        world.refused(&admin, "rimAdminUserSetRole", input).await,
        ["FORBIDDEN adminUserId", "PRECONDITION_FAILED roleId"]
    );
    for (mutation, input) in [
        ("rimAdminUserDeactivate", json!({ "adminUserId": me })),
        ("rimAdminUserSuspend", json!({ "adminUserId": me, "reason": "Test" })),
    ] {
        let refused = world.refused(&admin, mutation, input).await;
        assert_eq!(refused, ["FORBIDDEN adminUserId", "PRECONDITION_FAILED adminUserId"]);
    }
}

#[tokio::test]
async fn the_last_super_admin_stays() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let promote = json!({
        "adminUserId": staff(&world, "officer").await,
        "roleId": role(&world, "super_admin").await,
    });
    world.done(&admin, "rimAdminUserSetRole", promote, "").await;
    let second = world.person("officer").await;
    let leave = json!({ "adminUserId": staff(&world, "admin").await });
    world.done(&second, "rimAdminUserDeactivate", leave, "").await;
    let back = json!({
        "adminUserId": staff_id(&world, "officer").await, "roleId": role_id(&world, "finance").await,
    });
    assert_eq!(
        world.refused(&second, "rimAdminUserSetRole", back).await,
        ["FORBIDDEN adminUserId", "PRECONDITION_FAILED roleId"]
    );
}

/// Ids as the second administrator sees them, once the first cannot ask any more.
async fn staff_id(world: &World, username: &str) -> String {
    let condition = format!("username: {{ eq: \"{username}\" }}");
    super::id_of(world, "adminUsers", &condition).await
}

async fn role_id(world: &World, name: &str) -> String {
    super::id_of(world, "adminRoles", &format!("name: {{ eq: \"{name}\" }}")).await
}

#[tokio::test]
async fn a_suspension_has_a_reason_and_ends_the_sessions() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let person = staff(&world, "agent").await;
    open_session(&world, "agent").await;
    let silent = json!({ "adminUserId": person, "reason": " " });
    assert_eq!(world.refused(&admin, "rimAdminUserSuspend", silent).await, ["REQUIRED reason"]);
    let input = json!({ "adminUserId": person, "reason": "Shared a password" });
    let shown = "adminUser { status suspensionReason }";
    let done = world.done(&admin, "rimAdminUserSuspend", input, shown).await;
    assert_eq!(done["adminUser"]["status"], "SUSPENDED");
    assert_eq!(done["adminUser"]["suspensionReason"], "Shared a password");
    assert_eq!(sessions_of(&world, "agent").await, 0);
    let again = json!({ "adminUserId": person });
    assert_eq!(
        world.refused(&admin, "rimAdminUserDeactivate", again.clone()).await,
        ["INVALID_TRANSITION adminUserId"]
    );
    let done = world.done(&admin, "rimAdminUserActivate", again, shown).await;
    assert_eq!(done["adminUser"], json!({ "status": "ACTIVE", "suspensionReason": null }));
}

#[tokio::test]
async fn a_person_logs_in_with_the_one_time_password_and_is_named_by_its_kind() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let input = json!({ "adminUserId": staff(&world, "auditor").await });
    let done = world.done(&admin, "rimAdminUserResetPassword", input, "oneTimePassword").await;
    let query = "mutation($input: LoginInput!) { login(input: $input) { token mustChangePassword \
                 viewer { id role permissions } userErrors { code } } }";
    let input = json!({
        "tenant": "rim", "username": "auditor", "password": done["oneTimePassword"],
    });
    let answer = world.send_as_nobody(query, json!({ "input": input })).await;
    let login = &answer["data"]["login"];
    assert_eq!(login["userErrors"], json!([]), "{answer}");
    assert_eq!(login["mustChangePassword"], true);
    assert_eq!(login["viewer"]["id"], json!(staff(&world, "auditor").await));
    let permissions = login["viewer"]["permissions"].as_array().unwrap();
    assert!(permissions.contains(&json!("rim.loan.read")));
    assert!(!permissions.contains(&json!("rim.loan.transition:approve")));
    let logged = super::ask(
        &world,
        &admin,
        "adminActivityLogs(where: { action: { eq: \"login\" } }) { nodes { adminName admin { \
         username lastLogin } } }",
    )
    .await;
    assert_eq!(logged["nodes"][0]["adminName"], "auditor");
    assert!(logged["nodes"][0]["admin"]["lastLogin"].is_string());
}
