//! Tokens that were proved a moment ago, so that a burst of requests asks the database once.
//! An entry is renewed after a second and never used after two: revocation has to bite until then
//! (spec 1.11).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::auth::authenticate::Proven;
use crate::auth::token::TokenHash;

/// After this an entry is proved again, by one of the requests that need it: where hundreds share
/// a token, they would all ask the database at one moment.
const FRESH: Duration = Duration::from_secs(1);

/// How long an entry may be used at most, from the moment before it was read.
const USABLE: Duration = Duration::from_millis(1_800);

/// Entries kept at most.
const MOST_ENTRIES: usize = 4_096;

struct Entry {
    proven: Proven,
    asked: Asked,
    is_being_renewed: bool,
}

/// When the database was asked about a token.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    moment: Instant,
    /// The kernel's clock at that moment; where it was set forward, the entry is old too.
    clock: DateTime<Utc>,
}

impl Asked {
    pub(crate) fn at(clock: DateTime<Utc>) -> Self {
        Asked { moment: Instant::now(), clock }
    }

    fn age(self, now: DateTime<Utc>) -> Duration {
        let passed = (now - self.clock).abs().to_std().unwrap_or(Duration::MAX);
        passed.max(self.moment.elapsed())
    }
}

/// A bounded map from token hashes to their actors.
#[derive(Default)]
pub struct TokenCache(Mutex<HashMap<TokenHash, Entry>>);

impl TokenCache {
    fn entries(&self) -> MutexGuard<'_, HashMap<TokenHash, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who stands behind a token that was proved a moment ago; nobody for the one request that
    /// is to prove it again.
    pub(crate) fn get(&self, token: &TokenHash, now: DateTime<Utc>) -> Option<Proven> {
        let mut entries = self.entries();
        let entry = entries.get_mut(token)?;
        let age = entry.asked.age(now);
        let is_good =
            age < FRESH || (age < USABLE && std::mem::replace(&mut entry.is_being_renewed, true));
        is_good.then(|| entry.proven.clone())
    }

    /// Keeps who stands behind a token that was just proved.
    pub(crate) fn keep(&self, token: TokenHash, proven: Proven, asked: Asked) {
        let mut entries = self.entries();
        if entries.len() >= MOST_ENTRIES {
            entries.retain(|_, entry| entry.asked.age(asked.clock) < USABLE);
        }
        if entries.len() >= MOST_ENTRIES {
            entries.clear();
        }
        entries.insert(token, Entry { proven, asked, is_being_renewed: false });
    }

    /// Forgets a token that is good no longer.
    pub(crate) fn lose(&self, token: &TokenHash) {
        self.entries().remove(token);
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
