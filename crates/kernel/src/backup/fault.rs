//! Why a backup was not made, or not restored.

use crate::backup::DumpFault;
use crate::db::Fault;
use crate::db::migrate::MigrationFault;
use crate::db::provision::ProvisionFault;

/// Why a backup was not made, or not restored. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum BackupFault {
    /// The dumping tool.
    #[error(transparent)]
    Dump(#[from] DumpFault),
    /// Longer than anybody waits.
    #[error("it was not there in time")]
    TooLong,
    /// A store that this server was not given.
    #[error("this server has no store elsewhere: name one in BIZGRAPH_BACKUPS_CLOUD")]
    NoCloud,
    /// The file is not where it should be.
    #[error("there is no backup at {0}")]
    Gone(String),
    /// Something else.
    #[error("{0} is no backup of bizgraph")]
    NoBackup(String),
    /// Sealed with a key that nobody here knows.
    #[error(
        "{0} was sealed with another key: give the key of the server that made it in \
         BIZGRAPH_OLD_KEY"
    )]
    OtherKey(String),
    /// Not as it was written.
    #[error("{0} was changed or cut short since it was made, and cannot be trusted")]
    Changed(String),
    /// A file that goes on from another one.
    #[error("{0} is incremental and goes on from {1}: give that full backup as well, with --full")]
    FullMissing(String, String),
    /// A file that goes on from another one than was given.
    #[error("{0} does not go on from {1}, but from another full backup: {2}")]
    OtherFull(String, String, String),
    /// A tenant that has something to lose.
    #[error("{0}")]
    Target(String),
    /// What was restored is not what was dumped.
    #[error("what was restored is not what was dumped: {0}")]
    Differs(String),
    /// A program of another age.
    #[error(transparent)]
    Migration(#[from] MigrationFault),
    /// The tenant cannot be made.
    #[error(transparent)]
    Provision(#[from] ProvisionFault),
    /// The database.
    #[error("database: {0}")]
    Database(String),
    /// The rest.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl BackupFault {
    /// What people of the tenant are told; a defect is for the log alone.
    pub fn told(&self) -> String {
        match self {
            BackupFault::Fault(Fault::Internal(_)) => {
                "The server failed; its log says why.".to_owned()
            }
            fault => fault.to_string(),
        }
    }
}

impl From<tokio_postgres::Error> for BackupFault {
    fn from(error: tokio_postgres::Error) -> Self {
        // Its own words are in its cause.
        let cause = std::error::Error::source(&error);
        BackupFault::Database(cause.map_or_else(|| error.to_string(), ToString::to_string))
    }
}
