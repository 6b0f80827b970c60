//! What a module hands to the kernel: its entities, mutations, rights and settings as data.

use diesel_migrations::EmbeddedMigrations;

use crate::auth::CodeLogin;
use crate::callback::Callbacks;
use crate::cipher::rotation::SealedColumn;
use crate::document::Document;
use crate::entity::metadata::Meta;
use crate::import::Import;
use crate::job::Job;
use crate::kept_role::KeptRoles;
use crate::mutation::Mutation;
use crate::notification::{MessageEnded, Template};
use crate::number_series::Series;
use crate::policy::Grants;
use crate::report::Report;
use crate::setting::Setting;
use crate::subscription::Subscription;
use crate::verify::{Check, Projection};

/// One business as the kernel sees it. Modules know nothing of each other.
pub struct Module {
    /// `bizhub`
    pub name: &'static str,
    /// Sentence about the module, shown on its query root.
    pub doc: &'static str,
    pub entities: &'static [&'static Meta],
    pub mutations: &'static [&'static Mutation],
    /// Streams of what the mutations announce.
    pub subscriptions: &'static [&'static Subscription],
    pub reports: &'static [&'static Report],
    /// Every role that the code knows, in the document's order.
    pub roles: &'static [&'static str],
    /// Where the tenant keeps its further roles as rows; `None` where those above are all.
    pub kept_roles: Option<&'static KeptRoles>,
    /// Whether calls that a role does not allow are written to the trail, for a module that
    /// shows what its people tried.
    pub records_denials: bool,
    /// The role that may do everything.
    pub administrator: &'static str,
    pub policy: &'static [Grants],
    pub settings: &'static [&'static Setting],
    pub series: &'static [&'static Series],
    /// What it hands out on paper.
    pub documents: &'static [&'static Document],
    /// What it does by itself.
    pub jobs: &'static [&'static Job],
    /// What it tells people by mail and text message.
    pub templates: &'static [&'static Template],
    /// What it does when a message was taken or given up; `None` where nothing follows.
    pub message_ended: Option<MessageEnded>,
    /// What must always hold among its rows.
    pub checks: &'static [Check],
    /// What repeats other rows and can be computed anew; never money.
    pub projections: &'static [Projection],
    /// What an existing installation can bring; `None` where nothing can be imported.
    pub import: Option<&'static Import>,
    /// How it takes what providers tell; `None` where no provider tells anything.
    pub callbacks: Option<&'static Callbacks>,
    /// Tables of what was done, which are added to and read and never changed (spec 1.8).
    pub append_only: &'static [&'static str],
    /// Columns that hold secrets in envelopes.
    pub sealed: &'static [SealedColumn],
    pub migrations: EmbeddedMigrations,
    /// A query for its people: id, username, email, name, role, active, phone, one row each.
    /// Roles and names live on the document's user table; credentials in the kernel's. Where
    /// there are several kinds of people, an id is `kind:key` with the singular of the entity.
    pub people: &'static str,
    /// Its people who log in with a code that is sent to their phone; `None` where none do.
    pub code_login: Option<&'static CodeLogin>,
    /// Inserts the first administrator and answers its id: `$1` username, `$2` email, `$3` a
    /// fresh UUID of version 7.
    pub first_administrator: &'static str,
}
