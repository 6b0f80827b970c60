//! Memory under load: the server in a cgroup with a limit, 500 connections, and somebody who
//! asks for its health all the while.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::load;
use crate::server::{self, Program};

/// What the server may hold, in MiB.
pub const LIMIT: u64 = 256;

/// Clients that all send at once.
pub const CONNECTIONS: usize = 500;

/// What the limit did.
pub struct Held {
    /// The most that was ever charged to the cgroup, in MiB, files in the page cache included.
    pub peak: u64,
    pub answered: f64,
    /// Told to come back later.
    pub shed: f64,
    /// The longest that the health took to be told, in milliseconds.
    pub slowest_health: f64,
}

/// Runs the server under the limit and loads it; `None` where no cgroup can be made.
pub fn measure(
    program: &Program,
    folder: &Path,
    requests: &[String],
    seconds: u64,
) -> anyhow::Result<Option<Held>> {
    let Some(group) = Group::make()? else { return Ok(None) };
    let server = program.serve_in(Some(&group.folder.join("cgroup.procs")))?;
    let done = AtomicBool::new(false);
    let (load, slowest) = std::thread::scope(|scope| {
        let health = scope.spawn(|| slowest_health(&done));
        let load = load::run_refusing(folder, requests, CONNECTIONS, seconds, "memory");
        done.store(true, Ordering::Relaxed);
        (load, health.join())
    });
    let load = load?;
    let slowest = slowest.map_err(|_| anyhow::anyhow!("the health check panicked"))??;
    let (status, _) = server::get("/readyz")?;
    ensure!(status == 200, "the server is not ready after the load");
    let peak = group.peak()?;
    server.stop()?;
    let slowest_health = slowest.as_secs_f64() * 1000.0;
    Ok(Some(Held {
        peak,
        answered: load.requests - load.refused,
        shed: load.refused,
        slowest_health,
    }))
}

/// Asks for both kinds of health until it is told to stop.
fn slowest_health(done: &AtomicBool) -> anyhow::Result<Duration> {
    let mut slowest = Duration::ZERO;
    while !done.load(Ordering::Relaxed) {
        for path in ["/livez", "/readyz"] {
            let asked = Instant::now();
            let (status, body) = server::get(path)?;
            slowest = slowest.max(asked.elapsed());
            ensure!(status == 200, "{path} says {status}: {body}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(slowest)
}

/// A cgroup with the limit, removed at the end.
struct Group {
    folder: PathBuf,
    peak_in: &'static str,
}

impl Group {
    /// Made in the memory controller of either version, where this process may.
    fn make() -> anyhow::Result<Option<Group>> {
        let name = format!("bizgraph-bench-{}", std::process::id());
        let versions = [
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.max_usage_in_bytes"),
            ("/sys/fs/cgroup", "memory.max", "memory.peak"),
        ];
        for (root, limit_in, peak_in) in versions {
            let folder = Path::new(root).join(&name);
            if fs::create_dir(&folder).is_err() {
                continue;
            }
            let group = Group { folder, peak_in };
            if fs::write(group.folder.join(limit_in), (LIMIT << 20).to_string()).is_ok() {
                return Ok(Some(group));
            }
        }
        Ok(None)
    }

    fn peak(&self) -> anyhow::Result<u64> {
        let text = fs::read_to_string(self.folder.join(self.peak_in))?;
        let bytes: u64 = text.trim().parse().context("a peak that is no number")?;
        Ok(bytes >> 20)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Fails while a process is still in it; the next run takes another name.
        let _ = fs::remove_dir(&self.folder);
    }
}
