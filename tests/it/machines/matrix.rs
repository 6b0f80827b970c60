//! Every state, every move, every role.

use serde_json::{Value, json};

use crate::machines::subject::{ROLES, SUBJECTS, Subject, codes, prepare, print};
use crate::machines::table::{Row, may, words};
use crate::world::{Person, World, key};

/// The verb under which a move is recorded: the last tender settles an invoice.
fn recorded(subject: &Subject, row: &Row, to: &str) -> &'static str {
    match (subject.machine.name, row.0, to) {
        ("invoice", "pay", "Paid") => "settle",
        _ => row.0,
    }
}

/// What a move left behind, as one value.
async fn trace(world: &World, subject: &Subject, row: i64) -> Value {
    let (table, type_name) = (subject.table, subject.type_name);
    let sql = format!(
        "SELECT (SELECT status || ' v' || version FROM bizhub.{table} WHERE id = {row}) AS row, \
           (SELECT jsonb_agg(name) FROM bizhub.outbox_events \
            WHERE entity = '{type_name}' AND entity_id = '{row}') AS events, \
           (SELECT jsonb_agg(action || ' by ' || actor_role || ': ' || \
              (old_values->>'status') || ' -> ' || (new_values->>'status')) \
            FROM bizhub.audit_entries \
            WHERE entity = '{type_name}' AND entity_id = '{row}') AS audit"
    );
    world.rows(&sql).await.remove(0)
}

#[tokio::test]
async fn each_allowed_role_makes_each_allowed_move() {
    let world = World::new().await;
    prepare(&world).await;
    for subject in SUBJECTS {
        for row in subject.steps() {
            for (from, to, role, person) in cases(row, true) {
                let person = world.person(person).await;
                let it = subject.put(&world, from, to).await;
                let case = format!("{} {} {from} -> {to} by {role}", subject.machine.name, row.0);
                let payload = subject.call(&world, &person, it, row.0, to).await;
                assert_eq!(payload["userErrors"], json!([]), "{case}");
                let verb = recorded(subject, row, to);
                // A tender that leaves the invoice sent changes no status.
                let change = if from == to {
                    json!(null)
                } else {
                    json!([format!("{verb} by {role}: {from} -> {to}")])
                };
                let expected = json!({
                    "row": format!("{to} v2"),
                    "events": [format!("bizhub.{}.{verb}", subject.singular())],
                    "audit": change,
                });
                let mut left = trace(&world, subject, it).await;
                if from == to {
                    left["audit"] = json!(null);
                }
                assert_eq!(left, expected, "{case}");
            }
        }
    }
}

/// State before, state after, role and person, for the roles that may or may not.
fn cases(
    row: &'static Row,
    allowed: bool,
) -> impl Iterator<Item = (&'static str, &'static str, &'static str, &'static str)> {
    words(row.1)
        .flat_map(move |from| words(row.2).map(move |to| (from, to)))
        .flat_map(|(from, to)| ROLES.map(|(role, person)| (from, to, role, person)))
        .filter(move |(from, _, role, _)| may(row, role, from) == allowed)
}

#[tokio::test]
async fn each_move_is_forbidden_to_every_other_role_and_changes_nothing() {
    let world = World::new().await;
    prepare(&world).await;
    let mut forbidden = 0;
    for subject in SUBJECTS {
        for row in subject.steps() {
            for (from, to, role, person) in cases(row, false) {
                let person = world.person(person).await;
                let it = subject.put(&world, from, to).await;
                let before = print(&world).await;
                let payload = subject.call(&world, &person, it, row.0, to).await;
                let case = format!("{} {} from {from} by {role}", subject.machine.name, row.0);
                assert_eq!(codes(&payload), ["FORBIDDEN"], "{case}");
                assert_eq!(print(&world).await, before, "{case} wrote something");
                forbidden += 1;
            }
        }
    }
    assert!(forbidden > 80, "only {forbidden} cases");
}

#[tokio::test]
async fn whoever_may_not_receive_sell_or_ask_for_refunds_cannot_begin_a_row() {
    let world = World::new().await;
    let id = "unread: the right is asked for before the input is looked at";
    let receive = json!({ "serialNumber": "1", "productModelId": id, "idempotencyKey": key() });
    let create = json!({ "customerType": "WALK_IN", "idempotencyKey": key() });
    let request = json!({ "invoiceId": id, "reason": "Because", "idempotencyKey": key() });
    let preorder = json!({
        "customerId": id, "requestedSpecs": "Any", "requestedCategory": "LAPTOP",
        "idempotencyKey": key(),
    });
    let claim = json!({ "warrantyId": id, "customerId": id, "issueDescription": "Dead" });
    let repair = json!({
        "customerId": id, "issueType": "Screen", "issueDescription": "Dark", "idempotencyKey": key(),
    });
    let before = print(&world).await;
    for (mutation, input, others) in [
        ("bizhubAssetReceive", receive, &["sales", "technician"][..]),
        ("bizhubInvoiceCreate", create, &["technician", "warehouse"]),
        ("bizhubRefundRequest", request, &["technician", "warehouse"]),
        ("bizhubPreorderCreate", preorder, &["technician", "warehouse"]),
        ("bizhubWarrantyClaimSubmit", claim, &["manager", "technician", "warehouse"]),
        ("bizhubRepairTicketOpen", repair, &["technician", "warehouse"]),
    ] {
        for other in others {
            let person = world.person(other).await;
            let refused = world.refused(&person, mutation, input.clone()).await;
            assert_eq!(refused, ["FORBIDDEN "], "{mutation} by {other}");
        }
    }
    assert_eq!(print(&world).await, before);
}

#[tokio::test]
async fn any_other_pair_of_state_and_move_is_an_invalid_transition_that_names_what_is_possible() {
    let world = World::new().await;
    prepare(&world).await;
    let admin = world.person("admin").await;
    let mut pairs = 0;
    for subject in SUBJECTS {
        for state in subject.states() {
            let possible: Vec<&str> = subject
                .steps()
                .filter(|row| words(row.1).any(|from| from == state))
                .map(|row| row.0)
                .collect();
            let it = subject.put(&world, state, "").await;
            let before = print(&world).await;
            for row in subject.steps().filter(|row| !possible.contains(&row.0)) {
                let to = words(row.2).next().unwrap();
                let payload = subject.call(&world, &admin, it, row.0, to).await;
                let error = &payload["userErrors"][0];
                let case = format!("{} {} from {state}: {payload}", subject.machine.name, row.0);
                assert_eq!(codes(&payload), ["INVALID_TRANSITION"], "{case}");
                assert_eq!(error["field"], json!([subject.field()]), "{case}");
                let details = json!({ "from": state, "to": to, "allowed": possible });
                assert_eq!(error["details"], details, "{case}");
                pairs += 1;
            }
            assert_eq!(print(&world).await, before, "{} {state}", subject.machine.name);
        }
    }
    assert!(pairs > 120, "only {pairs} pairs");
}

/// Moves that the caller is told about; nothing for a row that it may not see.
async fn actions(
    world: &World,
    subject: &Subject,
    person: &Person,
    row: i64,
) -> Vec<(String, bool)> {
    let (field, id) = (subject.singular(), subject.id(person, row));
    let query = format!(
        "{{ bizhub {{ {field}(id: \"{id}\") {{ availableActions {{ action allowed reason }} }} }} }}"
    );
    let answer = world.send(person, &query, json!({})).await;
    let shown = &answer["data"]["bizhub"][&field];
    let Some(actions) = shown["availableActions"].as_array() else {
        assert!(!answer["errors"].as_array().unwrap().is_empty(), "{answer}");
        return Vec::new();
    };
    let read = |action: &Value| {
        let allowed = action["allowed"].as_bool().unwrap();
        assert_eq!(action["reason"].is_null(), allowed, "{action}");
        (action["action"].as_str().unwrap().to_owned(), allowed)
    };
    actions.iter().map(read).collect()
}

#[tokio::test]
async fn available_actions_say_what_the_mutation_then_does() {
    let world = World::new().await;
    prepare(&world).await;
    for subject in SUBJECTS {
        let verbs: Vec<&str> = subject.steps().map(|row| row.0).collect();
        for state in subject.states() {
            for (role, person) in ROLES {
                let person = world.person(person).await;
                let it = subject.put(&world, state, "").await;
                let told = actions(&world, subject, &person, it).await;
                let named: Vec<&str> = told.iter().map(|(verb, _)| verb.as_str()).collect();
                assert!(told.is_empty() || named == verbs, "{role} {state}: {named:?}");
                for row in subject.steps() {
                    let to = words(row.2).next().unwrap();
                    let it = subject.put(&world, state, to).await;
                    let payload = subject.call(&world, &person, it, row.0, to).await;
                    let refused = codes(&payload);
                    let allowed = told.iter().any(|(verb, allowed)| verb == row.0 && *allowed);
                    let case = format!(
                        "{} {} from {state} by {role}: {payload}",
                        subject.machine.name, row.0
                    );
                    assert_eq!(refused.is_empty(), allowed, "{case}");
                    let expected = may(row, role, state) && words(row.1).any(|from| from == state);
                    assert_eq!(allowed, expected, "{case}");
                    if !allowed {
                        assert_eq!(refused.len(), 1, "{case}");
                        let known = ["FORBIDDEN", "INVALID_TRANSITION"];
                        assert!(known.contains(&refused[0].as_str()), "{case}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_seller_moves_no_invoice_or_refund_of_another_seller() {
    let world = World::new().await;
    prepare(&world).await;
    let other = world.person("sales2").await;
    let invoices = &crate::machines::subject::INVOICE;
    for (state, verb, to) in [
        ("Draft", "send", "Sent"),
        ("Draft", "checkout", "Paid"),
        ("Draft", "cancel", "Cancelled"),
        ("Sent", "pay", "Paid"),
    ] {
        let it = invoices.put(&world, state, to).await;
        assert_eq!(actions(&world, invoices, &other, it).await, []);
        let before = print(&world).await;
        let payload = invoices.call(&world, &other, it, verb, to).await;
        // The row of another seller answers like one that does not exist.
        assert_eq!(codes(&payload), ["NOT_FOUND"], "{verb}");
        assert_eq!(print(&world).await, before, "{verb}");
    }
    let paid = invoices.put(&world, "Paid", "").await;
    let input = json!({
        "invoiceId": invoices.id(&other, paid), "reason": "Because", "idempotencyKey": key(),
        "lines": [],
    });
    let refused = world.refused(&other, "bizhubRefundRequest", input).await;
    assert_eq!(refused, ["NOT_FOUND invoiceId"]);
}
