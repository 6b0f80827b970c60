//! Moves by who makes them, and from where.

use serde_json::{Value, json};

use super::{House, Row, Subject, codes, print, somebody, words};

/// The verb under which a move is recorded and who makes it: the last tender settles an invoice,
/// and airtime arrives when its telecom says so.
fn recorded<'a>(subject: &Subject, verb: &'a str, to: &str, role: &'a str) -> (&'a str, &'a str) {
    match (subject.machine.name, verb, to) {
        ("invoice", "pay", "Paid") => ("settle", role),
        ("loan", "disburse", _) => (verb, "system"),
        _ => (verb, role),
    }
}

/// State before, state after, role and person, for the roles that may or may not.
fn cases(
    house: &'static House,
    row: &'static Row,
    allowed: bool,
) -> impl Iterator<Item = ((&'static str, &'static str), &'static str, &'static str)> {
    words(row.1)
        .flat_map(move |from| words(row.2).map(move |to| (from, to)))
        .flat_map(move |pair| house.roles.iter().map(move |(role, person)| (pair, *role, *person)))
        .filter(move |((from, _), role, _)| house.may(row, role, from) == allowed)
}

pub async fn each_allowed_role_makes_each_allowed_move(house: &'static House) {
    let world = (house.world)().await;
    for subject in house.subjects {
        for row in subject.steps() {
            for ((from, to), role, username) in cases(house, row, true) {
                let person = somebody(&world, username).await;
                let it = subject.put(&world, from, to, username).await;
                let case = format!("{} {} {from} -> {to} by {role}", subject.machine.name, row.0);
                let payload = subject.call(&world, &person, &it, row.0, (from, to)).await;
                assert_eq!(payload["userErrors"], json!([]), "{case}");
                let (verb, by) = recorded(subject, row.0, to, role);
                // A move that stays where it is changes no status.
                let moves = from != to;
                let change = moves.then(|| [format!("{verb} by {by}: {from} -> {to}")]);
                let step =
                    if moves { [verb, from, to].map(Some) } else { [Some(verb), None, None] };
                let (name, singular) = (subject.module().name, subject.singular());
                let expected = json!({
                    "row": format!("{to} v2"),
                    "events": [format!("{name}.{singular}.{verb}")],
                    "audit": change,
                    "history": subject.history.map(|_| [step]),
                });
                let left = subject.trace(&world, &it).await;
                match subject.aftermath_of(row.0) {
                    None => assert_eq!(left, expected, "{case}"),
                    Some(_) => is_made_in_the_end(subject, row.0, (from, to), &left, &case),
                }
            }
        }
    }
}

/// A move that was only asked for at first came about at last, and was told under its name.
fn is_made_in_the_end(
    subject: &Subject,
    verb: &str,
    (from, to): (&str, &str),
    left: &Value,
    case: &str,
) {
    let told = |column: &str| left[column].as_array().unwrap().clone();
    assert!(left["row"].as_str().unwrap().starts_with(&format!("{to} v")), "{case}: {left}");
    let event = format!("{}.{}.{verb}", subject.module().name, subject.singular());
    assert_eq!(told("events").last(), Some(&json!(event)), "{case}: {left}");
    let changes = told("audit");
    let (first, last) = (changes[0].as_str().unwrap(), changes.last().unwrap().as_str().unwrap());
    assert!(first.contains(&format!(": {from} -> ")), "{case}: {left}");
    let by_itself = last.starts_with(&format!("{verb} by system: "));
    assert!(by_itself && last.ends_with(&format!(" -> {to}")), "{case}: {left}");
}

pub async fn each_move_is_forbidden_to_every_other_role_and_changes_nothing(house: &'static House) {
    let world = (house.world)().await;
    let mut forbidden = 0;
    for subject in house.subjects {
        for row in subject.steps() {
            for (pair, role, username) in cases(house, row, false) {
                let person = somebody(&world, username).await;
                let it = subject.put(&world, pair.0, pair.1, username).await;
                let before = print(&world, house).await;
                let payload = subject.call(&world, &person, &it, row.0, pair).await;
                let case = format!("{} {} from {} by {role}", subject.machine.name, row.0, pair.0);
                assert_eq!(codes(&payload), ["FORBIDDEN"], "{case}");
                assert_eq!(print(&world, house).await, before, "{case} wrote something");
                forbidden += 1;
            }
        }
    }
    assert!(forbidden >= house.least.0, "only {forbidden} cases");
}

pub async fn any_other_pair_of_state_and_move_is_an_invalid_transition_that_names_what_is_possible(
    house: &'static House,
) {
    let world = (house.world)().await;
    let username = house.roles[0].1;
    let person = world.person(username).await;
    let mut pairs = 0;
    for subject in house.subjects {
        for state in subject.states() {
            let possible = subject.possible_from(state);
            let it = subject.put(&world, state, "", username).await;
            let before = print(&world, house).await;
            for verb in subject.verbs().into_iter().filter(|verb| !possible.contains(verb)) {
                let (_, to) = subject.step_from(verb, state);
                let payload = subject.call(&world, &person, &it, verb, (state, to)).await;
                let case = format!("{} {verb} from {state}: {payload}", subject.machine.name);
                assert_eq!(codes(&payload), ["INVALID_TRANSITION"], "{case}");
                let error: &Value = &payload["userErrors"][0];
                assert_eq!(error["field"], json!([subject.field()]), "{case}");
                let details = json!({ "from": state, "to": to, "allowed": possible });
                assert_eq!(error["details"], details, "{case}");
                pairs += 1;
            }
            assert_eq!(print(&world, house).await, before, "{} {state}", subject.machine.name);
        }
    }
    assert!(pairs >= house.least.1, "only {pairs} pairs");
}

pub async fn a_row_of_another_tenant_is_not_found_and_stays_as_it_is(house: &'static House) {
    let world = (house.world)().await;
    let username = house.roles[0].1;
    let ours = world.person(username).await;
    let theirs = world.person_of(house.neighbour, username).await;
    for subject in house.subjects {
        for row in subject.steps() {
            let pair = (words(row.1).next().unwrap(), words(row.2).next().unwrap());
            let it = subject.put(&world, pair.0, pair.1, username).await;
            let before = print(&world, house).await;
            // Under its own id, and where keys are never the same, its key under their name.
            let is_unique = it.key.contains('-');
            for namer in [Some(&ours), is_unique.then_some(&theirs)].into_iter().flatten() {
                let input = subject.input(namer, &it, row.0, pair);
                let payload = world.call(&theirs, &subject.mutation(row.0), input, "").await;
                let case = format!("{} {}: {payload}", subject.machine.name, row.0);
                let codes = codes(&payload);
                assert!(!codes.is_empty(), "{case}");
                assert!(codes.iter().all(|code| code == "NOT_FOUND"), "{case}");
            }
            assert_eq!(print(&world, house).await, before, "{} {}", subject.machine.name, row.0);
        }
    }
}
