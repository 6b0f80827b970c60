//! What the program can do, and how it ends.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::{
    audit, backup, demo, import, jobs, key, logging, migrate, output, personal_data, serve,
    support, tenant, token, user, verify,
};
use crate::config::ServeOptions;

/// One GraphQL server for several businesses.
#[derive(Parser)]
#[command(
    name = "bizgraph",
    version,
    about,
    after_help = "Example:\n  bizgraph serve\n\nEvery command tells more: bizgraph serve --help"
)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sets up what is missing and serves GraphQL until it is told to stop
    #[command(after_help = "Examples:\n  bizgraph serve\n  \
                      bizgraph serve --listen 0.0.0.0:8080 --environment production")]
    Serve(Box<ServeOptions>),
    /// Brings the tables of all tenants up to date
    #[command(
        after_help = "Examples:\n  bizgraph migrate\n  bizgraph migrate --status\n\nA run that \
                      was interrupted goes on where it stopped."
    )]
    Migrate(migrate::Options),
    /// Adds, lists and suspends tenants
    #[command(subcommand, after_help = "Example:\n  bizgraph tenant list")]
    Tenant(tenant::Command),
    /// Adds administrators, sets passwords, lifts locks
    #[command(
        subcommand,
        after_help = "Example:\n  bizgraph user unlock --tenant bizhub --username admin"
    )]
    User(user::Command),
    /// Makes API keys
    #[command(
        subcommand,
        after_help = "Example:\n  bizgraph token create --tenant bizhub --username admin \
                      --role Sales --name till-1"
    )]
    Token(token::Command),
    /// Looks into a tenant: prints a token that reads and changes nothing
    #[command(after_help = "Example:\n  bizgraph support --tenant bizhub --minutes 30 \
                      --reason 'The customer cannot find INV-000042'")]
    Support(support::SupportOptions),
    /// Loads the demo world
    #[command(subcommand, after_help = "Example:\n  bizgraph demo load")]
    Demo(demo::Command),
    /// Takes over what an existing installation exported, whole or not at all
    #[command(after_help = "Examples:\n  bizgraph import bizhub exports --tenant kumasi\n  \
                      bizgraph import bizhub exports --tenant kumasi --skip-bad\n\nThe folder has \
                      a CSV file for each table, as PostgreSQL writes them: \\copy customers to \
                      'customers.csv' csv header. A lender's (bizgraph import rim exports) may \
                      also be named for the entities, Loan.csv with the column loanId. Files that \
                      are missing count as empty. Keys are kept; only movements of assets are \
                      counted anew where the former system left some out. Every bad row is named \
                      with its file, line and reason.")]
    Import(import::Options),
    /// Re-computes what must always hold and names every row where it does not; ends with 1 if
    /// there is any, with 2 if it could not look
    #[command(
        after_help = "Examples:\n  bizgraph verify\n  bizgraph verify --tenant bizhub\n\nIt \
                      reads one snapshot of each tenant and changes no row of its business. With \
                      --repair it first computes anew what only repeats other rows, such as \
                      quantities on hold, and records that in the audit trail."
    )]
    Verify(verify::Options),
    /// Looks at the audit trail
    #[command(subcommand, after_help = "Example:\n  bizgraph audit verify --tenant bizhub")]
    Audit(audit::Command),
    /// Makes, lists and restores backups of a tenant's tables
    #[command(subcommand, after_help = "Example:\n  bizgraph backup run --tenant rim")]
    Backup(backup::Command),
    /// Changes the key that secrets are sealed with
    #[command(subcommand, after_help = "Example:\n  bizgraph key rotate")]
    Key(key::Command),
    /// Encrypts a tenant's personal data in the database, or opens it again
    #[command(subcommand, after_help = "Example:\n  bizgraph personal-data encrypt --tenant rim")]
    PersonalData(personal_data::Command),
    /// Runs and lists what the server does by itself
    #[command(subcommand, after_help = "Example:\n  bizgraph jobs list")]
    Jobs(jobs::Command),
    /// Prints the GraphQL schema of the whole server
    #[command(after_help = "Example:\n  bizgraph schema > schema.graphql")]
    Schema,
}

/// Reads the command line, does what it says and answers how it went.
pub fn run() -> ExitCode {
    let command = Program::parse().command;
    logging::start(matches!(command, Command::Serve(_)));
    let is_check = matches!(command, Command::Verify(_) | Command::Audit(_));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow::Error::from(error).context("no threads to run on")),
    };
    match runtime.block_on(command.run()) {
        Ok(()) => ExitCode::SUCCESS,
        // To a script, something found is not the same as not having looked.
        Err(error) if is_check && !error.is::<verify::FindingsFound>() => {
            failed(&error);
            ExitCode::from(2)
        }
        Err(error) => failed(&error),
    }
}

impl Command {
    async fn run(self) -> anyhow::Result<()> {
        match self {
            Command::Serve(options) => serve::run(*options).await,
            Command::Migrate(options) => migrate::run(options).await,
            Command::Tenant(command) => command.run().await,
            Command::User(command) => command.run().await,
            Command::Token(command) => command.run().await,
            Command::Support(options) => support::run(options).await,
            Command::Demo(command) => command.run().await,
            Command::Import(options) => import::run(options).await,
            Command::Verify(options) => verify::run(options).await,
            Command::Audit(command) => command.run().await,
            Command::Backup(command) => command.run().await,
            Command::Jobs(command) => command.run().await,
            Command::Key(command) => command.run().await,
            Command::PersonalData(command) => command.run().await,
            Command::Schema => output::write(&crate::schema::sdl()),
        }
    }
}

/// One sentence for the person at the terminal, with its causes unless it names them itself.
fn failed(error: &anyhow::Error) -> ExitCode {
    let mut sentence = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !sentence.contains(&cause) {
            sentence.push_str(if sentence.is_empty() { "" } else { ": " });
            sentence.push_str(&cause);
        }
    }
    eprintln!("bizgraph: {sentence}");
    ExitCode::FAILURE
}
