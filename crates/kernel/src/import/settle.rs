//! From the waiting tables into the real ones, and the counters behind them.

use crate::db::{Fault, Tx};
use crate::entity::decode;
use crate::entity::sql::{Bind, Sql};
use crate::import::catalogue::Table;
use crate::import::stage::run;
use crate::import::{ImportFault, ImportTable};
use crate::number_series::Series;

/// The longest way that a counter is moved on: its role may draw numbers, and no more.
const MOST_DRAWN: i64 = 50_000_000;

/// Puts all waiting rows in, a table after those it refers to. A column that refers to a later
/// table is set at the end; keys within a table are asked for only when all its rows are in.
pub async fn insert(tx: &mut Tx, tables: &[Table]) -> Result<(), Fault> {
    let later = |place: usize, target: &str| {
        tables.iter().position(|table| table.name == target).is_some_and(|other| other > place)
    };
    let mut afterwards = Vec::new();
    for (place, table) in tables.iter().enumerate().filter(|(_, table)| table.is_real()) {
        let (name, waiting) = (table.name, table.waiting());
        let columns = table.written();
        let values: Vec<String> = columns
            .iter()
            .map(|column| {
                let keys = table.foreign_keys.iter();
                let waits =
                    keys.into_iter().any(|key| key.column == **column && later(place, &key.target));
                if waits {
                    afterwards.push((name, waiting.clone(), (*column).to_owned()));
                    return "NULL".to_owned();
                }
                format!("n.{column}")
            })
            .collect();
        let (columns, values) = (columns.join(", "), values.join(", "));
        let text = format!(
            "INSERT INTO {name} ({columns}) SELECT {values} FROM {waiting} n ORDER BY n.id"
        );
        run(tx, &text).await?;
    }
    for (name, waiting, column) in afterwards {
        let text = format!(
            "UPDATE {name} t SET {column} = n.{column} FROM {waiting} n \
             WHERE t.id = n.id AND n.{column} IS NOT NULL"
        );
        run(tx, &text).await?;
    }
    Ok(())
}

/// Takes the hashes of passwords to where the server keeps them.
pub async fn passwords(tx: &mut Tx, spec: &ImportTable) -> Result<(), Fault> {
    let Some(column) = spec.password else { return Ok(()) };
    let text = format!(
        "INSERT INTO credentials (user_id, password_hash) \
         SELECT '{}' || n.id::text, n.{column} FROM new_{} n WHERE n.{column} IS NOT NULL",
        spec.person, spec.table
    );
    run(tx, &text).await?;
    Ok(())
}

/// Moves the counters of a table behind what was imported: of its keys, and of its numbers.
///
/// # Errors
/// Keys so far apart that they cannot have been counted.
pub async fn counters(tx: &mut Tx, spec: &ImportTable) -> Result<(), ImportFault> {
    let table = spec.table;
    // Keys that are no numbers are not counted.
    let text = format!("SELECT pg_get_serial_sequence({}, 'id')", literal(table));
    let rows = tx.load(rare(&text)).await?;
    let sequence: Option<String> = rows.first().map(|row| decode(row, 0)).transpose()?.flatten();
    if let Some(sequence) = sequence {
        let rows = tx.load(rare(&format!("SELECT max(id)::bigint FROM {table}"))).await?;
        let highest: Option<i64> = rows.first().map(|row| decode(row, 0)).transpose()?.flatten();
        if let Some(highest) = highest {
            move_on(tx, table, &sequence, highest).await?;
        }
    }
    if let Some((series, column)) = spec.series.filter(|(series, _)| !series.gapless)
        && let Some(highest) = highest_number(tx, table, series, column).await?
    {
        move_on(tx, table, &format!("series_{}", series.name), highest).await?;
    }
    Ok(())
}

/// Lets a series without holes go on behind the highest number that was imported.
pub async fn gapless_numbers(tx: &mut Tx, spec: &ImportTable) -> Result<(), Fault> {
    let Some((series, column)) = spec.series.filter(|(series, _)| series.gapless) else {
        return Ok(());
    };
    let Some(highest) = highest_number(tx, spec.table, series, column).await? else {
        return Ok(());
    };
    let mut sql = Sql::new("UPDATE number_series SET next = ");
    sql.bind(Bind::Big(Some(highest + 1))).push(", first = ");
    sql.bind(Bind::Big(Some(highest + 1))).push(" WHERE next <= ");
    sql.bind(Bind::Big(Some(highest))).push(" AND name = ");
    sql.bind(Bind::Text(Some(series.name.to_owned()))).rare();
    tx.execute(sql).await?;
    Ok(())
}

fn rare(text: &str) -> Sql {
    let mut sql = Sql::new(text);
    sql.rare();
    sql
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Draws numbers of a sequence until it has passed one: the tenant's role may draw and no more.
async fn move_on(tx: &mut Tx, table: &str, sequence: &str, to: i64) -> Result<(), ImportFault> {
    let sequence = literal(sequence);
    let rows = tx.load(rare(&format!("SELECT nextval({sequence})"))).await?;
    let drawn: i64 = rows.first().map(|row| decode(row, 0)).transpose()?.unwrap_or_default();
    if to - drawn > MOST_DRAWN {
        let told = format!("{table}: the highest number, {to}, is too far from the lowest");
        return Err(ImportFault::Files(told));
    }
    if to > drawn {
        let text =
            format!("SELECT count(nextval({sequence})) FROM generate_series(1, {})", to - drawn);
        tx.load(rare(&text)).await?;
    }
    Ok(())
}

/// The highest number of a series among the rows of a table.
async fn highest_number(
    tx: &mut Tx,
    table: &str,
    series: &Series,
    column: &str,
) -> Result<Option<i64>, Fault> {
    let form = Bind::Text(Some(form(series.pattern)));
    let mut sql = Sql::new(&format!("SELECT max(substring({column} FROM "));
    sql.bind(form.clone()).push(&format!(")::bigint) FROM {table} WHERE {column} ~ "));
    sql.bind(form).rare();
    let rows = tx.load(sql).await?;
    Ok(rows.first().map(|row| decode(row, 0)).transpose()?.flatten())
}

/// The form of a series' numbers as a regular expression, with what is counted in parentheses.
fn form(pattern: &str) -> String {
    let mut form = "^".to_owned();
    for part in pattern.split('{') {
        let (place, text) = part.split_once('}').unwrap_or(("", part));
        form.push_str(match place {
            "" => "",
            "YYYY" => "[0-9]{4}",
            "YY" => "[0-9]{2}",
            _ => "([0-9]{1,15})",
        });
        form.push_str(text);
    }
    form + "$"
}

#[cfg(test)]
mod tests {
    use super::form;

    #[test]
    fn numbers_are_found_behind_their_year() {
        assert_eq!(form("INV-{SEQ:6}"), "^INV-([0-9]{1,15})$");
        assert_eq!(form("USR-{YYYY}-{SEQ:3+}"), "^USR-[0-9]{4}-([0-9]{1,15})$");
    }
}
