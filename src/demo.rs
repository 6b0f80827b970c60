//! The demo worlds: a shop and a lender that have been in business for some time. Their rows are
//! made through the mutations, by people of the right roles, on the days on which they happened,
//! so that loading them proves the rules (spec 5.12, 6.14).
//!
//! - `bizhub`, `rim`: whose world it is: its files, its people, the rows that every tenant has.
//! - `fixture`: the files, read as a list of calls.
//! - `load`: the calls, made one after the other; a load that was cut short goes on.
//! - `people`: whom everybody can log in as.

mod bizhub;
mod fixture;
mod load;
mod people;
mod rim;

pub use load::{Loaded, load};
pub use people::logins;

use fixture::Step;

/// What a module's demo world consists of.
struct DemoWorld {
    module: &'static str,
    /// Texts of the fixture files, in the order in which they are loaded.
    files: &'static [&'static str],
    /// What is too much to be written down one by one, made from lists; loaded after the files.
    many: fn() -> Vec<Step>,
    /// Username, role and password of everybody whom the world brings along.
    people: &'static [(&'static str, &'static str, &'static str)],
    /// Whether they were invited with one-time passwords, in whose place come these.
    invited: bool,
    /// Whether somebody works in this tenant already: a query for one truth value.
    in_use: &'static str,
    /// Rows that every tenant starts with: name in the fixtures, type and key, all as text.
    starting_rows: &'static str,
    /// Rows of what is outside of the house, which no rule makes: a statement.
    outside: &'static str,
    /// Jobs that bring the world up to date at its end.
    jobs: &'static [&'static str],
}

static WORLDS: &[&DemoWorld] = &[&bizhub::WORLD, &rim::WORLD];

fn world_of(module: &str) -> Option<&'static DemoWorld> {
    WORLDS.iter().copied().find(|world| world.module == module)
}
