//! One key: what it seals (AES-256-GCM) and what it signs (HMAC-SHA256).

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use super::{KeyBytes, decoded, encoded, name_of};

type Signer = Hmac<Sha256>;

const NONCE_BYTES: usize = 12;

pub(super) struct MasterKey {
    pub id: String,
    aead: Aes256Gcm,
    /// Made from the key, so that one secret is kept.
    signer: Signer,
}

impl MasterKey {
    pub fn new(key: &KeyBytes) -> Self {
        let signing = Sha256::new().chain_update(b"bizgraph signatures").chain_update(key);
        // A key shorter than a block is filled up with zeros (RFC 2104).
        let mut block = hmac::digest::Key::<Signer>::default();
        block[..32].copy_from_slice(&signing.finalize());
        MasterKey {
            id: name_of(key),
            aead: Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(key)),
            signer: <Signer as Mac>::new(&block),
        }
    }

    pub fn signature(&self, text: &[u8]) -> Vec<u8> {
        let signer = self.signer.clone().chain_update(text);
        signer.finalize().into_bytes().to_vec()
    }

    pub fn signed(&self, text: &[u8], signature: &[u8]) -> bool {
        self.signer.clone().chain_update(text).verify_slice(signature).is_ok()
    }

    pub fn seal(&self, plain: &[u8]) -> Option<String> {
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).ok()?;
        let sealed = self.aead.encrypt(Nonce::from_slice(&nonce), plain).ok()?;
        Some(encoded(&[nonce.as_slice(), &sealed].concat()))
    }

    pub fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        let bytes = decoded(sealed)?;
        let (nonce, text) = bytes.split_at_checked(NONCE_BYTES)?;
        self.aead.decrypt(Nonce::from_slice(nonce), text).ok()
    }

    /// Seals under an index that is made of the text: the same for the same text.
    pub fn seal_under(&self, index: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload { msg: plain, aad: index };
        self.aead.encrypt(Nonce::from_slice(index.get(..NONCE_BYTES)?), payload).ok()
    }

    /// What was sealed under an index.
    pub fn open_under(&self, index: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload { msg: sealed, aad: index };
        self.aead.decrypt(Nonce::from_slice(index.get(..NONCE_BYTES)?), payload).ok()
    }
}
