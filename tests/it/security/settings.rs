//! Changing the settings: what is refused, and what waits for a second person (rim 5.8).

use serde_json::{Value, json};

use super::{behind_a_proxy, stored};
use crate::client::Client;
use crate::rim::staff;
use crate::server::Server;
use crate::world::{World, key};

const UPDATE: &str = "securitySettingsUpdate";

async fn update(client: &Client, token: &str, input: Value) -> Vec<(String, Value)> {
    let payload = client.call(token, UPDATE, input, "approvalRequest { id }").await;
    assert!(payload["approvalRequest"].is_null());
    let errors = payload["userErrors"].as_array().unwrap();
    let code = |error: &Value| error["code"].as_str().unwrap().to_owned();
    errors.iter().map(|error| (code(error), error["field"].clone())).collect()
}

#[tokio::test]
async fn a_list_that_would_lock_out_the_caller_is_refused() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let client = server.from("192.0.2.7");
    let admin = client.login("admin").await;
    let refused = |field: &str| vec![("ADDRESS_NOT_ALLOWED".to_owned(), json!([field]))];
    let elsewhere = json!({ "ipWhitelist": ["10.0.0.0/8"] });
    assert_eq!(update(&client, &admin, elsewhere).await, refused("ipWhitelist"));
    let own = json!({ "ipBlacklist": ["192.0.2.0/24"] });
    assert_eq!(update(&client, &admin, own).await, refused("ipBlacklist"));
    let both = json!({ "ipWhitelist": ["192.0.2.0/24"], "ipBlacklist": ["::ffff:192.0.2.7"] });
    assert_eq!(update(&client, &admin, both).await, refused("ipBlacklist"));
    assert_eq!(stored(&world, "ip_whitelist").await, json!([]));
    assert_eq!(stored(&world, "ip_blacklist").await, json!([]));
    let fine = json!({ "ipWhitelist": ["192.0.2.0/24", "10.0.0.0/8"], "ipBlacklist": ["::1"] });
    assert_eq!(update(&client, &admin, fine).await, []);
    assert_eq!(stored(&world, "ip_whitelist").await, json!(["192.0.2.0/24", "10.0.0.0/8"]));
}

#[tokio::test]
async fn a_list_holds_addresses_and_networks_each_once_and_at_most_a_hundred() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    let admin = server.login("admin").await;
    let typed = json!({ "ipBlacklist": [" 203.0.113.9/32", "203.0.113.9", "2001:DB8:0::/32",
        "::ffff:198.51.100.0/120", "10.1.2.3/8"] });
    assert_eq!(update(&server, &admin, typed).await, []);
    let kept = json!(["203.0.113.9", "2001:db8::/32", "198.51.100.0/24", "10.0.0.0/8"]);
    assert_eq!(stored(&world, "ip_blacklist").await, kept);
    let wrong = json!({ "ipBlacklist": ["10.0.0.0/8", "shop", "10.0.0.0/33"] });
    let refused = update(&server, &admin, wrong).await;
    let at = |place: &str| ("BAD_FORMAT".to_owned(), json!(["ipBlacklist", place]));
    assert_eq!(refused, [at("1"), at("2")]);
    let many: Vec<String> = (0..101).map(|number| format!("10.0.0.{number}")).collect();
    let refused = update(&server, &admin, json!({ "ipBlacklist": many })).await;
    assert_eq!(refused, [("OUT_OF_RANGE".to_owned(), json!(["ipBlacklist"]))]);
    assert_eq!(stored(&world, "ip_blacklist").await, kept);
}

/// A stricter value and then a weaker one of every setting.
fn changes() -> Vec<(Value, Value)> {
    let pairs = [
        ("passwordMinLength", json!(12), json!(11)),
        ("passwordRequireUppercase", json!(true), json!(false)),
        ("passwordRequireLowercase", json!(true), json!(false)),
        ("passwordRequireNumbers", json!(true), json!(false)),
        ("passwordRequireSpecialChars", json!(true), json!(false)),
        ("sessionTimeout", json!(20), json!(21)),
        ("maxLoginAttempts", json!(3), json!(4)),
        ("lockoutDuration", json!(60), json!(59)),
        ("twoFactorMethod", json!("APP"), json!("EMAIL")),
        ("ipBlacklist", json!(["203.0.113.0/24"]), json!(["203.0.113.0/25"])),
        ("ipWhitelist", json!(["127.0.0.0/8"]), json!(["127.0.0.0/8", "10.0.0.1"])),
    ];
    pairs
        .into_iter()
        .map(|(name, strict, weak)| (json!({ name: strict }), json!({ name: weak })))
        .collect()
}

#[tokio::test]
async fn what_weakens_a_setting_waits_for_a_second_person_and_the_rest_does_not() {
    let world = World::new().await;
    let server = behind_a_proxy(&world).await;
    world.meddle("UPDATE bizhub.users SET role = 'Admin' WHERE username = 'manager2'").await;
    let (admin, other) = (server.login("admin").await, server.login("manager2").await);
    for (strict, weak) in changes() {
        assert_eq!(update(&server, &admin, strict.clone()).await, [], "{strict}");
        let before = stored(&world, "to_jsonb(security_settings)").await;
        let shown = "approvalRequest { id summary } securitySettings { id }";
        let asked = server.call(&admin, UPDATE, weak.clone(), shown).await;
        assert_eq!(asked["userErrors"], json!([]), "{weak}");
        assert!(asked["securitySettings"].is_null());
        let name = weak.as_object().unwrap().keys().next().unwrap();
        let summary = asked["approvalRequest"]["summary"].as_str().unwrap();
        assert!(summary.contains(name.as_str()), "{summary}");
        assert_eq!(stored(&world, "to_jsonb(security_settings)").await, before, "{weak}");
        let agree = json!({ "approvalRequestId": asked["approvalRequest"]["id"],
            "idempotencyKey": key() });
        let own = server.call(&admin, "approvalApprove", agree.clone(), "").await;
        assert_eq!(own["userErrors"][0]["code"], "SELF_APPROVAL_FORBIDDEN");
        let agreed = server.call(&other, "approvalApprove", agree, "").await;
        assert_eq!(agreed["userErrors"], json!([]), "{weak}");
        assert_ne!(stored(&world, "to_jsonb(security_settings)").await, before, "{weak}");
    }
}

#[tokio::test]
async fn a_tenant_with_one_administrator_can_switch_four_eyes_off() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let admin = server.login("admin").await;
    let off = json!({ "key": "four_eyes.enforced", "value": false });
    let done = server.call(&admin, "tenantSettingSet", off, "").await;
    assert_eq!(done["userErrors"], json!([]));
    assert_eq!(update(&server, &admin, json!({ "sessionTimeout": 60 })).await, []);
    assert_eq!(stored(&world, "session_timeout").await, 60);
}

#[tokio::test]
async fn the_lenders_face_shows_and_changes_the_same_row() {
    let world = World::rim().await;
    let (admin, operations) = (world.person("admin").await, world.person("operations").await);
    let input = json!({ "passwordMinLength": 12, "ipBlacklist": ["203.0.113.9"],
        "twoFactorMethod": "APP", "reason": "Audit" });
    let shown = "securitySettings { passwordMinLength ipWhitelist ipBlacklist twoFactorRequired \
                 twoFactorMethod }";
    let done = world.done(&admin, "rimSecuritySettingsUpdate", input, shown).await;
    let face = json!({ "passwordMinLength": 12, "ipWhitelist": [], "ipBlacklist": ["203.0.113.9"],
        "twoFactorRequired": false, "twoFactorMethod": "APP" });
    assert_eq!(done["securitySettings"], face);
    let query = "{ rim { allSecuritySettings { nodes { passwordMinLength ipBlacklist } } } \
                 platform { allSecuritySettings { nodes { passwordMinLength ipBlacklist } } } }";
    let both = world.read(&admin, query).await;
    let rows = json!([{ "passwordMinLength": 12, "ipBlacklist": ["203.0.113.9"] }]);
    assert_eq!(both["rim"]["allSecuritySettings"]["nodes"], rows);
    assert_eq!(both["platform"]["allSecuritySettings"]["nodes"], rows);
    let weaker = json!({ "passwordMinLength": 11 });
    let asked = world
        .done(&admin, "rimSecuritySettingsUpdate", weaker.clone(), "approvalRequest { id status }")
        .await;
    assert_eq!(asked["approvalRequest"]["status"], "PENDING");
    let refused = world.refused(&operations, "rimSecuritySettingsUpdate", weaker).await;
    assert_eq!(refused, ["FORBIDDEN "]);
    let agree = json!({ "approvalRequestId": asked["approvalRequest"]["id"],
        "idempotencyKey": key() });
    let refused = world.refused(&operations, "approvalApprove", agree.clone()).await;
    assert_eq!(refused, ["FORBIDDEN approvalRequestId"]);
    let role = crate::rim::role(&world, "super_admin").await;
    let promote = json!({ "adminUserId": staff(&world, "officer").await, "roleId": role });
    world.done(&admin, "rimAdminUserSetRole", promote, "").await;
    let second = world.person("officer").await;
    world.done(&second, "approvalApprove", agree, "").await;
    assert_eq!(world.value("SELECT password_min_length FROM rim.security_settings").await, 11);
    let entry = "SELECT reason FROM rim.audit_entries WHERE entity = 'SecuritySettings' \
                 ORDER BY id LIMIT 1";
    assert_eq!(world.value(entry).await, "Audit");
}
