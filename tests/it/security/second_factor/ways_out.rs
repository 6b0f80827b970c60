//! Recovery codes, removal, and an administrator's help.

use serde_json::{Value, json};

use super::{challenge, code_of, enrol, second_step};
use crate::client::PASSWORD;
use crate::server::Server;
use crate::world::World;

#[tokio::test]
async fn a_recovery_code_works_once_in_place_of_the_app() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let waiting = challenge(&server, "sales").await;
    // As people type it.
    let typed = sales.recovery_codes[0].to_lowercase().replace('-', " ");
    let done = second_step(&server, &waiting, &typed).await;
    assert_eq!((code_of(&done), &done["recoveryCodesLeft"]), ("", &json!(9)));
    let again = challenge(&server, "sales").await;
    let refused = second_step(&server, &again, &sales.recovery_codes[0]).await;
    assert_eq!(code_of(&refused), "UNAUTHENTICATED");
    let done = second_step(&server, &again, &sales.recovery_codes[1]).await;
    assert_eq!(done["recoveryCodesLeft"], 8);
    let used = "SELECT count(*) FROM bizhub.audit_entries WHERE action = 'use_recovery_code'";
    assert_eq!(world.value(used).await, 2);
}

#[tokio::test]
async fn a_recovery_code_is_nobody_elses() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    enrol(&world, &server, "manager").await;
    let waiting = challenge(&server, "manager").await;
    let refused = second_step(&server, &waiting, &sales.recovery_codes[0]).await;
    assert_eq!(code_of(&refused), "UNAUTHENTICATED");
}

#[tokio::test]
async fn recovery_codes_can_be_made_anew_and_the_old_ones_work_no_more() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let input = json!({ "password": "wrong", "code": sales.app.code(&world) });
    let refused = server.call(&sales.token, "renewRecoveryCodes", input, "recoveryCodes").await;
    assert_eq!((code_of(&refused), &refused["recoveryCodes"]), ("VALIDATION_FAILED", &Value::Null));
    let input = json!({ "password": PASSWORD, "code": sales.app.code(&world) });
    let renewed = server.call(&sales.token, "renewRecoveryCodes", input, "recoveryCodes").await;
    let fresh = renewed["recoveryCodes"].as_array().unwrap();
    assert_eq!(fresh.len(), 10);
    let waiting = challenge(&server, "sales").await;
    let refused = second_step(&server, &waiting, &sales.recovery_codes[5]).await;
    assert_eq!(code_of(&refused), "UNAUTHENTICATED");
    let done = second_step(&server, &waiting, fresh[5].as_str().unwrap()).await;
    assert_eq!(code_of(&done), "");
}

#[tokio::test]
async fn removal_needs_the_password_and_a_code() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let remove = async |password: &str, code: &str| {
        let input = json!({ "password": password, "code": code });
        let payload = server.call(&sales.token, "removeSecondFactor", input, "").await;
        let error = &payload["userErrors"][0];
        (code_of(&payload).to_owned(), error["field"][0].clone())
    };
    let right = sales.app.code(&world);
    let wrong = sales.app.wrong_code(&world);
    let refused = |field: &str| ("VALIDATION_FAILED".to_owned(), json!(field));
    assert_eq!(remove("wrong", &right).await, refused("password"));
    assert_eq!(remove(PASSWORD, &wrong).await, refused("code"));
    assert_eq!(server.login_code("sales", PASSWORD).await, "TWO_FACTOR_REQUIRED");
    assert_eq!(remove(PASSWORD, &right).await, (String::new(), Value::Null));
    assert_eq!(server.login_code("sales", PASSWORD).await, "");
    assert_eq!(remove(PASSWORD, &right).await.0, "PRECONDITION_FAILED");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.recovery_codes").await, 0);
}

#[tokio::test]
async fn wrong_codes_of_a_session_count_as_attempts_too() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let wrong = sales.app.wrong_code(&world);
    for _ in 0..5 {
        let input = json!({ "password": PASSWORD, "code": wrong });
        let refused = server.call(&sales.token, "removeSecondFactor", input, "").await;
        assert_eq!(code_of(&refused), "VALIDATION_FAILED");
    }
    assert_eq!(server.login_code("sales", PASSWORD).await, "ACCOUNT_LOCKED");
}

#[tokio::test]
async fn an_administrator_takes_the_factor_of_another_away_and_the_trail_says_so() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let sales = enrol(&world, &server, "sales").await;
    let (admin, manager) = (server.login("admin").await, server.login("manager").await);
    let reset = "bizhubUserResetSecondFactor";
    let input = json!({ "userId": server.user_id(&admin, "sales").await, "reason": "Phone lost" });
    let refused = server.call(&manager, reset, input.clone(), "").await;
    assert_eq!(code_of(&refused), "FORBIDDEN");
    let own = json!({ "userId": server.user_id(&admin, "admin").await, "reason": "Mine" });
    assert_eq!(code_of(&server.call(&admin, reset, own, "").await), "FORBIDDEN");
    assert_eq!(code_of(&server.call(&admin, reset, input.clone(), "").await), "");
    assert_eq!(server.role(&sales.token).await, None);
    assert_eq!(server.login_code("sales", PASSWORD).await, "");
    let entry = "SELECT reason, actor_name FROM bizhub.audit_entries \
                 WHERE action = 'reset_second_factor'";
    let entry = world.rows(entry).await;
    assert_eq!(entry, [json!({ "reason": "Phone lost", "actor_name": "admin of bizhub" })]);
    assert_eq!(code_of(&server.call(&admin, reset, input, "").await), "ALREADY_DONE");
}

#[tokio::test]
async fn the_admin_panel_shows_who_has_a_second_factor_and_resets_it() {
    let world = World::rim().await;
    let (admin, operations) = (world.person("admin").await, world.person("operations").await);
    let officer = crate::rim::staff(&world, "officer").await;
    let factor = "INSERT INTO rim.mfa_factors (user_id, method, destination, confirmed_at) \
                  SELECT 'adminUser:' || id, 'email', email, now() FROM rim.admin_users \
                  WHERE username = 'officer'";
    world.meddle(factor).await;
    let query = "adminUserByUsername(username: \"officer\") { twoFactorEnabled }";
    let shown = crate::rim::ask(&world, &admin, query).await;
    assert_eq!(shown["twoFactorEnabled"], true);
    let input = json!({ "adminUserId": officer, "reason": "Phone lost" });
    let reset = "rimAdminUserResetSecondFactor";
    assert_eq!(world.refused(&operations, reset, input.clone()).await, ["FORBIDDEN "]);
    let done = world.done(&admin, reset, input, "adminUser { twoFactorEnabled }").await;
    assert_eq!(done["adminUser"]["twoFactorEnabled"], false);
}
