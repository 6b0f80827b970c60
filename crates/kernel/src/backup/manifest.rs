//! What stands before the rows of a backup.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::db::provision::NewTenant;
use crate::tenant::Tenant;

/// What a backup holds, and what the whole tenant was at its moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// When it was begun.
    pub made_at: DateTime<Utc>,
    /// The version of the program that made it.
    pub program: String,
    /// The database's version as a number, such as 150014.
    pub server_version: i32,
    pub tenant: TenantFacts,
    /// The migrations that had made the tables.
    pub migrations: Vec<String>,
    /// SHA-256 of the full backup that it goes on from; none for a full one.
    pub base: Option<String>,
    /// Every table of the tenant.
    pub tables: BTreeMap<String, TableFacts>,
    /// The tables whose rows are in this file.
    pub holds: Vec<String>,
}

/// Whose backup it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TenantFacts {
    pub slug: String,
    pub module: String,
    pub name: String,
    pub country: String,
    pub currency: String,
    pub time_zone: String,
}

/// What the rows of a table come to, in whatever order they lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFacts {
    pub rows: i64,
    /// Sums of two hashes of every row.
    pub print: String,
}

impl From<&Tenant> for TenantFacts {
    fn from(tenant: &Tenant) -> Self {
        TenantFacts {
            slug: tenant.slug.clone(),
            module: tenant.module.clone(),
            name: tenant.name.clone(),
            country: tenant.country.clone(),
            currency: tenant.currency.clone(),
            time_zone: tenant.time_zone.name().to_owned(),
        }
    }
}

impl TenantFacts {
    /// The same tenant under another slug.
    pub(crate) fn named(&self, slug: &str) -> NewTenant {
        NewTenant {
            slug: slug.to_owned(),
            module: self.module.clone(),
            name: self.name.clone(),
            country: self.country.clone(),
            currency: self.currency.clone(),
            time_zone: self.time_zone.clone(),
        }
    }
}

/// The tables whose rows are not the same any more, or that were not there.
pub(crate) fn changed(
    before: &BTreeMap<String, TableFacts>,
    now: &BTreeMap<String, TableFacts>,
) -> Vec<String> {
    let differs = |(name, facts): &(&String, &TableFacts)| before.get(*name) != Some(*facts);
    now.iter().filter(differs).map(|(name, _)| name.clone()).collect()
}
