//! Every report, by every role.

use bizgraph_kernel::report::Report;
use serde_json::json;

use super::{lender, lent};
use crate::reports::{everything, groups};
use crate::rim::{role, staff};
use crate::world::{STAFF, World};

fn reports() -> &'static [&'static Report] {
    bizgraph::schema::MODULES.iter().find(|module| module.name == "rim").unwrap().reports
}

#[tokio::test]
async fn each_report_answers_who_may_see_it_and_refuses_everybody_else() {
    let (world, _) = lender().await;
    lent(&world, "1000.00").await;
    let mut shown_to = 0;
    let mut people = vec![world.customer("ada").await];
    for (name, _) in STAFF {
        people.push(world.person(name).await);
    }
    for person in people {
        for report in reports() {
            for group in groups(report) {
                let query = everything("rim", report, group);
                let answer = world.send(&person, &query, json!({})).await;
                let case = format!("{} by {group:?} as {}: {answer:#}", report.name, person.0.role);
                let shown = !answer["data"]["rim"]["reports"]["it"].is_null();
                assert_eq!(shown, person.0.may(report.permission), "{case}");
                if shown {
                    assert!(answer.get("errors").is_none(), "{case}");
                    shown_to += 1;
                } else {
                    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{case}");
                }
            }
        }
    }
    assert!(shown_to > 100, "only {shown_to} answers");
}

/// A role can hold a report in a scope of its own: then it tells of these rows alone.
#[tokio::test]
async fn a_report_that_is_held_for_fewer_rows_tells_of_these() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let input = json!({
        "name": "agent_with_reports", "description": "Sees the own load",
        "permissions": [
            { "resource": "support_agents", "actions": ["READ"] },
            { "resource": "support_agents.reports", "actions": ["READ"], "scope": "own" },
        ],
    });
    world.done(&admin, "rimAdminRoleCreate", input, "").await;
    let input = json!({
        "adminUserId": staff(&world, "agent").await,
        "roleId": role(&world, "agent_with_reports").await,
    });
    world.done(&admin, "rimAdminUserSetRole", input, "").await;
    let agent = world.person("agent").await;
    let told = super::lines(&world, &agent, "agentLoad", "group agents").await;
    assert_eq!(told, ["Agent | 1"]);
    let all = super::lines(&world, &admin, "agentLoad", "group agents").await;
    assert_eq!(all.len(), 3);
}

#[tokio::test]
async fn a_role_cannot_name_reports_that_there_are_not() {
    let world = World::rim().await;
    let admin = world.person("admin").await;
    let input = json!({
        "name": "dreamer", "description": "Asks for what is not",
        "permissions": [{ "resource": "departments.reports", "actions": ["READ"] }],
    });
    let refused = world.refused(&admin, "rimAdminRoleCreate", input).await;
    assert_eq!(refused, ["REFERENCE_NOT_FOUND permissions.0.resource"]);
}
