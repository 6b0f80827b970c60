//! Enrolling, and a tenant that requires it of everybody.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{challenge, code_of, enrol, enrol_with, second_step};
use crate::client::PASSWORD;
use crate::live::socket::Socket;
use crate::security::set;
use crate::server::Server;
use crate::world::World;

const REQUIRED: &str = "two_factor_required = TRUE";

#[tokio::test]
async fn two_factor_required_gives_who_has_none_a_session_that_can_only_enrol() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    set(&world, REQUIRED).await;
    let input = json!({ "tenant": "bizhub", "username": "sales", "password": PASSWORD });
    let shown = "token mustEnrolSecondFactor viewer { mustEnrolSecondFactor secondFactor }";
    let login = server.call("", "login", input, shown).await;
    assert_eq!(login["mustEnrolSecondFactor"], true);
    let viewer = json!({ "mustEnrolSecondFactor": true, "secondFactor": null });
    assert_eq!(login["viewer"], viewer);
    let token = login["token"].as_str().unwrap();
    for query in [
        "{ bizhub { locations { totalCount } } }",
        "{ platform { tenantSettings { nodes { key } } } }",
        "{ node(id: \"MTpCaXpodWJMb2NhdGlvbjox\") { id } }",
        "mutation { bizhubLeadSourceCreate(input: {sourceName: \"Radio\"}) { userErrors { code } } }",
    ] {
        let answer = server.send(token, query, json!({})).await;
        assert_eq!(answer.code(), "TWO_FACTOR_REQUIRED", "{query}: {answer:?}");
        assert!(answer.body["data"].get("bizhub").is_none_or(Value::is_null), "{answer:?}");
    }
    let exported = server.export(token, "locations.csv", json!({})).await;
    assert_eq!(exported.status(), 403);
    let uploaded = server.upload(token, "a.txt", b"hello".to_vec()).await;
    assert_eq!(uploaded.code(), "TWO_FACTOR_REQUIRED", "{uploaded:?}");
    enrol_with(&world, &server, token).await;
    let answer = server.send(token, "{ bizhub { locations { totalCount } } }", json!({})).await;
    assert!(answer.body["data"]["bizhub"]["locations"]["totalCount"].is_number(), "{answer:?}");
}

#[tokio::test]
async fn sessions_that_are_open_can_only_enrol_from_then_on_and_their_sockets_close() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let proven = enrol(&world, &server, "sales").await;
    let token = server.login("technician").await;
    let mut socket = Socket::listening(&world, &server, &token).await;
    socket.settle().await;
    set(&world, REQUIRED).await;
    assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()));
    world.clock.advance(TimeDelta::seconds(1));
    let query = "{ bizhub { locations { totalCount } } }";
    assert_eq!(server.send(&token, query, json!({})).await.code(), "TWO_FACTOR_REQUIRED");
    assert_eq!(server.send(&proven.token, query, json!({})).await.code(), "");
}

#[tokio::test]
async fn keys_of_programs_need_no_second_factor_and_have_none() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let admin = server.login("admin").await;
    let input = json!({ "name": "till", "role": "Sales" });
    let made = server.call(&admin, "apiKeyCreate", input, "token").await;
    let key = made["token"].as_str().unwrap();
    enrol_with(&world, &server, &admin).await;
    set(&world, REQUIRED).await;
    world.clock.advance(TimeDelta::seconds(1));
    let answer = server.send(key, "{ bizhub { locations { totalCount } } }", json!({})).await;
    assert_eq!(answer.code(), "", "{answer:?}");
    let input = json!({ "password": PASSWORD });
    let refused = server.call(key, "enrolSecondFactor", input, "method").await;
    assert_eq!(code_of(&refused), "FORBIDDEN");
}

#[tokio::test]
async fn the_secret_of_an_app_is_shown_once_and_kept_sealed() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let everything = "SELECT (SELECT jsonb_agg(to_jsonb(m)) FROM bizhub.mfa_factors m)::text \
        || (SELECT jsonb_agg(r) FROM bizhub.recovery_codes r)::text \
        || (SELECT jsonb_agg(a) FROM bizhub.audit_entries a)::text AS it";
    let kept = world.value(everything).await.as_str().unwrap().to_owned();
    assert!(kept.contains("envelope:") && kept.contains("confirm_second_factor"), "{kept}");
    assert!(!kept.contains(&sales.app.secret));
    assert_eq!(sales.recovery_codes.len(), 10);
    for code in &sales.recovery_codes {
        assert!(!kept.contains(code.as_str()) && !kept.contains(&code.replace('-', "")));
    }
}

#[tokio::test]
async fn a_factor_counts_only_once_its_first_code_was_right() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    let none = server.call(&token, "confirmSecondFactor", json!({ "code": "123456" }), "").await;
    assert_eq!(code_of(&none), "PRECONDITION_FAILED");
    let wrong = json!({ "password": "wrong" });
    let refused = server.call(&token, "enrolSecondFactor", wrong, "otpauthUri").await;
    assert_eq!((code_of(&refused), &refused["otpauthUri"]), ("VALIDATION_FAILED", &Value::Null));
    let input = json!({ "password": PASSWORD });
    let begun = server.call(&token, "enrolSecondFactor", input, "method otpauthUri").await;
    assert_eq!(begun["method"], "APP");
    assert_eq!(server.login_code("sales", PASSWORD).await, "");
    let app = super::app::App::scan(begun["otpauthUri"].as_str().unwrap());
    let wrong = json!({ "code": app.wrong_code(&world) });
    let refused = server.call(&token, "confirmSecondFactor", wrong, "recoveryCodes").await;
    assert_eq!((code_of(&refused), &refused["recoveryCodes"]), ("VALIDATION_FAILED", &Value::Null));
    assert_eq!(server.login_code("sales", PASSWORD).await, "");
    let right = json!({ "code": app.code(&world) });
    let done = server.call(&token, "confirmSecondFactor", right, "").await;
    assert_eq!(code_of(&done), "");
    assert_eq!(server.login_code("sales", PASSWORD).await, "TWO_FACTOR_REQUIRED");
}

#[tokio::test]
async fn a_new_factor_ends_other_sessions_and_takes_the_place_of_the_old() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let other = server.login("sales").await;
    let sales = enrol(&world, &server, "sales").await;
    assert_eq!(server.role(&other).await, None);
    assert!(server.role(&sales.token).await.is_some());
    let (second, codes) = enrol_with(&world, &server, &sales.token).await;
    let waiting = challenge(&server, "sales").await;
    let old = second_step(&server, &waiting, &sales.app.code(&world)).await;
    assert_eq!(code_of(&old), "UNAUTHENTICATED");
    let old = second_step(&server, &waiting, &sales.recovery_codes[0]).await;
    assert_eq!(code_of(&old), "UNAUTHENTICATED");
    assert_eq!(code_of(&second_step(&server, &waiting, &second.code(&world)).await), "");
    assert_ne!(codes, sales.recovery_codes);
}

#[tokio::test]
async fn a_password_that_another_chose_is_changed_before_a_factor_is_enrolled() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sql = "UPDATE bizhub.credentials SET must_change_password = TRUE WHERE user_id = \
               (SELECT id::text FROM bizhub.users WHERE username = 'sales')";
    world.meddle(sql).await;
    set(&world, REQUIRED).await;
    let token = server.login("sales").await;
    let input = json!({ "password": PASSWORD });
    let refused = server.call(&token, "enrolSecondFactor", input, "").await;
    assert_eq!(code_of(&refused), "FORBIDDEN");
    let changed = server.change_password(&token, PASSWORD, "another horse battery").await;
    assert_eq!(changed, [Value::Null; 0]);
    let input = json!({ "password": "another horse battery" });
    let begun = server.call(&token, "enrolSecondFactor", input, "").await;
    assert_eq!(code_of(&begun), "");
}
