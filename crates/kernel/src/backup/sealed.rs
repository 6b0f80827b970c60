//! Bytes sealed piece by piece, so that a long file is neither held in memory nor readable, nor
//! changed, reordered or cut short without notice: the STREAM construction over AES-256-GCM.
//!
//! Each file has a key of its own, made of the server's key and what stands at its beginning:
//! eight bytes of kind, eight by which the server's key is found among those that were replaced
//! and told from a changed file, and 32 at random.

use aes_gcm::aead::stream::{DecryptorBE32, EncryptorBE32};
use aes_gcm::{Aes256Gcm, Key, KeyInit};

use crate::cipher::Cipher;
use crate::db::Fault;

/// What every backup begins with.
const KIND: &[u8; 8] = b"BIZGBAK1";

/// Bytes of one piece, before sealing.
const PIECE: usize = 64 * 1_024;

/// Bytes that sealing adds to a piece.
const TAG: usize = 16;

/// Bytes before the first piece.
const HEAD: usize = 8 + 8 + 32;

/// A key is used for one file only, so its pieces are told apart by their numbers alone.
const NONCE: [u8; 7] = [0; 7];

/// Why a sealed file was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// Not sealed by this program.
    NoBackup,
    /// With a key that is not known.
    OtherKey,
    /// Not as it was written.
    Changed,
}

/// What each key signs differently, so that it is known by the first bytes of that.
const MARKED: &[u8] = b"bizgraph backup: mark of the key";

fn mark(cipher: &Cipher) -> Vec<u8> {
    let mut mark = cipher.signature(MARKED);
    mark.truncate(8);
    mark
}

fn of_file(head: &[u8]) -> Vec<u8> {
    [b"bizgraph backup: key of the file ".as_slice(), head].concat()
}

fn aead(key: &[u8]) -> Aes256Gcm {
    Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(key))
}

/// Seals a file.
pub struct Sealing {
    stream: EncryptorBE32<Aes256Gcm>,
    waiting: Vec<u8>,
}

impl Sealing {
    /// Begins a file, and answers the bytes that it begins with.
    ///
    /// # Errors
    /// When the machine has no random numbers.
    pub fn begin(cipher: &Cipher) -> Result<(Self, Vec<u8>), Fault> {
        let mut random = [0_u8; 32];
        getrandom::fill(&mut random).map_err(|error| Fault::internal(error.to_string()))?;
        let head = [KIND.as_slice(), &mark(cipher), &random].concat();
        let stream =
            EncryptorBE32::from_aead(aead(&cipher.signature(&of_file(&head))), (&NONCE).into());
        Ok((Sealing { stream, waiting: Vec::new() }, head))
    }

    /// Takes further bytes, and answers the pieces that are full.
    ///
    /// # Errors
    /// For a file longer than anybody has: 256 TiB.
    pub fn seal(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
        self.waiting.extend_from_slice(bytes);
        let mut sealed = Vec::new();
        let mut rest = self.waiting.as_slice();
        // The last piece is sealed as the last one, so one is always kept back.
        while rest.len() > PIECE {
            let (piece, after) = rest.split_at(PIECE);
            sealed.extend(self.stream.encrypt_next(piece).map_err(|_| too_long())?);
            rest = after;
        }
        self.waiting = rest.to_vec();
        Ok(sealed)
    }

    /// Seals the last piece.
    ///
    /// # Errors
    /// See [`Sealing::seal`].
    pub fn finish(self) -> Result<Vec<u8>, Fault> {
        self.stream.encrypt_last(self.waiting.as_slice()).map_err(|_| too_long())
    }
}

fn too_long() -> Fault {
    Fault::internal("a backup that is too long to be sealed")
}

/// Opens a sealed file.
pub struct Opening<'a> {
    cipher: &'a Cipher,
    stream: Option<DecryptorBE32<Aes256Gcm>>,
    waiting: Vec<u8>,
}

impl<'a> Opening<'a> {
    /// Begins with the first byte of a file.
    pub fn begin(cipher: &'a Cipher) -> Self {
        Opening { cipher, stream: None, waiting: Vec::new() }
    }

    /// Takes further bytes of the file, and answers what was sealed in the pieces that are whole.
    ///
    /// # Errors
    /// See [`Sealed`].
    pub fn open(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Sealed> {
        self.waiting.extend_from_slice(bytes);
        if self.stream.is_none() {
            let Some((head, rest)) = self.waiting.split_at_checked(HEAD) else {
                return Ok(Vec::new());
            };
            if !head.starts_with(KIND) {
                return Err(Sealed::NoBackup);
            }
            let mark = head.get(8..16).ok_or(Sealed::NoBackup)?;
            let key = self.cipher.signature_by(MARKED, mark, &of_file(head));
            let key = key.ok_or(Sealed::OtherKey)?;
            self.stream = Some(DecryptorBE32::from_aead(aead(&key), (&NONCE).into()));
            self.waiting = rest.to_vec();
        }
        let Some(stream) = &mut self.stream else { return Ok(Vec::new()) };
        let mut opened = Vec::new();
        let mut rest = self.waiting.as_slice();
        while rest.len() > PIECE + TAG {
            let (piece, after) = rest.split_at(PIECE + TAG);
            opened.extend(stream.decrypt_next(piece).map_err(|_| Sealed::Changed)?);
            rest = after;
        }
        self.waiting = rest.to_vec();
        Ok(opened)
    }

    /// Opens the last piece, once the file has come to its end.
    ///
    /// # Errors
    /// See [`Sealed`].
    pub fn finish(self) -> Result<Vec<u8>, Sealed> {
        let stream = self.stream.ok_or(Sealed::NoBackup)?;
        stream.decrypt_last(self.waiting.as_slice()).map_err(|_| Sealed::Changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(text: &[u8], at_once: usize) -> Vec<u8> {
        let (mut sealing, mut file) = Sealing::begin(&Cipher::new(&[7; 32])).unwrap();
        for part in text.chunks(at_once) {
            file.extend(sealing.seal(part).unwrap());
        }
        file.extend(sealing.finish().unwrap());
        file
    }

    fn opened(file: &[u8], at_once: usize, key: u8) -> Result<Vec<u8>, Sealed> {
        let cipher = Cipher::new(&[key; 32]);
        let mut opening = Opening::begin(&cipher);
        let mut text = Vec::new();
        for part in file.chunks(at_once) {
            text.extend(opening.open(part)?);
        }
        text.extend(opening.finish()?);
        Ok(text)
    }

    #[test]
    fn what_was_sealed_is_opened_whatever_the_length_and_the_parts_that_it_comes_in() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 77] {
            let text: Vec<u8> = (0..length).map(|place| (place % 251) as u8).collect();
            let file = sealed(&text, 10_007);
            assert_eq!(opened(&file, 977, 7), Ok(text.clone()), "{length}");
            assert_eq!(opened(&file, file.len(), 7), Ok(text), "{length}");
        }
    }

    #[test]
    fn the_same_text_is_never_sealed_the_same_and_cannot_be_read() {
        let text = b"the number of Ada is +2348030000001".repeat(100);
        let (one, other) = (sealed(&text, 100), sealed(&text, 100));
        assert_ne!(one, other);
        assert!(!one.windows(6).any(|part| part == b"234803"));
    }

    #[test]
    fn a_wrong_key_is_told_from_a_changed_file() {
        let file = sealed(&[1; 200_000], 4_096);
        assert_eq!(opened(&file, 4_096, 8), Err(Sealed::OtherKey));
        assert_eq!(opened(b"-- PostgreSQL database dump", 4_096, 7), Err(Sealed::NoBackup));
        assert_eq!(opened(&[b'x'; 300], 4_096, 7), Err(Sealed::NoBackup));
        for place in [20, HEAD, HEAD + PIECE + TAG, file.len() - 1] {
            let mut changed = file.clone();
            changed[place] ^= 1;
            assert_eq!(opened(&changed, 4_096, 7), Err(Sealed::Changed), "{place}");
        }
    }

    #[test]
    fn a_file_is_opened_with_whichever_key_of_those_that_were_replaced_sealed_it() {
        let file = sealed(b"of old", 100);
        let cipher = Cipher::new(&[9; 32]);
        for (known, opens) in [(vec![], false), (vec![[6; 32], [7; 32], [8; 32]], true)] {
            cipher.know_retired(&known);
            let mut opening = Opening::begin(&cipher);
            let opened = opening.open(&file);
            assert_eq!(opened.is_ok(), opens);
            if opens {
                assert_eq!(opening.finish().as_deref(), Ok(b"of old".as_slice()));
            }
        }
    }

    #[test]
    fn a_file_that_was_cut_short_grown_or_reordered_is_noticed() {
        let file = sealed(&[1; 3 * PIECE + 5], 4_096);
        let whole = PIECE + TAG;
        for length in [HEAD, HEAD + whole, HEAD + 2 * whole, HEAD + 3 * whole, file.len() - 1] {
            assert_eq!(opened(&file[..length], 4_096, 7), Err(Sealed::Changed), "{length}");
        }
        let grown = [file.as_slice(), &[0; 40]].concat();
        assert_eq!(opened(&grown, 4_096, 7), Err(Sealed::Changed));
        let mut swapped = file.clone();
        let (first, second) = swapped[HEAD..].split_at_mut(whole);
        first.swap_with_slice(&mut second[..whole]);
        assert_eq!(opened(&swapped, 4_096, 7), Err(Sealed::Changed));
    }
}
