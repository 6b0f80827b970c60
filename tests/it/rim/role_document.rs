//! The document's shape of permissions (spec 5.2): what read, write and delete of a resource
//! mean, what they do not, and which rows.

use std::collections::BTreeSet;

use bizgraph_kernel::kept_role::{Action, permissions_of, resources};
use bizgraph_kernel::policy::rights_of;
use serde_json::{Value, json};

use super::{role, staff};
use crate::world::{Person, World};

/// A person of a new role with these permissions, in the place of the auditor.
async fn with(world: &World, permissions: Value) -> Person {
    let admin = world.person("admin").await;
    let input = json!({ "name": "probe", "description": "Tried", "permissions": permissions });
    world.done(&admin, "rimAdminRoleCreate", input, "").await;
    let give = json!({
        "adminUserId": staff(world, "auditor").await, "roleId": role(world, "probe").await,
    });
    world.done(&admin, "rimAdminUserSetRole", give, "").await;
    world.person("auditor").await
}

#[tokio::test]
async fn read_is_reading_write_is_adding_and_changing_and_delete_is_removing() {
    let world = World::rim().await;
    let grants = |action: &str| json!([{ "resource": "canned_replies", "actions": [action] }]);
    for (action, reads, creates, deletes) in [
        ("READ", true, false, false),
        ("WRITE", false, true, false),
        ("DELETE", false, false, true),
    ] {
        let world = World::rim().await;
        let person = with(&world, grants(action)).await.0;
        assert_eq!(person.may("rim.canned_reply.read"), reads, "{action}");
        assert_eq!(person.may("rim.canned_reply.create"), creates, "{action}");
        assert_eq!(person.may("rim.canned_reply.update"), creates, "{action}");
        assert_eq!(person.may("rim.canned_reply.delete"), deletes, "{action}");
        assert!(!person.may("rim.canned_reply.export"), "{action}");
        assert!(!person.may("rim.user.read"), "{action}");
    }
    drop(world);
}

/// Write carries the everyday moves, and none that needs a resource of its own.
#[test]
fn writing_loans_approves_disburses_reconciles_and_refunds_nothing() {
    let module = &bizgraph_rim::MODULE;
    let write = |resource: &str| -> BTreeSet<String> {
        permissions_of(module, resource, Action::Write).unwrap().into_iter().collect()
    };
    let everyday = write("loans");
    assert!(everyday.contains("rim.loan.transition:request"));
    assert!(everyday.contains("rim.loan.transition:default"));
    for (resource, carries, not_by) in [
        ("loans.approve", "rim.loan.transition:approve", "loans"),
        ("loans.approve", "rim.loan.transition:reject", "loans"),
        ("loans.disburse", "rim.loan.transition:disburse", "loans"),
        ("transactions.reconcile", "rim.transaction.reconcile", "transactions"),
        ("transactions.refund", "rim.transaction.approve", "transactions"),
        ("users.credit", "rim.user.credit", "users"),
        (
            "notification_histories.receipts",
            "rim.notification_history.receipt",
            "notification_histories",
        ),
    ] {
        assert!(write(resource).contains(carries), "{resource}");
        assert!(!write(not_by).contains(carries), "{not_by}");
        assert!(permissions_of(module, resource, Action::Read).unwrap().is_empty(), "{resource}");
        assert!(permissions_of(module, resource, Action::Delete).unwrap().is_empty(), "{resource}");
    }
}

#[test]
fn every_mutation_of_the_module_is_carried_by_some_resource() {
    let module = &bizgraph_rim::MODULE;
    let mut carried = BTreeSet::new();
    for (resource, doc) in resources(module) {
        assert!(doc.ends_with('.'), "{resource}");
        for action in [Action::Read, Action::Write, Action::Delete] {
            carried.extend(permissions_of(module, &resource, action).unwrap());
        }
    }
    // What only customers do stands in no row.
    let customers = rights_of(module)[bizgraph_rim::policy::CUSTOMER].clone();
    for mutation in module.mutations.iter().filter(|it| !customers.may(it.permission)) {
        assert!(carried.contains(mutation.permission), "{}", mutation.name);
    }
}

#[tokio::test]
async fn a_scope_narrows_the_rows_and_is_one_that_the_resource_knows() {
    let world = World::rim().await;
    let marketing = world.person("marketing").await;
    for person in ["marketing", "marketing2"] {
        let author = world.person(person).await;
        crate::rim_messages::draft(&world, &author, json!({})).await;
    }
    let own = json!([
        { "resource": "broadcast_messages", "actions": ["READ", "WRITE"], "scope": "own" },
    ]);
    let author = with(&world, own).await;
    let id = crate::rim_messages::draft(&world, &author, json!({})).await;
    let query = "broadcastMessages { nodes { creator { username } } }";
    let seen = super::ask(&world, &author, query).await;
    assert_eq!(seen["nodes"].as_array().unwrap().len(), 1);
    let theirs = super::ask(&world, &marketing, "broadcastMessages { nodes { id } }").await;
    let other = theirs["nodes"].as_array().unwrap().iter().find(|it| it["id"] != json!(id));
    let input = json!({ "broadcastMessageId": other.unwrap()["id"], "title": "Mine" });
    let refused = world.refused(&author, "rimBroadcastMessageUpdate", input).await;
    assert_eq!(refused, ["NOT_FOUND broadcastMessageId"]);
    let admin = world.person("admin").await;
    for resource in ["departments", "sms_templates"] {
        let permissions = json!([
            { "resource": resource, "actions": ["READ"], "scope": "own" },
        ]);
        let input = json!({ "name": "x", "description": "x", "permissions": permissions });
        let refused = world.refused(&admin, "rimAdminRoleCreate", input).await;
        assert_eq!(refused, ["REFERENCE_NOT_FOUND permissions.0.scope"], "{resource}");
    }
}

/// Spec 1.7.4: a wider scope than one's own is more than one holds.
#[tokio::test]
async fn nobody_widens_a_scope() {
    let world = World::rim().await;
    let permissions = json!([
        { "resource": "admin_roles", "actions": ["READ", "WRITE"] },
        { "resource": "broadcast_messages", "actions": ["READ"], "scope": "own" },
    ]);
    let clerk = with(&world, permissions).await;
    let wide = json!([{ "resource": "broadcast_messages", "actions": ["READ"] }]);
    let input = json!({ "name": "wide", "description": "x", "permissions": wide });
    assert_eq!(world.refused(&clerk, "rimAdminRoleCreate", input).await, ["FORBIDDEN permissions"]);
    let same = json!([
        { "resource": "broadcast_messages", "actions": ["READ"], "scope": "own" },
    ]);
    let input = json!({ "name": "same", "description": "x", "permissions": same });
    world.done(&clerk, "rimAdminRoleCreate", input, "").await;
}

#[tokio::test]
async fn actions_stand_once_as_the_document_writes_them() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let permissions = json!([
        { "resource": "loans", "actions": ["READ", "WRITE", "READ"] },
    ]);
    let input = json!({ "name": "x", "description": "x", "permissions": permissions });
    let shown = "adminRole { permissions userCount }";
    let done = world.done(&admin, "rimAdminRoleCreate", input, shown).await;
    let expected = json!([{ "resource": "loans", "actions": ["read", "write"] }]);
    assert_eq!(done["adminRole"]["permissions"], expected);
    assert_eq!(done["adminRole"]["userCount"], 0);
}

#[tokio::test]
async fn a_role_counts_its_people_and_the_check_notices_when_it_does_not() {
    let world = World::rim().await;
    let count =
        |name: &str| format!("SELECT user_count FROM rim.admin_roles WHERE name = '{name}'");
    let before = world.value(&count("auditor")).await.as_i64().unwrap();
    with(&world, json!([])).await;
    assert_eq!(world.value(&count("auditor")).await, before - 1);
    assert_eq!(world.value(&count("probe")).await, 1);
    world.verify().await;
    world.meddle("UPDATE rim.admin_roles SET user_count = 5 WHERE name = 'probe'").await;
    let found = world.findings().await;
    assert!(found.iter().any(|it| it.starts_with("R6 admin_role")), "{found:?}");
}

#[tokio::test]
async fn r11_finds_a_person_whose_role_is_called_otherwise() {
    let world = World::rim().await;
    world.meddle("UPDATE rim.admin_users SET role = 'ghost' WHERE username = 'agent'").await;
    let found = world.findings().await;
    assert!(found.iter().any(|it| it.starts_with("R11 admin_user")), "{found:?}");
}
