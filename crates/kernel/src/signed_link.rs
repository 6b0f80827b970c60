//! Links that work without a login, for minutes: whoever may see a thing is handed one, and a
//! browser, a printer or a mail program follows it. A link names tenant, thing, person and end,
//! and is signed with the server's key, so that nothing of it can be changed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::audit::Cipher;
use crate::db::{Fault, Session, Tx};
use crate::mutation::Outcome;

/// How long a link works, in minutes.
pub const LINK_MINUTES: i64 = 10;

/// Longer texts are no links of ours, and need not be looked at.
const LONGEST: usize = 1_024;

/// What a mutation that hands out a link adds to its payload.
pub const LINK_FIELDS: [(&str, &str, &str); 2] = [
    (
        "url",
        "Where it can be fetched without a login, as a path on this server; for ten minutes.",
        "String",
    ),
    ("expiresAt", "When the link stops working.", "DateTime"),
];

/// What a link says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedLink {
    /// The tenant's slug.
    #[serde(rename = "t")]
    pub tenant: String,
    /// What kind of thing it leads to: a document's name, or that of stored files.
    #[serde(rename = "k")]
    pub kind: String,
    /// The key of the row.
    #[serde(rename = "r")]
    pub key: String,
    /// Who was handed it; it ends when that person is deactivated.
    #[serde(rename = "p")]
    pub person: String,
    /// When it ends, in seconds since 1970.
    #[serde(rename = "e")]
    expires: i64,
}

/// Why a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRefused {
    /// Not made by this server, or changed since.
    NotOurs,
    /// Its time is over.
    Expired,
}

impl SignedLink {
    /// A link for a person from now on.
    pub fn new(tenant: &str, kind: &str, key: &str, person: &str, now: DateTime<Utc>) -> Self {
        SignedLink {
            tenant: tenant.to_owned(),
            kind: kind.to_owned(),
            key: key.to_owned(),
            person: person.to_owned(),
            expires: (now + TimeDelta::minutes(LINK_MINUTES)).timestamp(),
        }
    }

    /// The same link for so many minutes from now on.
    #[must_use]
    pub fn lasting(mut self, minutes: i64, now: DateTime<Utc>) -> Self {
        self.expires = (now + TimeDelta::minutes(minutes)).timestamp();
        self
    }

    /// When it ends.
    pub fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.expires, 0).unwrap_or_default()
    }

    /// As it stands in an address.
    pub fn sign(&self, cipher: &Cipher) -> String {
        let text = serde_json::json!(self).to_string();
        let signature = cipher.signature(text.as_bytes());
        format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(signature))
    }

    /// As a path on this server.
    pub fn path(&self, cipher: &Cipher) -> String {
        format!("/files/{}", self.sign(cipher))
    }

    /// What a link in an address says, if it is ours and its time is not over.
    ///
    /// # Errors
    /// See [`LinkRefused`].
    pub fn open(text: &str, cipher: &Cipher, now: DateTime<Utc>) -> Result<Self, LinkRefused> {
        let parts = text.split_once('.').filter(|_| text.len() <= LONGEST);
        let (text, signature) = parts.ok_or(LinkRefused::NotOurs)?;
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| LinkRefused::NotOurs);
        let (text, signature) = (decoded(text)?, decoded(signature)?);
        if !cipher.signed(&text, &signature) {
            return Err(LinkRefused::NotOurs);
        }
        let link: Self = serde_json::from_slice(&text).map_err(|_| LinkRefused::NotOurs)?;
        if link.expires <= now.timestamp() {
            return Err(LinkRefused::Expired);
        }
        Ok(link)
    }
}

impl Tx {
    /// Adds a link for the caller to what a mutation answers.
    pub(crate) fn link(&self, outcome: Outcome, kind: &str, key: &str) -> Outcome {
        let link = SignedLink::new(&self.actor.tenant.slug, kind, key, &self.actor.id, self.now);
        let expires_at = link.expires_at().format("%Y-%m-%dT%H:%M:%SZ").to_string();
        outcome.with("url", link.path(&self.cipher)).with("expiresAt", expires_at)
    }
}

impl Session {
    /// A link for the caller.
    ///
    /// # Errors
    /// In a session that has no key to sign with.
    pub(crate) fn link(&self, kind: &str, key: &str) -> Result<String, Fault> {
        let cipher = self.cipher().ok_or_else(|| Fault::internal("a link without a key"))?;
        let (tenant, person) = (&self.actor.tenant.slug, &self.actor.id);
        Ok(SignedLink::new(tenant, kind, key, person, self.now).path(cipher))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_link_works_until_its_end_and_not_after() {
        let cipher = Cipher::new(&[7; 32]);
        let link = SignedLink::new("shop", "bizhub.invoice", "42", "3", at(1_000));
        let text = link.sign(&cipher);
        assert_eq!(SignedLink::open(&text, &cipher, at(1_000)), Ok(link.clone()));
        assert_eq!(SignedLink::open(&text, &cipher, at(1_599)), Ok(link));
        assert_eq!(SignedLink::open(&text, &cipher, at(1_600)), Err(LinkRefused::Expired));
    }

    #[test]
    fn nothing_of_a_link_can_be_changed() {
        let cipher = Cipher::new(&[7; 32]);
        let text = SignedLink::new("shop", "bizhub.invoice", "42", "3", at(0)).sign(&cipher);
        let refused = Err(LinkRefused::NotOurs);
        assert_eq!(SignedLink::open(&text, &Cipher::new(&[8; 32]), at(0)), refused);
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(SignedLink::open(&changed, &cipher, at(0)), refused, "{changed}");
        }
        for text in ["", ".", "a.b", &"a".repeat(5_000)] {
            assert_eq!(SignedLink::open(text, &cipher, at(0)), refused);
        }
    }
}
