//! The desk's reference data: departments, agents, promises, products, answers (spec 5.7).

use serde_json::json;

use super::{id_of, staff};
use crate::world::World;

async fn department(world: &World, name: &str) -> String {
    id_of(world, "departments", &format!("name: {{ eq: \"{name}\" }}")).await
}

async fn agent(world: &World, name: &str) -> String {
    id_of(world, "supportAgents", &format!("name: {{ eq: \"{name}\" }}")).await
}

#[tokio::test]
async fn a_department_counts_its_agents() {
    let world = World::rim().await;
    let lead = world.person("lead").await;
    let loans = department(&world, "Loans Desk").await;
    let input = json!({
        "name": "Kemi", "email": "kemi@rim.example", "phone": "08030000020", "departmentId": loans,
    });
    let shown = "supportAgent { tier status department { agentCount } }";
    let done = world.done(&lead, "rimSupportAgentCreate", input, shown).await;
    let expected = json!({ "tier": 2, "status": "AWAY", "department": { "agentCount": 1 } });
    assert_eq!(done["supportAgent"], expected);
    let kemi = agent(&world, "Kemi").await;
    let first = department(&world, "First Line").await;
    let input = json!({ "supportAgentId": kemi, "departmentId": first });
    let shown = "supportAgent { department { agentCount } }";
    let done = world.done(&lead, "rimSupportAgentUpdate", input, shown).await;
    assert_eq!(done["supportAgent"]["department"]["agentCount"], 3);
    world.verify().await;
    world.done(&lead, "rimSupportAgentDelete", json!({ "supportAgentId": kemi }), "").await;
    world.verify().await;
}

#[tokio::test]
async fn a_department_with_agents_is_not_deleted() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    let input = json!({ "departmentId": department(&world, "First Line").await });
    let refused = world.refused(&operations, "rimDepartmentDelete", input).await;
    assert_eq!(refused, ["REFERENCED_IN_USE departmentId"]);
    let input = json!({ "departmentId": department(&world, "Loans Desk").await });
    world.done(&operations, "rimDepartmentDelete", input, "deletedId").await;
}

#[tokio::test]
async fn a_department_has_a_tier_from_one_to_three() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    let input = json!({ "name": "Top", "description": "x", "tier": 4 });
    let refused = world.refused(&operations, "rimDepartmentCreate", input).await;
    assert_eq!(refused, ["OUT_OF_RANGE tier"]);
}

#[tokio::test]
async fn an_agent_says_for_itself_whether_it_is_there_and_a_lead_for_all() {
    let world = World::rim().await;
    let (own, other) = (world.person("agent").await, world.person("agent2").await);
    let input = json!({ "supportAgentId": agent(&world, "Agent").await });
    let shown = "supportAgent { status }";
    let refused = world.refused(&other, "rimSupportAgentComeBack", input.clone()).await;
    assert_eq!(refused, ["FORBIDDEN supportAgentId"]);
    let done = world.done(&own, "rimSupportAgentComeBack", input.clone(), shown).await;
    assert_eq!(done["supportAgent"]["status"], "AVAILABLE");
    let lead = world.person("lead").await;
    let done = world.done(&lead, "rimSupportAgentGoAway", input.clone(), shown).await;
    assert_eq!(done["supportAgent"]["status"], "AWAY");
    let refused = world.refused(&lead, "rimSupportAgentGoAway", input).await;
    assert_eq!(refused, ["INVALID_TRANSITION supportAgentId"]);
}

#[tokio::test]
async fn an_agent_with_as_many_tickets_as_the_capacity_comes_back_busy() {
    let world = World::rim().await;
    world.meddle("UPDATE rim.support_agents SET active_tickets = 10 WHERE name = 'Agent'").await;
    let input = json!({ "supportAgentId": agent(&world, "Agent").await });
    let person = world.person("agent").await;
    let shown = "supportAgent { status }";
    let done = world.done(&person, "rimSupportAgentComeBack", input, shown).await;
    assert_eq!(done["supportAgent"]["status"], "BUSY");
}

#[tokio::test]
async fn one_login_acts_as_one_agent() {
    let world = World::rim().await;
    let input = json!({
        "name": "Kemi", "email": "kemi@rim.example", "phone": "08030000020",
        "departmentId": department(&world, "Loans Desk").await,
        "adminUserId": staff(&world, "agent").await,
    });
    let operations = world.person("operations").await;
    let refused = world.refused(&operations, "rimSupportAgentCreate", input).await;
    assert_eq!(refused, ["NOT_UNIQUE adminUserId"]);
}

#[tokio::test]
async fn a_lead_sees_the_logins_of_those_who_may_work_on_tickets_and_links_them() {
    let world = World::rim().await;
    let lead = world.person("lead").await;
    let seen = world.read(&lead, "{ rim { adminUsers { nodes { username } } } }").await;
    let names: Vec<&str> = seen["rim"]["adminUsers"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["username"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["agent", "agent2", "lead", "operations", "operations2"]);
    let hidden = "{ rim { adminUsers(first: 1) { nodes { email } } } }";
    let answer = world.send(&lead, hidden, json!({})).await;
    assert_eq!(answer["data"]["rim"]["adminUsers"]["nodes"][0]["email"], json!(null), "{answer}");

    let agent = agent(&world, "Agent").await;
    let own = json!({ "supportAgentId": agent, "adminUserId": staff(&world, "lead").await });
    let shown = "supportAgent { adminUser { username } }";
    world.meddle("UPDATE rim.support_agents SET admin_user_id = NULL").await;
    let done = world.done(&lead, "rimSupportAgentUpdate", own, shown).await;
    assert_eq!(done["supportAgent"]["adminUser"]["username"], "lead");
    // Whoever may not work on tickets is nobody to the lead.
    let other = json!({ "supportAgentId": agent, "adminUserId": staff(&world, "finance").await });
    let refused = world.refused(&lead, "rimSupportAgentUpdate", other).await;
    assert_eq!(refused, ["NOT_FOUND adminUserId"]);
}

#[tokio::test]
async fn a_promise_is_kept_in_order() {
    let world = World::rim().await;
    let lead = world.person("lead").await;
    let urgent = id_of(&world, "slaPolicies", "priority: { eq: URGENT }").await;
    let input = json!({ "slaPolicyId": urgent, "firstResponseMinutes": 300 });
    let refused = world.refused(&lead, "rimSlaPolicyUpdate", input).await;
    assert_eq!(refused, ["OUT_OF_RANGE resolutionMinutes"]);
    let input = json!({ "slaPolicyId": urgent, "firstResponseMinutes": 10 });
    let shown = "slaPolicy { firstResponseMinutes resolutionMinutes }";
    let done = world.done(&lead, "rimSlaPolicyUpdate", input, shown).await;
    let expected = json!({ "firstResponseMinutes": 10, "resolutionMinutes": 240 });
    assert_eq!(done["slaPolicy"], expected);
}

#[tokio::test]
async fn products_lend_multiples_of_fifty_within_bounds() {
    let world = World::rim().await;
    let operations = world.person("operations").await;
    let good = json!({
        "name": "MTN 14", "network": "NINE_MOBILE", "minAmount": "100.00", "maxAmount": "5000.00",
        "interestRate": "12.5", "repaymentPeriod": 14,
    });
    for (field, value, refusal) in [
        ("minAmount", json!("120.00"), "OUT_OF_RANGE minAmount"),
        ("maxAmount", json!("50.00"), "OUT_OF_RANGE maxAmount"),
        ("interestRate", json!("101"), "OUT_OF_RANGE interestRate"),
        ("repaymentPeriod", json!(91), "OUT_OF_RANGE repaymentPeriod"),
    ] {
        let mut input = good.clone();
        input[field] = value;
        let refused = world.refused(&operations, "rimLoanProductCreate", input).await;
        assert_eq!(refused, [refusal]);
    }
    let shown = "loanProduct { id version network interestRate fee enabled }";
    let done = world.done(&operations, "rimLoanProductCreate", good, shown).await;
    let product = &done["loanProduct"];
    assert_eq!(product["network"], "NINE_MOBILE");
    assert_eq!(product["interestRate"], "12.5000");
    assert_eq!(product["fee"], "0.00");
    let stale = json!({ "loanProductId": product["id"], "expectedVersion": 7, "enabled": false });
    let refused = world.refused(&operations, "rimLoanProductUpdate", stale).await;
    assert_eq!(refused, ["STALE_VERSION expectedVersion"]);
    let off = json!({ "loanProductId": product["id"], "expectedVersion": 1, "enabled": false });
    world.done(&operations, "rimLoanProductUpdate", off, "").await;
    let gone = json!({ "loanProductId": product["id"] });
    world.done(&operations, "rimLoanProductDelete", gone, "deletedId").await;
}

#[tokio::test]
async fn an_answer_stands_ready_for_a_desk_and_a_category() {
    let world = World::rim().await;
    let lead = world.person("lead").await;
    let input = json!({
        "name": "Hello", "body": "How can we help?", "category": "GENERAL",
        "departmentId": department(&world, "First Line").await,
    });
    let shown = "cannedReply { id category department { name } creator { username } }";
    let done = world.done(&lead, "rimCannedReplyCreate", input, shown).await;
    let reply = &done["cannedReply"];
    assert_eq!(reply["category"], "GENERAL");
    assert_eq!(reply["department"]["name"], "First Line");
    let input = json!({ "cannedReplyId": reply["id"], "category": null, "departmentId": null });
    let shown = "cannedReply { category department { name } }";
    let done = world.done(&lead, "rimCannedReplyUpdate", input, shown).await;
    assert_eq!(done["cannedReply"], json!({ "category": null, "department": null }));
    let agent = world.person("agent").await;
    let gone = json!({ "cannedReplyId": reply["id"] });
    assert_eq!(world.refused(&agent, "rimCannedReplyDelete", gone.clone()).await, ["FORBIDDEN "]);
    world.done(&lead, "rimCannedReplyDelete", gone, "deletedId").await;
}

#[tokio::test]
async fn the_rules_read_the_rows_that_a_new_tenant_has() {
    let world = World::rim().await;
    let rows = world.rows("SELECT category, key, value FROM rim.system_configs").await;
    for parameter in bizgraph_rim::system_config::keys::ALL {
        let (category, key) = (parameter.category, parameter.key);
        let found = rows.iter().find(|row| row["category"] == category && row["key"] == key);
        let found = found.unwrap_or_else(|| panic!("{category}.{key} has no row"));
        assert_eq!(found["value"], parameter.default, "{category}.{key}");
    }
    assert_eq!(rows.len(), bizgraph_rim::system_config::keys::ALL.len());
}
