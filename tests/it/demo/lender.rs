//! The demo world of the lender (spec 5.12).

use bizgraph::demo::{Loaded, load, logins};
use serde_json::json;
use tokio::sync::OnceCell;

use super::{cut_short, missing_statuses};
use crate::world::{Template, World};

/// A lender with nobody but its administrator in it.
async fn empty() -> World {
    let world = World::rim().await;
    world
        .meddle(
            "SET search_path TO rim; DELETE FROM support_agents; DELETE FROM users; \
             DELETE FROM admin_users WHERE username <> 'admin'; \
             UPDATE departments SET agent_count = 0; \
             UPDATE admin_roles r SET user_count = \
               (SELECT count(*) FROM admin_users u WHERE u.role_id = r.id)",
        )
        .await;
    world
}

async fn loaded(world: &World) -> Loaded {
    let tenant = world.kernel.tenant("rim").unwrap();
    load(&world.kernel, &tenant, |_, _| ()).await.unwrap()
}

static DEMO: OnceCell<Template> = OnceCell::const_new();

/// A lender with the demo world in it. Its load was cut short twice and went on where it stopped,
/// stories told side by side included.
pub async fn demo() -> World {
    let load = async || {
        let world = empty().await;
        for calls in [300, 1_500] {
            cut_short(&world, "rim", calls).await;
        }
        assert!(matches!(loaded(&world).await, Loaded::Now(_)));
        world.into_template()
    };
    World::like(DEMO.get_or_init(load).await).await
}

#[tokio::test]
async fn the_demo_world_of_the_lender_is_as_large_as_it_is_said_and_open_to_everybody_it_names() {
    let world = demo().await;
    world.verify().await;
    for (table, rows) in [("users", 500), ("loans", 800), ("tickets", 120), ("support_agents", 8)] {
        let count = world.value(&format!("SELECT count(*) FROM rim.{table}")).await;
        assert_eq!(count, json!(rows), "{table}");
    }
    let missing = missing_statuses(&world, "rim").await;
    assert_eq!(missing, OTHERS, "a status of a machine that no row of the demo world has");
    assert_eq!(loaded(&world).await, Loaded::Before);
    // Numbers of a year follow the days.
    let disorder = "SELECT count(*) FROM rim.loans a JOIN rim.loans b ON a.id < b.id \
                    AND a.created_at::date > b.created_at::date";
    assert_eq!(world.value(disorder).await, json!(0));
    everybody_can_log_in_as_is_told(&world).await;
}

/// Statuses of what the demo world does not have: no message was told of yet, nothing was backed up.
const OTHERS: &[&str] = &[
    "broadcast: draft",
    "broadcast: scheduled",
    "broadcast: sent",
    "broadcast: failed",
    "notification: sent",
    "notification: delivered",
    "notification: failed",
    "backup: success",
    "backup: failed",
    "backup: in_progress",
];

async fn everybody_can_log_in_as_is_told(world: &World) {
    let tenant = world.kernel.tenant("rim").unwrap();
    let offered = logins(&world.kernel, &tenant).await.unwrap();
    let mut roles: Vec<&str> = offered.iter().map(|login| login.role.as_str()).collect();
    roles.dedup();
    roles.sort_unstable();
    roles.dedup();
    let all = [
        "auditor",
        "customer",
        "finance",
        "loan_officer",
        "marketing",
        "operations_manager",
        "support_agent",
        "support_lead",
    ];
    assert_eq!(roles, all);
    assert_eq!(offered.iter().filter(|login| login.role == "customer").count(), 2);
    for login in offered {
        let query = "mutation($input: LoginInput!) { login(input: $input) { token \
                     userErrors { code message } } }";
        let input = json!({
            "tenant": login.tenant, "username": login.username, "password": login.password,
        });
        let answer = world.send_as_nobody(query, json!({ "input": input })).await;
        assert!(answer["data"]["login"]["token"].is_string(), "{}: {answer}", login.username);
    }
}
