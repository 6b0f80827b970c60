//! How the private cluster is set: safe for data that is kept, fast for data that is not.

use std::path::Path;

/// What a private cluster is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Keeps what was committed, whatever happens to the machine.
    Durable,
    /// For tests: loses everything when the machine stops, and never waits for the disk.
    Test,
}

impl Profile {
    /// The settings as arguments of `postgres`. They are given at each start and not written to
    /// the cluster's configuration file, so that a newer binary brings its own.
    pub(super) fn arguments(self, socket_folder: &Path) -> Vec<String> {
        let mut settings = vec![
            "listen_addresses=".to_owned(),
            format!("unix_socket_directories={}", quoted(socket_folder)),
            "unix_socket_permissions=0700".to_owned(),
            "shared_buffers=128MB".to_owned(),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
            "jit=off".to_owned(),
            // Its pages are in memory or on a solid disk, where reading one out of order costs little
            // more; the default makes a search by date and name read all customers, 9 times as slow.
            "random_page_cost=1.1".to_owned(),
        ];
        settings.extend(
            match self {
                Self::Durable => &["max_connections=60", "fsync=on"][..],
                Self::Test => &[
                    "max_connections=200",
                    "fsync=off",
                    "synchronous_commit=off",
                    "full_page_writes=off",
                    "autovacuum=off",
                ],
            }
            .iter()
            .map(|setting| (*setting).to_owned()),
        );
        settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]).collect()
    }

    /// What `initdb` is told besides where and how.
    pub(super) fn initdb_arguments(self) -> &'static [&'static str] {
        match self {
            Self::Durable => &["--data-checksums"],
            Self::Test => &["--no-sync"],
        }
    }
}

/// A list of folders is a list of identifiers to PostgreSQL: a comma in a path must be quoted.
fn quoted(folder: &Path) -> String {
    format!("\"{}\"", folder.to_string_lossy().replace('"', "\"\""))
}
