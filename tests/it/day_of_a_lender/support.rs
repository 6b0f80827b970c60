//! The eighth act: a customer asks for help, and two agents give it.

use serde_json::{Value, json};

use super::people::People;

fn about(ticket: &Value, more: Value) -> Value {
    let mut input = more;
    input["ticketId"] = ticket.clone();
    input
}

/// How the ticket stands, as its lead sees it.
async fn stand(people: &People<'_>, ticket: &Value) -> Value {
    let shown = "status tier priority assignedToName escalatedToName waitingOnCustomer";
    people.sees("lead", &format!("ticket(id: {ticket}) {{ {shown} }}")).await
}

/// What somebody reads of the conversation.
async fn reads(people: &People<'_>, who: &str, ticket: &Value) -> Vec<Value> {
    let query = format!("ticket(id: {ticket}) {{ messages {{ nodes {{ message }} }} }}");
    let seen = people.sees(who, &query).await;
    let nodes = seen["messages"]["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["message"].clone()).collect()
}

/// Ada asks; nobody is there, so that it waits at the desk until a lead gives it to somebody who
/// came.
pub async fn a_customer_asks_for_help(people: &People<'_>) -> Value {
    let mut input = json!({
        "subject": "My payment is gone", "description": "I paid on Friday.",
        "category": "TRANSACTION",
    });
    input["subject"] = json!("?");
    let told = people.is_told("ada", "rimTicketCreate", input.clone()).await;
    assert_eq!(told, ["At least 3 characters."]);
    input["subject"] = json!("My payment is gone");
    let shown = "ticket { id ticketNumber status }";
    let made = people.does("ada", "rimTicketCreate", input, shown).await;
    let ticket = made["ticket"]["id"].clone();
    assert_eq!(made["ticket"]["ticketNumber"], "TCK-2026-000001");
    let others = people.sees("bola", "tickets { totalCount }").await;
    assert_eq!(others["totalCount"], 0, "it is nobody else's");
    let agent = people.id("supportAgents", "name: {eq: \"Agent\"}").await;
    let to = about(&ticket, json!({ "supportAgentId": agent }));
    let told = people.is_told("lead", "rimTicketAssign", to.clone()).await;
    let sentence = "Agent is away. Choose somebody who is there; a lead can force it.";
    assert_eq!(told, [sentence]);
    let input = json!({ "supportAgentId": agent });
    people.does("agent", "rimSupportAgentComeBack", input, "").await;
    people.does("lead", "rimTicketAssign", to, "").await;
    let open = json!({
        "status": "OPEN", "tier": 1, "priority": "MEDIUM", "assignedToName": "Agent",
        "escalatedToName": null, "waitingOnCustomer": false,
    });
    assert_eq!(stand(people, &ticket).await, open);
    ticket
}

/// The agent asks back and leaves a note that the customer never sees.
pub async fn an_agent_works_on_it(people: &People<'_>, ticket: &Value) {
    let told = people.is_told("agent2", "rimTicketTake", about(ticket, json!({}))).await;
    assert_eq!(told, ["TCK-2026-000001 is with Agent already."]);
    let say = |text: &str, more: Value| {
        let mut input = about(ticket, more);
        input["message"] = json!(text);
        input
    };
    let name = "rimChatMessageSend";
    let asks = say("From which account?", json!({ "asksCustomer": true }));
    people.does("agent", name, asks, "").await;
    let waits = stand(people, ticket).await;
    assert_eq!(
        (&waits["status"], &waits["waitingOnCustomer"]),
        (&json!("IN_PROGRESS"), &json!(true))
    );
    let told = people.is_told("ada", name, say("Psst", json!({ "internal": true }))).await;
    assert_eq!(told, ["Notes are among agents."]);
    people.does("ada", name, say("From my sister's.", json!({})), "").await;
    assert_eq!(stand(people, ticket).await["waitingOnCustomer"], false);
    let note = say("Finance sent it back today.", json!({ "internal": true }));
    people.does("agent", name, note, "").await;
    let conversation = ["I paid on Friday.", "From which account?", "From my sister's."];
    assert_eq!(reads(people, "ada", ticket).await, conversation);
    let whole = reads(people, "agent2", ticket).await;
    assert_eq!(whole[..3], conversation);
    assert_eq!(whole[3..], ["Finance sent it back today."]);
}

/// It is too hard, and goes up a tier to somebody who alone can take it.
pub async fn another_agent_takes_over(people: &People<'_>, ticket: &Value) {
    let agent2 = people.id("supportAgents", "name: {eq: \"Agent2\"}").await;
    let loans = people.id("departments", "name: {eq: \"Loans Desk\"}").await;
    let input = json!({ "supportAgentId": agent2, "tier": 2, "departmentId": loans });
    people.does("lead", "rimSupportAgentUpdate", input, "").await;
    let input = json!({ "supportAgentId": agent2 });
    people.does("agent2", "rimSupportAgentComeBack", input, "").await;

    let told = people.is_told("agent2", "rimTicketAccept", about(ticket, json!({}))).await;
    let sentence = "The ticket is in-progress; to accept, it has to be escalated.";
    assert!(told[0].starts_with(sentence), "{told:?}");
    let because = |reason: &str| about(ticket, json!({ "reason": reason }));
    let told = people.is_told("agent", "rimTicketEscalate", because(" ")).await;
    assert_eq!(told, ["This may not be blank."]);
    let reason = because("About money that went back");
    people.does("agent", "rimTicketEscalate", reason, "").await;
    let up = json!({
        "status": "ESCALATED", "tier": 2, "priority": "HIGH", "assignedToName": "Agent2",
        "escalatedToName": "Agent2", "waitingOnCustomer": false,
    });
    assert_eq!(stand(people, ticket).await, up);
    for other in ["agent", "lead"] {
        let told = people.is_told(other, "rimTicketAccept", about(ticket, json!({}))).await;
        assert_eq!(told, ["Your role may do this only to what was passed on to you."]);
    }
    people.does("agent2", "rimTicketAccept", about(ticket, json!({})), "").await;
    assert_eq!(stand(people, ticket).await["status"], "IN_PROGRESS");
}

/// Resolved, reopened, resolved again: the last word is the customer's.
pub async fn it_is_done_when_the_customer_says_so(people: &People<'_>, ticket: &Value) {
    let done = |text: &str| about(ticket, json!({ "resolution": text }));
    let name = "rimTicketResolve";
    let told = people.is_told("ada", name, done("Never mind")).await;
    assert_eq!(told, ["The role customer may not do this."]);
    let told = people.is_told("agent", name, done("Done")).await;
    assert_eq!(told, ["Your role may do this only to what is assigned to you."]);
    let told = people.is_told("agent2", name, done(" ")).await;
    assert_eq!(told, ["This may not be blank."]);
    people.does("agent2", name, done("It went back to your sister."), "").await;

    let told = people.is_told("agent2", "rimTicketConfirm", about(ticket, json!({}))).await;
    assert_eq!(told, ["The role support_agent may not do this."]);
    let told = people.is_told("bola", "rimTicketConfirm", about(ticket, json!({}))).await;
    assert_eq!(told, ["There is no such ticket."]);
    let reopen = |reason: &str| about(ticket, json!({ "reason": reason }));
    let told = people.is_told("ada", "rimTicketReopen", reopen(" ")).await;
    assert_eq!(told, ["This may not be blank."]);
    people.does("ada", "rimTicketReopen", reopen("She has nothing"), "").await;
    assert_eq!(stand(people, ticket).await["status"], "IN_PROGRESS");
    people.does("agent2", name, done("Her bank has it since noon."), "").await;
    people.does("ada", "rimTicketConfirm", about(ticket, json!({})), "").await;
    let told = people.is_told("ada", "rimTicketConfirm", about(ticket, json!({}))).await;
    let sentence = "The ticket is closed; to confirm, it has to be resolved. Possible now: reopen.";
    assert_eq!(told, [sentence]);

    let query = format!(
        "ticket(id: {ticket}) {{ reopenCount histories {{ nodes {{ action performedByName \
         toStatus }} }} }}"
    );
    let seen = people.sees("lead", &query).await;
    assert_eq!(seen["reopenCount"], 1);
    let nodes = seen["histories"]["nodes"].as_array().unwrap();
    let text = |node: &Value, field: &str| node[field].as_str().unwrap_or_default().to_owned();
    let line = |node: &Value| {
        let (name, action) = (text(node, "performedByName"), text(node, "action"));
        format!("{name}: {action} {}", text(node, "toStatus"))
    };
    let lines: Vec<String> = nodes.iter().map(line).collect();
    let expected = [
        "Ada: create OPEN",
        "lead: assign ",
        "agent: assign IN_PROGRESS",
        "agent: waitForCustomer ",
        "Ada: customerAnswered ",
        "agent: escalate ESCALATED",
        "agent2: accept IN_PROGRESS",
        "agent2: resolve RESOLVED",
        "Ada: reopen IN_PROGRESS",
        "agent2: resolve RESOLVED",
        "Ada: confirm CLOSED",
    ];
    assert_eq!(lines, expected);
}
