//! A PostgreSQL cluster of our own, reachable over a unix socket only.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use bizgraph_kernel::hexadecimal::digits;
use rustix::process::Pid;
use sha2::{Digest, Sha256};
use tokio::process::Child;
use tokio::time::{Instant, sleep};
use tokio_postgres::NoTls;

use super::cluster_error::ClusterError;
use super::ownership::Owner;
use super::postmaster::{self, SHORT_WAIT};
use super::profile::Profile;
use super::programs::Programs;

/// The cluster's superuser. Whoever can reach the socket is let in as him: the socket's folder is
/// open to the cluster's own user (and root) only.
const SUPERUSER: &str = "postgres";

/// How long a start or a stop may take: recovery after a crash reads back at most a few minutes
/// of writes.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long sessions of a killed postmaster get to end by themselves.
const GRACE: Duration = Duration::from_secs(5);

/// A unix socket's path may have 107 bytes; its file's name `/.s.PGSQL.5432` takes 14 of them.
const LONGEST_SOCKET_FOLDER: usize = 107 - 14;

/// A running private cluster. It holds its data folder's lock until it is stopped or dropped.
#[derive(Debug)]
pub struct Cluster {
    data_folder: PathBuf,
    socket_folder: PathBuf,
    log: PathBuf,
    process: Pid,
    /// Absent when the postmaster of an earlier run was still there and was taken over.
    child: Option<Child>,
    lock: File,
}

impl Cluster {
    /// Starts the cluster `postgres` in `folder`, making it first where there is none, and waits
    /// until it answers. What a killed run left is recovered; its postmaster, when it still runs
    /// and answers, is taken over.
    pub async fn start(folder: &Path, profile: Profile) -> Result<Self, ClusterError> {
        let owner = Owner::of_this_process()?;
        let folder = owner.make_passage(folder)?;
        let lock = lock(&folder)?;
        let log = folder.join("postgres.log");
        let data_folder = folder.join("postgres");
        let programs = Programs::find(std::env::var_os("BIZGRAPH_PG_BIN"), &data_folder).await?;
        if !data_folder.join("PG_VERSION").exists() {
            make(&owner, &programs, &data_folder, profile, &log).await?;
        }
        let data_folder = data_folder.canonicalize().map_err(ClusterError::folder(&data_folder))?;
        let socket_folder = socket_folder(&owner, &data_folder)?;

        let (process, child) = match postmaster::running_on(&data_folder) {
            Some(process) => (process, None),
            None => {
                postmaster::clear_remains(&data_folder, &socket_folder, GRACE)
                    .await
                    .map_err(ClusterError::folder(&data_folder))?;
                let child = owner
                    .command(&programs.path("postgres"))
                    .arg("-D")
                    .arg(&data_folder)
                    .args(profile.arguments(&socket_folder))
                    .stdin(Stdio::null())
                    .stdout(append(&log)?)
                    .stderr(append(&log)?)
                    .spawn()
                    .map_err(|_| ClusterError::failed("postgres", &log))?;
                let process = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
                let process = process.ok_or_else(|| ClusterError::failed("postgres", &log))?;
                (process, Some(child))
            }
        };
        let mut cluster = Self { data_folder, socket_folder, log, process, child, lock };
        cluster.wait_until_ready().await?;
        Ok(cluster)
    }

    /// The address of a database of this cluster, as its superuser.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgresql://{SUPERUSER}@{}/{}",
            percent_encoded(&self.socket_folder.to_string_lossy()),
            percent_encoded(database)
        )
    }

    /// Ends all sessions, writes everything to disk and waits until the cluster is gone.
    pub async fn stop(mut self) -> Result<(), ClusterError> {
        postmaster::ask_to_stop(self.process);
        let ended = match self.child.take() {
            Some(mut child) => tokio::time::timeout(PATIENCE, child.wait()).await.is_ok(),
            None => postmaster::wait_for_end(self.process, &self.data_folder, PATIENCE).await,
        };
        match ended {
            true => Ok(()),
            false => Err(self.too_slow("stop")),
        }
    }

    async fn wait_until_ready(&mut self) -> Result<(), ClusterError> {
        let url = self.url("postgres");
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(child) = &mut self.child
                && let Ok(Some(_)) = child.try_wait()
            {
                return Err(ClusterError::failed("postgres", &self.log));
            }
            if let Ok((client, connection)) = tokio_postgres::connect(&url, NoTls).await {
                let connection = tokio::spawn(connection);
                let answered = client.simple_query("SELECT 1").await.is_ok();
                drop(client);
                let _ = connection.await;
                if answered {
                    return Ok(());
                }
            }
            sleep(SHORT_WAIT).await;
        }
        Err(self.too_slow("answer"))
    }

    fn too_slow(&self, verb: &'static str) -> ClusterError {
        ClusterError::TooSlow { verb, seconds: PATIENCE.as_secs(), log: self.log.clone() }
    }
}

/// A cluster that was not stopped, because a start failed or a test panicked, is still asked to;
/// the folder is given back.
impl Drop for Cluster {
    fn drop(&mut self) {
        if postmaster::running_on(&self.data_folder) == Some(self.process) {
            postmaster::ask_to_stop(self.process);
        }
        // Closing alone would leave it locked while a program that another thread starts at this
        // moment still has the descriptor: from its fork until its exec.
        let _ = self.lock.unlock();
    }
}

/// Makes a new cluster beside its place and moves it there when it is whole, so that an
/// interrupted first start leaves nothing that looks like a cluster.
async fn make(
    owner: &Owner,
    programs: &Programs,
    data_folder: &Path,
    profile: Profile,
    log: &Path,
) -> Result<(), ClusterError> {
    let place = owner.place(data_folder)?;
    let unfinished = place.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(ClusterError::folder(&unfinished))?;
    }
    owner.make_private(&unfinished)?;
    tracing::info!(place = %place.display(), "making the private PostgreSQL cluster");
    let status = owner
        .command(&programs.path("initdb"))
        .arg("--pgdata")
        .arg(&unfinished)
        .args(["--username", SUPERUSER, "--auth=trust", "--no-instructions"])
        .args(["--encoding=UTF8", "--locale=C.UTF-8"])
        .args(profile.initdb_arguments())
        .stdin(Stdio::null())
        .stdout(append(log)?)
        .stderr(append(log)?)
        .status()
        .await;
    if !status.is_ok_and(|status| status.success()) {
        return Err(ClusterError::failed("initdb", log));
    }
    fs::rename(&unfinished, &place).map_err(ClusterError::folder(&place))
}

/// The folder of the socket: in the data folder, or where that path is too long for a socket, one
/// with a short name in the temporary folder.
fn socket_folder(owner: &Owner, data_folder: &Path) -> Result<PathBuf, ClusterError> {
    let inside = data_folder.join("socket");
    let folder = if inside.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
        inside
    } else {
        let digest = Sha256::digest(data_folder.as_os_str().as_encoded_bytes());
        std::env::temp_dir().join(format!("bizgraph-{}", digits(&digest[..8])))
    };
    if !folder.exists() {
        owner.make_private(&folder)?;
    }
    match owner.has_private(&folder) {
        true => Ok(folder),
        false => Err(ClusterError::ForeignSocketFolder(folder)),
    }
}

/// Takes the folder for this process alone; the operating system gives it back however the
/// process ends.
fn lock(folder: &Path) -> Result<File, ClusterError> {
    let path = folder.join("postgres.lock");
    let refuse = || ClusterError::folder(&path);
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(refuse())?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0)
                .and_then(|()| file.write_all(std::process::id().to_string().as_bytes()))
                .map_err(refuse())?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut process = String::new();
            file.read_to_string(&mut process).map_err(refuse())?;
            Err(ClusterError::InUse { folder: folder.to_path_buf(), process })
        }
        Err(TryLockError::Error(refused)) => Err(refuse()(refused)),
    }
}

fn append(log: &Path) -> Result<File, ClusterError> {
    File::options().create(true).append(true).open(log).map_err(ClusterError::folder(log))
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests;
