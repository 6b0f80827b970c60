//! The statements that the server really sends for a request, read from PostgreSQL's own log.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;

/// A statement with the values bound to its places; none is NULL.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub text: String,
    pub values: Vec<Option<String>>,
}

/// A place in the log.
pub struct Mark(u64);

/// The end of the log as it is now.
pub fn mark(log: &Path) -> anyhow::Result<Mark> {
    Ok(Mark(std::fs::metadata(log)?.len()))
}

/// What was sent since the mark in transactions of this tenant, in order.
pub fn since(log: &Path, mark: &Mark, tenant: &str) -> anyhow::Result<Vec<Statement>> {
    // The COMMIT of a read is not waited for by its answer.
    std::thread::sleep(Duration::from_millis(30));
    let bytes = std::fs::read(log)?;
    let from = usize::try_from(mark.0)?;
    let text = String::from_utf8_lossy(bytes.get(from..).context("the log got shorter")?);
    Ok(parse(&text, tenant))
}

/// A transaction that was not ended yet.
struct Open<'a> {
    session: &'a str,
    /// Whether it is one of the tenant's, as its search path tells.
    is_ours: bool,
    /// What was sent before that was known.
    held: Vec<Statement>,
}

fn parse(log: &str, tenant: &str) -> Vec<Statement> {
    let schema = format!("\"{tenant}\"");
    let path = format!("search_path TO {schema}");
    let mut sessions: Vec<Open<'_>> = Vec::new();
    let mut statements: Vec<Statement> = Vec::new();
    for line in log.lines() {
        let Some(session) = line.split('[').nth(1).and_then(|rest| rest.split(']').next()) else {
            continue;
        };
        if let Some((_, values)) =
            line.split_once("parameters: ").or(line.split_once("Parameters: "))
        {
            let Some(open) = sessions.iter_mut().find(|open| open.session == session) else {
                continue;
            };
            let values = parse_values(values);
            open.is_ours |= values.iter().flatten().any(|value| *value == schema);
            // The line before told the statement.
            if let Some(statement) = open.held.last_mut().or(statements.last_mut()) {
                statement.values = values;
            }
            if open.is_ours {
                statements.append(&mut open.held);
            }
            continue;
        }
        let Some((_, logged)) = line.split_once("LOG:  ") else { continue };
        let text = match logged.split_once(": ") {
            Some((what, text)) if what == "statement" || what.starts_with("execute ") => text,
            _ => continue,
        };
        if text.starts_with("BEGIN") {
            sessions.retain(|open| open.session != session);
            sessions.push(Open { session, is_ours: false, held: Vec::new() });
        }
        if let Some(open) = sessions.iter_mut().find(|open| open.session == session) {
            open.held.push(Statement { text: text.to_owned(), values: Vec::new() });
            open.is_ours |= text.contains(&path);
            if open.is_ours {
                statements.append(&mut open.held);
            }
        }
        if matches!(text, "COMMIT" | "ROLLBACK") {
            sessions.retain(|open| open.session != session);
        }
    }
    statements
}

/// `$1 = 'it''s', $2 = NULL`
fn parse_values(text: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some((_, value)) = rest.split_once(" = ") {
        if let Some(after) = value.strip_prefix("NULL") {
            values.push(None);
            rest = after;
            continue;
        }
        let mut unquoted = String::new();
        let mut characters = value.char_indices().skip(1).peekable();
        let mut end = value.len();
        while let Some((place, character)) = characters.next() {
            if character != '\'' {
                unquoted.push(character);
            } else if characters.peek().is_some_and(|(_, next)| *next == '\'') {
                unquoted.push('\'');
                characters.next();
            } else {
                end = place + 1;
                break;
            }
        }
        values.push(Some(unquoted));
        rest = value.get(end..).unwrap_or_default();
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_transactions_of_the_tenant_count() {
        let log = "2026-01-01 00:00:00 UTC [7] LOG:  statement: BEGIN; SET LOCAL search_path TO \"bench\"\n\
                   2026-01-01 00:00:00 UTC [8] LOG:  execute s0: SELECT 2\n\
                   2026-01-01 00:00:00 UTC [7] LOG:  execute s1: SELECT $1, $2, $3\n\
                   2026-01-01 00:00:00 UTC [7] DETAIL:  parameters: $1 = 'it''s, $2', $2 = NULL, $3 = '{1,2}'\n\
                   2026-01-01 00:00:00 UTC [7] LOG:  statement: COMMIT\n\
                   2026-01-01 00:00:00 UTC [7] LOG:  execute s2: SELECT 3\n\
                   2026-01-01 00:00:00 UTC [8] LOG:  execute s0: BEGIN\n\
                   2026-01-01 00:00:00 UTC [8] LOG:  execute s1: SELECT set_config('search_path', $1, true)\n\
                   2026-01-01 00:00:00 UTC [8] DETAIL:  parameters: $1 = '\"bench\"'\n\
                   2026-01-01 00:00:00 UTC [8] LOG:  execute s2: SELECT 4\n";
        let statements = parse(log, "bench");
        let texts: Vec<&str> = statements.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts[1..4], ["SELECT $1, $2, $3", "COMMIT", "BEGIN"]);
        assert_eq!(texts[5..], ["SELECT 4"]);
        let values = [Some("it's, $2".to_owned()), None, Some("{1,2}".to_owned())];
        assert_eq!(statements[1].values, values);
    }
}
