//! Nobody gains rights over somebody who has more (spec 1.7.4): who may change people and roles does
//! so to those who may no more than they.

use serde_json::{Value, json};

use super::{role, staff};
use crate::world::{Person, World};

/// A world in which `lead` and `auditor` look after people, and `agent` may do less than they.
struct Desk {
    world: World,
    clerk: Person,
}

impl Desk {
    async fn open() -> Desk {
        let world = World::rim().await;
        let admin = world.person("admin").await;
        let grant =
            |resource: &str, actions: &[&str]| json!({ "resource": resource, "actions": actions });
        let all = ["READ", "WRITE", "DELETE"];
        for (name, permissions) in [
            (
                "people_desk",
                json!([
                    grant("admin_roles", &all),
                    grant("admin_users", &all),
                    grant("api_keys", &all),
                    grant("loans", &["READ"]),
                ]),
            ),
            ("reader", json!([grant("loans", &["READ"])])),
            ("approver", json!([grant("loans.approve", &["WRITE"])])),
        ] {
            let input = json!({ "name": name, "description": "x", "permissions": permissions });
            world.done(&admin, "rimAdminRoleCreate", input, "").await;
        }
        for (username, name) in
            [("lead", "people_desk"), ("auditor", "people_desk"), ("agent", "reader")]
        {
            let input = json!({
                "adminUserId": staff(&world, username).await, "roleId": role(&world, name).await,
            });
            world.done(&admin, "rimAdminUserSetRole", input, "").await;
        }
        let clerk = world.person("lead").await;
        Desk { world, clerk }
    }

    /// People, their passwords and what became of their sessions and keys.
    async fn people(&self) -> Vec<Value> {
        let sql = "SELECT to_jsonb(u) AS person, to_jsonb(c) AS credential, (SELECT count(*) \
                   FROM rim.sessions s WHERE s.revoked_at IS NOT NULL) FROM rim.admin_users u \
                   LEFT JOIN rim.credentials c ON c.user_id = 'adminUser:' || u.id ORDER BY u.id";
        self.world.rows(sql).await
    }
}

fn with(person: &str, more: &Value) -> Value {
    let mut input = json!({ "adminUserId": person });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

#[tokio::test]
async fn nobody_touches_a_person_who_may_do_more() {
    let desk = Desk::open().await;
    let world = &desk.world;
    let (officer, admin) = (staff(world, "officer").await, staff(world, "admin").await);
    let reader = role(world, "reader").await;
    let before = desk.people().await;
    for (mutation, more) in [
        ("rimAdminUserUpdate", json!({ "email": "mine@elsewhere.example" })),
        ("rimAdminUserUpdate", json!({ "phone": "08030000099" })),
        ("rimAdminUserResetPassword", json!({})),
        ("rimAdminUserResetSecondFactor", json!({ "reason": "Lost" })),
        ("rimAdminUserUnlock", json!({})),
        ("rimAdminUserSuspend", json!({ "reason": "Away with it" })),
        ("rimAdminUserDeactivate", json!({})),
        ("rimAdminUserSetRole", json!({ "roleId": reader })),
    ] {
        let refused = world.refused(&desk.clerk, mutation, with(&officer, &more)).await;
        assert_eq!(refused, ["FORBIDDEN adminUserId"], "{mutation}");
        let refused = world.refused(&desk.clerk, mutation, with(&admin, &more)).await;
        assert!(refused.contains(&"FORBIDDEN adminUserId".to_owned()), "{mutation} {refused:?}");
        assert_eq!(desk.people().await, before, "{mutation}");
    }
    world.meddle("UPDATE rim.admin_users SET status = 'inactive' WHERE username = 'officer'").await;
    let refused =
        world.refused(&desk.clerk, "rimAdminUserActivate", with(&officer, &json!({}))).await;
    assert_eq!(refused, ["FORBIDDEN adminUserId"]);
}

#[tokio::test]
async fn the_refusal_names_the_role() {
    let desk = Desk::open().await;
    let input = json!({
        "adminUserId": staff(&desk.world, "admin").await, "email": "mine@elsewhere.example",
    });
    let payload =
        desk.world.call(&desk.clerk, "rimAdminUserUpdate", input, "adminUser { id }").await;
    let expected = json!({
        "adminUser": null, "replayed": false,
        "userErrors": [{
            "code": "FORBIDDEN", "message": "The role super_admin may do more than yours.",
            "field": ["adminUserId"], "details": {},
        }],
    });
    assert_eq!(payload, expected);
}

#[tokio::test]
async fn whoever_may_no_more_is_looked_after() {
    let desk = Desk::open().await;
    let world = &desk.world;
    let (agent, people_desk) = (staff(world, "agent").await, role(world, "people_desk").await);
    for (mutation, more) in [
        ("rimAdminUserUpdate", json!({ "email": "agent@new.example" })),
        ("rimAdminUserUnlock", json!({})),
        ("rimAdminUserResetPassword", json!({})),
        ("rimAdminUserSuspend", json!({ "reason": "Away" })),
        ("rimAdminUserActivate", json!({})),
        ("rimAdminUserSetRole", json!({ "roleId": people_desk })),
        ("rimAdminUserDeactivate", json!({})),
    ] {
        world.done(&desk.clerk, mutation, with(&agent, &more), "").await;
    }
    let row = "SELECT email, role, status FROM rim.admin_users WHERE username = 'agent'";
    let expected =
        json!({ "email": "agent@new.example", "role": "people_desk", "status": "inactive" });
    assert_eq!(world.rows(row).await, [expected]);
}

#[tokio::test]
async fn everybody_may_do_what_they_may_themselves() {
    let desk = Desk::open().await;
    let me = staff(&desk.world, "lead").await;
    let input = json!({ "adminUserId": me, "phone": "08030000098" });
    desk.world.done(&desk.clerk, "rimAdminUserUpdate", input, "").await;
}

#[tokio::test]
async fn nobody_changes_or_deletes_a_role_that_may_do_more() {
    let desk = Desk::open().await;
    let world = &desk.world;
    let roles = "SELECT name, description, permissions FROM rim.admin_roles ORDER BY id";
    let before = world.rows(roles).await;
    let officers = role(world, "loan_officer").await;
    for change in [
        json!({ "description": "Nothing any more" }),
        json!({ "name": "nobody" }),
        json!({ "permissions": [] }),
    ] {
        let mut input = json!({ "adminRoleId": officers });
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = world.refused(&desk.clerk, "rimAdminRoleUpdate", input).await;
        assert_eq!(refused, ["FORBIDDEN adminRoleId"]);
    }
    let unused = json!({ "adminRoleId": role(world, "approver").await });
    let refused = world.refused(&desk.clerk, "rimAdminRoleDelete", unused).await;
    assert_eq!(refused, ["FORBIDDEN adminRoleId"]);
    assert_eq!(world.rows(roles).await, before);
    let input = json!({ "adminRoleId": role(world, "reader").await, "description": "Reads" });
    world.done(&desk.clerk, "rimAdminRoleUpdate", input, "").await;
}

#[tokio::test]
async fn nobody_ends_a_key_of_somebody_who_may_do_more() {
    let desk = Desk::open().await;
    let world = &desk.world;
    let (admin, peer) = (world.person("admin").await, world.person("auditor").await);
    let made = async |person: &Person| {
        let input = json!({ "name": "bot", "role": "reader" });
        let payload = world.done(person, "apiKeyCreate", input, "apiKey { id }").await;
        json!({ "apiKeyId": payload["apiKey"]["id"] })
    };
    let stronger = made(&admin).await;
    let refused = world.refused(&desk.clerk, "apiKeyRevoke", stronger.clone()).await;
    assert_eq!(refused, ["FORBIDDEN apiKeyId"]);
    let ended = "SELECT count(*) FROM rim.api_keys WHERE revoked_at IS NOT NULL";
    assert_eq!(world.value(ended).await, json!(0));
    for owner in [&peer, &desk.clerk] {
        let key = made(owner).await;
        world.done(&desk.clerk, "apiKeyRevoke", key, "").await;
    }
    world.done(&admin, "apiKeyRevoke", stronger.clone(), "").await;
    let refused = world.refused(&admin, "apiKeyRevoke", stronger).await;
    assert_eq!(refused, ["ALREADY_DONE apiKeyId"]);
    assert_eq!(world.value(ended).await, json!(3));
}
