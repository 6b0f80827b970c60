//! What a module hands to the kernel: its entities, mutations, rights and settings as data.

use diesel_migrations::EmbeddedMigrations;

use crate::entity::metadata::Meta;
use crate::mutation::Mutation;
use crate::number_series::Series;
use crate::policy::Grants;
use crate::setting::Setting;
use crate::verify::Check;

/// One business as the kernel sees it. Modules know nothing of each other.
pub struct Module {
    /// `bizhub`
    pub name: &'static str,
    /// Sentence about the module, shown on its query root.
    pub doc: &'static str,
    pub entities: &'static [&'static Meta],
    pub mutations: &'static [&'static Mutation],
    /// Every role, in the document's order.
    pub roles: &'static [&'static str],
    /// The role that may do everything.
    pub administrator: &'static str,
    pub policy: &'static [Grants],
    pub settings: &'static [&'static Setting],
    pub series: &'static [&'static Series],
    /// What must always hold among its rows.
    pub checks: &'static [Check],
    pub migrations: EmbeddedMigrations,
    /// A query for its people: id, username, email, name, role, active, all as one row each.
    /// Roles and names live on the document's user table; credentials in the kernel's.
    pub people: &'static str,
    /// Inserts the first administrator and answers its id: `$1` username, `$2` email.
    pub first_administrator: &'static str,
}
