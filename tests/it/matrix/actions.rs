//! What `availableActions` says of a row, against what the mutations do.

use serde_json::{Value, json};

use super::{House, Subject, codes, somebody, starts_from};
use crate::world::{Person, World};

/// Moves that the caller is told about, and whether they can be made; nothing for a row that it
/// may not see.
pub async fn actions(
    world: &World,
    subject: &Subject,
    person: &Person,
    row: impl std::fmt::Display,
) -> Vec<(String, bool)> {
    let told = told(world, subject, person, row).await;
    told.into_iter().map(|(verb, why_not)| (verb, why_not.is_none())).collect()
}

/// The same with what stands against each.
pub async fn told(
    world: &World,
    subject: &Subject,
    person: &Person,
    row: impl std::fmt::Display,
) -> Vec<(String, Option<String>)> {
    let (module, field, id) = (subject.module().name, subject.singular(), subject.id(person, row));
    let query = format!(
        "{{ {module} {{ {field}(id: \"{id}\") {{ availableActions {{ action allowed reason }} }} }} }}"
    );
    let answer = world.send(person, &query, json!({})).await;
    let shown = &answer["data"][module][&field];
    let Some(actions) = shown["availableActions"].as_array() else {
        assert!(!answer["errors"].as_array().unwrap().is_empty(), "{answer}");
        return Vec::new();
    };
    let read = |action: &Value| {
        let allowed = action["allowed"].as_bool().unwrap();
        assert_eq!(action["reason"].is_null(), allowed, "{action}");
        (
            action["action"].as_str().unwrap().to_owned(),
            action["reason"].as_str().map(str::to_owned),
        )
    };
    actions.iter().map(read).collect()
}

pub async fn available_actions_say_what_the_mutation_then_does(house: &'static House) {
    let world = (house.world)().await;
    for subject in house.subjects {
        let verbs = subject.verbs();
        for state in subject.states() {
            for (role, username) in house.roles {
                let person = somebody(&world, username).await;
                for verb in &verbs {
                    let (row, to) = subject.step_from(verb, state);
                    let it = subject.put(&world, state, to, username).await;
                    let told = actions(&world, subject, &person, &it).await;
                    let named: Vec<&str> = told.iter().map(|(verb, _)| verb.as_str()).collect();
                    assert!(told.is_empty() || named == verbs, "{role} {state}: {named:?}");
                    let payload = subject.call(&world, &person, &it, verb, (state, to)).await;
                    let refused = codes(&payload);
                    let allowed = told.iter().any(|(told, allowed)| told == verb && *allowed);
                    let name = subject.machine.name;
                    let case = format!("{name} {verb} from {state} by {role}: {payload}");
                    assert_eq!(refused.is_empty(), allowed, "{case}");
                    let expected = house.may(row, role, state) && starts_from(row, state);
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
