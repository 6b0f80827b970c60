//! Every setting bites in every module (spec 1.11): the same steps for a person of a shop and for
//! one of a lender's admin panel, each over HTTP and against the row that both modules share.

use std::time::Instant;

use bizgraph::server::ServerSettings;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::second_factor::{code_of, enrol_with, second_step};
use crate::client::{Client, PASSWORD};
use crate::live::socket::Socket;
use crate::server::{Server, give_lenders_passwords, give_passwords};
use crate::world::World;

/// A tenant of one module, behind a proxy.
struct House {
    world: World,
    server: Server,
    tenant: &'static str,
    person: &'static str,
    /// Something that the person may ask for.
    query: &'static str,
}

fn behind_proxies() -> ServerSettings {
    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    ServerSettings { trusted_proxies, ..ServerSettings::default() }
}

impl House {
    /// One of each module.
    async fn all() -> [House; 2] {
        let (shop, lender) = (World::new().await, World::rim().await);
        give_passwords(&shop).await;
        give_lenders_passwords(&lender).await;
        let shops = "{ bizhub { locations { totalCount } } }";
        let lenders = "{ rim { departments { totalCount } } }";
        [
            House::of(shop, "bizhub", "sales", shops).await,
            House::of(lender, "rim", "agent", lenders).await,
        ]
    }

    async fn of(
        world: World,
        tenant: &'static str,
        person: &'static str,
        query: &'static str,
    ) -> House {
        let server = Server::over(world.kernel.clone(), behind_proxies()).await;
        House { world, server, tenant, person, query }
    }

    async fn set(&self, sets: &str) {
        let tenant = self.tenant;
        self.world.meddle(&format!("UPDATE {tenant}.security_settings SET {sets}")).await;
        self.world.clock.advance(TimeDelta::seconds(1));
    }

    /// Another server over the same tables, as after a restart.
    async fn restarted(&self) -> Server {
        let kernel = Server::beside(&self.world).await.kernel.clone();
        Server::over(kernel, behind_proxies()).await
    }

    /// The code of the refusal of a login; empty when it went well.
    async fn login_code(&self, client: &Client, username: &str, password: &str) -> String {
        let payload = client.try_login(self.tenant, username, password).await;
        code_of(&payload).to_owned()
    }

    async fn token_of(&self, client: &Client, username: &str) -> String {
        let payload = client.try_login(self.tenant, username, PASSWORD).await;
        assert_eq!(payload["userErrors"], json!([]), "{}", self.tenant);
        payload["token"].as_str().unwrap().to_owned()
    }

    async fn token(&self, client: &Client) -> String {
        self.token_of(client, self.person).await
    }

    /// What the query of the person comes to: a code, empty when it is answered.
    async fn asked(&self, client: &Client, token: &str) -> String {
        client.send(token, self.query, json!({})).await.code().to_owned()
    }

    /// The challenge of a login whose password was right.
    async fn challenge(&self) -> String {
        let input = json!({ "tenant": self.tenant, "username": self.person, "password": PASSWORD });
        let payload = self.server.call("", "login", input, "secondFactor { challenge }").await;
        assert_eq!(code_of(&payload), "TWO_FACTOR_REQUIRED", "{payload}");
        payload["secondFactor"]["challenge"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn every_rule_for_passwords_is_listed_where_it_is_not_met() {
    for house in House::all().await {
        let token = house.token(&house.server).await;
        house
            .set(
                "password_min_length = 12, password_require_uppercase = TRUE, \
                 password_require_lowercase = TRUE, password_require_numbers = TRUE, \
                 password_require_special_chars = TRUE",
            )
            .await;
        let email = format!("{}@{}.example", house.person, house.tenant);
        for (password, unmet) in [
            (
                "",
                json!([
                    "minLength",
                    "requireUppercase",
                    "requireLowercase",
                    "requireNumbers",
                    "requireSpecialChars"
                ]),
            ),
            // Eleven characters, though more bytes.
            ("Éééééééé1-é", json!(["minLength"])),
            (
                house.person,
                json!([
                    "minLength",
                    "requireUppercase",
                    "requireNumbers",
                    "requireSpecialChars",
                    "notUsernameOrEmail"
                ]),
            ),
            (&email, json!(["requireUppercase", "requireNumbers", "notUsernameOrEmail"])),
            (PASSWORD, json!(["requireUppercase", "requireNumbers", "notRecent"])),
        ] {
            let errors = house.server.change_password(&token, PASSWORD, password).await;
            assert_eq!(errors[0]["details"]["unmet"], unmet, "{} {password}", house.tenant);
        }
        let changed = house.server.change_password(&token, PASSWORD, "Éééééééé1-éé").await;
        assert_eq!(changed, [Value::Null; 0]);
        let again = house.server.change_password(&token, "Éééééééé1-éé", PASSWORD).await;
        assert!(again[0]["details"]["unmet"].as_array().unwrap().contains(&json!("notRecent")));
    }
}

#[tokio::test]
async fn the_idle_timeout_ends_requests_and_closes_open_sockets() {
    for house in House::all().await {
        house.set("session_timeout = 10").await;
        let token = house.token(&house.server).await;
        let mut socket = Socket::of(&house.server, &token).await;
        // Whoever asks is not idle, and whoever only listens is.
        for _ in 0..2 {
            house.world.clock.advance(TimeDelta::minutes(9));
            assert_eq!(house.asked(&house.server, &token).await, "", "{}", house.tenant);
        }
        house.world.clock.advance(TimeDelta::minutes(10));
        let since = Instant::now();
        assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()), "{}", house.tenant);
        assert!(since.elapsed().as_millis() < 2_000, "{:?}", since.elapsed());
        assert_eq!(house.server.role(&token).await, None);
    }
}

#[tokio::test]
async fn names_and_addresses_are_locked_for_their_time_over_restarts() {
    for house in House::all().await {
        house.set("max_login_attempts = 2, lockout_duration = 60").await;
        let busy = house.server.from("192.0.2.1");
        for number in 0..8 {
            let wrong = house.login_code(&busy, &format!("name{number}"), "wrong").await;
            assert_eq!(wrong, "UNAUTHENTICATED");
        }
        for _ in 0..2 {
            let wrong = house.login_code(&busy, house.person, "wrong").await;
            assert_eq!(wrong, "UNAUTHENTICATED");
        }
        let again = house.restarted().await;
        let (busy, calm) = (again.from("192.0.2.1"), again.from("192.0.2.2"));
        let locked = "ACCOUNT_LOCKED";
        assert_eq!(house.login_code(&calm, house.person, PASSWORD).await, locked);
        assert_eq!(house.login_code(&calm, "admin", PASSWORD).await, "");
        assert_eq!(house.login_code(&busy, "admin", PASSWORD).await, locked);
        // A success of one name does not unlock the address.
        house.world.clock.advance(TimeDelta::minutes(59));
        assert_eq!(house.login_code(&calm, house.person, PASSWORD).await, locked);
        assert_eq!(house.login_code(&busy, "admin", PASSWORD).await, locked);
        house.world.clock.advance(TimeDelta::minutes(1));
        assert_eq!(house.login_code(&busy, house.person, PASSWORD).await, "");
    }
}

#[tokio::test]
async fn a_second_factor_that_is_required_is_all_that_can_be_done() {
    for house in House::all().await {
        let before = house.token(&house.server).await;
        let mut socket = Socket::of(&house.server, &before).await;
        house.set("two_factor_required = TRUE").await;
        assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()), "{}", house.tenant);
        assert_eq!(house.asked(&house.server, &before).await, "TWO_FACTOR_REQUIRED");
        let token = house.token(&house.server).await;
        assert_eq!(house.asked(&house.server, &token).await, "TWO_FACTOR_REQUIRED");
        let (app, recovery_codes) = enrol_with(&house.world, &house.server, &token).await;
        assert_eq!(house.asked(&house.server, &token).await, "");
        assert_eq!(house.server.role(&before).await, None);
        // A code works once in its step, and a recovery code once.
        let code = app.code(&house.world);
        let (one, other) = (house.challenge().await, &recovery_codes[3]);
        assert_eq!(code_of(&second_step(&house.server, &one, &code).await), "");
        let two = house.challenge().await;
        let again = second_step(&house.server, &two, &code).await;
        assert_eq!(code_of(&again), "UNAUTHENTICATED", "{}", house.tenant);
        let done = second_step(&house.server, &two, other).await;
        assert_eq!((code_of(&done), &done["recoveryCodesLeft"]), ("", &json!(9)));
        let three = house.challenge().await;
        let again = second_step(&house.server, &three, other).await;
        assert_eq!(code_of(&again), "UNAUTHENTICATED", "{}", house.tenant);
        // Taking it away asks for the password and a code, whoever holds the session.
        for (password, code, field) in [
            ("wrong", recovery_codes[4].clone(), "password"),
            (PASSWORD, app.wrong_code(&house.world), "code"),
        ] {
            let input = json!({ "password": password, "code": code });
            let refused = house.server.call(&token, "removeSecondFactor", input, "").await;
            assert_eq!(refused["userErrors"][0]["field"], json!([field]));
        }
        let input = json!({ "password": PASSWORD, "code": recovery_codes[4] });
        let removed = house.server.call(&token, "removeSecondFactor", input, "").await;
        assert_eq!(removed["userErrors"], json!([]));
        house.world.clock.advance(TimeDelta::seconds(1));
        assert_eq!(house.asked(&house.server, &token).await, "TWO_FACTOR_REQUIRED");
    }
}

#[tokio::test]
async fn the_method_says_how_codes_come() {
    for house in House::all().await {
        house.set("two_factor_method = 'email'").await;
        let token = house.token(&house.server).await;
        let input = json!({ "password": PASSWORD });
        let begun = house.server.call(&token, "enrolSecondFactor", input, "method sentTo").await;
        assert_eq!(begun["method"], "EMAIL", "{begun}");
        let latest = async || {
            let recipient = format!("{}@{}.example", house.person, house.tenant);
            let sql = format!(
                "SELECT left(body, 6) FROM {}.notifications WHERE recipient = '{recipient}' \
                 AND channel = 'email' ORDER BY id DESC LIMIT 1",
                house.tenant
            );
            house.world.value(&sql).await.as_str().unwrap().to_owned()
        };
        let input = json!({ "code": latest().await });
        let done = house.server.call(&token, "confirmSecondFactor", input, "").await;
        assert_eq!(done["userErrors"], json!([]), "{}", house.tenant);
        let waiting = house.challenge().await;
        let code = latest().await;
        assert_eq!(code_of(&second_step(&house.server, &waiting, &code).await), "");
        let again = house.challenge().await;
        let refused = second_step(&house.server, &again, &code).await;
        assert_eq!(code_of(&refused), "UNAUTHENTICATED", "{}", house.tenant);
        // Whose method is taken no more enrols anew, once it is required.
        house.set("two_factor_method = 'app', two_factor_required = TRUE").await;
        assert_eq!(house.asked(&house.server, &token).await, "TWO_FACTOR_REQUIRED");
    }
}

#[tokio::test]
async fn the_lists_of_addresses_hold_at_login_at_each_request_and_on_sockets() {
    for house in House::all().await {
        let (inside, outside) = (house.server.from("2001:db8::7"), house.server.from("10.6.0.1"));
        let token = house.token(&inside).await;
        let mut open = Socket::of(&outside, &token).await;
        house
            .set(
                "ip_whitelist = '{2001:db8::/32,10.0.0.0/8,192.0.2.7}', \
                 ip_blacklist = '{10.6.0.0/16}'",
            )
            .await;
        assert_eq!(open.closed().await, (4403, "Forbidden".to_owned()), "{}", house.tenant);
        for (address, allowed) in [
            ("2001:db8:ffff::1", true),
            ("2001:db9::1", false),
            ("10.7.0.1", true),
            ("::ffff:10.7.0.1", true),
            ("10.6.0.1", false),
            ("::ffff:10.6.0.1", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
        ] {
            let client = house.server.from(address);
            let code = if allowed { "" } else { "ADDRESS_NOT_ALLOWED" };
            assert_eq!(house.login_code(&client, house.person, PASSWORD).await, code, "{address}");
            assert_eq!(house.asked(&client, &token).await, code, "{address}");
            let mut socket = Socket::open(&client, "graphql-transport-ws").await;
            let payload = json!({ "Authorization": format!("Bearer {token}") });
            socket.say(json!({ "type": "connection_init", "payload": payload })).await;
            match allowed {
                true => assert_eq!(socket.hear().await["type"], "connection_ack", "{address}"),
                false => assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned())),
            }
        }
    }
}

#[tokio::test]
async fn who_saves_a_list_stays_on_it() {
    for house in House::all().await {
        let client = house.server.from("2001:db8::7");
        let admin = house.token_of(&client, "admin").await;
        let mutations: &[&str] = match house.tenant {
            "rim" => &["securitySettingsUpdate", "rimSecuritySettingsUpdate"],
            _ => &["securitySettingsUpdate"],
        };
        for mutation in mutations {
            for input in [
                json!({ "ipWhitelist": ["2001:db9::/32", "192.0.2.0/24"] }),
                json!({ "ipBlacklist": ["2001:db8::/64"] }),
                json!({ "ipWhitelist": ["::/0"], "ipBlacklist": ["2001:DB8:0:0::7"] }),
            ] {
                let refused = client.call(&admin, mutation, input.clone(), "").await;
                assert_eq!(code_of(&refused), "ADDRESS_NOT_ALLOWED", "{mutation} {input}");
            }
            let input = json!({ "ipWhitelist": ["2001:db8::/48"] });
            let done = client.call(&admin, mutation, input, "").await;
            assert_eq!(done["userErrors"], json!([]), "{mutation}");
        }
    }
}
