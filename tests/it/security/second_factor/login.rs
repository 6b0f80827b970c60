//! Logging in by two steps.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{challenge, code_of, enrol, first_step, second_step};
use crate::client::PASSWORD;
use crate::server::Server;
use crate::world::World;

#[tokio::test]
async fn a_login_asks_for_the_second_factor_and_opens_no_session_before() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let sessions = "SELECT count(*) FROM bizhub.sessions";
    let before = world.value(sessions).await;
    let payload = first_step(&server, "sales").await;
    assert_eq!((&payload["token"], code_of(&payload)), (&Value::Null, "TWO_FACTOR_REQUIRED"));
    let factor = &payload["secondFactor"];
    assert_eq!((&factor["method"], &factor["sentTo"]), (&json!("APP"), &Value::Null));
    assert_eq!(factor["expiresAt"], "2026-03-02T09:05:30Z");
    assert_eq!(world.value(sessions).await, before);
    let challenge = factor["challenge"].as_str().unwrap();
    assert_eq!(server.role(challenge).await, None);
    let done = second_step(&server, challenge, &sales.app.code(&world)).await;
    assert_eq!(done["userErrors"], json!([]));
    assert_eq!(done["viewer"], json!({ "username": "sales", "secondFactor": "APP" }));
    assert_eq!(done["mustEnrolSecondFactor"], false);
    assert_eq!(server.role(done["token"].as_str().unwrap()).await.as_deref(), Some("Sales"));
    let wrong = server.try_login("bizhub", "sales", "wrong").await;
    assert_eq!(code_of(&wrong), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_challenge_opens_one_session_and_only_for_five_minutes() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let first = challenge(&server, "sales").await;
    let second = challenge(&server, "sales").await;
    let done = second_step(&server, &second, &sales.app.code(&world)).await;
    assert_eq!(code_of(&done), "");
    world.clock.advance(TimeDelta::seconds(30));
    for used in [&first, &second, &"bg_bizhub_00".to_owned(), &"x".to_owned()] {
        let refused = second_step(&server, used, &sales.app.code(&world)).await;
        assert_eq!(code_of(&refused), "UNAUTHENTICATED", "{used}");
        assert_eq!(refused["userErrors"][0]["field"], json!(["challenge"]));
    }
    let late = challenge(&server, "sales").await;
    world.clock.advance(TimeDelta::minutes(5));
    assert_eq!(
        code_of(&second_step(&server, &late, &sales.app.code(&world)).await),
        "UNAUTHENTICATED"
    );
}

#[tokio::test]
async fn a_challenge_ends_with_the_password_that_it_came_by() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let waiting = challenge(&server, "sales").await;
    let changed = server.change_password(&sales.token, PASSWORD, "another horse battery").await;
    assert_eq!(changed, [Value::Null; 0]);
    let refused = second_step(&server, &waiting, &sales.app.code(&world)).await;
    assert_eq!(refused["userErrors"][0]["field"], json!(["challenge"]));
}

#[tokio::test]
async fn a_code_of_an_app_works_once_per_time_step() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let code = sales.app.code(&world);
    let waiting = challenge(&server, "sales").await;
    assert_eq!(code_of(&second_step(&server, &waiting, &code).await), "");
    let again = challenge(&server, "sales").await;
    let refused = second_step(&server, &again, &code).await;
    assert_eq!(code_of(&refused), "UNAUTHENTICATED");
    assert_eq!(refused["userErrors"][0]["field"], json!(["code"]));
    // A clock may be off by a step, but what was used and what came before it stays used.
    world.clock.advance(TimeDelta::seconds(30));
    assert_eq!(code_of(&second_step(&server, &again, &code).await), "UNAUTHENTICATED");
    assert_eq!(code_of(&second_step(&server, &again, &sales.app.code(&world)).await), "");
}

#[tokio::test]
async fn of_two_who_send_one_code_at_once_one_gets_in() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let (one, two) = (challenge(&server, "sales").await, challenge(&server, "sales").await);
    let code = sales.app.code(&world);
    let (one, two) =
        tokio::join!(second_step(&server, &one, &code), second_step(&server, &two, &code));
    let tokens = [&one, &two].iter().filter(|payload| payload["token"].is_string()).count();
    assert_eq!(tokens, 1, "{one} {two}");
}

#[tokio::test]
async fn wrong_codes_count_as_attempts_and_lock() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let wrong = sales.app.wrong_code(&world);
    // The right password in between does not make the count begin anew.
    for _ in 0..5 {
        let waiting = challenge(&server, "sales").await;
        assert_eq!(code_of(&second_step(&server, &waiting, &wrong).await), "UNAUTHENTICATED");
    }
    assert_eq!(server.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
    world.clock.advance(TimeDelta::minutes(15));
    let waiting = challenge(&server, "sales").await;
    assert_eq!(code_of(&second_step(&server, &waiting, &sales.app.code(&world)).await), "");
    assert_eq!(code_of(&first_step(&server, "sales").await), "TWO_FACTOR_REQUIRED");
}

#[tokio::test]
async fn a_lock_holds_for_codes_of_logins_that_wait() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let waiting = challenge(&server, "sales").await;
    for _ in 0..5 {
        server.login_code("sales", "wrong").await;
    }
    let locked = second_step(&server, &waiting, &sales.app.code(&world)).await;
    assert_eq!(code_of(&locked), "ACCOUNT_LOCKED");
}
