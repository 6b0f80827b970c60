//! Finding the PostgreSQL server programs of this machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::cluster_error::ClusterError;

/// The lowest major version that the server works with.
const LOWEST_VERSION: u32 = 15;

/// A folder that holds `initdb` and `postgres` of one version.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    folder: PathBuf,
    version: u32,
}

impl Programs {
    /// The programs for the cluster in `data_folder`: those of the version that made it, else the
    /// newest. `chosen` is a folder that the operator named; then no other is looked at.
    pub(super) async fn find(
        chosen: Option<OsString>,
        data_folder: &Path,
    ) -> Result<Self, ClusterError> {
        let folders = match chosen {
            Some(folder) => vec![PathBuf::from(folder)],
            None => candidate_folders().await,
        };
        let mut found = Vec::new();
        for folder in folders {
            if let Some(version) = version_in(&folder).await {
                found.push(Self { folder, version });
            }
        }
        let newest = found
            .iter()
            .max_by_key(|programs| programs.version)
            .ok_or(ClusterError::ProgramsMissing)?;
        if newest.version < LOWEST_VERSION {
            return Err(ClusterError::TooOld {
                found: newest.version,
                needed: LOWEST_VERSION,
                folder: newest.folder.clone(),
            });
        }
        match made_by(data_folder) {
            None => Ok(newest.clone()),
            Some(made_by) => {
                found.iter().find(|programs| programs.version == made_by).cloned().ok_or(
                    ClusterError::OtherVersion { made_by, folder: data_folder.to_path_buf() },
                )
            }
        }
    }

    /// The path of one program.
    pub(super) fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }
}

/// Where server programs usually are: what `pg_config` names, and the folders that Debian, Ubuntu
/// and Red Hat keep outside PATH, one a version.
async fn candidate_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Some(answer) = answer_of(Command::new("pg_config").arg("--bindir")).await {
        folders.push(PathBuf::from(answer.trim()));
    }
    for (parent, prefix, suffix) in [("/usr/lib/postgresql", "", "bin"), ("/usr", "pgsql-", "bin")]
    {
        let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
        folders.extend(
            entries
                .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
                .map(|entry| entry.path().join(suffix)),
        );
    }
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&on_path));
    folders
}

/// The program in BIZGRAPH_PG_DUMP, else the newest `pg_dump` of this machine; where there is
/// none, its bare name, so that it is told that it is missing.
pub async fn dump_program() -> PathBuf {
    if let Some(named) = std::env::var_os("BIZGRAPH_PG_DUMP").filter(|path| !path.is_empty()) {
        return named.into();
    }
    let chosen = std::env::var_os("BIZGRAPH_PG_BIN").map(PathBuf::from);
    let mut newest: Option<(u32, PathBuf)> = None;
    for folder in chosen.into_iter().chain(candidate_folders().await) {
        let program = folder.join("pg_dump");
        if !program.is_file() {
            continue;
        }
        let answer = answer_of(Command::new(&program).arg("--version")).await;
        let version = answer.and_then(|answer| major_version(&answer));
        if let Some(version) = version
            && newest.as_ref().is_none_or(|(known, _)| *known < version)
        {
            newest = Some((version, program));
        }
    }
    newest.map_or_else(|| PathBuf::from("pg_dump"), |(_, program)| program)
}

/// The major version of the programs in a folder; none when they are not all there.
async fn version_in(folder: &Path) -> Option<u32> {
    let postgres = folder.join("postgres");
    if !postgres.is_file() || !folder.join("initdb").is_file() {
        return None;
    }
    let answer = answer_of(Command::new(postgres).arg("--version")).await?;
    major_version(&answer)
}

/// The major version in an answer such as `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn major_version(answer: &str) -> Option<u32> {
    let (_, after) = answer.split_once("(PostgreSQL) ")?;
    let digits = after.split(|letter: char| !letter.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// The major version that made the cluster in a folder; none when there is no cluster.
fn made_by(data_folder: &Path) -> Option<u32> {
    let text = std::fs::read_to_string(data_folder.join("PG_VERSION")).ok()?;
    text.trim().parse().ok()
}

async fn answer_of(command: &mut Command) -> Option<String> {
    let output = command.output().await.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_releases_and_previews() {
        let debian = "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n";
        assert_eq!(major_version(debian), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 19devel\n"), Some(19));
        assert_eq!(major_version("something else"), None);
    }

    #[tokio::test]
    async fn missing_programs_are_told_with_the_package_to_install() {
        let empty = tempfile::tempdir().unwrap();
        let refused = Programs::find(Some(empty.path().into()), empty.path()).await.unwrap_err();
        assert!(refused.to_string().contains("apt-get install postgresql"));
    }

    #[tokio::test]
    async fn programs_that_are_too_old_are_told_with_both_versions() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        for program in ["postgres", "initdb"] {
            let path = folder.path().join(program);
            std::fs::write(&path, "#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let refused = Programs::find(Some(folder.path().into()), folder.path())
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains("PostgreSQL 14") && refused.contains("install PostgreSQL 15"));
    }

    #[tokio::test]
    async fn a_cluster_of_a_version_that_is_gone_is_told() {
        let data = tempfile::tempdir().unwrap();
        std::fs::write(data.path().join("PG_VERSION"), "12\n").unwrap();
        let refused = Programs::find(None, data.path()).await.unwrap_err();
        assert!(refused.to_string().contains("postgresql-12"));
    }
}
