//! `bizgraph import`: takes over what an existing installation exported.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use bizgraph_kernel::import::{BadRow, ImportFault, Imported, import};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::output;
use super::running_database::with_kernel;
use crate::config::DatabaseOptions;

/// What `bizgraph import` takes.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    database: DatabaseOptions,
    /// The module whose tables were exported
    module: String,
    /// The folder with a file for each table, such as customers.csv
    folder: PathBuf,
    /// The tenant that takes them in, which nobody uses yet [default: the module's name]
    #[arg(long, value_name = "SLUG")]
    tenant: Option<String>,
    /// Leave bad rows out, and what depends on them
    #[arg(long)]
    skip_bad: bool,
}

/// Imports, and prints what came of it.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let Options { database, module, folder, tenant, skip_bad } = &options;
    with_kernel(database, async |kernel| {
        let slug = tenant.as_ref().unwrap_or(module);
        let unknown = || format!("there is no tenant {slug:?}: `bizgraph tenant list`");
        let tenant = kernel.tenant(slug).with_context(unknown)?;
        ensure!(tenant.module == *module, "{slug} runs the module {}", tenant.module);
        let bar = match std::io::stderr().is_terminal() {
            true => ProgressBar::new(0),
            false => ProgressBar::hidden(),
        };
        let bar = bar.with_style(ProgressStyle::with_template("{msg} {bar:30} {percent} %")?);
        let imported = import(kernel, tenant, folder, *skip_bad, |progress| {
            bar.set_length(progress.of);
            bar.set_position(progress.read);
            bar.set_message(progress.doing);
        });
        let imported = imported.await;
        bar.finish_and_clear();
        match imported {
            Ok(imported) => output::write(&told(&imported)),
            Err(ImportFault::Bad(rows)) => {
                output::write(&lines(&rows))?;
                let rows = rows.len();
                bail!("nothing was imported: {rows} rows are bad (--skip-bad leaves them out)")
            }
            Err(fault) => Err(anyhow::Error::from(fault).context("nothing was imported")),
        }
    })
    .await
}

/// One line for each bad row.
fn lines(rows: &[BadRow]) -> String {
    let mut text = String::new();
    for BadRow { file, line, reason } in rows {
        let place = line.map_or(String::new(), |line| format!(" line {line}"));
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{file}{place}: {reason}");
    }
    text
}

fn told(imported: &Imported) -> String {
    let mut text = lines(&imported.left_out);
    for (table, count) in imported.rows.iter().filter(|(_, count)| *count > 0) {
        let _ = writeln!(text, "{count} {}", table.replace('_', " "));
    }
    match imported.left_out.len() {
        0 => text + "Imported whole.\n",
        count => format!("{text}Imported without {count} bad rows.\n"),
    }
}
