//! Figures that are kept for a while (document, section 11.3): one entry per tenant, day and
//! what the caller may see, so that nobody is shown another's figures.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::actor::Actor;
use crate::policy::Scope;
use crate::report::Report;

/// How long figures are kept.
const KEPT: TimeDelta = TimeDelta::minutes(5);

/// Entries at one time, of all tenants.
const MOST_ENTRIES: usize = 1_024;

/// The figures of one row as JSON, and when they were read.
pub(super) struct Figures {
    pub as_of: DateTime<Utc>,
    pub values: Vec<Vec<u8>>,
}

/// Whose figures: tenant, report, day, and the caller where the report is not held for all rows.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Key {
    tenant: i32,
    report: &'static str,
    day: NaiveDate,
    only: Option<(&'static str, String)>,
}

impl Key {
    pub fn of(report: &Report, actor: &Actor, day: NaiveDate) -> Key {
        let only = match actor.scope(report.permission) {
            Some(Scope::All) => None,
            Some(Scope::Only(scope)) => Some((scope, actor.id.clone())),
            None => Some(("", actor.id.clone())),
        };
        Key { tenant: actor.tenant.id, report: report.name, day, only }
    }
}

/// The figures that this server keeps.
#[derive(Default)]
pub struct KeptFigures(Mutex<HashMap<Key, Arc<Figures>>>);

impl KeptFigures {
    /// Figures that are not too old.
    pub(super) fn get(&self, key: &Key, now: DateTime<Utc>) -> Option<Arc<Figures>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|figures| (now - figures.as_of).abs() < KEPT).cloned()
    }

    /// Keeps figures.
    pub(super) fn keep(&self, key: Key, figures: Arc<Figures>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_ENTRIES {
            let now = figures.as_of;
            kept.retain(|_, figures| (now - figures.as_of).abs() < KEPT);
        }
        if kept.len() < MOST_ENTRIES {
            kept.insert(key, figures);
        }
    }
}
