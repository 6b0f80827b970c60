//! passwordMinLength and the four kinds of characters: at set, at reset and when an invitation
//! is accepted, and never at login.

use serde_json::{Value, json};

use super::set;
use crate::client::PASSWORD;
use crate::server::Server;
use crate::world::World;

/// The rules that a password chosen by its owner does not meet.
async fn unmet(server: &Server, token: &str, password: &str) -> Value {
    let errors = server.change_password(token, PASSWORD, password).await;
    assert_eq!(errors[0]["code"], "PASSWORD_POLICY", "{errors:?}");
    errors[0]["details"]["unmet"].clone()
}

#[tokio::test]
async fn password_min_length_counts_characters_and_never_falls_below_eight() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    assert_eq!(
        unmet(&server, &token, "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}").await,
        json!(["minLength"])
    );
    set(&world, "password_min_length = 10").await;
    assert_eq!(unmet(&server, &token, "nine char").await, json!(["minLength"]));
    assert_eq!(server.change_password(&token, PASSWORD, "ten chars!").await, [Value::Null; 0]);
}

#[tokio::test]
async fn password_require_kinds_of_characters_each_by_its_own_switch() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    for (switch, password, rule) in [
        ("uppercase", "all small 1!", "requireUppercase"),
        ("lowercase", "ALL LARGE 1!", "requireLowercase"),
        ("numbers", "No digit here!", "requireNumbers"),
        ("special_chars", "Nothing1Special", "requireSpecialChars"),
    ] {
        set(&world, &format!("password_require_{switch} = TRUE")).await;
        assert_eq!(unmet(&server, &token, password).await, json!([rule]));
        set(&world, &format!("password_require_{switch} = FALSE")).await;
    }
    // Stricter rules keep nobody out who has an old password.
    set(&world, "password_min_length = 64, password_require_numbers = TRUE").await;
    assert_eq!(server.login_code("sales", PASSWORD).await, "");
}

#[tokio::test]
async fn the_rules_hold_when_an_administrator_sets_a_password() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let admin = server.login("admin").await;
    set(&world, "password_require_numbers = TRUE, password_require_uppercase = TRUE").await;
    let input = json!({ "userId": server.user_id(&admin, "sales").await, "newPassword": "sales" });
    let refused = server.call(&admin, "bizhubUserSetPassword", input, "").await;
    let error = &refused["userErrors"][0];
    let all = json!(["minLength", "requireUppercase", "requireNumbers", "notUsernameOrEmail"]);
    assert_eq!((&error["field"], &error["details"]["unmet"]), (&json!(["newPassword"]), &all));
    let input = json!({ "username": "yaa", "email": "yaa@shop.example", "role": "SALES",
                        "fullName": "Yaa", "password": "weak" });
    let refused = server.call(&admin, "bizhubUserCreate", input, "").await;
    assert_eq!(refused["userErrors"][0]["code"], "PASSWORD_POLICY");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.users WHERE username = 'yaa'").await, 0);
}

#[tokio::test]
async fn an_invitation_is_accepted_by_a_password_that_meets_the_rules() {
    let world = World::rim().await;
    let server = Server::over(world.kernel.clone(), Default::default()).await;
    let strict = "UPDATE rim.security_settings SET password_min_length = 12, \
                  password_require_numbers = TRUE, password_require_special_chars = TRUE";
    world.meddle(strict).await;
    let admin = world.person("admin").await;
    let role = crate::rim::role(&world, "finance").await;
    let input = json!({ "username": "yaa", "email": "yaa@lender.example", "roleId": role });
    let shown = "oneTimePassword adminUser { status }";
    let invited = world.done(&admin, "rimAdminUserInvite", input, shown).await;
    let once = invited["oneTimePassword"].as_str().unwrap();
    let login = server.try_login("rim", "yaa", once).await;
    assert_eq!(login["mustChangePassword"], true);
    let token = login["token"].as_str().unwrap();
    let loans = "{ rim { loans { totalCount } } }";
    assert_eq!(server.send(token, loans, json!({})).await.code(), "FORBIDDEN");
    for (password, unmet) in [
        ("yaa@lender.example", json!(["requireNumbers", "notUsernameOrEmail"])),
        ("short", json!(["minLength", "requireNumbers", "requireSpecialChars"])),
        (once, json!(["notRecent"])),
    ] {
        let errors = server.change_password(token, once, password).await;
        assert_eq!(errors[0]["details"]["unmet"], unmet, "{password}");
    }
    let accepted = server.change_password(token, once, "my own words 7").await;
    assert_eq!(accepted, [Value::Null; 0]);
    assert_eq!(server.send(token, loans, json!({})).await.code(), "");
    let again = server.try_login("rim", "yaa", once).await;
    assert_eq!(again["userErrors"][0]["code"], "UNAUTHENTICATED");
}

/// The longest minimum is the most that is taken: what the server makes fits between them.
#[tokio::test]
async fn who_is_invited_gets_a_password_of_the_longest_minimum() {
    let world = World::rim().await;
    let server = Server::over(world.kernel.clone(), Default::default()).await;
    let longest = "UPDATE rim.security_settings SET password_min_length = 128, \
                   password_require_uppercase = TRUE, password_require_lowercase = TRUE, \
                   password_require_numbers = TRUE, password_require_special_chars = TRUE";
    world.meddle(longest).await;
    let admin = world.person("admin").await;
    let role = crate::rim::role(&world, "finance").await;
    let input = json!({ "username": "yaa", "email": "yaa@lender.example", "roleId": role });
    let invited = world.done(&admin, "rimAdminUserInvite", input, "oneTimePassword").await;
    let once = invited["oneTimePassword"].as_str().unwrap();
    assert_eq!(once.chars().count(), 128);
    let login = server.try_login("rim", "yaa", once).await;
    assert_eq!(login["mustChangePassword"], true);
}
