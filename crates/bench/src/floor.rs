//! The floor: the same statements by `pgbench`, prepared, without a server between.
//!
//! What the server sent for some requests is played again. Reads are played bare, as the
//! tenant's role, without BEGIN, role, settings and COMMIT: a floor below what isolation
//! allows. What writes is played whole, for without its transaction it is another thing.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use crate::capture::Statement;

/// What `pgbench` plays.
pub struct Floor<'a> {
    pub folder: &'a Path,
    /// The cluster as its superuser.
    pub url: &'a str,
    /// What is set on the connections, where transactions do not set it.
    pub settings: &'a str,
    /// One list of statements for each request that was looked at.
    pub requests: &'a [Vec<Statement>],
    /// Whether transactions are played with their messages.
    pub whole: bool,
    /// The idempotency key of each request, which has to be another one at each turn.
    pub keys: &'a [String],
}

/// What `pgbench` came to.
pub struct Played {
    /// Transactions per second once everything was warm.
    pub per_second: f64,
    /// All of them.
    pub transactions: f64,
}

impl Floor<'_> {
    /// Transactions per second on so many connections.
    pub fn run(&self, connections: usize, seconds: u64) -> anyhow::Result<f64> {
        let (printed, told) = self.play(connections, seconds)?;
        let rate = printed.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rest| rest.split(' ').next());
        Ok(rate.with_context(|| format!("pgbench: {printed}{told}"))?.parse()?)
    }

    /// The same after so many seconds, in which plans are made and rows come into memory.
    pub fn run_warm(&self, connections: usize, warm: u64, seconds: u64) -> anyhow::Result<Played> {
        let (printed, told) = self.play(connections, warm + seconds)?;
        let all = "number of transactions actually processed: ";
        let all = printed.lines().find_map(|line| line.strip_prefix(all));
        let all = all.and_then(|rest| rest.split(['/', ' ']).next());
        let transactions = all.with_context(|| format!("pgbench: {printed}{told}"))?.parse()?;
        // `progress: 13.0 s, 7234.0 tps, lat ..`
        let rates = told.lines().filter_map(|line| {
            let (at, rest) = line.strip_prefix("progress: ")?.split_once(" s, ")?;
            let (rate, _) = rest.split_once(" tps")?;
            (at.parse::<f64>().ok()? > warm as f64 + 0.5).then(|| rate.parse::<f64>().ok())?
        });
        let rates: Vec<f64> = rates.collect();
        ensure!(!rates.is_empty(), "pgbench: {told}");
        Ok(Played { per_second: rates.iter().sum::<f64>() / rates.len() as f64, transactions })
    }

    /// What `pgbench` prints, and what it tells each second.
    fn play(&self, connections: usize, seconds: u64) -> anyhow::Result<(String, String)> {
        let mut command = Command::new("pgbench");
        command.args(["--no-vacuum", "--protocol=prepared", "--jobs=1", "--max-tries=10"]);
        command.arg("--progress=1");
        command.args([format!("--client={connections}"), format!("--time={seconds}")]);
        for (number, statements) in self.requests.iter().enumerate() {
            let key = self.keys.get(number).map(String::as_str);
            let mut values = Vec::new();
            let text = self.script(number, statements, key, &mut values);
            let path = self.folder.join(format!("floor{number}.sql"));
            fs::write(&path, text)?;
            command.arg("--file").arg(&path);
            for (name, value) in values {
                command.arg("--define").arg(format!("{name}={value}"));
            }
        }
        let settings = if self.whole { "" } else { self.settings };
        let output = command.arg(self.url).env("PGOPTIONS", settings).output();
        let output = output.context("pgbench is missing: install the package postgresql")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success(), "pgbench: {error}");
        Ok((text, error))
    }

    fn script(
        &self,
        number: usize,
        statements: &[Statement],
        key: Option<&str>,
        values: &mut Vec<(String, String)>,
    ) -> String {
        let mut script = String::from("\\set turn random(1, 9000000000000000)\n");
        let mut opening = String::new();
        for (place, statement) in statements.iter().enumerate() {
            let text = &statement.text;
            if opens(text) {
                opening.push_str(&format!("{};\n", with_words(statement)));
                continue;
            }
            let opening = std::mem::take(&mut opening);
            if self.whole && !opening.is_empty() {
                // One write of the server, one round trip here.
                script.push_str(&format!("\\startpipeline\n{opening}\\endpipeline\n"));
            }
            if text == "COMMIT" {
                if self.whole {
                    script.push_str("COMMIT;\n");
                }
                continue;
            }
            let mut text = text.clone();
            // From the last, so that $1 does not hit $12.
            for (index, value) in statement.values.iter().enumerate().rev() {
                let name = format!("v{number}_{place}_{index}");
                let written = match value.as_deref() {
                    None => "NULL".to_owned(),
                    // A variable of pgbench cannot be empty.
                    Some("") => "''".to_owned(),
                    Some(value) if Some(value) == key => "('floor-' || :turn::text)".to_owned(),
                    Some(value) => {
                        values.push((name.clone(), value.to_owned()));
                        format!(":{name}{}", cast_of(value))
                    }
                };
                text = text.replace(&format!("${}", index + 1), &written);
            }
            script.push_str(&text);
            script.push_str(";\n");
        }
        script
    }
}

/// A statement of an opening with its values, which are words.
fn with_words(statement: &Statement) -> String {
    let mut text = statement.text.clone();
    for (index, value) in statement.values.iter().enumerate() {
        let value = value.as_deref().unwrap_or_default();
        text = text.replace(&format!("${}", index + 1), &format!("'{value}'"));
    }
    text
}

/// Whether a statement belongs to the opening of a transaction.
fn opens(text: &str) -> bool {
    ["BEGIN", "SET LOCAL", "SELECT set_config"].iter().any(|start| text.starts_with(start))
}

/// A place in a select list tells nothing of its type; the server told it with the statement.
fn cast_of(value: &str) -> &'static str {
    let digits = |range: std::ops::Range<usize>| {
        value.get(range).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_date = digits(0..4) && digits(5..7) && digits(8..10) && value.get(4..5) == Some("-");
    match value {
        _ if is_date && value.len() == 10 => "::date",
        _ if is_date && value.get(10..11) == Some(" ") => "::timestamptz",
        _ if value.starts_with("\\x") => "::bytea",
        _ => "",
    }
}
