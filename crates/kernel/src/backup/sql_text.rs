//! What `pg_dump` wrote, read for its rows and counters. What makes tables is passed over: the
//! program makes them itself, so that a backup can be restored under another name.

use bytes::Bytes;

/// Something in a dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The rows of a table follow, with the columns as they are listed.
    Table { name: String, columns: String },
    /// Rows as COPY takes them.
    Rows(Bytes),
    /// The rows of the table are over.
    End,
    /// Where a counter stands.
    Counter { name: String, value: i64, called: bool },
}

/// A dump that is being read.
#[derive(Default)]
pub struct SqlText {
    waiting: Vec<u8>,
    in_rows: bool,
}

impl SqlText {
    /// Takes further text, and answers what is in its whole lines.
    pub fn take(&mut self, text: &[u8]) -> Vec<Part> {
        self.waiting.extend_from_slice(text);
        let waiting = std::mem::take(&mut self.waiting);
        let (mut parts, mut rows, mut rest) = (Vec::new(), Vec::new(), waiting.as_slice());
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end + 1);
            rest = after;
            if self.in_rows && line != b"\\.\n" {
                rows.extend_from_slice(line);
            } else if self.in_rows {
                self.in_rows = false;
                if !rows.is_empty() {
                    parts.push(Part::Rows(std::mem::take(&mut rows).into()));
                }
                parts.push(Part::End);
            } else if let Some(part) = std::str::from_utf8(line).ok().and_then(statement) {
                self.in_rows = matches!(part, Part::Table { .. });
                parts.push(part);
            }
        }
        if !rows.is_empty() {
            parts.push(Part::Rows(rows.into()));
        }
        self.waiting = rest.to_vec();
        parts
    }

    /// Whether the text ended where a dump can end.
    pub fn is_whole(&self) -> bool {
        !self.in_rows && self.waiting.is_empty()
    }
}

/// What a line outside of rows says, if it says anything here.
fn statement(line: &str) -> Option<Part> {
    let line = line.trim_end();
    if let Some(copy) = line.strip_prefix("COPY ") {
        let (name, rest) = qualified(copy)?;
        let columns = rest.trim_start().strip_suffix(" FROM stdin;")?;
        return Some(Part::Table { name, columns: columns.to_owned() });
    }
    let set = line.strip_prefix("SELECT pg_catalog.setval('")?;
    let (name, rest) = qualified(set)?;
    let (value, called) = rest.strip_prefix("', ")?.strip_suffix(");")?.split_once(", ")?;
    Some(Part::Counter { name, value: value.parse().ok()?, called: called == "true" })
}

/// The name of `schema.name`, each perhaps in quotes, and what follows.
fn qualified(text: &str) -> Option<(String, &str)> {
    let (_, rest) = identifier(text)?;
    identifier(rest.strip_prefix('.')?)
}

fn identifier(text: &str) -> Option<(String, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (name, rest) = quoted.split_once('"')?;
        return Some((name.to_owned(), rest));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let end = text.find(|c: char| !plain(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty()).then(|| (name.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "CREATE TABLE rim.users (\n    id uuid NOT NULL\n);\n\
        COPY rim.users (id, \"user\", email) FROM stdin;\n1\tCOPY a.b (c) FROM stdin;\t\\N\n\
        2\ta\\nb\tc\n\\.\n\nCOPY \"rim\".\"loans\" (id) FROM stdin;\n\\.\n\n\
        SELECT pg_catalog.setval('rim.series_user', 42, true);\n\
        SELECT pg_catalog.setval('rim.\"Odd\"', 1, false);\n";

    fn parts(at_once: usize) -> Vec<Part> {
        let mut text = SqlText::default();
        let parts = TEXT.as_bytes().chunks(at_once).flat_map(|part| text.take(part)).collect();
        assert!(text.is_whole());
        parts
    }

    #[test]
    fn rows_and_counters_are_found_and_the_rest_is_passed_over() {
        let table = |name: &str, columns: &str| Part::Table {
            name: name.to_owned(),
            columns: columns.to_owned(),
        };
        let counter =
            |name: &str, value, called| Part::Counter { name: name.to_owned(), value, called };
        let rows = "1\tCOPY a.b (c) FROM stdin;\t\\N\n2\ta\\nb\tc\n";
        assert_eq!(
            parts(TEXT.len()),
            [
                table("users", "(id, \"user\", email)"),
                Part::Rows(rows.into()),
                Part::End,
                table("loans", "(id)"),
                Part::End,
                counter("series_user", 42, true),
                counter("Odd", 1, false),
            ]
        );
    }

    #[test]
    fn it_does_not_matter_in_which_parts_the_text_comes() {
        let joined = |parts: Vec<Part>| {
            let rows = parts.iter().filter_map(|part| match part {
                Part::Rows(rows) => Some(rows.to_vec()),
                _ => None,
            });
            let rows = rows.collect::<Vec<_>>().concat();
            let rest: Vec<Part> =
                parts.into_iter().filter(|part| !matches!(part, Part::Rows(_))).collect();
            (rows, rest)
        };
        for at_once in [1, 3, 17] {
            assert_eq!(joined(parts(at_once)), joined(parts(TEXT.len())), "{at_once}");
        }
    }

    #[test]
    fn a_text_that_ends_within_rows_is_not_whole() {
        let mut text = SqlText::default();
        text.take(b"COPY rim.users (id) FROM stdin;\n1\n");
        assert!(!text.is_whole());
    }
}
