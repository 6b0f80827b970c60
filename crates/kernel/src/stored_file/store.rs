//! Where the bytes lie: a folder, memory, or a store of another company behind the same words.

use std::fmt;
use std::path::Path as FolderPath;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::db::Fault;

/// Uploads that run at one time; each may hold a part in memory.
const UPLOADS: usize = 8;

/// Where uploaded files are kept.
#[derive(Clone)]
pub struct FileStore {
    store: Arc<dyn ObjectStore>,
    uploads: Arc<Semaphore>,
}

impl fmt::Debug for FileStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "FileStore({})", self.store)
    }
}

impl FileStore {
    fn over(store: Arc<dyn ObjectStore>) -> Self {
        FileStore { store, uploads: Arc::new(Semaphore::new(UPLOADS)) }
    }

    /// Files that end with the process, as for tests.
    pub fn in_memory() -> Self {
        Self::over(Arc::new(InMemory::new()))
    }

    /// Files in a folder, which is made.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn in_folder(folder: &FolderPath) -> Result<Self, Fault> {
        std::fs::create_dir_all(folder).map_err(|error| Fault::internal(error.to_string()))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(unreachable)?;
        Ok(Self::over(Arc::new(store)))
    }

    /// Files at an address, such as `s3://bucket/folder`. Keys, region and endpoint are read
    /// from the environment, as the store's own tools do (`AWS_ACCESS_KEY_ID` and so on).
    ///
    /// # Errors
    /// An address of a store that this program was not built for.
    pub fn at(address: &str) -> Result<Self, Fault> {
        let url = url::Url::parse(address).map_err(|error| Fault::internal(error.to_string()))?;
        // Shorter names, such as TOKEN or REGION, would be understood too, and mean something else.
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with("AWS_"))?;
            Some((name.to_lowercase(), value.into_string().ok()?))
        });
        let (store, prefix) =
            object_store::parse_url_opts(&url, environment).map_err(unreachable)?;
        Ok(Self::over(Arc::new(PrefixStore::new(store, prefix))))
    }

    /// A place among the uploads that may run now; `None` while all are taken.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.uploads.clone().try_acquire_owned().ok()
    }

    /// Begins a file, which exists once its writing is finished.
    pub(crate) async fn begin(&self, location: &str) -> Result<WriteMultipart, Fault> {
        let upload = self.store.put_multipart(&Path::from(location)).await;
        Ok(WriteMultipart::new(upload.map_err(unreachable)?))
    }

    /// How long a file is, in bytes; `None` when there is no such file.
    pub(crate) async fn length(&self, location: &str) -> Result<Option<u64>, Fault> {
        match self.store.head(&Path::from(location)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unreachable(error)),
        }
    }

    /// The bytes of a file, piece by piece; `None` when there is no such file.
    pub(crate) async fn read(
        &self,
        location: &str,
    ) -> Result<Option<BoxStream<'static, Result<Bytes, Fault>>>, Fault> {
        match self.store.get(&Path::from(location)).await {
            Ok(found) => {
                Ok(Some(found.into_stream().map(|piece| piece.map_err(unreachable)).boxed()))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unreachable(error)),
        }
    }

    /// The files whose names begin with this folder, in the order of their names.
    pub(crate) async fn names(&self, folder: &str) -> Result<Vec<String>, Fault> {
        let mut found = self.store.list(Some(&Path::from(folder)));
        let mut names = Vec::new();
        while let Some(file) = found.next().await {
            names.push(file.map_err(unreachable)?.location.to_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Removes a file; one that is not there is removed already.
    pub(crate) async fn remove(&self, location: &str) -> Result<(), Fault> {
        match self.store.delete(&Path::from(location)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(unreachable(error)),
        }
    }
}

pub(crate) fn unreachable(error: object_store::Error) -> Fault {
    Fault::Unreachable(format!("the store of files: {error}"))
}
