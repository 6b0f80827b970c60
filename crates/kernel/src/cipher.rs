//! Encryption with a key that is not in the database (spec 1.11). The key in use seals and signs;
//! those that it replaced still open what they sealed and tell what they signed, because the
//! audit trail, which keeps both, is never written anew.
//!
//! A secret gets a data key of its own, sealed in turn by the key in use: an envelope. A change
//! of keys wraps the data key anew and leaves the secret as it lies.

mod master_key;
pub mod personal_data;
pub mod rotation;

use std::sync::{PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::db::{Fault, Tx};
use crate::hexadecimal::digits;
use crate::refusal::Rule;
use master_key::MasterKey;
use rotation::SealedColumn;

/// The bytes of a key.
pub type KeyBytes = [u8; 32];

/// Encrypts what only some may read, and signs what leaves the server and comes back.
pub struct Cipher {
    current: MasterKey,
    /// Keys that were replaced, the oldest first.
    retired: RwLock<Vec<MasterKey>>,
}

impl Cipher {
    /// A cipher with this key, and none before it.
    pub fn new(key: &KeyBytes) -> Self {
        Cipher { current: MasterKey::new(key), retired: RwLock::default() }
    }

    /// What the key in use is called; it tells nothing about the key.
    pub fn key_id(&self) -> &str {
        &self.current.id
    }

    /// Learns the keys that were replaced, the oldest first.
    pub fn know_retired(&self, keys: &[KeyBytes]) {
        let known = keys.iter().map(MasterKey::new).collect();
        *self.retired.write().unwrap_or_else(PoisonError::into_inner) = known;
    }

    /// What any of the keys makes of something, the key in use asked first.
    fn by_any<T>(&self, attempt: impl Fn(&MasterKey) -> Option<T>) -> Option<T> {
        attempt(&self.current).or_else(|| {
            let retired = self.retired.read().unwrap_or_else(PoisonError::into_inner);
            retired.iter().rev().find_map(attempt)
        })
    }

    /// The signature of a text (HMAC-SHA256).
    pub(crate) fn signature(&self, text: &[u8]) -> Vec<u8> {
        self.current.signature(text)
    }

    /// The signature of a text by the key, of all that are known, whose signature of `marked`
    /// begins with `mark`.
    pub(crate) fn signature_by(&self, marked: &[u8], mark: &[u8], text: &[u8]) -> Option<Vec<u8>> {
        self.by_any(|key| key.signature(marked).starts_with(mark).then(|| key.signature(text)))
    }

    /// Whether a text was signed with the key in use; takes as long for any signature.
    pub(crate) fn signed(&self, text: &[u8], signature: &[u8]) -> bool {
        self.current.signed(text, signature)
    }

    /// Which key signed a text, counted from the oldest; `None` for none of them.
    pub(crate) fn generation_of(&self, text: &[u8], signature: &[u8]) -> Option<usize> {
        let retired = self.retired.read().unwrap_or_else(PoisonError::into_inner);
        let keys = retired.iter().chain(std::iter::once(&self.current));
        keys.enumerate().find(|(_, key)| key.signed(text, signature)).map(|(place, _)| place)
    }

    /// Which key is in use, counted from the oldest.
    pub(crate) fn generation(&self) -> usize {
        self.retired.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// A value as sealed text; null stays null.
    pub fn seal(&self, value: &Value) -> Value {
        if value.is_null() {
            return Value::Null;
        }
        match self.current.seal(value.to_string().as_bytes()) {
            Some(sealed) => Value::from(format!("sealed:{sealed}")),
            None => Value::from("sealed:unreadable"),
        }
    }

    /// What was sealed; `None` when it was not, or with another key.
    pub fn open(&self, sealed: &Value) -> Option<Value> {
        let text = sealed.as_str()?.strip_prefix("sealed:")?;
        let plain = self.by_any(|key| key.open(text))?;
        serde_json::from_slice(&plain).ok()
    }

    /// A secret in an envelope; `None` when the system has no random numbers.
    pub fn seal_secret(&self, secret: &str) -> Option<String> {
        let mut data_key = KeyBytes::default();
        getrandom::fill(&mut data_key).ok()?;
        let sealed = MasterKey::new(&data_key).seal(secret.as_bytes())?;
        let wrapped = self.current.seal(&data_key)?;
        Some(format!("envelope:{}:{wrapped}:{sealed}", self.key_id()))
    }

    /// The secret in an envelope; `None` when it is none, or of a key that nobody knows.
    pub fn open_secret(&self, envelope: &str) -> Option<String> {
        let (_, wrapped, sealed) = parts(envelope)?;
        let data_key = self.data_key(wrapped)?;
        String::from_utf8(MasterKey::new(&data_key).open(sealed)?).ok()
    }

    /// The same secret in an envelope of the key in use.
    pub fn rewrap(&self, envelope: &str) -> Option<String> {
        let (id, wrapped, sealed) = parts(envelope)?;
        if id == self.key_id() {
            return Some(envelope.to_owned());
        }
        let wrapped = self.current.seal(&self.data_key(wrapped)?)?;
        Some(format!("envelope:{}:{wrapped}:{sealed}", self.key_id()))
    }

    fn data_key(&self, wrapped: &str) -> Option<KeyBytes> {
        self.by_any(|key| key.open(wrapped)?.try_into().ok())
    }

    /// A key that was replaced, sealed with the key in use.
    pub fn wrap_key(&self, key: &KeyBytes) -> Option<String> {
        self.current.seal(key)
    }

    /// A key that was sealed with the key in use.
    pub fn unwrap_key(&self, wrapped: &str) -> Option<KeyBytes> {
        self.current.open(wrapped)?.try_into().ok()
    }
}

impl Tx {
    /// A secret in an envelope, ready to be stored.
    ///
    /// # Errors
    /// A fault when the system has no random numbers.
    pub fn seal_secret(&self, secret: &str) -> Rule<String> {
        let sealed = self.cipher.seal_secret(secret);
        sealed.ok_or_else(|| Fault::internal("there are no random numbers").into())
    }

    /// The secret in a stored envelope.
    ///
    /// # Errors
    /// A fault when no key of this server opens it.
    pub fn open_secret(&self, envelope: &str) -> Rule<String> {
        let secret = self.cipher.open_secret(envelope);
        secret.ok_or_else(|| Fault::internal("a secret of a key that nobody knows").into())
    }
}

/// Name of the key, wrapped data key and sealed secret of an envelope.
fn parts(envelope: &str) -> Option<(&str, &str, &str)> {
    let mut parts = envelope.strip_prefix("envelope:")?.split(':');
    let found = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(found)
}

/// What a key is called.
fn name_of(key: &KeyBytes) -> String {
    let hash = Sha256::new().chain_update(b"bizgraph key name").chain_update(key).finalize();
    digits(&hash[..8])
}

fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_secret_is_opened_with_its_key_only() {
        let cipher = Cipher::new(&[7; 32]);
        let envelope = cipher.seal_secret("s3cret").unwrap();
        assert!(!envelope.contains("s3cret"));
        assert_ne!(envelope, cipher.seal_secret("s3cret").unwrap());
        assert_eq!(cipher.open_secret(&envelope).as_deref(), Some("s3cret"));
        assert_eq!(Cipher::new(&[8; 32]).open_secret(&envelope), None);
        for text in ["", "envelope:", "envelope:a:b:c", "envelope:a:b:c:d", &envelope[1..]] {
            assert_eq!(cipher.open_secret(text), None, "{text}");
        }
    }

    #[test]
    fn a_changed_key_wraps_the_data_key_anew_and_leaves_the_secret_as_it_lies() {
        let (old, new) = (Cipher::new(&[7; 32]), Cipher::new(&[8; 32]));
        let envelope = old.seal_secret("s3cret").unwrap();
        new.know_retired(&[[7; 32]]);
        let wrapped = new.rewrap(&envelope).unwrap();
        assert_eq!(envelope.rsplit_once(':').unwrap().1, wrapped.rsplit_once(':').unwrap().1);
        assert_eq!(new.rewrap(&wrapped).as_ref(), Some(&wrapped));
        assert_eq!(Cipher::new(&[8; 32]).open_secret(&wrapped).as_deref(), Some("s3cret"));
        assert_eq!(old.open_secret(&wrapped), None);
    }

    #[test]
    fn what_a_replaced_key_sealed_and_signed_is_still_known() {
        let (old, new) = (Cipher::new(&[7; 32]), Cipher::new(&[8; 32]));
        let (sealed, signature) = (old.seal(&json!("x")), old.signature(b"x"));
        assert_eq!(new.open(&sealed), None);
        assert_eq!(new.generation_of(b"x", &signature), None);
        new.know_retired(&[[7; 32]]);
        assert_eq!(new.open(&sealed), Some(json!("x")));
        assert_eq!(new.generation_of(b"x", &signature), Some(0));
        assert_eq!(new.generation_of(b"x", &new.signature(b"x")), Some(new.generation()));
        assert!(!new.signed(b"x", &signature));
    }

    #[test]
    fn a_replaced_key_travels_sealed() {
        let new = Cipher::new(&[8; 32]);
        let wrapped = new.wrap_key(&[7; 32]).unwrap();
        assert_eq!(new.unwrap_key(&wrapped), Some([7; 32]));
        assert_eq!(Cipher::new(&[9; 32]).unwrap_key(&wrapped), None);
    }
}
