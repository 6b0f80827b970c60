//! What can keep the private cluster from running, each as one sentence that helps.

use std::io;
use std::path::{Path, PathBuf};

/// Why the private cluster did not start or stop.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No folder of server programs was found.
    #[error(
        "the PostgreSQL server programs are missing: install the package `postgresql` \
         (apt-get install postgresql), or name the folder of `initdb` and `postgres` in \
         BIZGRAPH_PG_BIN, or name a running server in DATABASE_URL"
    )]
    ProgramsMissing,
    /// Server programs were found, but none is recent enough.
    #[error(
        "PostgreSQL {found} in {} is too old: install PostgreSQL {needed} or later, or name its \
         folder in BIZGRAPH_PG_BIN",
        .folder.display()
    )]
    TooOld {
        /// The major version that was found.
        found: u32,
        /// The lowest major version that the server works with.
        needed: u32,
        /// Where the programs are.
        folder: PathBuf,
    },
    /// The cluster was made by a major version that is no longer installed.
    #[error(
        "the cluster in {} was made by PostgreSQL {made_by}, which is not installed: install the \
         package `postgresql-{made_by}`, or move that folder away to begin anew",
        .folder.display()
    )]
    OtherVersion {
        /// The major version that made the cluster.
        made_by: u32,
        /// The cluster's data folder.
        folder: PathBuf,
    },
    /// A folder or a file cannot be made, read or written.
    #[error("{} cannot be used ({source}): give this user the right to it, or choose another folder with --data", .path.display())]
    Folder {
        /// The folder or the file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Another server holds the same data folder.
    #[error(
        "another bizgraph (process {process}) already runs on {}: stop it, or choose another \
         folder with --data",
        .folder.display()
    )]
    InUse {
        /// The folder that both want.
        folder: PathBuf,
        /// The process that holds it, as it wrote itself down.
        process: String,
    },
    /// Started as root on a machine that has no user to run PostgreSQL as.
    #[error(
        "PostgreSQL refuses to run as root and this machine has neither a user `postgres` nor \
         `nobody`: add one, or start as another user"
    )]
    NoUnprivilegedUser,
    /// The folder for the socket in the temporary folder belongs to somebody else.
    #[error("{} belongs to another user: remove it, or choose a data folder with a shorter path with --data", .0.display())]
    ForeignSocketFolder(PathBuf),
    /// A program of PostgreSQL ended with an error.
    #[error("{program} failed: {reason} (all of it is in {})", .log.display())]
    Failed {
        /// The program.
        program: &'static str,
        /// The last thing that it said.
        reason: String,
        /// Where the rest of what it said is.
        log: PathBuf,
    },
    /// The cluster did not answer, or did not stop, in time.
    #[error("PostgreSQL did not {verb} within {seconds} seconds: see {}", .log.display())]
    TooSlow {
        /// What it should have done.
        verb: &'static str,
        /// How long it was waited for, in seconds.
        seconds: u64,
        /// The cluster's log.
        log: PathBuf,
    },
}

impl ClusterError {
    /// Makes the error of a folder or file from what the operating system said.
    pub(super) fn folder(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Folder { path: path.to_path_buf(), source }
    }

    /// The error of a program of PostgreSQL, with the last line of its log as the reason.
    pub(super) fn failed(program: &'static str, log: &Path) -> Self {
        let text = std::fs::read_to_string(log).unwrap_or_default();
        let reason = text
            .lines()
            .rev()
            .find(|line| line.contains("FATAL:") || line.contains("error:"))
            .or_else(|| text.lines().last())
            .unwrap_or("it said nothing");
        Self::Failed { program, reason: reason.trim().to_owned(), log: log.to_path_buf() }
    }
}
