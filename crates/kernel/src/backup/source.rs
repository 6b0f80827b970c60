//! Where a backup is read from: a file of this machine, or a store.

use std::path::PathBuf;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, try_unfold};
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use crate::backup::{BackupFault, Backups};
use crate::db::Fault;
use crate::stored_file::FileStore;

/// Bytes that are read at one time.
const PIECE: usize = 256 * 1_024;

/// A sealed file.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file of this machine.
    File(PathBuf),
    /// A file in a store, by its path there.
    Stored(FileStore, String),
}

impl Source {
    /// The file at a location that a backup was given.
    ///
    /// # Errors
    /// A location in a store that this server does not have.
    pub fn at(backups: &Backups, location: &str) -> Result<Self, BackupFault> {
        let (store, path) = backups.find(location)?;
        Ok(Source::Stored(store.clone(), path.to_owned()))
    }

    /// How it is called in messages.
    pub fn name(&self) -> String {
        match self {
            Source::File(path) => path.display().to_string(),
            Source::Stored(_, path) => path.clone(),
        }
    }

    pub(super) async fn pieces(
        &self,
    ) -> Result<BoxStream<'static, Result<Bytes, Fault>>, BackupFault> {
        let gone = || BackupFault::Gone(self.name());
        match self {
            Source::Stored(store, path) => store.read(path).await?.ok_or_else(gone),
            Source::File(path) => {
                let file = File::open(path).await.map_err(|_| gone())?;
                let read = |mut file: File| async move {
                    let mut piece = Vec::with_capacity(PIECE);
                    let read = file.read_buf(&mut piece).await;
                    let read = read.map_err(|error| Fault::Unreachable(error.to_string()))?;
                    Ok((read > 0).then(|| (Bytes::from(piece), file)))
                };
                Ok(try_unfold(file, read).boxed())
            }
        }
    }
}
