//! Personal data of a tenant that wants it encrypted (spec 1.11). Marked columns then hold sealed
//! text, which every reader of rows opens and every writer of rows makes, so that rules and
//! answers never see it.
//!
//! A sealed value begins with its blind index, the keyed hash of the text, from which the nonce is
//! taken. The same text is therefore always the same value: indexes find it, unique indexes
//! compare it and copies of it agree, while nothing but equality can be told without the key.

pub mod convert;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::master_key::MasterKey;
use super::{Cipher, SealedColumn, decoded, encoded};
use crate::db::Fault;
use crate::entity::decode;
use crate::entity::row::Row;

/// How a sealed value begins; no text that a person enters may.
pub(crate) const MARK: &str = "personal:";

/// Bytes of the blind index before the ciphertext.
const INDEX_BYTES: usize = 16;

/// How long a server works with what it knows of a tenant's key.
const KNOWN_FOR: Duration = Duration::from_secs(2);

/// A tenant's key in its envelope, and whether what is written is sealed with it.
pub(crate) const KEY: &str = "SELECT envelope, seals FROM personal_data_keys";

/// Where the key lies.
pub static SEALED: &[SealedColumn] =
    &[SealedColumn { table: "personal_data_keys", column: "envelope" }];

/// The key to one tenant's personal data.
pub struct PersonalDataKey {
    key: MasterKey,
    /// Whether what is written is sealed; else only what was sealed before is opened.
    pub seals: bool,
}

impl PersonalDataKey {
    /// A text as it is stored.
    pub fn stored(&self, text: String) -> String {
        if self.seals { self.sealed(&text).unwrap_or(text) } else { text }
    }

    /// Every way in which a text may be stored: a tenant's rows are sealed one after the other.
    pub fn forms(&self, text: &str) -> Vec<String> {
        std::iter::once(text.to_owned()).chain(self.sealed(text)).collect()
    }

    /// A text sealed; `None` for one that is longer than any cipher takes.
    pub fn sealed(&self, text: &str) -> Option<String> {
        let named = [b"personal data\n", text.as_bytes()].concat();
        let mut sealed = self.key.signature(&named);
        sealed.truncate(INDEX_BYTES);
        let ciphertext = self.key.seal_under(&sealed, text.as_bytes())?;
        sealed.extend(ciphertext);
        Some(format!("{MARK}{}", encoded(&sealed)))
    }

    /// What was sealed; `None` for what was not, or with another key.
    pub fn open(&self, sealed: &str) -> Option<String> {
        let bytes = decoded(sealed.strip_prefix(MARK)?)?;
        let (index, ciphertext) = bytes.split_at_checked(INDEX_BYTES)?;
        String::from_utf8(self.key.open_under(index, ciphertext)?).ok()
    }
}

/// What a server knows of a tenant's key.
#[derive(Default)]
pub struct KnownKey(RwLock<Option<Known>>);

struct Known {
    at: Instant,
    key: Option<Arc<PersonalDataKey>>,
}

impl KnownKey {
    /// The key; `None` where nothing was ever encrypted.
    pub fn get(&self) -> Option<Arc<PersonalDataKey>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref()?.key.clone()
    }

    /// Whether it has to be asked for before anything else is.
    pub(crate) fn is_due(&self) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().is_none_or(|known| known.at.elapsed() > KNOWN_FOR)
    }

    /// Has it asked for anew.
    fn forget(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Learns it from the answer to [`KEY`].
    ///
    /// # Errors
    /// When no key of this server opens the envelope.
    pub(crate) fn learn(&self, cipher: &Cipher, rows: &[Row]) -> Result<(), Fault> {
        let key = rows.first().map(|row| key_in(cipher, row)).transpose()?;
        let known = Known { at: Instant::now(), key: key.map(Arc::new) };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(())
    }
}

impl fmt::Debug for KnownKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KnownKey")
    }
}

/// Gives rows of a tenant the key to what is sealed in them.
pub(crate) fn give_key(rows: &mut [Row], key: Option<&Arc<PersonalDataKey>>) {
    if let Some(key) = key {
        rows.iter_mut().for_each(|row| row.open_with(key));
    }
}

fn key_in(cipher: &Cipher, row: &Row) -> Result<PersonalDataKey, Fault> {
    let envelope: String = decode(row, 0)?;
    let secret = cipher.open_secret(&envelope);
    let key = secret.and_then(|secret| decoded(&secret)?.try_into().ok());
    let key = key.ok_or_else(|| Fault::internal("personal data of a key that nobody knows"))?;
    Ok(PersonalDataKey { key: MasterKey::new(&key), seals: decode(row, 1)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8, seals: bool) -> PersonalDataKey {
        PersonalDataKey { key: MasterKey::new(&[byte; 32]), seals }
    }

    #[test]
    fn the_same_text_is_the_same_value_and_tells_nothing_of_the_text() {
        let sealed = key(1, true).sealed("+233201234567").unwrap();
        assert_eq!(sealed, key(1, true).stored("+233201234567".to_owned()));
        assert_ne!(sealed, key(1, true).sealed("+233201234568").unwrap());
        assert_ne!(sealed, key(2, true).sealed("+233201234567").unwrap());
        assert!(!sealed.contains("233201234567"));
    }

    #[test]
    fn only_the_key_opens_what_nobody_touched() {
        for text in ["", "+233201234567", "12 Ring Road, Ɔsu\n"] {
            let sealed = key(1, true).sealed(text).unwrap();
            assert_eq!(key(1, false).open(&sealed).as_deref(), Some(text));
            assert_eq!(key(2, true).open(&sealed), None);
            let mut bytes = decoded(&sealed[MARK.len()..]).unwrap();
            for place in 0..bytes.len() {
                bytes[place] ^= 1;
                let touched = format!("{MARK}{}", encoded(&bytes));
                // The index holds more than the nonce; what follows that is compared as well.
                assert_eq!(key(1, true).open(&touched), None, "{place}");
                bytes[place] ^= 1;
            }
        }
        for text in ["", MARK, "+233201234567", "personal:AAAA", "personal:not base64"] {
            assert_eq!(key(1, true).open(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_that_seals_no_more_still_finds_what_it_sealed() {
        let retired = key(1, false);
        assert_eq!(retired.stored("x".to_owned()), "x");
        let forms = retired.forms("x");
        assert_eq!((forms[0].as_str(), retired.open(&forms[1]).as_deref()), ("x", Some("x")));
    }
}
