//! Roles are rows: what they say is what holds (spec 5.2, 1.7.4).

use bizgraph_kernel::kept_role::{Grant, permissions_of, scope_named};
use serde_json::json;

use super::{ask, role, staff};
use crate::world::World;

fn grant(resource: &str, actions: &[&str]) -> serde_json::Value {
    json!({ "resource": resource, "actions": actions })
}

/// A role row that names what does not exist would silently allow less than people read in it.
#[tokio::test]
async fn every_seeded_role_names_only_what_exists() {
    let world = World::rim().await;
    let module = world.kernel.module("rim").unwrap();
    let rows = "SELECT name, permissions FROM rim.admin_roles WHERE name <> 'super_admin'";
    for row in world.rows(rows).await {
        let grants: Vec<Grant> = serde_json::from_value(row["permissions"].clone()).unwrap();
        assert!(!grants.is_empty());
        for grant in grants {
            let (name, resource) = (&row["name"], &grant.resource);
            for action in grant.actions {
                assert!(permissions_of(module, resource, action).is_some(), "{name} {resource}");
            }
            if let Some(scope) = grant.scope {
                assert!(scope_named(module, &scope).is_some(), "{name} {resource} {scope}");
            }
        }
    }
}

#[tokio::test]
async fn money_approvals_need_resources_of_their_own() {
    let world = World::rim().await;
    for (username, approves, disburses) in [
        ("admin", true, true),
        ("operations", true, false),
        ("officer", true, false),
        ("finance", false, true),
        ("agent", false, false),
        ("auditor", false, false),
    ] {
        let person = world.person(username).await.0;
        assert_eq!(person.may("rim.loan.transition:approve"), approves, "{username}");
        assert_eq!(person.may("rim.loan.transition:reject"), approves, "{username}");
        assert_eq!(person.may("rim.loan.transition:disburse"), disburses, "{username}");
        assert!(person.may("rim.loan.read"), "{username}");
    }
}

#[tokio::test]
async fn a_new_role_allows_what_its_row_says_and_nothing_else() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let input = json!({
        "name": "intern", "description": "Looks and learns",
        "permissions": [grant("departments", &["READ", "WRITE"]), grant("users", &["READ"])],
    });
    world.done(&admin, "rimAdminRoleCreate", input, "adminRole { userCount }").await;
    let input = json!({
        "adminUserId": staff(&world, "marketing").await, "roleId": role(&world, "intern").await,
    });
    world.done(&admin, "rimAdminUserSetRole", input, "").await;
    let intern = world.person("marketing").await;
    let desk = json!({ "name": "Night", "description": "At night", "tier": 1 });
    world.done(&intern, "rimDepartmentCreate", desk.clone(), "").await;
    let user = json!({ "phone": "08030000009", "email": "x@y.example" });
    assert_eq!(world.refused(&intern, "rimUserCreate", user).await, ["FORBIDDEN "]);
    // Reading, but not what is sensitive.
    let query = "{ rim { users { nodes { userId phone } } } }";
    let answer = world.send(&intern, query, json!({})).await;
    assert_eq!(answer["data"]["rim"]["users"]["nodes"][0]["phone"], json!(null));
    assert!(answer["extensions"]["redactions"].is_array(), "{answer}");
}

#[tokio::test]
async fn a_change_to_a_role_holds_for_its_people() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    assert!(world.person("auditor").await.0.may("rim.loan.read"));
    let input = json!({
        "adminRoleId": role(&world, "auditor").await,
        "permissions": [grant("departments", &["READ"])],
    });
    world.done(&admin, "rimAdminRoleUpdate", input, "").await;
    let auditor = world.person("auditor").await;
    assert!(!auditor.0.may("rim.loan.read"));
    assert!(auditor.0.may("rim.department.read"));
}

/// Spec 1.8.3: what an administrator was not allowed to do is part of what it did.
#[tokio::test]
async fn a_failed_permission_check_is_part_of_the_activity() {
    let world = World::rim().await;
    let officer = world.person("officer").await;
    let input = json!({ "adminRoleId": role(&world, "auditor").await });
    world.refused(&officer, "rimAdminRoleDelete", input).await;
    let query = "adminActivityLogs(where: { action: { eq: \"denied\" } }) { nodes { adminName \
                 resource details } }";
    let seen = ask(&world, &world.person("auditor").await, query).await;
    let entry = &seen["nodes"][0];
    assert_eq!(entry["adminName"], "officer");
    assert_eq!(entry["resource"], "rimAdminRoleDelete");
    assert_eq!(entry["details"]["changes"]["permission"], "rim.admin_role.delete");
    let changes = ask(&world, &world.person("auditor").await, "auditLogs { totalCount }").await;
    assert_eq!(changes["totalCount"], 0);
}

#[tokio::test]
async fn a_renamed_role_keeps_its_people_and_their_rights() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let input = json!({ "adminRoleId": role(&world, "auditor").await, "name": "examiner" });
    world.done(&admin, "rimAdminRoleUpdate", input, "").await;
    let people = ask(
        &world,
        &admin,
        "adminUsers(where: { adminRole: { is: { name: { eq: \"examiner\" } } } }) { nodes { \
         username role } }",
    )
    .await;
    assert_eq!(people["nodes"], json!([{ "username": "auditor", "role": "examiner" }]));
    assert!(world.person("auditor").await.0.may("rim.loan.read"));
    world.verify().await;
}

#[tokio::test]
async fn super_admin_is_neither_edited_nor_deleted() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let id = role(&world, "super_admin").await;
    let change = json!({ "adminRoleId": id, "description": "Less" });
    let refused = world.refused(&admin, "rimAdminRoleUpdate", change).await;
    assert_eq!(refused, ["IMMUTABLE adminRoleId"]);
    let refused = world.refused(&admin, "rimAdminRoleDelete", json!({ "adminRoleId": id })).await;
    assert_eq!(refused, ["IMMUTABLE adminRoleId"]);
}

#[tokio::test]
async fn a_role_that_a_person_or_a_key_has_is_not_deleted() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let used = json!({ "adminRoleId": role(&world, "finance").await });
    let refused = world.refused(&admin, "rimAdminRoleDelete", used).await;
    assert_eq!(refused, ["REFERENCED_IN_USE adminRoleId"]);
    let input = json!({ "name": "spare", "description": "Nobody", "permissions": [] });
    world.done(&admin, "rimAdminRoleCreate", input, "").await;
    let spare = json!({ "adminRoleId": role(&world, "spare").await });
    let key = json!({ "name": "till", "role": "spare" });
    let key = world.done(&admin, "apiKeyCreate", key, "apiKey { id }").await;
    let refused = world.refused(&admin, "rimAdminRoleDelete", spare.clone()).await;
    assert_eq!(refused, ["REFERENCED_IN_USE adminRoleId"]);
    let key = json!({ "apiKeyId": key["apiKey"]["id"] });
    world.done(&admin, "apiKeyRevoke", key, "").await;
    world.done(&admin, "rimAdminRoleDelete", spare, "deletedId").await;
    let left = "SELECT count(*) FROM rim.admin_roles WHERE name = 'spare'";
    assert_eq!(world.value(left).await, json!(0));
}

#[tokio::test]
async fn a_role_names_known_resources_once_and_no_role_that_the_code_knows() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let entry = |resource: &str| grant(resource, &["READ"]);
    let mut scoped = entry("loans");
    scoped["scope"] = json!("nearby");
    for (name, permissions, refusal) in [
        ("a", json!([entry("spaceships")]), "REFERENCE_NOT_FOUND permissions.0.resource"),
        ("b", json!([entry("loans"), entry("loans")]), "NOT_UNIQUE permissions.1.resource"),
        ("c", json!([grant("loans", &[])]), "REQUIRED permissions.0.actions"),
        ("d", json!([scoped]), "REFERENCE_NOT_FOUND permissions.0.scope"),
        ("customer", json!([]), "NOT_UNIQUE name"),
        ("two words", json!([]), "BAD_FORMAT name"),
    ] {
        let input = json!({ "name": name, "description": "x", "permissions": permissions });
        assert_eq!(world.refused(&admin, "rimAdminRoleCreate", input).await, [refusal], "{name}");
    }
}

/// Spec 1.7.4: somebody who may write roles, but not approve loans, cannot make a role that may.
#[tokio::test]
async fn nobody_grants_what_they_do_not_hold() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let input = json!({
        "name": "people_desk", "description": "Looks after people",
        "permissions": [
            grant("admin_roles", &["READ", "WRITE"]), grant("admin_users", &["READ", "WRITE"]),
            grant("loans", &["READ"]),
        ],
    });
    world.done(&admin, "rimAdminRoleCreate", input, "").await;
    let input = json!({
        "adminUserId": staff(&world, "lead").await, "roleId": role(&world, "people_desk").await,
    });
    world.done(&admin, "rimAdminUserSetRole", input, "").await;
    let clerk = world.person("lead").await;
    let more = json!({
        "name": "more", "description": "x", "permissions": [grant("loans.approve", &["WRITE"])],
    });
    assert_eq!(world.refused(&clerk, "rimAdminRoleCreate", more).await, ["FORBIDDEN permissions"]);
    let reader = json!({
        "name": "reader", "description": "x", "permissions": [grant("loans", &["READ"])],
    });
    world.done(&clerk, "rimAdminRoleCreate", reader, "").await;
    // Nor gives it to others, nor changes the role that it has itself.
    let give = json!({
        "adminUserId": staff(&world, "agent").await, "roleId": role(&world, "loan_officer").await,
    });
    assert_eq!(
        world.refused(&clerk, "rimAdminUserSetRole", give).await,
        ["FORBIDDEN adminUserId", "FORBIDDEN roleId"]
    );
    let own = json!({ "adminRoleId": role(&world, "people_desk").await, "description": "y" });
    assert_eq!(world.refused(&clerk, "rimAdminRoleUpdate", own).await, ["FORBIDDEN adminRoleId"]);
}
