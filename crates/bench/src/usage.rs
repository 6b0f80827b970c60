//! What processes used, as the kernel of the machine counts it.

use std::fs;

/// CPU time of some processes in milliseconds, since they began.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    pub server: f64,
    pub postgres: f64,
}

impl Usage {
    /// What was used until now by a server and by a PostgreSQL with all its sessions.
    pub fn now(server: u32, postmaster: u32) -> Self {
        let mut postgres = 0.0;
        for process in processes() {
            if process == postmaster || parent(process) == Some(postmaster) {
                postgres += cpu(process);
            }
        }
        Usage { server: cpu(server), postgres }
    }

    /// What was used since an earlier moment.
    pub fn since(self, earlier: Usage) -> Usage {
        Usage { server: self.server - earlier.server, postgres: self.postgres - earlier.postgres }
    }
}

/// Resident memory of a process and its peak, in MiB.
pub fn memory(process: u32) -> (u64, u64) {
    let (now, peak) = memory_kib(process);
    (now / 1024, peak / 1024)
}

/// The same in KiB.
pub fn memory_kib(process: u32) -> (u64, u64) {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.unwrap_or_default()
    };
    (field("VmRSS:"), field("VmHWM:"))
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The fields of `/proc/<process>/stat` behind the program's name, which may hold blanks.
fn fields(process: u32) -> Vec<String> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let behind = text.rsplit_once(')').map(|(_, behind)| behind.to_owned()).unwrap_or_default();
    behind.split_whitespace().map(str::to_owned).collect()
}

fn parent(process: u32) -> Option<u32> {
    fields(process).get(1)?.parse().ok()
}

/// User and system time in milliseconds, that of ended children included.
fn cpu(process: u32) -> f64 {
    let fields = fields(process);
    let ticks: f64 = fields.iter().skip(11).take(4).filter_map(|it| it.parse::<f64>().ok()).sum();
    ticks * 1000.0 / rustix::param::clock_ticks_per_second() as f64
}
