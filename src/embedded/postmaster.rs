//! The running PostgreSQL of a data folder: is there one, is it really ours, and ending it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Instant, sleep};

/// Between two looks at a process or a socket.
pub(super) const SHORT_WAIT: Duration = Duration::from_millis(20);

/// The postmaster that wrote itself down in a data folder and still runs on it.
///
/// A number alone proves nothing after a crash or a restart of the machine, when it may belong to
/// any other process: the process must be a `postgres` whose working folder is the data folder.
pub(super) fn running_on(data_folder: &Path) -> Option<Pid> {
    let text = fs::read_to_string(data_folder.join("postmaster.pid")).ok()?;
    let process = Pid::from_raw(text.lines().next()?.trim().parse().ok()?)?;
    is_postgres_on(process, data_folder).then_some(process)
}

/// Asks a postmaster to end its sessions, write everything down and stop.
pub(super) fn ask_to_stop(process: Pid) {
    // The only error that can happen is that the process is already gone.
    let _ = kill_process(process, Signal::INT);
}

/// Waits until a postmaster no longer runs on the data folder; false when that took too long.
pub(super) async fn wait_for_end(process: Pid, data_folder: &Path, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    while is_postgres_on(process, data_folder) {
        if Instant::now() >= deadline {
            return false;
        }
        sleep(SHORT_WAIT).await;
    }
    true
}

/// Clears what a killed postmaster left: sessions that still hold the shared memory, without which
/// a new postmaster refuses to start, and its process number beside its data and its socket, which
/// another program may have now or nobody took from the list of processes.
pub(super) async fn clear_remains(
    data_folder: &Path,
    socket_folder: &Path,
    limit: Duration,
) -> std::io::Result<()> {
    let deadline = Instant::now() + limit;
    loop {
        let left = processes_on(data_folder);
        if left.is_empty() {
            break;
        }
        let signal = match Instant::now() < deadline {
            true => Signal::QUIT,
            false => Signal::KILL,
        };
        for process in left {
            let _ = kill_process(process, signal);
        }
        sleep(SHORT_WAIT).await;
    }
    let mut left = vec![data_folder.join("postmaster.pid")];
    let sockets = fs::read_dir(socket_folder)?.flatten().map(|entry| entry.path());
    left.extend(sockets.filter(|path| path.to_string_lossy().contains("/.s.PGSQL.")));
    for file in left {
        match fs::remove_file(file) {
            Err(refused) if refused.kind() != std::io::ErrorKind::NotFound => return Err(refused),
            _ => {}
        }
    }
    Ok(())
}

fn processes_on(data_folder: &Path) -> Vec<Pid> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(Pid::from_raw)
        .filter(|process| is_postgres_on(*process, data_folder))
        .collect()
}

fn is_postgres_on(process: Pid, data_folder: &Path) -> bool {
    let facts = Path::new("/proc").join(process.as_raw_nonzero().to_string());
    let program = fs::read_link(facts.join("exe"));
    let folder = fs::read_link(facts.join("cwd"));
    folder.is_ok_and(|folder| folder == data_folder)
        && program.is_ok_and(|program| {
            let name = program.file_name().unwrap_or_default().to_string_lossy();
            // An upgrade of the package under a running postmaster adds " (deleted)".
            name.split(' ').next() == Some("postgres")
        })
}
