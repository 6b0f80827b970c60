//! Copies of a tenant's tables: dumped by the database's own tool in one snapshot, sealed with a
//! key that is not in the database, kept in a store, and restored (rim 5.10).
//!
//! A backup is one file. A full one holds the whole schema as SQL that `psql` understands; an
//! incremental one the rows of the tables that changed since a full one. Before the SQL stands a
//! manifest, which says what every table came to, so that a restore can prove that it is whole.
//!
//! Who dumps: the server's own login role, which reads nothing by itself, as the role of the one
//! tenant (`pg_dump --role`). So a running server needs no owner's password for it, and a dump
//! cannot hold a row of another tenant.

mod archive;
mod dump;
mod fault;
mod hand_out;
mod make;
mod manifest;
mod pg_dump;
mod restore;
mod rotation;
mod sealed;
mod snapshot;
mod source;
mod sql_text;

pub use dump::{Dump, DumpFault, DumpOrder};
pub use fault::BackupFault;
pub(crate) use hand_out::LINK_KIND;
pub use hand_out::{BackupLink, DOWNLOAD_FIELDS};
pub use make::{Base, Made, Order, shape};
pub use manifest::{Manifest, TableFacts};
pub use pg_dump::PgDump;
pub use restore::{Restored, Target, open, restore};
pub use rotation::Rotation;
pub use source::Source;

use std::fmt;
use std::sync::Arc;

use crate::stored_file::FileStore;

/// Where a backup can be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder of the server.
    Local,
    /// A store elsewhere.
    Cloud,
}

impl Place {
    fn prefix(self) -> &'static str {
        match self {
            Place::Local => "local:",
            Place::Cloud => "cloud:",
        }
    }
}

/// How this server makes backups, and where it keeps them.
#[derive(Clone)]
pub struct Backups {
    pub dump: Arc<dyn Dump>,
    local: FileStore,
    cloud: Option<FileStore>,
}

impl fmt::Debug for Backups {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Backups");
        shown.field("local", &self.local).field("cloud", &self.cloud).finish_non_exhaustive()
    }
}

impl Backups {
    /// Backups that this tool makes, kept in these stores.
    pub fn new(dump: Arc<dyn Dump>, local: FileStore, cloud: Option<FileStore>) -> Self {
        Backups { dump, local, cloud }
    }

    /// None: whoever asks for one is told so.
    pub fn none() -> Self {
        Backups::new(Arc::new(dump::NoDump), FileStore::in_memory(), None)
    }

    /// Whether there is a store at this place.
    pub fn has(&self, place: Place) -> bool {
        place == Place::Local || self.cloud.is_some()
    }

    pub(crate) fn store(&self, place: Place) -> Result<&FileStore, BackupFault> {
        match place {
            Place::Local => Ok(&self.local),
            Place::Cloud => self.cloud.as_ref().ok_or(BackupFault::NoCloud),
        }
    }

    /// The store of a location, and the path in it.
    ///
    /// # Errors
    /// A location in a store that this server does not have.
    pub(crate) fn find<'a>(&self, location: &'a str) -> Result<(&FileStore, &'a str), BackupFault> {
        for place in [Place::Local, Place::Cloud] {
            if let Some(path) = location.strip_prefix(place.prefix()) {
                return Ok((self.store(place)?, path));
            }
        }
        Err(BackupFault::Gone(location.to_owned()))
    }
}
