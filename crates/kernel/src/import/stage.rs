//! The waiting tables: made, filled from the files, completed.

use diesel_async::SimpleAsyncConnection;
use serde_json::{Map, Value};

use crate::db::{Fault, Tx};
use crate::entity::sql::{Bind, Sql};
use crate::import::ImportTable;
use crate::import::catalogue::{Table, waiting};

/// The table that keeps what a file held, from which each attempt starts.
pub fn kept(table: &str) -> String {
    format!("raw_{table}")
}

/// Runs a statement that is not worth keeping prepared.
pub async fn run(tx: &mut Tx, text: &str) -> Result<usize, Fault> {
    let mut sql = Sql::new(text);
    sql.rare();
    tx.execute(sql).await
}

/// Makes the waiting tables of a table; they are gone with the transaction.
pub async fn make(tx: &mut Tx, spec: &ImportTable, table: &Table) -> Result<(), Fault> {
    let columns =
        table.columns.iter().map(|column| (column.name.as_str(), column.type_name.as_str()));
    // A table may have got what its document's file alone had.
    let extra = spec.extra.iter().copied();
    let extra = extra.filter(|(name, _)| table.columns.iter().all(|column| column.name != *name));
    let all = columns.chain(extra).chain([("line", "integer")]);
    let list: Vec<String> = all.map(|(name, kind)| format!("\"{name}\" {kind}")).collect();
    for name in [waiting(table.name), kept(table.name)] {
        let text = format!("CREATE TEMPORARY TABLE {name} ({}) ON COMMIT DROP", list.join(", "));
        run(tx, &text).await?;
        // Rows look each other up, here as in the real tables.
        let references = table.foreign_keys.iter().map(|key| key.column.as_str());
        for column in references.chain(["id"]) {
            run(tx, &format!("CREATE INDEX ON {name} ({column})")).await?;
        }
    }
    Ok(())
}

/// Keeps rows of a file.
pub async fn keep(tx: &mut Tx, table: &str, rows: Vec<Map<String, Value>>) -> Result<(), Fault> {
    let kept = kept(table);
    let rows: Vec<Value> = rows.into_iter().map(Value::Object).collect();
    let mut sql = Sql::new(&format!(
        "INSERT INTO {kept} SELECT * FROM jsonb_populate_recordset(NULL::{kept}, "
    ));
    sql.bind(Bind::Json(Some(rows.into()))).push(")").rare();
    tx.execute(sql).await?;
    Ok(())
}

/// Fills a waiting table with what the file held, but for some lines.
pub async fn fill(tx: &mut Tx, table: &str, without: Vec<i32>) -> Result<(), Fault> {
    let (waiting, kept) = (waiting(table), kept(table));
    run(tx, &format!("DELETE FROM {waiting}")).await?;
    let mut sql =
        Sql::new(&format!("INSERT INTO {waiting} SELECT * FROM {kept} WHERE line <> ALL("));
    sql.bind(Bind::Ints(without)).push(")").rare();
    tx.execute(sql).await?;
    run(tx, &format!("ANALYZE {waiting}")).await?;
    Ok(())
}

/// Gives required columns without a value their defaults; a key has none.
pub async fn default(tx: &mut Tx, table: &Table) -> Result<(), Fault> {
    let with_default = table.columns.iter().filter(|column| column.required && column.name != "id");
    let sets: Vec<String> = with_default
        .filter_map(|column| {
            let default = column.default.as_ref()?;
            Some(format!("{0} = coalesce({0}, {default})", column.name))
        })
        .collect();
    if !sets.is_empty() {
        run(tx, &format!("UPDATE {} SET {}", table.waiting(), sets.join(", "))).await?;
    }
    Ok(())
}

/// Computes what the real table computes, so that its constraints can be asked.
pub async fn compute(tx: &mut Tx, table: &Table) -> Result<(), Fault> {
    for column in &table.columns {
        if let Some(expression) = &column.generated {
            let (waiting, name) = (table.waiting(), &column.name);
            run(tx, &format!("UPDATE {waiting} SET {name} = {expression}")).await?;
        }
    }
    Ok(())
}

/// Runs several statements without values.
pub async fn script(tx: &mut Tx, text: &str) -> Result<(), Fault> {
    tx.connection().await?.batch_execute(text).await.map_err(Fault::from)
}
