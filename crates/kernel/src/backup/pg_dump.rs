//! Dumping by PostgreSQL's own `pg_dump`. How to connect is told by the environment that its
//! library reads, never on the command line, which everybody on the machine can see.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStderr, Command};
use tokio_postgres::config::Host;

use super::dump::{Dump, DumpFault, DumpOrder};

/// Bytes that are read at one time.
const PIECE: usize = 64 * 1_024;

/// How much of what the tool complains of is kept.
const MOST_TOLD: usize = 400;

/// How long the tool waits for a table that is being migrated.
const LOCK_WAIT: &str = "--lock-wait-timeout=60s";

/// How the program is found; only once somebody asks for a dump.
pub type FindProgram = fn() -> BoxFuture<'static, PathBuf>;

/// `pg_dump`, and where it connects to.
pub struct PgDump {
    find: FindProgram,
    url: String,
}

impl PgDump {
    /// The program that is found, as the login role of an address.
    pub fn new(find: FindProgram, url: &str) -> Self {
        PgDump { find, url: url.to_owned() }
    }
}

impl Dump for PgDump {
    fn dump(&self, order: DumpOrder) -> BoxStream<'static, Result<Bytes, DumpFault>> {
        let (find, url) = (self.find, self.url.clone());
        let running = async move {
            let tool = Tool { program: find().await, url };
            Ok(tool.begin(&order).await?.pieces())
        };
        stream::once(running).try_flatten().boxed()
    }
}

/// The program that was found.
struct Tool {
    program: PathBuf,
    url: String,
}

impl Tool {
    fn name(&self) -> String {
        self.program.display().to_string()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().env("LC_ALL", "C");
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        command
    }

    /// What the tool's library reads from its environment.
    fn environment(&self) -> Result<Vec<(&'static str, String)>, DumpFault> {
        let config: tokio_postgres::Config = self.url.parse().map_err(|_| {
            let told = io::Error::other("the database's address cannot be read");
            DumpFault::Broken(self.name(), told)
        })?;
        let mut all = Vec::new();
        match config.get_hosts().first() {
            Some(Host::Tcp(host)) => all.push(("PGHOST", host.clone())),
            Some(Host::Unix(folder)) => all.push(("PGHOST", folder.display().to_string())),
            None => {}
        }
        all.extend(config.get_ports().first().map(|port| ("PGPORT", port.to_string())));
        all.extend(config.get_user().map(|user| ("PGUSER", user.to_owned())));
        all.extend(config.get_dbname().map(|name| ("PGDATABASE", name.to_owned())));
        let password = config.get_password().map(String::from_utf8_lossy);
        all.extend(password.map(|password| ("PGPASSWORD", password.into_owned())));
        Ok(all)
    }

    /// Refuses a tool that is older than the database: it would refuse itself, in other words.
    async fn check_age(&self, server_version: i32) -> Result<(), DumpFault> {
        let output = self.command().arg("--version").output().await;
        let output = output.map_err(|error| DumpFault::Missing(self.name(), error))?;
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let tool = major_version(&told).ok_or_else(|| {
            let told = io::Error::other(format!("it calls itself {told:?}"));
            DumpFault::Missing(self.name(), told)
        })?;
        let server = server_version / 10_000;
        match tool < server {
            true => Err(DumpFault::TooOld { program: self.name(), tool, server }),
            false => Ok(()),
        }
    }

    async fn begin(&self, order: &DumpOrder) -> Result<Running, DumpFault> {
        self.check_age(order.server_version).await?;
        let mut command = self.command();
        command.envs(self.environment()?).args(arguments(order));
        let mut child = command.spawn().map_err(|error| DumpFault::Missing(self.name(), error))?;
        let errors = tokio::spawn(complaints(child.stderr.take()));
        Ok(Running { name: self.name(), child, errors })
    }
}

fn arguments(order: &DumpOrder) -> Vec<String> {
    let DumpOrder { role, schema, snapshot, only, .. } = order;
    let mut all: Vec<String> =
        ["--format=plain", "--compress=6", "--encoding=UTF8", "--no-password", "--no-owner"]
            .map(str::to_owned)
            .into();
    all.extend(["--no-privileges", LOCK_WAIT].map(str::to_owned));
    all.push(format!("--role={role}"));
    all.push(format!("--snapshot={snapshot}"));
    match only {
        None => {
            all.push(format!("--schema=\"{schema}\""));
            // It belongs to the owner alone; the manifest tells what it holds.
            all.push(format!("--exclude-table=\"{schema}\".__diesel_schema_migrations"));
        }
        Some(names) => {
            all.push("--data-only".to_owned());
            all.extend(names.iter().map(|name| format!("--table=\"{schema}\".\"{name}\"")));
        }
    }
    all
}

/// The tool at work.
struct Running {
    name: String,
    child: Child,
    errors: tokio::task::JoinHandle<String>,
}

impl Running {
    fn pieces(self) -> BoxStream<'static, Result<Bytes, DumpFault>> {
        stream::try_unfold(Some(self), |running| async move {
            let Some(mut running) = running else { return Ok(None) };
            match running.read().await? {
                Some(piece) => Ok(Some((piece, Some(running)))),
                None => {
                    running.end().await?;
                    Ok(None)
                }
            }
        })
        .boxed()
    }

    async fn read(&mut self) -> Result<Option<Bytes>, DumpFault> {
        let Some(output) = &mut self.child.stdout else { return Ok(None) };
        let mut piece = Vec::with_capacity(PIECE);
        let read = output.read_buf(&mut piece).await;
        let read = read.map_err(|error| DumpFault::Broken(self.name.clone(), error))?;
        Ok((read > 0).then(|| Bytes::from(piece)))
    }

    /// A dump that ended is whole only if the tool says so.
    async fn end(mut self) -> Result<(), DumpFault> {
        let status = self.child.wait().await;
        let status = status.map_err(|error| DumpFault::Broken(self.name.clone(), error))?;
        if status.success() {
            return Ok(());
        }
        let told = self.errors.await.unwrap_or_default();
        Err(DumpFault::Failed(self.name, if told.is_empty() { status.to_string() } else { told }))
    }
}

/// The beginning of what the tool complains of; the rest is read, so that it does not wait.
async fn complaints(errors: Option<ChildStderr>) -> String {
    let Some(mut errors) = errors else { return String::new() };
    let mut told = Vec::new();
    let mut piece = [0; 4_096];
    while let Ok(read @ 1..) = errors.read(&mut piece).await {
        let room = MOST_TOLD.saturating_sub(told.len()).min(read);
        told.extend_from_slice(piece.get(..room).unwrap_or_default());
    }
    String::from_utf8_lossy(&told).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The major version in an answer such as `pg_dump (PostgreSQL) 15.14 (Debian 15.14-0)`.
fn major_version(answer: &str) -> Option<i32> {
    let (_, after) = answer.split_once("(PostgreSQL) ")?;
    after.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "postgresql://owner@%2Frun%2Fpg/shop?user=shop_app&password=se%20cret";

    fn order(only: Option<Vec<String>>) -> DumpOrder {
        DumpOrder {
            role: "shop_rim".to_owned(),
            schema: "rim".to_owned(),
            snapshot: "0000-1".to_owned(),
            server_version: 150_014,
            only,
        }
    }

    #[test]
    fn the_password_travels_in_the_environment_and_never_on_the_command_line() {
        let tool = Tool { program: "pg_dump".into(), url: URL.to_owned() };
        let environment = tool.environment().unwrap();
        for pair in [
            ("PGHOST", "/run/pg"),
            ("PGUSER", "shop_app"),
            ("PGPASSWORD", "se cret"),
            ("PGDATABASE", "shop"),
        ] {
            assert!(environment.contains(&(pair.0, pair.1.to_owned())), "{pair:?}");
        }
        let line = arguments(&order(None)).join(" ");
        assert!(!line.contains("cret") && line.contains("--role=shop_rim"), "{line}");
    }

    #[test]
    fn an_incremental_dump_names_what_it_holds() {
        let line = arguments(&order(Some(vec!["loans".to_owned()]))).join(" ");
        assert!(line.contains("--data-only --table=\"rim\".\"loans\""), "{line}");
        assert!(!line.contains("--schema"), "{line}");
    }

    #[tokio::test]
    async fn a_tool_that_is_missing_or_too_old_is_told_in_words() {
        let missing = Tool { program: "/nowhere/pg_dump".into(), url: URL.to_owned() };
        let told = missing.check_age(150_014).await.unwrap_err().to_string();
        assert!(told.contains("BIZGRAPH_PG_DUMP"), "{told}");
        let fault = DumpFault::TooOld { program: "pg_dump".to_owned(), tool: 15, server: 17 };
        assert!(fault.to_string().contains("install postgresql-client-17"));
        assert_eq!(major_version("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major_version("pg_dump (PostgreSQL) 19devel"), Some(19));
        assert_eq!(major_version("something else"), None);
    }
}
