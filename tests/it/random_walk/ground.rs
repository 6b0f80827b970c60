//! What a walk has to know of the module that it walks over.

use bizgraph_kernel::module::Module;
use serde_json::Value;

use super::inputs::Asked;

/// A module, and what makes its random inputs fit now and then.
pub struct Ground {
    pub module: &'static Module,
    /// Mutations that prepare or end what the others are about, by the beginning of their names;
    /// they are chosen rarely.
    pub rare: &'static [&'static str],
    /// Statuses that help where no move of a machine says so: beginning of the mutation's name,
    /// type of the row.
    pub wishes: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// The type of those whom the business is with.
    pub customers: &'static str,
    /// Types of fields that are not called as their rows are.
    pub types: &'static [(&'static str, &'static str)],
    /// A key that no row has.
    pub no_key: &'static str,
    pub amounts: &'static [&'static str],
    /// How many percent of inputs have this optional field.
    pub wanted: fn(&str) -> usize,
    /// A value for a field of this type where chance would not find one.
    pub special: fn(&mut Asked<'_>, &str, &str) -> Option<Value>,
    /// What a row of a table is a part of, whose it is, and what is to be paid for it: SQL over
    /// the alias `t`, each a text or null.
    pub facts: fn(&str) -> [&'static str; 3],
    /// Mutations that a walk need not make succeed, with the reasons.
    pub never: &'static [&'static str],
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
}
