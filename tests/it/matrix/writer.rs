//! The one writer of a status refuses whatever the table does not lead to, for people's moves and
//! for effects alike: no rule of a module can get around it.

use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::entity::{Entity, GlobalId, Id};
use bizgraph_kernel::machine::Move;
use bizgraph_kernel::refusal::{Refusal, Rejection, Rule};
use futures_util::future::BoxFuture;
use serde_json::json;

use super::{House, Row, starts_from, words};
use crate::world::{Person, World};

/// Tries moves of a row as the module's own rules make them, and answers each one's refusals.
pub type Advance = for<'a> fn(
    &'a World,
    &'a Person,
    &'a str,
    &'a [(&'static Move, &'static str)],
) -> BoxFuture<'a, Vec<Vec<Refusal>>>;

/// The same for an entity. Nothing of it stays.
pub fn advance<'a, E: Entity>(
    world: &'a World,
    person: &'a Person,
    row: &'a str,
    moves: &'a [(&'static Move, &'static str)],
) -> BoxFuture<'a, Vec<Vec<Refusal>>> {
    Box::pin(async move {
        let mut tx = world.kernel.begin(person.0.clone(), Origin::default()).await.unwrap();
        let id = Id::new(GlobalId::encode(person.0.tenant.id, E::META.type_name, row));
        let row: E = tx.lock(&id, "").await.unwrap();
        let mut told = Vec::new();
        for (step, to) in moves {
            told.push(refusals(tx.advance(&row, step, to, Vec::new()).await));
        }
        tx.rollback().await;
        told
    })
}

fn refusals<E>(moved: Rule<E>) -> Vec<Refusal> {
    match moved {
        Ok(_) => Vec::new(),
        Err(Rejection::Refused(refusals)) => refusals,
        Err(other) => panic!("{other:?}"),
    }
}

pub async fn no_rule_can_write_a_status_that_the_table_does_not_lead_to(house: &'static House) {
    let world = (house.world)().await;
    let username = house.roles[0].1;
    let person = world.person(username).await;
    for subject in house.subjects {
        for state in subject.states() {
            let it = subject.put(&world, state, "", username).await;
            let leads = |step: &Move, to: &str| {
                let of = |row: &&Row| row.0 == step.verb;
                subject.rows.iter().filter(of).any(|row| starts_from(row, state))
                    && subject.rows.iter().filter(of).any(|row| words(row.2).any(|it| it == to))
            };
            let others: Vec<(&'static Move, &'static str)> = subject
                .machine
                .moves
                .iter()
                .flat_map(|step| subject.states().map(move |to| (*step, to)))
                .filter(|(step, to)| !leads(step, to))
                .collect();
            assert!(!others.is_empty());
            let told = (subject.advance)(&world, &person, &it.key, &others).await;
            for ((step, to), refusals) in others.iter().zip(told) {
                let case = format!("{} {} {state} -> {to}", subject.machine.name, step.verb);
                let codes: Vec<&str> = refusals.iter().map(|it| it.code.as_str()).collect();
                assert_eq!(codes, ["INVALID_TRANSITION"], "{case}");
                let possible = subject.possible_from(state);
                let details = json!({ "from": state, "to": to, "allowed": possible });
                assert_eq!(json!(refusals[0].details), details, "{case}");
            }
            assert_eq!(subject.status(&world, &it).await, state);
        }
    }
}
