//! The machines against the tables written by hand: states, moves and rights.

use std::collections::BTreeSet;

use bizgraph_kernel::policy::Scope;

use crate::rim_machines::subject::{ROLES, SUBJECTS, somebody};
use crate::world::World;

/// The words, each once.
fn set<'a>(words: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    words.filter(|word| !word.is_empty()).collect()
}

#[test]
fn each_machine_is_the_table_of_the_specification() {
    for subject in SUBJECTS {
        let name = subject.machine.name;
        let verbs: Vec<&str> = subject.machine.moves.iter().map(|step| step.verb).collect();
        let expected: Vec<&str> = subject.rows.iter().map(|row| row.verb).collect();
        assert_eq!(verbs, expected, "{name}");
        for (step, row) in subject.machine.moves.iter().zip(subject.rows) {
            let (from, to) = (step.from.iter().copied(), step.to.iter().copied());
            assert_eq!(set(from), set(row.pairs.iter().map(|pair| pair.0)), "{name} {}", row.verb);
            assert_eq!(set(to), set(row.pairs.iter().map(|pair| pair.1)), "{name} {}", row.verb);
            assert_eq!(step.automatic, row.is_auto(), "{name} {}", row.verb);
        }
    }
}

#[test]
fn each_move_of_people_has_a_mutation_under_its_own_right_and_no_other_has() {
    let module = &bizgraph_rim::MODULE;
    for subject in SUBJECTS {
        for row in subject.rows {
            let name = subject.mutation(row.verb);
            let mutation = module.mutations.iter().find(|mutation| mutation.name == name);
            let permission = mutation.map(|mutation| mutation.permission.to_owned());
            let own = format!("{}.transition:{}", subject.permission, row.verb);
            assert_eq!(permission, (!row.is_auto()).then_some(own), "{name}");
        }
    }
}

#[tokio::test]
async fn each_role_holds_each_move_in_the_scope_of_the_table() {
    let world = World::rim().await;
    for subject in SUBJECTS {
        for row in subject.rows.iter().filter(|row| !row.is_auto()) {
            for (role, username) in ROLES.iter().skip(1) {
                let person = somebody(&world, username).await;
                let permission = format!("{}.transition:{}", subject.permission, row.verb);
                let held = person.0.scope(&permission).map(|scope| match scope {
                    Scope::All => "",
                    Scope::Only(scope) => scope,
                });
                let expected = row.roles().find(|(by, _)| by == role).map(|(_, scope)| scope);
                assert_eq!(held, expected, "{permission} of {role}");
            }
        }
    }
}
