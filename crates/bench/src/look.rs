//! What the server asks of PostgreSQL for some requests, whose answers are checked meanwhile.

use std::path::{Path, PathBuf};

use tokio_postgres::Client;

use crate::capture::{self, Statement};
use crate::growth::Target;
use crate::server::{self, Program, Server};
use crate::workload::Workload;

/// What is known of a workload before it is timed.
pub struct Looked {
    /// One list of statements for each request that was looked at.
    pub requests: Vec<Vec<Statement>>,
    /// The idempotency key of each.
    pub keys: Vec<String>,
    /// Of the largest answer.
    pub bytes: usize,
}

/// A server without jobs, and PostgreSQL writing down what it asks.
pub struct Look<'a> {
    owner: &'a Client,
    server: Server,
    log: PathBuf,
    run: u64,
    /// The command that changes the server's login role.
    login: String,
}

impl<'a> Look<'a> {
    /// Starts them. `run` sets the idempotency keys apart from those of other runs.
    pub async fn begin(
        program: &Program,
        owner: &'a Client,
        folder: &Path,
        run: u64,
    ) -> anyhow::Result<Look<'a>> {
        let login = "SELECT format('ALTER ROLE %I', rolname) FROM pg_roles \
                     WHERE rolname = current_database() || '_app'";
        let login: String = owner.query_one(login, &[]).await?.get(0);
        owner.batch_execute(&format!("{login} SET log_statement = 'all'")).await?;
        let server = program.serve_without_jobs()?;
        Ok(Look { owner, server, log: folder.join("postgres.log"), run, login })
    }

    /// Sends so many requests of a workload, spread over all that there are.
    pub fn at(
        &self,
        target: &Target,
        workload: &Workload,
        samples: usize,
    ) -> anyhow::Result<Looked> {
        let bodies = workload.bodies(target.shop);
        let Target { slug, token, .. } = target;
        // Proves the token and makes the plans, so that only the workload is looked at.
        for (number, body) in bodies.iter().take(6).enumerate() {
            let key = format!("{}-warm-{}-{number}", self.run, workload.name);
            server::post(token, &body.replace("{key}", &key))?;
        }
        let mut looked = Looked { requests: Vec::new(), keys: Vec::new(), bytes: 0 };
        for number in 0..samples {
            let key = format!("{}-look-{number}", self.run);
            let body = bodies[(number * 13 + 7) % bodies.len()].replace("{key}", &key);
            let mark = capture::mark(&self.log)?;
            let (status, answer) = server::post(token, &body)?;
            workload.check(status, &answer)?;
            let statements = capture::since(&self.log, &mark, slug)?;
            looked.bytes = looked.bytes.max(answer.len());
            // Where the token was proved again, or the tenant's key asked for, it is not typical.
            let once = ["api_keys", "personal_data_keys"];
            let is_once = |text: &str| once.iter().any(|table| text.contains(table));
            if !statements.iter().any(|statement| is_once(&statement.text)) {
                looked.requests.push(statements);
                looked.keys.push(key);
            }
        }
        Ok(looked)
    }

    /// Stops them.
    pub async fn end(self) -> anyhow::Result<()> {
        self.server.stop()?;
        Ok(self.owner.batch_execute(&format!("{} RESET log_statement", self.login)).await?)
    }
}
