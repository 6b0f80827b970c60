//! What a walk has to know of the module that it walks over.

use bizgraph_kernel::module::Module;
use serde_json::Value;

use super::inputs::Asked;

/// A module, and what makes its random inputs fit now and then.
pub struct Ground {
    pub module: &'static Module,
    /// Mutations that prepare or end what the others are about, or that nothing depends on, by the
    /// beginning of their names; they are chosen rarely.
    pub rare: &'static [&'static str],
    /// Statuses or other words that help where no move of a machine says so: beginning of the
    /// mutation's name, type of the row. A whole name goes before the machine.
    pub wishes: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// Mutations that one person alone can call with a row, such as its maker, and its type.
    pub own: &'static [(&'static str, &'static str)],
    /// The type of those whom the business is with.
    pub customers: &'static str,
    /// Types of fields that are not called as their rows are.
    pub types: &'static [(&'static str, &'static str)],
    /// A key that no row has.
    pub no_key: &'static str,
    pub amounts: &'static [&'static str],
    /// How many percent of the rows that inputs name are any that there are, though others fit.
    pub astray: usize,
    /// How many percent of inputs have this optional field.
    pub wanted: fn(&str) -> usize,
    /// A value for a field of this type where chance would not find one.
    pub special: fn(&mut Asked<'_>, &str, &str) -> Option<Value>,
    /// What there is to know of the rows of a table.
    pub facts: fn(&str) -> Facts,
}

/// What there is to know of a row beyond its key and its status: SQL over the alias `t`, each a
/// text or null, in which `t.whole` is the row as JSON and `{now}` the present moment.
#[derive(Clone, Copy)]
pub struct Facts {
    /// What it is a part of.
    pub part_of: &'static str,
    /// Whose it is.
    pub customer: &'static str,
    /// What is to be paid for it.
    pub due: &'static str,
    /// The actor who alone can do something to it now, such as who made it.
    pub by: &'static str,
    /// What else the rules ask about it, in a word that a wish can have.
    pub also: &'static str,
}

impl Facts {
    /// Nothing.
    pub const NONE: Facts =
        Facts { part_of: "NULL", customer: "NULL", due: "NULL", by: "NULL", also: "NULL" };
}

impl Ground {
    /// The type of the row that a field of an input names.
    pub fn type_of(&self, field: &str) -> String {
        let named = self.types.iter().find(|(name, _)| *name == field);
        let name = field.trim_end_matches('s').trim_end_matches("Id");
        let usual = || {
            let mut module = self.module.name.to_owned();
            module[..1].make_ascii_uppercase();
            format!("{module}{}{}", name[..1].to_uppercase(), &name[1..])
        };
        named.map_or_else(usual, |(_, of)| (*of).to_owned())
    }

    /// The type of a row that one person alone can call a mutation with.
    pub fn own_of(&self, mutation: &str) -> Option<&'static str> {
        self.own.iter().find(|(name, _)| *name == mutation).map(|(_, of)| *of)
    }
}
