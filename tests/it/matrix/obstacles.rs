//! What but its status and the caller's role stands against a move of a row: `availableActions`
//! says it, and the mutation refuses for the same.

use serde_json::Value;

use super::actions::told;
use super::{House, codes, somebody, starts_from};

/// The message of the first refusal.
fn message(payload: &Value) -> Option<&str> {
    payload["userErrors"][0]["message"].as_str()
}

pub async fn what_stands_against_a_move_is_told_in_the_words_with_which_it_is_refused(
    house: &'static House,
) {
    let world = (house.world)().await;
    let mut wrong = Vec::new();
    for subject in house.subjects {
        for (verb, state, made) in subject.obstacles {
            let (row, to) = subject.step_from(verb, state);
            let mut stood = 0;
            for (role, username) in house.roles {
                let person = somebody(&world, username).await;
                let it = subject.put(&world, state, to, username).await;
                world.meddle(&made.replace("{row}", &format!("'{it}'"))).await;
                let told = told(&world, subject, &person, &it).await;
                let payload = subject.call(&world, &person, &it, verb, (state, to)).await;
                let why_not = told.iter().find(|(told, _)| told == verb);
                let why_not = why_not.map(|(_, why_not)| why_not.as_deref());
                let name = subject.machine.name;
                let case = format!("{name} {verb} by {role} {why_not:?}: {payload} after {made}");
                let stands = house.may(row, role, state) && matches!(why_not, Some(Some(_)));
                let is_told = codes(&payload).is_empty() == (why_not == Some(None));
                if !is_told || stands && why_not != Some(message(&payload)) {
                    wrong.push(case);
                }
                stood += i32::from(stands);
            }
            assert!(stood > 0, "{} {verb} from {state} after {made}", subject.machine.name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A day that is over, and the last day of the period that is locked.
const BEFORE: &str = "2026-02-25";
const THROUGH: &str = "2026-03-01";

pub async fn available_actions_agree_with_the_mutations_where_the_day_of_a_row_is_locked(
    house: &'static House,
) {
    let world = (house.world)().await;
    let schema = house.subjects[0].module().name;
    let lock = format!("UPDATE {schema}.period_locks SET locked_through = '{THROUGH}'");
    world.meddle(&lock).await;
    let mut locked = 0;
    for subject in house.subjects {
        let mut entities = subject.module().entities.iter();
        let meta = entities.find(|meta| meta.type_name == subject.type_name).unwrap();
        let columns: Vec<&str> =
            meta.periods.iter().map(|period| meta.columns[period.column].name).collect();
        if columns.is_empty() {
            continue;
        }
        let dates = columns.iter().map(|column| {
            format!("{column} = CASE WHEN {column} IS NOT NULL THEN '{BEFORE}'::date END")
        });
        let dates = dates.collect::<Vec<_>>().join(", ");
        for row in subject.steps() {
            for state in subject.states().filter(|state| starts_from(row, state)) {
                for (role, username) in house.roles {
                    let (_, to) = subject.step_from(row.0, state);
                    let person = somebody(&world, username).await;
                    let it = subject.put(&world, state, to, username).await;
                    let table = subject.table;
                    world
                        .meddle(&format!("UPDATE {schema}.{table} SET {dates} WHERE id = '{it}'"))
                        .await;
                    let told = told(&world, subject, &person, &it).await;
                    let payload = subject.call(&world, &person, &it, row.0, (state, to)).await;
                    let why_not = told.iter().find(|(told, _)| told == row.0);
                    let why_not = why_not.map(|(_, why_not)| why_not.as_deref());
                    let name = subject.machine.name;
                    let case = format!("{name} {} from {state} by {role}: {payload}", row.0);
                    assert_eq!(codes(&payload).is_empty(), why_not == Some(None), "{case}");
                    if codes(&payload) == ["PERIOD_LOCKED"] {
                        assert_eq!(why_not, Some(message(&payload)), "{case}");
                        locked += 1;
                    }
                }
            }
        }
    }
    assert!(locked > 0, "no move met the lock");
}
