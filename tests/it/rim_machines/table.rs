//! The machines against the tables written by hand: states, moves and rights.

use std::collections::BTreeSet;

use bizgraph_kernel::mutation::Mutation;
use bizgraph_kernel::policy::Scope;

use crate::matrix::{AUTO, Row, Subject, roles, somebody, words};
use crate::rim_machines::subject::LENDER;

/// States of a verb's rows, each once.
fn set(subject: &Subject, verb: &str, states: fn(&Row) -> &'static str) -> BTreeSet<&'static str> {
    let rows = subject.rows.iter().filter(|row| row.0 == verb);
    rows.flat_map(|row| words(states(row))).collect()
}

/// The mutation of a move; of an effect there is none.
fn mutation(subject: &Subject, row: &Row) -> Option<&'static Mutation> {
    let name = subject.mutation(row.0);
    subject.module().mutations.iter().copied().find(|mutation| mutation.name == name)
}

#[test]
fn each_machine_is_the_table_of_the_specification() {
    for subject in LENDER.subjects {
        let name = subject.machine.name;
        let verbs: Vec<&str> = subject.machine.moves.iter().map(|step| step.verb).collect();
        let mut expected: Vec<&str> = subject.rows.iter().map(|row| row.0).collect();
        expected.dedup();
        assert_eq!(verbs, expected, "{name}");
        for step in subject.machine.moves {
            let (from, to) = (step.from.iter().copied(), step.to.iter().copied());
            let of = |states| set(subject, step.verb, states);
            assert_eq!(from.collect::<BTreeSet<_>>(), of(|row| row.1), "{name} {}", step.verb);
            assert_eq!(to.collect::<BTreeSet<_>>(), of(|row| row.2), "{name} {}", step.verb);
            let mut rows = subject.rows.iter().filter(|row| row.0 == step.verb);
            assert!(rows.all(|row| (row.3 == AUTO) == step.automatic), "{name} {}", step.verb);
        }
    }
}

#[test]
fn each_move_of_people_has_a_mutation_under_its_own_right_and_no_other_has() {
    for subject in LENDER.subjects {
        for row in subject.rows {
            let permission = mutation(subject, row).map(|mutation| mutation.permission.to_owned());
            let own = match (subject.machine.name, row.0) {
                // It is an entry of the list as much as a move.
                ("integration", "create") => format!("{}.create", subject.permission),
                _ => format!("{}.transition:{}", subject.permission, row.0),
            };
            assert_eq!(permission, (row.3 != AUTO).then_some(own), "{}", subject.mutation(row.0));
        }
    }
}

#[tokio::test]
async fn each_role_holds_each_move_in_the_scope_of_the_table() {
    let world = (LENDER.world)().await;
    for subject in LENDER.subjects {
        for row in subject.rows.iter().filter(|row| row.3 != AUTO) {
            let permission = mutation(subject, row).unwrap().permission;
            for (role, username) in &LENDER.roles[1..] {
                let person = somebody(&world, username).await;
                let held = person.0.scope(permission).map(|scope| match scope {
                    Scope::All => "",
                    Scope::Only(scope) => scope,
                });
                let expected = roles(row).find(|(by, _)| by == role).map(|(_, scope)| scope);
                assert_eq!(held, expected, "{permission} of {role}");
            }
        }
    }
}
