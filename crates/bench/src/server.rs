//! The server under test: the release program beside this one, as a process of its own.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

/// Where the server listens: loopback only.
pub const ADDRESS: &str = "127.0.0.1:8077";

/// Where a second server on the same database listens.
pub const REPLICA: &str = "127.0.0.1:8078";

/// How long a start may take, migrations included.
const PATIENCE: Duration = Duration::from_secs(120);

/// What every command of the program is told.
pub struct Program {
    /// Folder of the secrets and of the server's log.
    pub folder: PathBuf,
    /// The cluster of the bench, as its superuser.
    pub database_url: String,
}

/// A server that answers.
pub struct Server {
    child: Child,
    /// From the start of the process to the first answer.
    pub start_up: Duration,
}

impl Program {
    /// The program with these words, on the bench's database.
    fn command(&self, words: &[&str]) -> anyhow::Result<Command> {
        let program = std::env::current_exe()?.with_file_name("bizgraph");
        ensure!(program.exists(), "{} is missing: make bench builds it", program.display());
        let mut command = Command::new(program);
        command.args(words).env("DATABASE_URL", &self.database_url);
        command.env("BIZGRAPH_DATA", &self.folder).env("BIZGRAPH_ENV", "development");
        Ok(command)
    }

    /// Runs a command to its end and answers what it printed.
    pub fn run(&self, words: &[&str]) -> anyhow::Result<String> {
        let output = self.command(words)?.output()?;
        let printed = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if !output.status.success() {
            bail!("bizgraph {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(printed)
    }

    /// Starts the server and waits until it says that it is ready. Its guard, its rights and its
    /// pools are those of every server. Only the budget of cost over time is raised, by the
    /// options that every operator has: 32 connections that all belong to one person would
    /// measure how fast the budget refuses.
    pub fn serve(&self) -> anyhow::Result<Server> {
        self.start(ADDRESS, true, None)
    }

    /// The same without jobs, so that PostgreSQL hears of nothing but requests.
    pub fn serve_without_jobs(&self) -> anyhow::Result<Server> {
        self.start(ADDRESS, false, None)
    }

    /// A second server on the same database, without jobs.
    pub fn serve_beside(&self) -> anyhow::Result<Server> {
        self.start(REPLICA, false, None)
    }

    /// The same in a cgroup, whose list of processes is this file.
    pub fn serve_in(&self, processes: Option<&Path>) -> anyhow::Result<Server> {
        self.start(ADDRESS, true, processes)
    }

    fn start(&self, address: &str, jobs: bool, processes: Option<&Path>) -> anyhow::Result<Server> {
        let log_file = if address == REPLICA { "replica.log" } else { "server.log" };
        let log_file = self.folder.join(log_file);
        let log = File::create(&log_file)?;
        let started = Instant::now();
        let budget = ["--cost-budget", "1000000000", "--cost-refill", "1000000000"];
        let mut words = vec!["serve", "--listen", address, "--demo", "false"];
        words.extend(budget);
        words.extend(["--jobs", if jobs { "true" } else { "false" }]);
        let child = self.command(&words)?.stdout(Stdio::null()).stderr(log).spawn()?;
        if let Some(processes) = processes {
            // It has hardly begun: what it took before is not charged to the group.
            std::fs::write(processes, child.id().to_string())?;
        }
        let mut server = Server { child, start_up: Duration::ZERO };
        while started.elapsed() < PATIENCE {
            if matches!(get_at(address, "/readyz"), Ok((200, _))) {
                server.start_up = started.elapsed();
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                let log = std::fs::read_to_string(&log_file)?;
                bail!("the server ended: {status}: {log}");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("the server is not ready after {PATIENCE:?}")
    }
}

impl Server {
    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Stops it in order.
    pub fn stop(mut self) -> anyhow::Result<()> {
        self.ask_to_stop();
        self.child.wait()?;
        Ok(())
    }

    fn ask_to_stop(&self) {
        if let Some(process) = Pid::from_raw(self.child.id().cast_signed()) {
            // The only error that can happen is that the process is already gone.
            let _ = kill_process(process, Signal::TERM);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ask_to_stop();
        let _ = self.child.wait();
    }
}

/// GraphQL requests that the server answered with an error until now, by its own count. `wrk`
/// sees the status alone.
pub fn errors() -> anyhow::Result<u64> {
    let (_, text) = get("/metrics")?;
    let counts = text.lines().filter(|line| line.starts_with("bizgraph_requests_total{"));
    let wrong = counts.filter(|line| !line.contains("code=\"OK\""));
    let wrong = wrong.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
    Ok(wrong.sum())
}

/// Asks by GET and answers status and body.
pub fn get(path: &str) -> anyhow::Result<(u16, String)> {
    get_at(ADDRESS, path)
}

fn get_at(address: &str, path: &str) -> anyhow::Result<(u16, String)> {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"))
}

/// Sends a GraphQL request and answers status and body.
pub fn post(token: &str, body: &str) -> anyhow::Result<(u16, String)> {
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nAuthorization: Bearer \
         {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    ask(ADDRESS, &request)
}

fn ask(address: &str, request: &str) -> anyhow::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer without a body")?;
    let status = head.split(' ').nth(1).context("an answer without a status")?;
    Ok((status.parse()?, body.to_owned()))
}

/// A folder that nobody else has, open enough for the cluster's own user to pass through.
pub fn folder_in(parent: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let folder = parent.join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
