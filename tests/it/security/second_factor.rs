//! twoFactorRequired and twoFactorMethod: enrolling, logging in by two steps, and the ways out
//! for whoever lost the phone.

pub mod app;
mod login;
mod messages;
mod required;
mod ways_out;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::client::{Client, PASSWORD};
use crate::world::World;
use app::App;

/// An enrolled person: its session, its app and its recovery codes.
pub struct Enrolled {
    pub token: String,
    pub app: App,
    pub recovery_codes: Vec<String>,
}

/// Logs a person in and sets up an authenticator app for it.
pub async fn enrol(world: &World, client: &Client, username: &str) -> Enrolled {
    let token = client.login(username).await;
    let (app, recovery_codes) = enrol_with(world, client, &token).await;
    Enrolled { token, app, recovery_codes }
}

/// Sets up an authenticator app for whoever has this session.
pub async fn enrol_with(world: &World, client: &Client, token: &str) -> (App, Vec<String>) {
    let input = json!({ "method": "APP", "password": PASSWORD });
    let begun = client.call(token, "enrolSecondFactor", input, "method otpauthUri sentTo").await;
    assert_eq!(begun["userErrors"], json!([]));
    let app = App::scan(begun["otpauthUri"].as_str().unwrap());
    let input = json!({ "code": app.code(world) });
    let done = client.call(token, "confirmSecondFactor", input, "recoveryCodes").await;
    assert_eq!(done["userErrors"], json!([]));
    let codes = done["recoveryCodes"].as_array().unwrap();
    let codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    // The step of the confirmation is used up.
    world.clock.advance(TimeDelta::seconds(30));
    (app, codes)
}

/// The first step of a login: the whole payload.
pub async fn first_step(client: &Client, username: &str) -> Value {
    let input = json!({ "tenant": "bizhub", "username": username, "password": PASSWORD });
    let shown = "token secondFactor { challenge method sentTo expiresAt }";
    client.call("", "login", input, shown).await
}

/// The challenge of a login whose password was right.
pub async fn challenge(client: &Client, username: &str) -> String {
    let payload = first_step(client, username).await;
    assert_eq!(payload["userErrors"][0]["code"], "TWO_FACTOR_REQUIRED", "{payload}");
    payload["secondFactor"]["challenge"].as_str().unwrap().to_owned()
}

/// The second step of a login: the whole payload.
pub async fn second_step(client: &Client, challenge: &str, code: &str) -> Value {
    let input = json!({ "challenge": challenge, "code": code });
    let shown = "token mustEnrolSecondFactor recoveryCodesLeft viewer { username secondFactor }";
    client.call("", "confirmLogin", input, shown).await
}

/// The code of the only refusal of a payload; empty when there is none.
pub fn code_of(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or_default()
}

/// The code in the latest message to a recipient of the shop `bizhub`.
pub async fn latest_code(world: &World, recipient: &str) -> String {
    let sql = format!(
        "SELECT body FROM bizhub.notifications WHERE recipient = '{recipient}' \
         ORDER BY id DESC LIMIT 1"
    );
    let body = world.value(&sql).await;
    body.as_str().unwrap().chars().take(6).collect()
}
