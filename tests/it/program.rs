//! The real program as a process of its own, over a folder of its own.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::client::Client;

/// A folder with a private cluster, which is stopped at the end however the test ends.
pub struct DataFolder(TempDir);

impl DataFolder {
    /// An empty one.
    pub fn new() -> DataFolder {
        DataFolder(tempfile::tempdir().unwrap())
    }

    /// Where the program keeps its data.
    pub fn path(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// The process of its cluster, and where it listens.
    pub fn postmaster(&self) -> Option<(Pid, String)> {
        let text = std::fs::read_to_string(self.path().join("postgres/postmaster.pid")).ok()?;
        let lines: Vec<&str> = text.lines().collect();
        let process = Pid::from_raw(lines.first()?.trim().parse().ok()?)?;
        let folder = percent_encoding::utf8_percent_encode(
            lines.get(4)?.trim(),
            percent_encoding::NON_ALPHANUMERIC,
        );
        let port = lines.get(3)?.trim();
        Some((process, format!("postgresql://postgres@{folder}:{port}/bizgraph")))
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        let Some((process, _)) = self.postmaster() else { return };
        let _ = kill_process(process, Signal::QUIT);
        let started = Instant::now();
        while self.postmaster().is_some() && started.elapsed() < Duration::from_secs(5) {
            std::thread::yield_now();
        }
    }
}

/// The program with these arguments and nothing of our own environment's settings.
fn command(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bizgraph"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BIZGRAPH_")) {
        if name != "BIZGRAPH_PG_BIN" {
            command.env_remove(name);
        }
    }
    command.env_remove("DATABASE_URL").env("RUST_LOG", "error").args(arguments);
    command.arg("--data").arg(data).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Runs a command to its end.
pub async fn run(arguments: &[&str], data: &Path) -> Output {
    command(arguments, data).output().await.unwrap()
}

/// The one sentence with which a command failed.
pub async fn failure(arguments: &[&str], data: &Path) -> String {
    let output = run(arguments, data).await;
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{arguments:?} did not fail: {told}");
    assert!(output.stdout.is_empty(), "{:?}", String::from_utf8_lossy(&output.stdout));
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines.len() == 1 && lines[0].starts_with("bizgraph: "), "not one sentence: {told}");
    lines[0].to_owned()
}

/// What a program is told that serves on a port of its own.
const SERVE: &[&str] = &["serve", "--listen", "127.0.0.1:0", "--demo", "false"];

/// A program that serves.
pub struct Program {
    client: Client,
    child: Child,
}

impl Deref for Program {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Program {
    /// Serves on a port of its own and waits until it says where.
    pub async fn serve(data: &DataFolder) -> Program {
        Program::started(command(SERVE, &data.path())).await
    }

    /// Serves beside another program that owns the cluster at this address.
    pub async fn beside(data: &DataFolder, url: &str) -> Program {
        let mut command = command(SERVE, &data.path());
        command.env("DATABASE_URL", url);
        Program::started(command).await
    }

    async fn started(mut command: Command) -> Program {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next_line().await.unwrap().expect("the program ended while starting");
            if let Some(address) = line.strip_prefix("bizgraph serves http://") {
                break address.parse().unwrap();
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Program { client: Client::of(address), child }
    }

    /// Ends it as a crash would, without a chance to say anything.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        let process = Pid::from_raw(self.child.id().unwrap().cast_signed()).unwrap();
        kill_process(process, Signal::TERM).unwrap();
    }

    /// Waits until it has ended by itself, well.
    pub async fn ended(&mut self) {
        let status = self.child.wait().await.unwrap();
        assert!(status.success(), "{status}");
    }

    /// The most memory that it ever held, in bytes.
    pub fn most_memory(&self) -> usize {
        let file = format!("/proc/{}/status", self.child.id().unwrap());
        let text = std::fs::read_to_string(file).unwrap();
        let line = text.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1_024
    }

    /// The token of the default administrator, who has to change the password first.
    pub async fn administrator(&self, changed: bool) -> String {
        let password = if changed { crate::client::PASSWORD } else { "changeme123" };
        let payload = self.try_login("bizhub", "admin", password).await;
        let token = payload["token"].as_str().unwrap_or_else(|| panic!("{payload}")).to_owned();
        if !changed {
            let refusals = self.change_password(&token, password, crate::client::PASSWORD).await;
            assert!(refusals.is_empty(), "{refusals:?}");
        }
        token
    }
}
