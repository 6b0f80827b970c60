//! Entities are data, so the compiler does not hold them against the tables: this does, at
//! start-up and in a test.

use std::collections::HashMap;

use crate::db::{Fault, Session};
use crate::entity::decode;
use crate::entity::global_id::KeyType;
use crate::entity::metadata::{Column, Kind, Meta};
use crate::entity::sql::Sql;

/// A column as the catalogue has it.
struct Found {
    type_name: String,
    nullable: bool,
}

/// What differs between the metadata of these entities and the tenant's tables, a sentence each.
///
/// # Errors
/// When the catalogue cannot be read.
pub async fn differences(session: &Session, entities: &[&Meta]) -> Result<Vec<String>, Fault> {
    let sql = Sql::new(
        "SELECT c.relname::text, a.attname::text, t.typname::text, NOT a.attnotnull \
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
         JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = current_schema() AND a.attnum > 0 AND NOT a.attisdropped \
         AND c.relkind IN ('r', 'v')",
    );
    let mut tables: HashMap<String, HashMap<String, Found>> = HashMap::new();
    for row in session.load(sql).await? {
        let (table, column): (String, String) = (decode(&row, 0)?, decode(&row, 1)?);
        let found = Found { type_name: decode(&row, 2)?, nullable: decode(&row, 3)? };
        tables.entry(table).or_default().insert(column, found);
    }
    let mut differences = Vec::new();
    for meta in entities {
        let Some(table) = tables.get(meta.table) else {
            differences.push(format!("{}: there is no table {}", meta.type_name, meta.table));
            continue;
        };
        compare(meta, table, &mut differences);
    }
    Ok(differences)
}

fn compare(meta: &Meta, table: &HashMap<String, Found>, differences: &mut Vec<String>) {
    let mut complain = |column: &str, what: &str| {
        differences.push(format!("{} {}.{column}: {what}", meta.type_name, meta.table));
    };
    for column in meta.columns.iter().filter(|column| column.expression.is_none()) {
        let Some(found) = table.get(column.name) else {
            complain(column.name, "there is no such column");
            continue;
        };
        if !fits(column, &found.type_name) {
            complain(column.name, &format!("is {} in the database", found.type_name));
        }
        // A view's columns are always nullable to the catalogue.
        if !meta.view && found.nullable != column.nullable {
            let which = if found.nullable { "NULL is possible" } else { "NULL is impossible" };
            complain(column.name, &format!("{which} in the database"));
        }
    }
    for name in table.keys() {
        if meta.column(name).is_none() {
            complain(name, "the entity does not know this column");
        }
    }
}

fn fits(column: &Column, type_name: &str) -> bool {
    match column.kind {
        Kind::Int => type_name == "int4",
        Kind::BigInt => type_name == "int8",
        // Bytes are never shown, so they need no kind of their own.
        Kind::Text if column.hidden => matches!(type_name, "text" | "varchar" | "bytea"),
        Kind::Text | Kind::Enum(_) | Kind::BackupLink => matches!(type_name, "text" | "varchar"),
        Kind::Bool => type_name == "bool",
        Kind::Money | Kind::Decimal => type_name == "numeric",
        Kind::Date => type_name == "date",
        Kind::Instant => type_name == "timestamptz",
        Kind::Json => type_name == "jsonb",
        Kind::Texts => type_name == "_text",
        Kind::Uuid | Kind::FileLink => type_name == "uuid",
        Kind::Key(key) => type_name == key.name(),
        Kind::Reference(target) => type_name == KeyType::of(target()).name(),
    }
}
