//! What can keep a server or a tenant from being set up, each as one sentence that helps.

use crate::db::Fault;
use crate::db::migrate::MigrationFault;

/// Why the set-up stopped. The step that failed left nothing behind.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionFault {
    /// The owner cannot log in.
    #[error(
        "the database cannot be reached as its owner ({0}): check DATABASE_URL, and that \
         PostgreSQL runs"
    )]
    Unreachable(#[from] diesel::ConnectionError),
    /// The server lacks what the program needs.
    #[error("PostgreSQL {0} is too old: PostgreSQL 15 or later is needed")]
    TooOld(i32),
    /// The owner may not do what a set-up does.
    #[error(
        "the role {0} may not create roles: name a superuser, or a role with CREATEROLE that owns \
         the database, in DATABASE_URL"
    )]
    MayNotCreateRoles(String),
    /// The database's name cannot be part of a role's name.
    #[error(
        "the database's name {0:?} cannot be part of a role's name: choose one of letters, \
         digits, `_` and `-`"
    )]
    DatabaseName(String),
    /// The application's login role could do more than it may.
    #[error("the role {0} must not be a superuser and must not bypass row security: alter it")]
    TooPowerful(String),
    /// The slug cannot name a schema and a role.
    #[error(
        "{0:?} cannot be a tenant's slug: 2 to 31 small letters, digits and `_`, beginning with \
         a letter, and no name that the database or the server uses itself"
    )]
    Slug(String),
    /// A country, currency or time zone that does not exist.
    #[error("{value:?} is no {what}: {expected} is expected")]
    Value { what: &'static str, value: String, expected: &'static str },
    /// A tenant keeps the module that it was made with.
    #[error("the tenant {slug} exists already and runs the module {module}")]
    OtherModule { slug: String, module: String },
    /// There is no such tenant.
    #[error("there is no tenant {0:?}: `bizgraph tenant list` names them")]
    UnknownTenant(String),
    /// A migration did not run.
    #[error(transparent)]
    Migration(#[from] MigrationFault),
    /// Any other fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<diesel::result::Error> for ProvisionFault {
    fn from(error: diesel::result::Error) -> Self {
        ProvisionFault::Fault(error.into())
    }
}
