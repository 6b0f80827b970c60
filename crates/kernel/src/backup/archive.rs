//! Reading a backup: unsealed, unpacked, its manifest first.

use std::io::Write;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use sha2::{Digest, Sha256};

use crate::backup::sealed::{Opening, Sealed};
use crate::backup::{BackupFault, Manifest, Source};
use crate::cipher::Cipher;
use crate::db::Fault;
use crate::hexadecimal::digits;

/// Longer manifests than this are none.
const LONGEST_MANIFEST: usize = 16 * 1_024 * 1_024;

/// A manifest as it stands at the beginning of a file: its length, then itself.
pub fn written(manifest: &Manifest) -> Result<Vec<u8>, Fault> {
    let text = serde_json::to_vec(manifest).map_err(|error| Fault::internal(error.to_string()))?;
    let length = u32::try_from(text.len()).map_err(|error| Fault::internal(error.to_string()))?;
    Ok([length.to_be_bytes().as_slice(), &text].concat())
}

/// A backup that is being read.
pub struct Archive<'a> {
    name: String,
    pub manifest: Manifest,
    pieces: BoxStream<'static, Result<Bytes, Fault>>,
    /// None once the end was opened.
    opening: Option<Opening<'a>>,
    hash: Sha256,
    unpacking: MultiGzDecoder<Vec<u8>>,
}

impl<'a> Archive<'a> {
    /// Opens a file and reads its manifest.
    ///
    /// # Errors
    /// What speaks against the file.
    pub async fn open(cipher: &'a Cipher, source: &Source) -> Result<Self, BackupFault> {
        let name = source.name();
        let mut pieces = source.pieces().await?;
        let mut opening = Some(Opening::begin(cipher));
        let (mut hash, mut plain) = (Sha256::new(), Vec::new());
        let (manifest, rest) = loop {
            let more = unsealed(&name, &mut pieces, &mut opening, &mut hash).await?;
            let ended = more.is_none();
            plain.extend(more.unwrap_or_default());
            if let Some(read) = manifest(&name, &plain)? {
                break read;
            }
            if ended {
                return Err(BackupFault::Changed(name));
            }
        };
        let mut unpacking = MultiGzDecoder::new(Vec::new());
        unpacking.write_all(&rest).map_err(|_| BackupFault::Changed(name.clone()))?;
        Ok(Archive { name, manifest, pieces, opening, hash, unpacking })
    }

    /// Further SQL; `None` once the file came to its end and was whole.
    ///
    /// # Errors
    /// What speaks against the file.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, BackupFault> {
        let changed = |_| BackupFault::Changed(self.name.clone());
        let unpacked = std::mem::take(self.unpacking.get_mut());
        if !unpacked.is_empty() {
            return Ok(Some(unpacked));
        }
        let (pieces, opening) = (&mut self.pieces, &mut self.opening);
        match unsealed(&self.name, pieces, opening, &mut self.hash).await? {
            Some(packed) => self.unpacking.write_all(&packed).map_err(changed)?,
            None => {
                self.unpacking.try_finish().map_err(changed)?;
                let rest = std::mem::take(self.unpacking.get_mut());
                return Ok((!rest.is_empty()).then_some(rest));
            }
        }
        Ok(Some(std::mem::take(self.unpacking.get_mut())))
    }

    /// SHA-256 of the file, once it was read to its end.
    pub fn sha256(&self) -> String {
        digits(self.hash.clone().finalize())
    }
}

/// The next bytes before sealing; `None` after the end.
async fn unsealed(
    name: &str,
    pieces: &mut BoxStream<'static, Result<Bytes, Fault>>,
    opening: &mut Option<Opening<'_>>,
    hash: &mut Sha256,
) -> Result<Option<Vec<u8>>, BackupFault> {
    let told = |sealed| match sealed {
        Sealed::NoBackup => BackupFault::NoBackup(name.to_owned()),
        Sealed::OtherKey => BackupFault::OtherKey(name.to_owned()),
        Sealed::Changed => BackupFault::Changed(name.to_owned()),
    };
    let Some(mut open) = opening.take() else { return Ok(None) };
    match pieces.next().await {
        Some(piece) => {
            let piece = piece?;
            hash.update(&piece);
            let opened = open.open(&piece).map_err(told)?;
            *opening = Some(open);
            Ok(Some(opened))
        }
        None => Ok(Some(open.finish().map_err(told)?)),
    }
}

/// The manifest at the beginning, and what follows it; `None` while it is not whole.
fn manifest(name: &str, plain: &[u8]) -> Result<Option<(Manifest, Vec<u8>)>, BackupFault> {
    let Some((length, rest)) = plain.split_first_chunk::<4>() else { return Ok(None) };
    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    if length > LONGEST_MANIFEST {
        return Err(BackupFault::NoBackup(name.to_owned()));
    }
    let Some((text, rest)) = rest.split_at_checked(length) else { return Ok(None) };
    let manifest = serde_json::from_slice(text);
    let manifest = manifest.map_err(|_| BackupFault::NoBackup(name.to_owned()))?;
    Ok(Some((manifest, rest.to_vec())))
}
