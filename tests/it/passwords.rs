//! Which passwords a tenant takes, and what a new one ends (spec 1.11).

use serde_json::{Value, json};

use crate::client::PASSWORD;
use crate::server::Server;
use crate::world::World;

#[tokio::test]
async fn a_seeded_password_allows_nothing_but_changing_it() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let admin = server.login("admin").await;
    let input = json!({ "username": "yaa", "email": "yaa@shop.example", "role": "SALES",
                        "fullName": "Yaa", "password": "first password" });
    let made = server.call(&admin, "bizhubUserCreate", input, "user { id }").await;
    assert_eq!(made["userErrors"], json!([]));
    let payload = server.try_login("bizhub", "yaa", "first password").await;
    assert_eq!(payload["mustChangePassword"], true);
    let token = payload["token"].as_str().unwrap();
    let id = made["user"]["id"].as_str().unwrap();
    let before = world.value("SELECT count(*) FROM bizhub.audit_entries").await;
    for query in [
        "{ bizhub { customers { nodes { id } } } }".to_owned(),
        "{ bizhub { __typename locations { totalCount } } viewer { name } }".to_owned(),
        "{ platform { tenantSettings { nodes { key } } } }".to_owned(),
        format!("{{ node(id: \"{id}\") {{ id }} }}"),
        format!("{{ nodes(ids: [\"{id}\"]) {{ id }} }}"),
        "mutation { bizhubLeadSourceCreate(input: {sourceName: \"Radio\"}) { userErrors { code } } }".to_owned(),
    ] {
        let answer = server.send(token, &query, json!({})).await;
        assert_eq!(answer.code(), "FORBIDDEN", "{query}: {answer:?}");
        assert!(answer.body["errors"][0]["message"].as_str().unwrap().contains("changePassword"));
        assert!(answer.body["data"].get("bizhub").is_none_or(Value::is_null), "{answer:?}");
    }
    let answer = server.send(token, "{ viewer { mustChangePassword } }", json!({})).await;
    assert_eq!(answer.body["data"]["viewer"]["mustChangePassword"], true);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.audit_entries").await, before);
    assert_eq!(
        server.change_password(token, "first password", "second password").await,
        [Value::Null; 0]
    );
    let answer = server.send(token, "{ bizhub { locations { totalCount } } }", json!({})).await;
    assert!(answer.body["data"]["bizhub"]["locations"]["totalCount"].is_number(), "{answer:?}");
    assert_eq!(server.login_code("yaa", "first password").await, "UNAUTHENTICATED");
}

#[tokio::test]
async fn every_rule_that_a_password_does_not_meet_is_listed() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let (admin, sales) = (server.login("admin").await, server.login("sales").await);
    let strict = json!({ "passwordMinLength": 12, "passwordRequireUppercase": true, "passwordRequireLowercase": true,
                         "passwordRequireNumbers": true, "passwordRequireSpecialChars": true });
    let done = server.call(&admin, "securitySettingsUpdate", strict, "").await;
    assert_eq!(done["userErrors"], json!([]));
    let unmet = async |password: &str| {
        let errors = server.change_password(&sales, PASSWORD, password).await;
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0]["code"], "PASSWORD_POLICY");
        assert_eq!(errors[0]["field"], json!(["newPassword"]));
        errors[0]["details"]["unmet"].clone()
    };
    let all = json!([
        "minLength",
        "requireUppercase",
        "requireLowercase",
        "requireNumbers",
        "requireSpecialChars"
    ]);
    assert_eq!(unmet("").await, all);
    assert_eq!(
        unmet("SALES@bizhub.example").await,
        json!(["requireNumbers", "notUsernameOrEmail"])
    );
    assert_eq!(unmet(&format!("Aa1-{}", "x".repeat(125))).await, json!(["maxLength"]));
    // Eleven characters, though more bytes.
    assert_eq!(unmet("Éééééééé1-é").await, json!(["minLength"]));
    assert_eq!(unmet(PASSWORD).await, json!(["requireUppercase", "requireNumbers", "notRecent"]));
    assert_eq!(server.change_password(&sales, PASSWORD, "Long-Enough-7").await, [Value::Null; 0]);
    // Never checked at login: the old, weak passwords of others still work.
    assert_eq!(server.login_code("manager", PASSWORD).await, "");
    // The floor is eight, whatever is configured.
    let low = json!({ "passwordMinLength": 7 });
    let refused = server.call(&admin, "securitySettingsUpdate", low, "").await;
    assert_eq!(refused["userErrors"][0]["code"], "OUT_OF_RANGE");
}

#[tokio::test]
async fn none_of_the_last_five_passwords_comes_again() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    let mut used = vec![PASSWORD.to_owned()];
    for number in 1..=5 {
        for again in &used {
            let errors = server.change_password(&token, used.last().unwrap(), again).await;
            assert_eq!(errors[0]["details"]["unmet"], json!(["notRecent"]), "{again} at {number}");
        }
        let next = format!("password number {number}");
        assert_eq!(
            server.change_password(&token, used.last().unwrap(), &next).await,
            [Value::Null; 0]
        );
        used.push(next);
    }
    let first = used.remove(0);
    assert_eq!(
        server.change_password(&token, used.last().unwrap(), &first).await,
        [Value::Null; 0]
    );
}

#[tokio::test]
async fn a_wrong_current_password_counts_as_a_failed_login() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    for _ in 0..5 {
        let errors = server.change_password(&token, "guess", "another password").await;
        assert_eq!(errors[0]["code"], "VALIDATION_FAILED");
        assert_eq!(errors[0]["field"], json!(["currentPassword"]));
    }
    let errors = server.change_password(&token, PASSWORD, "another password").await;
    assert_eq!(errors[0]["code"], "ACCOUNT_LOCKED");
    assert_eq!(server.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_and_keys_and_leaves_no_trace() {
    let world = World::new().await;
    let (server, beside) = (Server::start(&world).await, Server::beside(&world).await);
    let (token, other) = (server.login("admin").await, server.login("admin").await);
    let input = json!({ "name": "till", "role": "Sales" });
    let made = server.call(&token, "apiKeyCreate", input, "token").await;
    let key = made["token"].as_str().unwrap().to_owned();
    for token in [&token, &other, &key] {
        assert!(beside.role(token).await.is_some());
    }
    let fresh = "another horse battery";
    assert_eq!(server.change_password(&token, PASSWORD, fresh).await, [Value::Null; 0]);
    assert_eq!(server.role(&token).await.as_deref(), Some("Admin"));
    assert_eq!((server.role(&other).await, server.role(&key).await), (None, None));
    world.clock.advance(chrono::TimeDelta::seconds(1));
    assert_eq!(beside.role(&token).await.as_deref(), Some("Admin"));
    assert_eq!((beside.role(&other).await, beside.role(&key).await), (None, None));
    assert_eq!(server.login_code("admin", PASSWORD).await, "UNAUTHENTICATED");
    assert_eq!(server.login_code("admin", fresh).await, "");
    let audit = json!(world.rows("SELECT * FROM bizhub.audit_entries").await).to_string();
    assert!(audit.contains("password"), "{audit}");
    for secret in [fresh, PASSWORD, "$argon2id$", key.rsplit('_').next().unwrap()] {
        assert!(!audit.contains(secret), "{secret} is in the audit log");
    }
}
