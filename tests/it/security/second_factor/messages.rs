//! Codes by text message and mail: through the outbox, once, for five minutes.

use std::sync::Arc;

use bizgraph_kernel::notification::{Message, SendFailure, Sender, Senders};
use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::{challenge, code_of, first_step, latest_code, second_step};
use crate::client::{Client, PASSWORD};
use crate::security::set;
use crate::server::Server;
use crate::world::World;

const MAIL: &str = "sales@bizhub.example";

/// Sets up a factor by mail for sales.
async fn enrol_by_mail(world: &World, client: &Client) -> String {
    set(world, "two_factor_method = 'email'").await;
    let token = client.login("sales").await;
    let input = json!({ "password": PASSWORD });
    let shown = "method otpauthUri sentTo expiresAt";
    let begun = client.call(&token, "enrolSecondFactor", input, shown).await;
    assert_eq!(
        begun,
        json!({ "method": "EMAIL", "otpauthUri": null,
        "sentTo": "s••••@bizhub.example", "expiresAt": "2026-03-02T09:05:00Z", "userErrors": [] })
    );
    let input = json!({ "code": latest_code(world, MAIL).await });
    let done = client.call(&token, "confirmSecondFactor", input, "recoveryCodes").await;
    assert_eq!(code_of(&done), "");
    token
}

#[tokio::test]
async fn two_factor_method_email_sends_a_code_that_works_once() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    enrol_by_mail(&world, &server).await;
    let payload = first_step(&server, "sales").await;
    let factor = &payload["secondFactor"];
    assert_eq!(
        (&factor["method"], &factor["sentTo"]),
        (&json!("EMAIL"), &json!("s••••@bizhub.example"))
    );
    let waiting = factor["challenge"].as_str().unwrap();
    let code = latest_code(&world, MAIL).await;
    assert_eq!(code_of(&second_step(&server, waiting, &code).await), "");
    let again = challenge(&server, "sales").await;
    assert_eq!(code_of(&second_step(&server, &again, &code).await), "UNAUTHENTICATED");
    let stored = world.value("SELECT jsonb_agg(c)::text AS it FROM bizhub.one_time_codes c").await;
    assert!(!stored.as_str().unwrap().contains(&code));
}

#[tokio::test]
async fn two_factor_method_sms_sends_to_the_phone_of_the_person() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    set(&world, "two_factor_method = 'sms'").await;
    let token = server.login("sales").await;
    let input = json!({ "password": PASSWORD });
    let refused = server.call(&token, "enrolSecondFactor", input.clone(), "").await;
    assert_eq!(code_of(&refused), "PRECONDITION_FAILED");
    world.meddle("UPDATE bizhub.users SET phone = '+233200000042' WHERE username = 'sales'").await;
    let begun = server.call(&token, "enrolSecondFactor", input, "method sentTo").await;
    assert_eq!(begun["sentTo"], "+23••••••••42");
    let input = json!({ "code": latest_code(&world, "+233200000042").await });
    assert_eq!(code_of(&server.call(&token, "confirmSecondFactor", input, "").await), "");
    let channel = "SELECT channel FROM bizhub.notifications ORDER BY id DESC LIMIT 1";
    assert_eq!(world.value(channel).await, "sms");
}

#[tokio::test]
async fn a_sent_code_works_for_five_minutes_and_only_the_latest() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    enrol_by_mail(&world, &server).await;
    let waiting = challenge(&server, "sales").await;
    let first = latest_code(&world, MAIL).await;
    let input = json!({ "challenge": waiting });
    let sent = server.call("", "sendSecondFactorCode", input, "sentTo expiresAt").await;
    assert_eq!(sent["sentTo"], "s••••@bizhub.example");
    let second = latest_code(&world, MAIL).await;
    if first != second {
        assert_eq!(code_of(&second_step(&server, &waiting, &first).await), "UNAUTHENTICATED");
    }
    assert_eq!(code_of(&second_step(&server, &waiting, &second).await), "");
    let late = challenge(&server, "sales").await;
    let code = latest_code(&world, MAIL).await;
    world.clock.advance(TimeDelta::minutes(5));
    assert_eq!(code_of(&second_step(&server, &late, &code).await), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_sent_code_stands_five_wrong_attempts() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    enrol_by_mail(&world, &server).await;
    // The lock of the name is not what stops them here.
    set(&world, "max_login_attempts = 100").await;
    let waiting = challenge(&server, "sales").await;
    let code = latest_code(&world, MAIL).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(code_of(&second_step(&server, &waiting, wrong).await), "UNAUTHENTICATED");
    }
    assert_eq!(code_of(&second_step(&server, &waiting, &code).await), "UNAUTHENTICATED");
}

#[tokio::test]
async fn no_more_than_five_codes_are_sent_in_a_quarter_of_an_hour() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    enrol_by_mail(&world, &server).await;
    for _ in 0..4 {
        challenge(&server, "sales").await;
    }
    let refused = first_step(&server, "sales").await;
    assert_eq!((code_of(&refused), &refused["secondFactor"]), ("RATE_LIMITED", &Value::Null));
    world.clock.advance(TimeDelta::minutes(16));
    challenge(&server, "sales").await;
}

#[tokio::test]
async fn codes_go_where_the_factor_was_confirmed_whatever_is_entered_later() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    enrol_by_mail(&world, &server).await;
    world.meddle("UPDATE bizhub.users SET email = 'else@x.example' WHERE username = 'sales'").await;
    let waiting = challenge(&server, "sales").await;
    let sent = "SELECT DISTINCT recipient FROM bizhub.notifications";
    assert_eq!(world.rows(sent).await, [json!({ "recipient": MAIL })]);
    let done = second_step(&server, &waiting, &latest_code(&world, MAIL).await).await;
    assert_eq!(code_of(&done), "");
}

#[tokio::test]
async fn a_method_that_the_tenant_takes_no_more_has_to_be_replaced() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    enrol_by_mail(&world, &server).await;
    set(&world, "two_factor_method = 'app', two_factor_required = TRUE").await;
    let waiting = challenge(&server, "sales").await;
    let done = second_step(&server, &waiting, &latest_code(&world, MAIL).await).await;
    assert_eq!(done["mustEnrolSecondFactor"], true);
    let token = done["token"].as_str().unwrap();
    let input = json!({ "password": PASSWORD, "method": "EMAIL" });
    let refused = server.call(token, "enrolSecondFactor", input, "").await;
    assert_eq!(refused["userErrors"][0]["field"], json!(["method"]));
    super::enrol_with(&world, &server, token).await;
    let answer = server.send(token, "{ viewer { secondFactor mustEnrolSecondFactor } }", json!({}));
    let viewer = json!({ "secondFactor": "APP", "mustEnrolSecondFactor": false });
    assert_eq!(answer.await.body["data"]["viewer"], viewer);
}

/// Takes everything.
struct Taker;

impl Sender for Taker {
    fn name(&self) -> &'static str {
        "taker"
    }

    fn send<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), SendFailure>> {
        Box::pin(async move {
            let digits = message.body.chars().take(6).all(|c| c.is_ascii_digit());
            digits.then_some(()).ok_or_else(|| SendFailure::Permanent("no code".to_owned()))
        })
    }
}

#[tokio::test]
async fn a_code_is_not_kept_once_a_sender_took_it() {
    let mut world = World::new().await;
    let senders = Senders { email: Arc::new(Taker), sms: Arc::new(Taker) };
    Arc::get_mut(&mut world.kernel).unwrap().senders = senders;
    let server = Server::start(&world).await;
    set(&world, "two_factor_method = 'email'").await;
    let token = server.login("sales").await;
    server.call(&token, "enrolSecondFactor", json!({ "password": PASSWORD }), "").await;
    let code = latest_code(&world, MAIL).await;
    let tenant = world.kernel.tenant("bizhub").unwrap();
    world.kernel.deliver_notifications(&tenant).await.unwrap();
    let rows = world.rows("SELECT * FROM bizhub.notifications").await;
    assert_eq!((&rows[0]["status"], &rows[0]["sent_by"]), (&json!("sent"), &json!("taker")));
    assert!(!json!(rows).to_string().contains(&code), "{rows:?}");
    let done = server.call(&token, "confirmSecondFactor", json!({ "code": code }), "").await;
    assert_eq!(code_of(&done), "");
}
