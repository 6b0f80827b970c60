//! Who runs the private cluster, and which folders are his.
//!
//! PostgreSQL refuses to run as root. Started by root, the cluster belongs to an unprivileged user
//! of the machine; started by anybody else, to that person.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::cluster_error::ClusterError;

/// Where the cluster lies when the chosen folder is closed to the user who must run it, as the
/// home folder of root is.
const OPEN_FOLDER: &str = "/var/lib/bizgraph";

/// The user that the cluster runs as.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    user: u32,
    group: u32,
    /// Whether the server itself is root, and so must become this user for PostgreSQL.
    by_root: bool,
}

impl Owner {
    /// The caller, or the machine's `postgres` or `nobody` where the caller is root.
    pub(super) fn of_this_process() -> Result<Self, ClusterError> {
        let user = rustix::process::geteuid();
        if !user.is_root() {
            let group = rustix::process::getegid();
            return Ok(Self { user: user.as_raw(), group: group.as_raw(), by_root: false });
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let (user, group) = ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| numbers_of(&users, name))
            .ok_or(ClusterError::NoUnprivilegedUser)?;
        Ok(Self { user, group, by_root: true })
    }

    /// A command that runs as this user, apart from the terminal's signals: Ctrl-C must reach the
    /// server first, which then stops the cluster after its last transaction.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").process_group(0);
        if self.by_root {
            command.uid(self.user).gid(self.group);
        }
        command
    }

    /// Makes the folder of the server itself, open enough for this user to pass through.
    pub(super) fn make_passage(&self, folder: &Path) -> Result<PathBuf, ClusterError> {
        let refuse = || ClusterError::folder(folder);
        fs::create_dir_all(folder).map_err(refuse())?;
        if self.by_root {
            let mode = fs::metadata(folder).map_err(refuse())?.mode();
            fs::set_permissions(folder, Permissions::from_mode(mode | 0o011)).map_err(refuse())?;
        }
        folder.canonicalize().map_err(refuse())
    }

    /// Makes an empty folder that only this user can enter.
    pub(super) fn make_private(&self, folder: &Path) -> Result<(), ClusterError> {
        DirBuilder::new()
            .mode(0o700)
            .create(folder)
            .and_then(|()| match self.by_root {
                true => chown(folder, Some(self.user), Some(self.group)),
                false => Ok(()),
            })
            .map_err(ClusterError::folder(folder))
    }

    /// Whether a folder is this user's and closed to all others.
    pub(super) fn has_private(&self, folder: &Path) -> bool {
        fs::symlink_metadata(folder).is_ok_and(|facts| {
            facts.is_dir() && facts.uid() == self.user && facts.mode() & 0o077 == 0
        })
    }

    /// Where a new cluster that is asked for at `data_folder` is to lie: there, or, when this user
    /// cannot get there, in a folder of its own in the machine's usual place, to which
    /// `data_folder` then points.
    pub(super) fn place(&self, data_folder: &Path) -> Result<PathBuf, ClusterError> {
        let reachable = data_folder.ancestors().skip(1).all(|ancestor| self.can_pass(ancestor));
        if reachable {
            return Ok(data_folder.to_path_buf());
        }
        let open = self.make_passage(Path::new(OPEN_FOLDER))?;
        let place = (1_u32..)
            .map(|number| open.join(number.to_string()))
            .find(|place| !place.exists())
            .unwrap_or(open);
        if data_folder.is_symlink() {
            fs::remove_file(data_folder).map_err(ClusterError::folder(data_folder))?;
        }
        symlink(&place, data_folder).map_err(ClusterError::folder(data_folder))?;
        tracing::info!(
            asked_for = %data_folder.display(),
            place = %place.display(),
            "the folder is closed to the user who runs PostgreSQL, so the cluster lies elsewhere"
        );
        Ok(place)
    }

    fn can_pass(&self, folder: &Path) -> bool {
        fs::metadata(folder).is_ok_and(|facts| {
            let needed = if facts.uid() == self.user {
                0o100
            } else if facts.gid() == self.group {
                0o010
            } else {
                0o001
            };
            facts.mode() & needed != 0
        })
    }
}

/// The user and group number of a name in the text of `/etc/passwd`.
fn numbers_of(users: &str, name: &str) -> Option<(u32, u32)> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then_some(())?;
        let user = fields.nth(1)?.parse().ok()?;
        Some((user, fields.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let users = "postgres2:x:1:2::/:/bin/sh\npostgres:x:101:104::/:/bin/bash\n";
        assert_eq!(numbers_of(users, "postgres"), Some((101, 104)));
        assert_eq!(numbers_of(users, "nobody"), None);
    }
}
