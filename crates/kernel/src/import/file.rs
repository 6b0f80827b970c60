//! One file of an export, row by row.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek};
use std::path::Path;

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::{Map, Value};

use crate::cipher::Cipher;
use crate::import::catalogue::Table;
use crate::import::column::{ColumnType, spelled};
use crate::import::{BadRow, ImportFault, ImportTable, Spelling, snake_case};

/// A column of the file: where its values go and how they are read.
struct FileColumn {
    name: String,
    kind: ColumnType,
    spelling: Option<Spelling>,
}

/// How the values of a tenant's files are read.
pub struct Reading<'a> {
    /// Of whose phone numbers.
    pub country: &'a str,
    /// Seals secrets.
    pub cipher: &'a Cipher,
}

/// An open file.
pub struct TableFile {
    name: String,
    reader: Reader<File>,
    columns: Vec<FileColumn>,
    record: ByteRecord,
    /// Lines that the reader is behind where a record begins.
    behind: u64,
}

/// A row of the file.
pub enum FileRow {
    /// Values by column, and the line on which the row begins.
    Good(Map<String, Value>),
    /// What is wrong, and what is left of the row: its line, and its key if that can be read.
    Bad(BadRow, Map<String, Value>),
}

impl TableFile {
    /// Opens a table's file and reads its header.
    ///
    /// # Errors
    /// A file that cannot be read, or a header that names what the table does not have.
    pub fn open(path: &Path, spec: &ImportTable, table: &Table) -> Result<Self, ImportFault> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let unreadable = |error| ImportFault::Unreadable(path.to_owned(), error);
        let mut file = File::open(path).map_err(unreadable)?;
        let behind = u64::from(ends_lines_with_crlf(&mut file).map_err(unreadable)?);
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(file);
        let header = reader.byte_headers().map_err(|error| {
            ImportFault::Files(format!("{name}: the header cannot be read: {error}"))
        })?;
        let mut columns = Vec::new();
        for title in header {
            let title = String::from_utf8_lossy(title);
            let title = title.trim_start_matches('\u{feff}').trim();
            columns.push(column(title, spec, table).ok_or_else(|| {
                ImportFault::Files(format!("{name}: the table has no column {title:?}"))
            })?);
        }
        let key = spec.renamed.iter().find(|(former, _)| *former == "id");
        let key = key.map_or("id", |(_, name)| name);
        if !columns.iter().any(|column| column.name == key) {
            return Err(ImportFault::Files(format!("{name}: there is no column \"id\"")));
        }
        Ok(TableFile { name, reader, columns, record: ByteRecord::new(), behind })
    }

    /// How many bytes were read.
    pub fn position(&self) -> u64 {
        self.reader.position().byte()
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// A file that cannot be read on.
    pub fn next(&mut self, reading: &Reading<'_>) -> Result<Option<FileRow>, ImportFault> {
        let more = self.reader.read_byte_record(&mut self.record).map_err(|error| {
            ImportFault::Files(format!("{} cannot be read: {error}", self.name))
        })?;
        if !more {
            return Ok(None);
        }
        let line = self.record.position().map_or(0, csv::Position::line) + self.behind;
        let line = i32::try_from(line).unwrap_or(i32::MAX);
        let (mut values, wrong) = self.row(reading);
        values.insert("line".to_owned(), line.into());
        if wrong.is_empty() {
            return Ok(Some(FileRow::Good(values)));
        }
        values.retain(|name, _| name == "id" || name == "line");
        let (file, reason) = (self.name.clone(), wrong.join("; "));
        Ok(Some(FileRow::Bad(BadRow { file, line: Some(line), reason }, values)))
    }

    /// The values of the record, and what is wrong with it.
    fn row(&self, reading: &Reading<'_>) -> (Map<String, Value>, Vec<String>) {
        let mut values = Map::new();
        let mut wrong = Vec::new();
        let (has, wanted) = (self.record.len(), self.columns.len());
        if has != wanted {
            wrong.push(format!("{has} values where the header has {wanted}"));
        }
        for (column, bytes) in self.columns.iter().zip(&self.record) {
            match value(column, bytes, reading.country) {
                Ok(Value::String(secret)) if column.spelling == Some(Spelling::Secret) => {
                    let skipped = secret.chars().count().saturating_sub(4);
                    let end: String = secret.chars().skip(skipped).collect();
                    let sealed = reading.cipher.seal_secret(&secret);
                    values.insert(format!("{}_sealed", column.name), sealed.into());
                    values.insert(format!("{}_end", column.name), end.into());
                }
                Ok(value) => {
                    values.insert(column.name.clone(), value);
                }
                Err(reason) => wrong.push(format!("{}: {reason}", column.name)),
            }
        }
        (values, wrong)
    }
}

/// Whether a file ends its lines as Windows does, told by its header. The reader leaves the second
/// of the two characters to the next record, and counts the line only then.
fn ends_lines_with_crlf(file: &mut File) -> io::Result<bool> {
    let mut header = Vec::new();
    BufReader::new(&mut *file).read_until(b'\n', &mut header)?;
    file.rewind()?;
    Ok(header.ends_with(b"\r\n"))
}

fn column(title: &str, spec: &ImportTable, table: &Table) -> Option<FileColumn> {
    let title = snake_case(title);
    let renamed = spec.renamed.iter().find(|(former, _)| *former == title);
    let title = renamed.map_or(title.as_str(), |(_, name)| name);
    let known =
        table.columns.iter().map(|column| (column.name.as_str(), column.type_name.as_str()));
    let (_, type_name) =
        known.chain(spec.extra.iter().copied()).find(|(name, _)| *name == title)?;
    let spelling = spec.spelled.iter().find(|(name, _)| *name == title);
    Some(FileColumn {
        name: title.to_owned(),
        kind: ColumnType::parse(type_name)?,
        spelling: spelling.map(|(_, spelling)| *spelling),
    })
}

/// Nothing, blanks and `\N` are no value.
fn value(column: &FileColumn, bytes: &[u8], country: &str) -> Result<Value, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
    if text.trim().is_empty() || text == "\\N" {
        return Ok(Value::Null);
    }
    match column.spelling {
        Some(spelling) => column.kind.read(&spelled(text, spelling, country)?),
        None => column.kind.read(text),
    }
}
