//! A tenant: one organisation that runs one module (spec 1.2).

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::cipher::personal_data::KnownKey;
pub use chrono_tz::Tz;

/// One row of the registry `platform.tenants`.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Number in the registry; a global id carries it.
    pub id: i32,
    /// Short name that login and tokens use.
    pub slug: String,
    /// The module it runs: `amt`, `bizhub`, `dicel`, `rim` or `trade`.
    pub module: String,
    pub name: String,
    /// ISO 3166 alpha-2; national phone numbers are read by it.
    pub country: String,
    /// ISO 4217; the currency of its documents.
    pub currency: String,
    pub time_zone: Tz,
    /// Schema that holds its tables.
    pub schema: String,
    /// Database role that alone may read them.
    pub role: String,
    /// A suspended tenant's people cannot log in.
    pub active: bool,
    /// The key to its personal data, as far as this server knows it.
    pub personal_data: Arc<KnownKey>,
}

impl Tenant {
    /// The local calendar date at an instant (spec 1.4.3).
    pub fn local_date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.time_zone).date_naive()
    }
}

/// Whether a name may be a tenant's slug, and so part of a schema's and a role's name.
pub fn is_slug(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_lowercase())
        && (2..=31).contains(&text.len())
        && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
