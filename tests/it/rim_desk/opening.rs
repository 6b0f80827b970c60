//! A ticket begins: what it is made of, and who gets it.

use serde_json::json;

use super::{ADA, desk, events, here, history, load, of_ticket, opened, question, stand};
use crate::world::{World, key};

#[tokio::test]
async fn a_ticket_has_a_number_the_copies_its_first_message_and_a_clock() {
    let world = World::rim().await;
    let ada = world.customer("ada").await;
    let mut input = question(&world).await;
    input["tags"] = json!([" airtime ", "airtime", "", "MTN"]);
    let shown = "ticket { ticketNumber status priority customerName customerPhone customerEmail \
                 subject tags tier messageCount lastMessageAt reopenCount waitingOnCustomer \
                 createdBy assignedToName \
                 messages { nodes { senderType senderName message internal isRead } } }";
    let payload = world.done(&ada, "rimTicketCreate", input, shown).await;
    let expected = json!({
        "ticketNumber": "TCK-2026-000001", "status": "OPEN", "priority": "MEDIUM",
        "customerName": "Ada", "customerPhone": "+2348030000001",
        "customerEmail": "ada@rim.example", "subject": "No airtime", "tags": ["airtime", "MTN"],
        "tier": 1, "messageCount": 1, "lastMessageAt": "2026-03-02T09:00:00Z", "reopenCount": 0,
        "waitingOnCustomer": false, "createdBy": null,
        "assignedToName": null,
        "messages": { "nodes": [{
            "senderType": "CUSTOMER", "senderName": "Ada", "message": "I paid and got nothing.",
            "internal": false, "isRead": false,
        }] },
    });
    assert_eq!(payload["ticket"], expected);
    assert_eq!(history(&world).await, ["customer Ada: create - -> open"]);
    assert_eq!(events(&world).await, ["rim.ticket.create"]);
    // Four hours of work to the first answer, and 24 to the resolution, at nine a day.
    let clock = world
        .rows(
            "SELECT first_response_warns_at AT TIME ZONE 'UTC' AS a, \
               first_response_due_at AT TIME ZONE 'UTC' AS b, \
               resolution_due_at AT TIME ZONE 'UTC' AS c FROM rim.ticket_sla_clocks",
        )
        .await;
    let expected = json!([{
        "a": "2026-03-02T12:12:00", "b": "2026-03-02T13:00:00", "c": "2026-03-04T15:00:00",
    }]);
    assert_eq!(json!(clock), expected);
    world.verify().await;
}

#[tokio::test]
async fn the_agent_who_is_next_gets_it() {
    let world = World::rim().await;
    here(&world, &["Agent", "Agent2", "Lead"]).await;
    opened(&world).await;
    let first = of_ticket(&world, "assigned_to_name").await;
    opened(&world).await;
    let second = of_ticket(&world, "assigned_to_name").await;
    // Both of the desk are idle at first, so the second ticket goes to the other.
    assert_ne!(first, second);
    assert_eq!([load(&world, "Agent").await, load(&world, "Agent2").await], ["1 available"; 2]);
    assert_eq!(load(&world, "Lead").await, "0 available");
    let expected = [
        "customer Ada: create - -> open".to_owned(),
        format!("system system: assign ({})", first.as_str().unwrap()),
    ];
    assert_eq!(history(&world).await[..2], expected);
    assert_eq!(events(&world).await[..2], ["rim.ticket.create", "rim.ticket.assign"]);
    world.verify().await;
}

/// Sets what decides, one after another, and says who is next.
#[tokio::test]
async fn the_lowest_tier_comes_first_then_the_fewest_tickets_then_the_longest_idle() {
    for (meddling, next) in [
        ("tier = CASE name WHEN 'Agent' THEN 2 ELSE 1 END, active_tickets = 0", "Agent2"),
        (
            "active_tickets = CASE name WHEN 'Agent2' THEN 3 ELSE 1 END, \
             last_assigned_at = CASE name WHEN 'Agent2' THEN NULL::timestamptz ELSE now() END",
            "Agent",
        ),
        (
            "last_assigned_at = CASE name WHEN 'Agent' THEN '2026-03-01T09:00:00Z'::timestamptz \
             ELSE '2026-03-01T08:00:00Z' END",
            "Agent2",
        ),
        (
            "last_assigned_at = CASE name WHEN 'Agent2' THEN '2026-03-01T09:00:00Z'::timestamptz \
             END",
            "Agent",
        ),
    ] {
        let world = World::rim().await;
        here(&world, &["Agent", "Agent2"]).await;
        let sql = format!("UPDATE rim.support_agents SET {meddling} WHERE name LIKE 'Agent%'");
        world.meddle(&sql).await;
        opened(&world).await;
        assert_eq!(of_ticket(&world, "assigned_to_name").await, next, "{meddling}");
    }
}

#[tokio::test]
async fn without_anybody_there_it_waits_at_the_desk() {
    let world = World::rim().await;
    opened(&world).await;
    assert_eq!(stand(&world).await, "open tier 1 medium with nobody");
    // Whoever is away or busy gets none by itself.
    here(&world, &["Agent"]).await;
    world.meddle("UPDATE rim.support_agents SET active_tickets = 9, capacity = 10").await;
    opened(&world).await;
    assert_eq!(load(&world, "Agent").await, "10 busy");
    opened(&world).await;
    assert_eq!(stand(&world).await, "open tier 1 medium with nobody");
}

#[tokio::test]
async fn the_tenant_says_which_desk_answers_a_category() {
    let world = World::rim().await;
    world
        .meddle(
            "UPDATE rim.system_configs SET value = '{\"loan\": \"Loans Desk\"}' \
             WHERE key = 'department_by_category'",
        )
        .await;
    let ada = world.customer("ada").await;
    for (category, name, tier) in [("LOAN", "Loans Desk", 2), ("BILLING", "First Line", 1)] {
        let mut input = question(&world).await;
        input["category"] = json!(category);
        world.done(&ada, "rimTicketCreate", input, "").await;
        let at = "(SELECT name FROM rim.departments d WHERE d.id = department_id)";
        assert_eq!(of_ticket(&world, at).await, name);
        assert_eq!(of_ticket(&world, "tier").await, tier);
    }
}

#[tokio::test]
async fn a_customer_asks_for_itself_only_and_the_support_for_anybody() {
    let world = World::rim().await;
    let (ada, bola) = (world.customer("ada").await, world.customer("bola").await);
    let input = question(&world).await;
    assert_eq!(world.refused(&bola, "rimTicketCreate", input).await, ["NOT_FOUND customerId"]);
    let mut own = question(&world).await;
    own.as_object_mut().unwrap().remove("customerId");
    let shown = "ticket { customer { userId } creator { username } }";
    let payload = world.done(&ada, "rimTicketCreate", own.clone(), shown).await;
    assert_eq!(payload["ticket"]["customer"]["userId"], ADA);
    let agent = world.person("agent").await;
    own["idempotencyKey"] = json!(key());
    assert_eq!(world.refused(&agent, "rimTicketCreate", own).await, ["REQUIRED customerId"]);
    let input = question(&world).await;
    let shown = "ticket { creator { username } messages { nodes { senderType senderName } } }";
    let operations = world.person("operations").await;
    let payload = world.done(&operations, "rimTicketCreate", input, shown).await;
    let expected = json!({
        "creator": { "username": "operations" },
        "messages": { "nodes": [{ "senderType": "AGENT", "senderName": "operations" }] },
    });
    assert_eq!(payload["ticket"], expected);
    for other in ["officer", "finance", "marketing", "auditor"] {
        let person = world.person(other).await;
        let input = question(&world).await;
        assert_eq!(world.refused(&person, "rimTicketCreate", input).await, ["FORBIDDEN "]);
    }
}

#[tokio::test]
async fn a_customer_who_may_not_borrow_can_still_ask() {
    let world = World::rim().await;
    world.meddle("UPDATE rim.users SET status = 'suspended'").await;
    opened(&world).await;
    world.meddle("UPDATE rim.users SET deleted_at = now(), delete_reason = 'Gone'").await;
    let agent = world.person("agent").await;
    let mut input = question_of_a_deleted(&world).await;
    input["idempotencyKey"] = json!(key());
    assert_eq!(world.refused(&agent, "rimTicketCreate", input).await, ["NOT_FOUND customerId"]);
}

async fn question_of_a_deleted(world: &World) -> serde_json::Value {
    let tenant = world.kernel.tenant("rim").unwrap().id;
    let sql = format!("SELECT id::text FROM rim.users WHERE user_id = '{ADA}'");
    let ada = world.value(&sql).await;
    let id = bizgraph_kernel::entity::GlobalId::encode(tenant, "RimUser", ada.as_str().unwrap());
    json!({
        "customerId": id, "subject": "No airtime", "description": "Nothing.",
        "category": "GENERAL",
    })
}

#[tokio::test]
async fn each_part_of_the_question_is_within_its_bounds() {
    let world = World::rim().await;
    let ada = world.customer("ada").await;
    let many: Vec<String> = (0..51).map(|it| format!("tag {it}")).collect();
    for (field, value, refusal) in [
        ("subject", json!("No"), "OUT_OF_RANGE subject"),
        ("subject", json!("  "), "REQUIRED subject"),
        ("subject", json!("x".repeat(201)), "OUT_OF_RANGE subject"),
        ("subject", json!("4111 1111 1111 1111"), "VALIDATION_FAILED subject"),
        ("description", json!(" "), "REQUIRED description"),
        ("description", json!("x".repeat(5001)), "OUT_OF_RANGE description"),
        ("description", json!("My card is 4111111111111111"), "VALIDATION_FAILED description"),
        ("tags", json!(["fine", "x".repeat(61)]), "OUT_OF_RANGE tags.1"),
        ("tags", json!(many), "OUT_OF_RANGE tags"),
        ("customerId", json!(desk(&world, "First Line").await), "BAD_FORMAT customerId"),
    ] {
        let mut input = question(&world).await;
        input[field] = value.clone();
        let refused = world.refused(&ada, "rimTicketCreate", input).await;
        assert_eq!(refused, [refusal], "{field} {value}");
    }
    let nothing = "SELECT (SELECT count(*) FROM rim.tickets) \
                   + (SELECT count(*) FROM rim.chat_messages)";
    assert_eq!(world.value(nothing).await, 0);
    for (field, value) in [("subject", "x".repeat(200)), ("description", "x".repeat(5000))] {
        let mut input = question(&world).await;
        input[field] = json!(value);
        world.done(&ada, "rimTicketCreate", input, "").await;
    }
}

#[tokio::test]
async fn the_same_key_is_the_same_ticket() {
    let world = World::rim().await;
    let ada = world.customer("ada").await;
    let input = question(&world).await;
    let first = world.done(&ada, "rimTicketCreate", input.clone(), "ticket { id }").await;
    let again = world.done(&ada, "rimTicketCreate", input.clone(), "ticket { id }").await;
    assert_eq!(again["ticket"], first["ticket"]);
    assert_eq!(again["replayed"], true);
    let mut other = input;
    other["subject"] = json!("Another");
    let refused = world.refused(&ada, "rimTicketCreate", other).await;
    assert_eq!(refused, ["IDEMPOTENCY_KEY_REUSED idempotencyKey"]);
    assert_eq!(world.value("SELECT count(*) FROM rim.tickets").await, 1);
}

#[tokio::test]
async fn a_customer_sees_its_own_tickets_only() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let query =
        format!("{{ rim {{ ticket(id: \"{ticket}\") {{ id }} tickets {{ totalCount }} }} }}");
    for (name, count) in [("ada", 1), ("bola", 0)] {
        let person = world.customer(name).await;
        let answer = world.send(&person, &query, json!({})).await;
        assert_eq!(answer["data"]["rim"]["tickets"]["totalCount"], count, "{answer}");
        let hidden = answer["errors"][0]["extensions"]["code"] == "NOT_FOUND";
        assert_eq!(hidden, name == "bola");
    }
}

#[tokio::test]
async fn where_nothing_is_promised_there_is_no_clock() {
    let world = World::rim().await;
    world.meddle("UPDATE rim.sla_policies SET enabled = FALSE WHERE priority = 'medium'").await;
    opened(&world).await;
    assert_eq!(world.value("SELECT count(*) FROM rim.ticket_sla_clocks").await, 0);
    world.verify().await;
}
