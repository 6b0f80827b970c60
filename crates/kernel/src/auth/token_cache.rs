//! Tokens that were proved a moment ago, so that a burst of requests asks the database once.
//! An entry is old after a second: revocation has to bite within two (spec 1.11).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::auth::authenticate::Proven;
use crate::auth::token::TokenHash;

/// How long an entry may be used.
const FRESH: Duration = Duration::from_secs(1);

/// Entries kept at most.
const MOST_ENTRIES: usize = 4_096;

struct Entry {
    proven: Proven,
    proved: Instant,
    /// The kernel's clock at that moment; where it was set forward, the entry is old too.
    clock: DateTime<Utc>,
}

impl Entry {
    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        let passed = (now - self.clock).abs().to_std().unwrap_or(Duration::MAX);
        passed < FRESH && self.proved.elapsed() < FRESH
    }
}

/// A bounded map from token hashes to their actors.
#[derive(Default)]
pub struct TokenCache(Mutex<HashMap<TokenHash, Entry>>);

impl TokenCache {
    fn entries(&self) -> MutexGuard<'_, HashMap<TokenHash, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who stands behind a token that was proved less than a second ago.
    pub(crate) fn get(&self, token: &TokenHash, now: DateTime<Utc>) -> Option<Proven> {
        let entries = self.entries();
        let entry = entries.get(token).filter(|entry| entry.is_fresh(now))?;
        Some(entry.proven.clone())
    }

    /// Keeps who stands behind a token that was just proved.
    pub(crate) fn keep(&self, token: TokenHash, proven: Proven, now: DateTime<Utc>) {
        let mut entries = self.entries();
        if entries.len() >= MOST_ENTRIES {
            entries.retain(|_, entry| entry.is_fresh(now));
        }
        if entries.len() >= MOST_ENTRIES {
            entries.clear();
        }
        entries.insert(token, Entry { proven, proved: Instant::now(), clock: now });
    }

    /// Forgets a session that ended or changed.
    pub(crate) fn forget(&self, session: Uuid) {
        self.entries().retain(|_, entry| entry.proven.actor.session != Some(session));
    }

    /// Forgets everything, after a change to people, keys or settings.
    pub fn clear(&self) {
        self.entries().clear();
    }
}
