//! Import: takes over what an existing installation exported, one CSV file a table, as
//! PostgreSQL's `COPY .. CSV HEADER` writes them. Everything happens in one transaction as the
//! tenant: the rows wait in temporary tables, what the exports lack is derived from what they
//! have, every constraint of the real tables is asked of the waiting rows so that each bad one
//! is named with its file and line, and at the end the module's invariants are computed. Either
//! all of it stays or nothing.
//!
//! A waiting table is called `new_` and the name of the real one. It has the columns of the real
//! table without their constraints, those of the file that the real table lacks, and `line`,
//! which is null for a derived row.

mod catalogue;
mod check;
mod column;
mod constraints;
mod file;
mod run;
mod settle;
mod stage;

pub use run::import;

use std::path::PathBuf;

use crate::db::Fault;
use crate::number_series::Series;

/// What a module can import.
pub struct Import {
    /// Its tables in the order in which their rows go in: a table after those it refers to.
    pub tables: &'static [ImportTable],
    /// Statements over the waiting tables that fill in what the exports lack.
    pub derive: &'static [&'static str],
    /// Queries over the waiting tables that must answer true, with what they ask for.
    pub requirements: &'static [(&'static str, &'static str)],
}

/// A table of an import.
pub struct ImportTable {
    /// Name of the table, and of its file without `.csv`.
    pub table: &'static str,
    /// What the document calls it, as its file may also be called; empty where that is the same.
    pub entity: &'static str,
    /// How the module's invariants call a row of it.
    pub noun: &'static str,
    /// Whether there is a file for it at all, or its rows are derived.
    pub has_file: bool,
    /// Rows that every tenant starts with give way to those of the file.
    pub seeded: bool,
    /// There is no such table: the rows of the file only feed those of others. All of its columns
    /// are `extra`.
    pub staged: bool,
    /// Columns of the file under another name, each with the name that it has here.
    pub renamed: &'static [(&'static str, &'static str)],
    /// Columns of the file that the table lacks, each with its type.
    pub extra: &'static [(&'static str, &'static str)],
    /// Columns whose texts are written in one way only.
    pub spelled: &'static [(&'static str, Spelling)],
    /// Sentences about a row `n` of the waiting table that must not be true of it.
    pub refusals: &'static [(&'static str, &'static str)],
    /// The numbers that go on behind the highest of a column.
    pub series: Option<(&'static Series, &'static str)>,
    /// The column of the file with the hash of a person's password.
    pub password: Option<&'static str>,
    /// What stands before a person's key where there are several kinds of people.
    pub person: &'static str,
}

impl ImportTable {
    /// A table with a file and nothing special about it.
    pub const fn new(table: &'static str, noun: &'static str) -> Self {
        ImportTable {
            table,
            entity: "",
            noun,
            has_file: true,
            seeded: false,
            staged: false,
            renamed: &[],
            extra: &[],
            spelled: &[],
            refusals: &[],
            series: None,
            password: None,
            person: "",
        }
    }

    /// Whether a file of this name, without `.csv`, holds its rows.
    fn is_called(&self, stem: &str) -> bool {
        let stem = snake_case(stem);
        let entity = snake_case(self.entity);
        self.has_file && (stem == self.table || !entity.is_empty() && stem == entity)
    }
}

/// A name as PostgreSQL spells it: `userId` is `user_id`.
fn snake_case(name: &str) -> String {
    let mut spelled = String::with_capacity(name.len() + 4);
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && after_small {
            spelled.push('_');
        }
        after_small = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        spelled.push(letter.to_ascii_lowercase());
    }
    spelled
}

/// How a text has to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// An email address.
    Email,
    /// A phone number, kept as E.164 by the tenant's country.
    Phone,
    /// Capitals without spaces.
    Code,
    /// Free text that holds no card number (spec 1.11).
    FreeText,
    /// A hash of a password that the server can check.
    PasswordHash,
    /// A secret that is kept in an envelope, in the column with `_sealed` behind its name; its
    /// last four characters in the one with `_end`.
    Secret,
}

/// A row that cannot be taken over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BadRow {
    /// `customers.csv`, or the table for a derived row.
    pub file: String,
    /// The line on which the row begins; none for a derived row.
    pub line: Option<i32>,
    pub reason: String,
}

/// What came of an import.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// Rows of each table.
    pub rows: Vec<(&'static str, i64)>,
    /// Rows of the files that were left out.
    pub left_out: Vec<BadRow>,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportFault {
    /// The files themselves.
    #[error("{0}")]
    Files(String),
    /// A file that cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// Somebody works with the tenant already.
    #[error("the tenant has {0} already: an import is for a tenant that nobody uses yet")]
    InUse(String),
    /// Some rows are bad.
    #[error("{} rows are bad", .0.len())]
    Bad(Vec<BadRow>),
    /// The database.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// How far an import is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// What is being done.
    pub doing: String,
    /// Bytes of the files that were read, of all.
    pub read: u64,
    pub of: u64,
}
