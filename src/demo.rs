//! The demo world: a shop that has been in business for some weeks. Its rows are made through
//! the mutations, by people of the right roles, on the days on which they happened, so that
//! loading it proves the rules (spec 6.14).
//!
//! - `bizhub`: whose world it is: its files, its people, the rows that every shop has.
//! - `fixture`: the files, read as a list of calls.
//! - `load`: the calls, made one after the other; a load that was cut short goes on.
//! - `people`: whom everybody can log in as.

mod bizhub;
mod fixture;
mod load;
mod people;

pub use load::{Loaded, load};
pub use people::logins;

/// What a module's demo world consists of.
struct DemoWorld {
    module: &'static str,
    /// Texts of the fixture files, in the order in which they are loaded.
    files: &'static [&'static str],
    /// Username, role and password of everybody whom the world brings along.
    people: &'static [(&'static str, &'static str, &'static str)],
    /// Whether somebody works in this tenant already: a query for one truth value.
    in_use: &'static str,
    /// Rows that every tenant starts with: name in the fixtures, type and key, all as text.
    starting_rows: &'static str,
}

static WORLDS: &[&DemoWorld] = &[&bizhub::WORLD];

fn world_of(module: &str) -> Option<&'static DemoWorld> {
    WORLDS.iter().copied().find(|world| world.module == module)
}
