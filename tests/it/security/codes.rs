//! Customers log in with their phone and a code (rim 5.2), and nobody learns from it who is one.

use std::sync::Arc;

use bizgraph::server::ServerSettings;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::client::Client;
use crate::rim_messages::{self, Postman, deliver};
use crate::server::Server;
use crate::world::{CUSTOMERS, World};

const ADA: &str = CUSTOMERS[0].1;
const NOBODY: &str = "+2348039999999";

/// A server of a lender behind proxies of the loopback network.
async fn lender(world: &World) -> Server {
    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let settings = ServerSettings { trusted_proxies, ..ServerSettings::default() };
    Server::over(world.kernel.clone(), settings).await
}

async fn request(client: &Client, phone: &str) -> Value {
    let input = json!({ "tenant": "rim", "phone": phone });
    client.call("", "requestLoginCode", input, "expiresAt").await
}

async fn enter(client: &Client, phone: &str, code: &str) -> Value {
    let input = json!({ "tenant": "rim", "phone": phone, "code": code });
    let shown = "token expiresAt mustChangePassword viewer { role username }";
    client.call("", "loginWithCode", input, shown).await
}

fn code_of(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or_default()
}

/// The code in the latest message to a phone.
async fn latest(world: &World, phone: &str) -> String {
    let sql = format!(
        "SELECT body FROM rim.notifications WHERE recipient = '{phone}' ORDER BY id DESC LIMIT 1"
    );
    world.value(&sql).await.as_str().unwrap().chars().take(6).collect()
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn a_customer_logs_in_with_phone_and_code_and_sees_only_itself() {
    let world = World::rim().await;
    let server = lender(&world).await;
    // As it is dialled at home.
    let asked = request(&server, "0803 000 0001").await;
    assert_eq!(asked, json!({ "expiresAt": "2026-03-02T09:05:00Z", "userErrors": [] }));
    let done = enter(&server, "0803 000 0001", &latest(&world, ADA).await).await;
    assert_eq!(done["userErrors"], json!([]));
    assert_eq!(done["viewer"], json!({ "role": "customer", "username": ADA }));
    assert_eq!(done["expiresAt"], "2026-03-02T21:00:00Z");
    let token = done["token"].as_str().unwrap();
    let query = "{ rim { users { nodes { userId phone } } adminUsers { nodes { id } } } }";
    let answer = server.send(token, query, json!({})).await;
    assert_eq!(
        answer.body["data"]["rim"]["users"]["nodes"],
        json!([
            { "userId": "USR-2026-001", "phone": ADA }
        ])
    );
    assert_eq!(answer.code(), "FORBIDDEN");
    let seen = "SELECT last_active_at::text AS at FROM rim.users WHERE user_id = 'USR-2026-001'";
    assert!(world.value(seen).await.as_str().unwrap().starts_with("2026-03-02 09:00:00"));
    let audited = "SELECT actor FROM rim.audit_entries WHERE action = 'login'";
    assert!(world.value(audited).await.as_str().unwrap().starts_with("user:"));
}

#[tokio::test]
async fn a_code_works_once_for_five_minutes_and_only_the_latest() {
    let world = World::rim().await;
    let server = lender(&world).await;
    request(&server, ADA).await;
    let first = latest(&world, ADA).await;
    request(&server, ADA).await;
    let second = latest(&world, ADA).await;
    if first != second {
        assert_eq!(code_of(&enter(&server, ADA, &first).await), "UNAUTHENTICATED");
    }
    assert_eq!(code_of(&enter(&server, ADA, &second).await), "");
    assert_eq!(code_of(&enter(&server, ADA, &second).await), "UNAUTHENTICATED");
    request(&server, ADA).await;
    let late = latest(&world, ADA).await;
    world.clock.advance(TimeDelta::minutes(5));
    assert_eq!(code_of(&enter(&server, ADA, &late).await), "UNAUTHENTICATED");
}

#[tokio::test]
async fn of_two_who_send_one_code_at_once_one_gets_in() {
    let world = World::rim().await;
    let server = lender(&world).await;
    request(&server, ADA).await;
    let code = latest(&world, ADA).await;
    let (one, two) = tokio::join!(enter(&server, ADA, &code), enter(&server, ADA, &code));
    let tokens = [&one, &two].iter().filter(|payload| payload["token"].is_string()).count();
    assert_eq!(tokens, 1, "{one} {two}");
}

/// The whole answers of a number: asking, wrong codes up to the lock, and beyond.
async fn behaviour(client: &Client, phone: &str) -> Vec<Value> {
    let mut answers = vec![request(client, phone).await];
    for _ in 0..6 {
        answers.push(enter(client, phone, "1234567").await);
    }
    answers.push(request(client, phone).await);
    answers
}

#[tokio::test]
async fn a_number_that_nobody_has_behaves_like_any_other() {
    let world = World::rim().await;
    let server = lender(&world).await;
    let known = behaviour(&server.from("192.0.2.1"), ADA).await;
    let unknown = behaviour(&server.from("192.0.2.2"), NOBODY).await;
    assert_eq!(known, unknown);
    let codes: Vec<&str> = known.iter().map(code_of).collect();
    let wrong = "UNAUTHENTICATED";
    let locked = "ACCOUNT_LOCKED";
    assert_eq!(codes, ["", wrong, wrong, wrong, wrong, wrong, locked, locked]);
    // A code is made for both, and only one is sent.
    let made = "SELECT recipient FROM rim.one_time_codes ORDER BY id";
    assert_eq!(
        world.rows(made).await,
        [json!({ "recipient": ADA }), json!({ "recipient": NOBODY })]
    );
    let sent = "SELECT recipient FROM rim.notifications ORDER BY id";
    assert_eq!(world.rows(sent).await, [json!({ "recipient": ADA })]);
}

#[tokio::test]
async fn staff_and_other_tenants_are_numbers_that_nobody_has() {
    let world = World::rim().await;
    let server = lender(&world).await;
    world
        .meddle("UPDATE rim.admin_users SET username = '08035555555' WHERE username = 'agent2'")
        .await;
    world.meddle("UPDATE rim.users SET deleted_at = now() WHERE user_id = 'USR-2026-002'").await;
    for phone in ["08035555555", CUSTOMERS[1].1] {
        assert_eq!(code_of(&request(&server, phone).await), "");
    }
    let input = json!({ "tenant": "nowhere", "phone": ADA });
    let asked = server.call("", "requestLoginCode", input, "expiresAt").await;
    assert_eq!(asked, json!({ "expiresAt": "2026-03-02T09:05:00Z", "userErrors": [] }));
    let input = json!({ "tenant": "nowhere", "phone": ADA, "code": "123456" });
    assert_eq!(code_of(&server.call("", "loginWithCode", input, "").await), "UNAUTHENTICATED");
    assert_eq!(world.value("SELECT count(*) FROM rim.notifications").await, 0);
    for text in ["", "ada", "12", "+1\u{0}234567890", &"1".repeat(5_000)] {
        assert_eq!(code_of(&request(&server, text).await), "BAD_FORMAT", "{text:?}");
        assert_eq!(code_of(&enter(&server, text, "123456").await), "BAD_FORMAT", "{text:?}");
    }
}

#[tokio::test]
async fn a_phone_gets_five_codes_in_a_quarter_of_an_hour() {
    let world = World::rim().await;
    let server = lender(&world).await;
    for phone in [ADA, NOBODY] {
        for _ in 0..5 {
            assert_eq!(code_of(&request(&server, phone).await), "");
        }
        assert_eq!(code_of(&request(&server, phone).await), "RATE_LIMITED");
    }
    assert_eq!(code_of(&enter(&server, ADA, &latest(&world, ADA).await).await), "");
    world.clock.advance(TimeDelta::minutes(16));
    assert_eq!(code_of(&request(&server, ADA).await), "");
}

#[tokio::test]
async fn an_address_asks_for_thirty_codes_in_a_quarter_of_an_hour() {
    let world = World::rim().await;
    let server = lender(&world).await;
    let busy = server.from("192.0.2.1");
    for number in 0..30 {
        assert_eq!(code_of(&request(&busy, &format!("+23480311111{number:02}")).await), "");
    }
    assert_eq!(code_of(&request(&busy, ADA).await), "RATE_LIMITED");
    assert_eq!(code_of(&request(&server.from("192.0.2.2"), ADA).await), "");
}

#[tokio::test]
async fn wrong_codes_lock_the_number_until_the_time_is_over_or_somebody_unlocks_it() {
    let world = World::rim().await;
    let server = lender(&world).await;
    request(&server, ADA).await;
    let code = latest(&world, ADA).await;
    for _ in 0..5 {
        assert_eq!(code_of(&enter(&server, ADA, wrong(&code)).await), "UNAUTHENTICATED");
    }
    assert_eq!(code_of(&enter(&server, ADA, &code).await), "ACCOUNT_LOCKED");
    let operations = world.person("operations").await;
    let input = json!({ "userId": crate::rim::customer(&world, "USR-2026-001").await });
    let agent = world.person("agent").await;
    assert_eq!(world.refused(&agent, "rimUserUnlock", input.clone()).await, ["FORBIDDEN "]);
    world.done(&operations, "rimUserUnlock", input, "").await;
    // The code that stood five wrong attempts works no more.
    assert_eq!(code_of(&enter(&server, ADA, &code).await), "UNAUTHENTICATED");
    request(&server, ADA).await;
    assert_eq!(code_of(&enter(&server, ADA, &latest(&world, ADA).await).await), "");
}

#[tokio::test]
async fn a_tenant_that_requires_a_second_factor_of_its_people_does_not_of_customers() {
    let world = World::rim().await;
    let server = lender(&world).await;
    world.meddle("UPDATE rim.security_settings SET two_factor_required = TRUE").await;
    request(&server, ADA).await;
    let done = enter(&server, ADA, &latest(&world, ADA).await).await;
    let query = "{ viewer { mustEnrolSecondFactor } rim { loans { totalCount } } }";
    let answer = server.send(done["token"].as_str().unwrap(), query, json!({})).await;
    assert_eq!(answer.code(), "", "{answer:?}");
    assert_eq!(answer.body["data"]["viewer"]["mustEnrolSecondFactor"], false);
}

#[tokio::test]
async fn the_lists_of_addresses_hold_for_customers_too() {
    let world = World::rim().await;
    let server = lender(&world).await;
    world.meddle("UPDATE rim.security_settings SET ip_blacklist = '{203.0.113.0/24}'").await;
    let outside = server.from("203.0.113.9");
    assert_eq!(code_of(&request(&outside, ADA).await), "ADDRESS_NOT_ALLOWED");
    assert_eq!(code_of(&enter(&outside, ADA, "123456").await), "ADDRESS_NOT_ALLOWED");
}

#[tokio::test]
async fn a_code_is_tried_again_only_while_it_works() {
    let world = World::rim().await;
    let server = lender(&world).await;
    let postman = Arc::new(Postman::default());
    let sender = rim_messages::server(&world, &postman).await;
    let attempts = "SELECT status, attempts FROM rim.notifications ORDER BY id DESC LIMIT 1";
    request(&server, ADA).await;
    postman.has_no_time(true);
    deliver(&sender).await;
    assert_eq!(world.rows(attempts).await, [json!({ "status": "pending", "attempts": 1 })]);
    world.clock.advance(TimeDelta::minutes(1));
    deliver(&sender).await;
    // The next attempt would come in five minutes.
    assert_eq!(world.rows(attempts).await, [json!({ "status": "failed", "attempts": 2 })]);
    postman.has_no_time(false);
    request(&server, ADA).await;
    world.clock.advance(TimeDelta::minutes(5));
    deliver(&sender).await;
    assert_eq!(world.rows(attempts).await, [json!({ "status": "failed", "attempts": 0 })]);
    assert_eq!(postman.recipients(), [] as [&str; 0]);
    request(&server, ADA).await;
    world.clock.advance(TimeDelta::seconds(299));
    deliver(&sender).await;
    assert_eq!(world.rows(attempts).await, [json!({ "status": "sent", "attempts": 1 })]);
    assert_eq!(postman.recipients(), [ADA]);
}
