//! Password hashes: argon2id for everything new, bcrypt still understood (spec 1.11).
//! A hash is slow on purpose, so only two are computed at a time and few may wait.

use std::sync::{Arc, LazyLock};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::db::Fault;
use crate::refusal::Rule;

/// Hashes computed at the same time (spec 1.11).
const RUNNING: usize = 2;

/// Callers that may wait for their turn; the next one hears `RATE_LIMITED`, with status 429.
const WAITING: usize = 8;

/// Bytes of salt in front of every hash.
const SALT_BYTES: usize = 16;

/// Compared with when there is no person or no password, so that both cost the same. No
/// password is known to have this hash, and a match with it is never accepted.
pub(crate) const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Yml6Z3JhcGgtbm8tdXNlcg$\
                                 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The turns for hashing, one set for the whole process.
#[derive(Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

static SHARED: LazyLock<Passwords> = LazyLock::new(|| Passwords::of(RUNNING, WAITING));

impl Default for Passwords {
    fn default() -> Self {
        SHARED.clone()
    }
}

impl Passwords {
    /// So many turns, and places for those who wait.
    pub fn of(running: usize, waiting: usize) -> Self {
        Passwords {
            running: Arc::new(Semaphore::new(running)),
            places: Arc::new(Semaphore::new(running + waiting)),
        }
    }

    /// The turns of this process, for rules.
    pub fn shared() -> Self {
        Self::default()
    }

    /// Runs hashing work on a thread of its own when a turn is free. The turn belongs to the
    /// work, so that a caller that hangs up does not make room before the work is done.
    ///
    /// # Errors
    /// [`Fault::TooManyHashes`] when too many wait already.
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Rule<T> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| Fault::TooManyHashes)?;
        let turn = self.running.clone().acquire_owned().await.map_err(|_| Fault::TooManyHashes)?;
        let done = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        Ok(done.await.map_err(|error| Fault::internal(error.to_string()))?)
    }
}

/// Argon2id at the strength that OWASP asks for: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// A new hash of a password. It takes tens of milliseconds: a request computes it in
/// [`Passwords::compute`].
///
/// # Errors
/// When the system has no random numbers for the salt.
pub fn hash_password(password: &str) -> Result<String, Fault> {
    let mut salt = [0_u8; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|error| Fault::internal(error.to_string()))?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| Fault::internal(error.to_string()))?;
    let hash = argon2().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(|error| Fault::internal(error.to_string()))?.to_string())
}

/// Whether a password has this hash, argon2 or bcrypt; a text that is no hash matches nothing.
pub(crate) fn matches(password: &str, hash: &str) -> bool {
    if hash.starts_with("$2") {
        return bcrypt::verify(password, hash).is_ok_and(|same| same);
    }
    PasswordHash::new(hash)
        .is_ok_and(|parsed| argon2().verify_password(password.as_bytes(), &parsed).is_ok())
}

/// Whether a hash is to be replaced at the next login: bcrypt, or other parameters than today's.
pub(crate) fn is_outdated(hash: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else { return true };
    let today = Params::DEFAULT;
    parsed.algorithm != Algorithm::Argon2id.ident()
        || parsed.version != Some(Version::V0x13.into())
        || Params::try_from(&parsed).map_or(true, |params| {
            params.m_cost() != today.m_cost()
                || params.t_cost() != today.t_cost()
                || params.p_cost() != today.p_cost()
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Rejection;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let hash = hash_password("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(matches("correct horse", &hash));
        assert!(!matches("correct horsf", &hash));
        assert!(!is_outdated(&hash));
        assert_ne!(hash, hash_password("correct horse").unwrap());
    }

    #[test]
    fn bcrypt_is_understood_and_outdated() {
        let hash = bcrypt::hash("changeme123", 4).unwrap();
        assert!(matches("changeme123", &hash));
        assert!(!matches("changeme124", &hash));
        assert!(is_outdated(&hash));
    }

    #[test]
    fn weaker_parameters_are_outdated() {
        assert!(is_outdated(&NOBODY.replace("t=2", "t=1")));
        assert!(is_outdated(&NOBODY.replace("argon2id", "argon2i")));
        assert!(!matches("anything", "no hash at all"));
    }

    #[test]
    fn nobody_has_a_hash_that_costs_like_any_other() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!is_outdated(NOBODY));
        assert!(!matches("", NOBODY));
    }

    #[tokio::test]
    async fn beyond_the_queue_a_caller_is_turned_away() {
        let passwords = Passwords::of(1, 1);
        let (open, wait) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let passwords = passwords.clone();
            async move { passwords.compute(move || wait.recv().is_ok()).await }
        });
        let second = tokio::spawn({
            let passwords = passwords.clone();
            async move { passwords.compute(|| true).await }
        });
        while passwords.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = passwords.compute(|| true).await;
        assert!(matches!(&refused, Err(Rejection::Fault(Fault::TooManyHashes))));
        open.send(()).unwrap();
        assert!(first.await.unwrap().unwrap() && second.await.unwrap().unwrap());
        assert!(passwords.compute(|| true).await.unwrap());
    }
}
