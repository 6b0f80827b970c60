//! The document's two logs over one trail (spec 1.8.3, 5.13): AuditLog tells each change of data,
//! AdminActivityLog what administrators did, logins, exports and refused attempts included.

use serde_json::{Value, json};

use super::ask;
use crate::client::PASSWORD;
use crate::server::{Server, give_lenders_passwords};
use crate::world::World;

async fn lender() -> (World, Server) {
    let world = World::rim().await;
    give_lenders_passwords(&world).await;
    let server = Server::over(world.kernel.clone(), Default::default()).await;
    (world, server)
}

async fn login(server: &Server, username: &str) -> String {
    let payload = server.try_login("rim", username, PASSWORD).await;
    payload["token"].as_str().unwrap_or_else(|| panic!("{payload}")).to_owned()
}

async fn read(server: &Server, token: &str, query: &str) -> Value {
    let answer = server.send(token, query, json!({})).await;
    assert!(answer.body.get("errors").is_none(), "{answer:?}");
    answer.body
}

#[tokio::test]
async fn an_entry_has_every_field_of_the_document() {
    let (world, server) = lender().await;
    let token = login(&server, "admin").await;
    let desk = super::id_of(&world, "departments", "name: { eq: \"Loans Desk\" }").await;
    let input = json!({ "departmentId": desk, "description": "Loans and nothing else" });
    let done = server.call(&token, "rimDepartmentUpdate", input, "department { version }").await;
    assert_eq!(done["userErrors"], json!([]));
    let query = "{ rim { auditLogs(where: { entity: { eq: \"RimDepartment\" }, \
                 action: { eq: \"update\" } }) { nodes { action entity entityId user { username } \
                 userName userRole changes ipAddress userAgent timestamp } } } }";
    let told = read(&server, &token, query).await["data"]["rim"]["auditLogs"]["nodes"].clone();
    let row = bizgraph_kernel::entity::GlobalId::decode(&desk).unwrap().key;
    let before = "SELECT old_values ->> 'description' FROM rim.audit_entries \
                  WHERE entity = 'RimDepartment' AND action = 'update'";
    let expected = json!([{
        "action": "update", "entity": "RimDepartment", "entityId": row,
        "user": { "username": "admin" }, "userName": "admin", "userRole": "super_admin",
        "changes": { "description": {
            "old": world.value(before).await, "new": "Loans and nothing else",
        } },
        "ipAddress": "127.0.0.1", "userAgent": told[0]["userAgent"],
        "timestamp": "2026-03-02T09:00:00Z",
    }]);
    assert_eq!(told, expected);
}

/// Settings are data: who loosened them is what an audit log is for.
#[tokio::test]
async fn a_change_of_settings_is_a_change_of_data() {
    let world = World::rim().await;
    let (admin, auditor) = (world.person("admin").await, world.person("auditor").await);
    let input = json!({ "passwordMinLength": 12, "reason": "Audit" });
    world.done(&admin, "rimSecuritySettingsUpdate", input, "").await;
    let input = json!({ "key": "four_eyes.enforced", "value": false });
    world.done(&admin, "tenantSettingSet", input, "").await;
    let input = json!({ "retentionDays": 60 });
    world.done(&admin, "rimBackupSettingsUpdate", input, "").await;
    let query = "auditLogs { nodes { action entity userName changes } }";
    let told = ask(&world, &auditor, query).await;
    let entry = |entity: &str| {
        let all = told["nodes"].as_array().unwrap();
        let found = all.iter().find(|entry| entry["entity"] == entity);
        found.unwrap_or_else(|| panic!("{entity} {told}")).clone()
    };
    let security = entry("SecuritySettings");
    assert_eq!(security["userName"], "admin");
    assert_eq!(security["changes"]["passwordMinLength"], json!({ "old": 8, "new": 12 }));
    assert_eq!(entry("TenantSetting")["userName"], "admin");
    let days = &entry("RimBackupSettings")["changes"]["retentionDays"];
    assert_eq!(days, &json!({ "old": 30, "new": 60 }));
}

/// A login, a file of rows, a look at what is sensitive, a lock that was ended: done, and no data
/// changed by it.
#[tokio::test]
async fn what_administrators_do_beside_changes_is_activity_and_no_change_of_data() {
    let (_world, server) = lender().await;
    let token = login(&server, "admin").await;
    assert_eq!(server.export(&token, "departments.csv", json!({})).await.status(), 200);
    read(&server, &token, "{ rim { users { nodes { phone } } } }").await;
    let input = json!({ "address": "192.0.2.1", "reason": "A call" });
    server.call(&token, "securitySettingsUnlockAddress", input, "").await;
    let officer = login(&server, "officer").await;
    let input = json!({ "reason": "None", "address": "192.0.2.1" });
    let refused = server.call(&officer, "securitySettingsUnlockAddress", input, "").await;
    assert_eq!(refused["userErrors"][0]["code"], "FORBIDDEN");
    assert_eq!(server.export(&officer, "adminUsers.csv", json!({})).await.status(), 403);
    let denied = "{ rim { a: adminRoles { totalCount } b: adminRoles { nodes { id } } } }";
    let answer = server.send(&officer, denied, json!({})).await;
    assert_eq!(answer.body["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answer:?}");
    let deleted = "{ rim { loans(includeDeleted: true) { totalCount } } }";
    let answer = server.send(&officer, deleted, json!({})).await;
    let error = &answer.body["errors"][0]["extensions"];
    assert_eq!((&error["field"], &error["code"]), (&json!("includeDeleted"), &json!("FORBIDDEN")));
    let query = "{ rim { adminActivityLogs { nodes { action \
                 adminName admin { username } resource ipAddress details } } \
                 auditLogs { totalCount } } }";
    let told = read(&server, &token, query).await["data"]["rim"].clone();
    let entries = told["adminActivityLogs"]["nodes"].as_array().unwrap();
    for (action, resource, name) in [
        ("login", "Session", "admin"),
        ("login", "Session", "officer"),
        ("export", "RimDepartment", "admin"),
        ("read_sensitive", "RimUser", "admin"),
        ("unlock_address", "SecuritySettings", "admin"),
        ("denied", "SecuritySettings", "officer"),
        ("denied", "RimAdminUser", "officer"),
        ("denied", "RimAdminRole", "officer"),
        ("denied", "RimLoan", "officer"),
    ] {
        let is_it = |entry: &&Value| {
            entry["action"] == action
                && entry["adminName"] == name
                && entry["admin"]["username"] == name
                && entry["resource"] == resource
                && entry["ipAddress"] == "127.0.0.1"
        };
        assert_eq!(entries.iter().filter(is_it).count(), 1, "{action} {name} {told:#}");
    }
    assert_eq!(told["auditLogs"]["totalCount"], 0);
}

/// Addresses of callers are for those who may read what is sensitive.
#[tokio::test]
async fn addresses_are_hidden_from_who_may_not_read_what_is_sensitive() {
    let (_world, server) = lender().await;
    let token = login(&server, "auditor").await;
    let query = "{ rim { adminActivityLogs { nodes { action ipAddress } } } }";
    let body = read(&server, &token, query).await;
    let nodes = &body["data"]["rim"]["adminActivityLogs"]["nodes"];
    assert_eq!(nodes, &json!([{ "action": "login", "ipAddress": null }]));
    let hidden = json!(["rim.adminActivityLogs.nodes.ipAddress"]);
    assert_eq!(body["extensions"]["redactions"], hidden);
}
