//! Machines of any module against the table of the specification: every state, every move, every
//! role. A module says what its machines are and how a row is put into a state; each sentence
//! here then holds of all of them.

mod actions;
mod obstacles;
mod pairs;
mod repeated;
mod subject;
mod writer;

pub use actions::{actions, available_actions_say_what_the_mutation_then_does};
pub use obstacles::{
    available_actions_agree_with_the_mutations_where_the_day_of_a_row_is_locked,
    what_stands_against_a_move_is_told_in_the_words_with_which_it_is_refused,
};
pub use pairs::{
    a_row_of_another_tenant_is_not_found_and_stays_as_it_is,
    any_other_pair_of_state_and_move_is_an_invalid_transition_that_names_what_is_possible,
    each_allowed_role_makes_each_allowed_move,
    each_move_is_forbidden_to_every_other_role_and_changes_nothing,
};
pub use repeated::{
    a_move_that_is_sent_twice_with_one_key_is_made_once, a_move_that_was_made_is_not_made_again,
};
pub use subject::{Call, Subject, Wanted, codes, print};
pub use writer::{Advance, advance, no_rule_can_write_a_status_that_the_table_does_not_lead_to};

use futures_util::future::BoxFuture;

use crate::world::{CUSTOMERS, Person, World};

/// A move as the specification lists it, written down once more by hand: verb, states it starts
/// from, states it leads to from each of them, roles besides the first with their scope. A verb
/// that leads elsewhere from another state has a row for each.
pub type Row = (&'static str, &'static str, &'static str, &'static str);

/// Something but the status that stands against a move: verb, state, and the SQL that makes it so
/// of the row with the key `{row}`.
pub type Obstacle = (&'static str, &'static str, &'static str);

/// Roles of a move that is only ever the effect of another.
pub const AUTO: &str = "auto";

/// The machines of a module.
pub struct House {
    /// A world in which no guard but the status stands in the way of a move.
    pub world: fn() -> BoxFuture<'static, World>,
    /// Each role with a person of it; the first may do everything.
    pub roles: &'static [(&'static str, &'static str)],
    /// Another tenant of the module.
    pub neighbour: &'static str,
    pub subjects: &'static [&'static Subject],
    /// Everything that a refused move must leave as it was, with a condition where not all of it.
    pub tables: &'static [&'static str],
    /// Forbidden pairs of move and role, and disallowed pairs of move and state, that there are at
    /// least: a loop that runs empty proves nothing.
    pub least: (usize, usize),
}

/// Tests of a house, each a sentence of this module.
macro_rules! tests_of {
    ($house:expr => $($sentence:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $sentence() {
                $crate::matrix::$sentence(&$house).await;
            }
        )+
    };
}
pub(crate) use tests_of;

/// The words of a list.
pub fn words(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(", ").filter(|word| !word.is_empty())
}

/// Roles besides the first, each with its scope; empty for every row.
pub fn roles(row: &Row) -> impl Iterator<Item = (&'static str, &'static str)> {
    words(row.3).map(|word| word.split_once(' ').unwrap_or((word, "")))
}

/// Whether the move starts from a state.
pub fn starts_from(row: &Row, state: &str) -> bool {
    words(row.1).any(|from| from == state)
}

impl House {
    /// Whether a role can make the move from a state, on a row of its own.
    pub fn may(&self, row: &Row, role: &str, state: &str) -> bool {
        let sent = |scope: &str| scope == "unsent" && state == "Sent";
        role == self.roles[0].0 || roles(row).any(|(by, scope)| by == role && !sent(scope))
    }
}

/// A person of the staff, or a customer.
pub async fn somebody(world: &World, name: &str) -> Person {
    match CUSTOMERS.iter().any(|(customer, _)| *customer == name) {
        true => world.customer(name).await,
        false => world.person(name).await,
    }
}
