//! Every state, every move, every role.

use serde_json::{Value, json};

use crate::rim_machines::desk::prepare;
use crate::rim_machines::subject::{Placed, ROLES, Row, SUBJECTS, Subject, codes, print, somebody};
use crate::world::{Person, World};

/// Pair of states, role and person, for the roles that may or may not.
fn cases(
    row: &'static Row,
    allowed: bool,
) -> impl Iterator<Item = ((&'static str, &'static str), &'static str, &'static str)> {
    let pairs = row.pairs.iter().copied();
    pairs
        .flat_map(|pair| ROLES.map(|(role, person)| (pair, role, person)))
        .filter(move |(_, role, _)| row.may(role) == allowed)
}

#[tokio::test]
async fn each_allowed_role_makes_each_allowed_move() {
    let world = World::rim().await;
    prepare(&world).await;
    for subject in SUBJECTS {
        for row in subject.steps() {
            for ((from, to), role, username) in cases(row, true) {
                let person = somebody(&world, username).await;
                let it = subject.put(&world, from, to, username).await;
                let verb = row.verb;
                let case = format!("{} {verb} {from} -> {to} by {role}", subject.machine.name);
                let payload = subject.call(&world, &person, &it, verb, (from, to)).await;
                assert_eq!(payload["userErrors"], json!([]), "{case}");
                let change = format!("{verb} by {role}: {from} -> {to}");
                let expected = json!({
                    "row": format!("{to} v2"),
                    "events": [format!("rim.{}.{verb}", subject.singular())],
                    "audit": (from != to).then_some([change]),
                });
                assert_eq!(subject.trace(&world, &it).await, expected, "{case}");
                if subject.table == "tickets" {
                    assert_eq!(history(&world, &it).await, chain(verb, from, to), "{case}");
                }
            }
        }
    }
}

/// The history of a ticket: what was done, from where to where.
async fn history(world: &World, placed: &Placed) -> Value {
    let sql = format!(
        "SELECT jsonb_agg(jsonb_build_array(action, from_status, to_status)) \
         FROM rim.ticket_histories WHERE ticket_id = '{}'",
        placed.key
    );
    world.value(&sql).await
}

fn chain(verb: &str, from: &str, to: &str) -> Value {
    match from == to {
        true => json!([[verb, null, null]]),
        false => json!([[verb, from, to]]),
    }
}

#[tokio::test]
async fn each_move_is_forbidden_to_every_other_role_and_changes_nothing() {
    let world = World::rim().await;
    prepare(&world).await;
    let mut forbidden = 0;
    for subject in SUBJECTS {
        for row in subject.steps() {
            for ((from, to), role, username) in cases(row, false) {
                let person = somebody(&world, username).await;
                let it = subject.put(&world, from, to, username).await;
                let before = print(&world).await;
                let payload = subject.call(&world, &person, &it, row.verb, (from, to)).await;
                let case = format!("{} {} from {from} by {role}", subject.machine.name, row.verb);
                assert_eq!(codes(&payload), ["FORBIDDEN"], "{case}");
                assert_eq!(print(&world).await, before, "{case} wrote something");
                forbidden += 1;
            }
        }
    }
    assert!(forbidden > 90, "only {forbidden} cases");
}

#[tokio::test]
async fn any_other_pair_of_state_and_move_is_an_invalid_transition_that_names_what_is_possible() {
    let world = World::rim().await;
    prepare(&world).await;
    let admin = world.person("admin").await;
    let mut pairs = 0;
    for subject in SUBJECTS {
        for state in subject.states() {
            let possible: Vec<&str> =
                subject.steps().filter(|row| row.starts_from(state)).map(|row| row.verb).collect();
            let it = subject.put(&world, state, "", "admin").await;
            let before = print(&world).await;
            for row in subject.steps().filter(|row| !possible.contains(&row.verb)) {
                let step = subject.machine.moves.iter().find(|step| step.verb == row.verb).unwrap();
                let payload =
                    subject.call(&world, &admin, &it, row.verb, (state, step.to[0])).await;
                let case = format!("{} {} from {state}", subject.machine.name, row.verb);
                assert_eq!(codes(&payload), ["INVALID_TRANSITION"], "{case}: {payload}");
                let error = &payload["userErrors"][0];
                assert_eq!(error["field"], json!([format!("{}Id", subject.singular())]), "{case}");
                let details = json!({ "from": state, "to": step.to[0], "allowed": possible });
                assert_eq!(error["details"], details, "{case}");
                pairs += 1;
            }
            assert_eq!(print(&world).await, before, "{} {state}", subject.machine.name);
        }
    }
    assert!(pairs > 20, "only {pairs} pairs");
}

/// Moves that the caller is told about; nothing for a row that it may not see.
async fn actions(
    world: &World,
    subject: &Subject,
    person: &Person,
    placed: &Placed,
) -> Vec<(String, bool)> {
    let (field, id) = (subject.singular(), subject.id(person, placed));
    let query = format!(
        "{{ rim {{ {field}(id: \"{id}\") {{ availableActions {{ action allowed reason }} }} }} }}"
    );
    let answer = world.send(person, &query, json!({})).await;
    let shown = &answer["data"]["rim"][&field];
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
    let world = World::rim().await;
    prepare(&world).await;
    for subject in SUBJECTS {
        let verbs: Vec<&str> = subject.steps().map(|row| row.verb).collect();
        for state in subject.states() {
            for (role, username) in ROLES {
                let person = somebody(&world, username).await;
                let it = subject.put(&world, state, "", username).await;
                let told = actions(&world, subject, &person, &it).await;
                let named: Vec<&str> = told.iter().map(|(verb, _)| verb.as_str()).collect();
                assert!(told.is_empty() || named == verbs, "{role} {state}: {named:?}");
                for row in subject.steps() {
                    let pair = row.pairs.iter().find(|pair| pair.0 == state);
                    let pair = pair.copied().unwrap_or((state, row.pairs[0].1));
                    let it = subject.put(&world, state, pair.1, username).await;
                    let payload = subject.call(&world, &person, &it, row.verb, pair).await;
                    let refused = codes(&payload);
                    let allowed = told.iter().any(|(verb, allowed)| verb == row.verb && *allowed);
                    let case = format!("{} {} from {state} by {role}", subject.table, row.verb);
                    assert_eq!(refused.is_empty(), allowed, "{case}: {payload}");
                    assert_eq!(allowed, row.may(role) && row.starts_from(state), "{case}");
                    if !allowed {
                        assert_eq!(refused.len(), 1, "{case}: {payload}");
                        let known = ["FORBIDDEN", "INVALID_TRANSITION"];
                        assert!(known.contains(&refused[0].as_str()), "{case}: {payload}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_move_that_was_made_is_not_made_again() {
    let world = World::rim().await;
    prepare(&world).await;
    for subject in SUBJECTS {
        for row in subject.steps() {
            for pair in row.pairs.iter().filter(|pair| !row.starts_from(pair.1)) {
                let admin = world.person("admin").await;
                let it = subject.put(&world, pair.0, pair.1, "admin").await;
                let first = subject.call(&world, &admin, &it, row.verb, *pair).await;
                assert_eq!(codes(&first), Vec::<String>::new(), "{}", row.verb);
                let after_first = print(&world).await;
                let again = subject.call(&world, &admin, &it, row.verb, *pair).await;
                assert_eq!(codes(&again), ["INVALID_TRANSITION"], "{}", row.verb);
                assert_eq!(print(&world).await, after_first, "{}", row.verb);
            }
        }
    }
}
