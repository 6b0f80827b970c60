//! A real browser, driven by a script of `tests/desk`: where it is, and how the script and the
//! test talk to each other.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

const FILES: &[&str] = &[
    "package.json",
    "package-lock.json",
    ".npmrc",
    "person.js",
    "desk.js",
    "enrolment.js",
    "graphiql.js",
];

/// Where distributions put a browser that can be driven.
const BROWSERS: &[&str] =
    &["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// A folder that gets a picture of every state, for people who want to look.
const PICTURES: &str = "BIZGRAPH_PICTURES";

/// A script under way.
pub struct Script {
    child: Child,
    asked: Lines<BufReader<ChildStdout>>,
    answers: ChildStdin,
    /// Where it and what it needs lie.
    _folder: TempDir,
}

impl Script {
    /// Runs a script against a page; `None`, with a word, where there is no browser or no Node.
    pub async fn run(script: &str, page: &str, more: &[&str]) -> Option<Script> {
        let browser = BROWSERS.iter().find(|program| Path::new(program).exists());
        let (Some(browser), Ok(_)) = (browser, Command::new("npm").arg("--version").output().await)
        else {
            eprintln!("Chromium or Node is missing, so {script} was not run.");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        install(folder.path()).await;
        let mut child = Command::new("node")
            .args([script, page, browser])
            .args(more)
            .args(std::env::var(PICTURES).map(PathBuf::from))
            .current_dir(folder.path())
            .kill_on_drop(true)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let answers = child.stdin.take().unwrap();
        let asked = BufReader::new(child.stdout.take().unwrap()).lines();
        Some(Script { child, asked, answers, _folder: folder })
    }

    /// What it says next; `None` when it ended.
    pub async fn next(&mut self) -> Option<String> {
        self.asked.next_line().await.unwrap()
    }

    /// Answers what it asked for.
    pub async fn answer(&mut self, answer: &str) {
        self.answers.write_all(format!("{answer}\n").as_bytes()).await.unwrap();
    }

    /// Fails unless it ended well, having told nothing but this.
    pub async fn ended_well(mut self, told: &[String]) {
        assert!(self.child.wait().await.unwrap().success(), "{told:?}");
        assert_eq!(told, ["all is well"]);
    }
}

async fn install(folder: &Path) {
    for file in FILES {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desk").join(file);
        std::fs::copy(from, folder.join(file)).unwrap();
    }
    let arguments = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    let installed = Command::new("npm").args(arguments).current_dir(folder).output().await.unwrap();
    assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
}
