//! What the database knows of a table: its columns and every constraint, as statements over the
//! waiting table.

use crate::db::{Fault, Tx};
use crate::entity::decode;
use crate::entity::sql::{Bind, Sql};
use crate::import::check::CheckConstraint;

/// A column of a real table.
pub struct TableColumn {
    pub name: String,
    /// `numeric(14,2)`
    pub type_name: String,
    pub required: bool,
    pub default: Option<String>,
    /// The expression that computes it.
    pub generated: Option<String>,
}

/// A column that holds the key of another table's row.
pub struct ForeignKey {
    pub column: String,
    pub target: String,
    pub target_column: String,
}

/// Columns or expressions that no two rows share, among the rows that meet a condition.
pub struct UniqueIndex {
    pub keys: Vec<String>,
    pub condition: Option<String>,
}

/// A table with its constraints.
pub struct Table {
    pub name: &'static str,
    pub columns: Vec<TableColumn>,
    pub foreign_keys: Vec<ForeignKey>,
    pub checks: Vec<CheckConstraint>,
    pub unique: Vec<UniqueIndex>,
}

impl Table {
    /// Reads a table of the tenant.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn read(tx: &mut Tx, name: &'static str) -> Result<Self, Fault> {
        Ok(Table {
            name,
            columns: columns(tx, name).await?,
            foreign_keys: foreign_keys(tx, name).await?,
            checks: checks(tx, name).await?,
            unique: unique(tx, name).await?,
        })
    }

    /// A table that there is none of: only its waiting rows.
    pub fn none(name: &'static str) -> Self {
        let (columns, foreign_keys) = (Vec::new(), Vec::new());
        Table { name, columns, foreign_keys, checks: Vec::new(), unique: Vec::new() }
    }

    /// Whether the tenant has it.
    pub fn is_real(&self) -> bool {
        !self.columns.is_empty()
    }

    /// The waiting table.
    pub fn waiting(&self) -> String {
        waiting(self.name)
    }

    /// Names of the columns that can be written, for a select or insert list.
    pub fn written(&self) -> Vec<&str> {
        let columns = self.columns.iter().filter(|column| column.generated.is_none());
        columns.map(|column| column.name.as_str()).collect()
    }
}

/// The name of a table's waiting table.
pub fn waiting(table: &str) -> String {
    format!("new_{table}")
}

async fn load(tx: &mut Tx, text: &str, table: &str) -> Result<Vec<crate::entity::Row>, Fault> {
    let (before, after) = text.split_once("$1").unwrap_or((text, ""));
    let mut sql = Sql::new(before);
    sql.bind(Bind::Text(Some(table.to_owned()))).push(after).rare();
    tx.load(sql).await
}

async fn columns(tx: &mut Tx, table: &str) -> Result<Vec<TableColumn>, Fault> {
    let text = "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull, \
                  CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END, \
                  CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END \
                FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
                WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped \
                ORDER BY a.attnum";
    let rows = load(tx, text, table).await?;
    let column = |row| {
        Ok(TableColumn {
            name: decode(row, 0)?,
            type_name: decode(row, 1)?,
            required: decode(row, 2)?,
            default: decode(row, 3)?,
            generated: decode(row, 4)?,
        })
    };
    rows.iter().map(column).collect()
}

async fn foreign_keys(tx: &mut Tx, table: &str) -> Result<Vec<ForeignKey>, Fault> {
    let text = "SELECT a.attname::text, t.relname::text, b.attname::text FROM pg_constraint c \
                JOIN pg_class t ON t.oid = c.confrelid \
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
                JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1] \
                WHERE c.contype = 'f' AND cardinality(c.conkey) = 1 AND c.conrelid = $1::text::regclass \
                ORDER BY c.conname";
    let rows = load(tx, text, table).await?;
    let key = |row| {
        Ok(ForeignKey {
            column: decode(row, 0)?,
            target: decode(row, 1)?,
            target_column: decode(row, 2)?,
        })
    };
    rows.iter().map(key).collect()
}

async fn checks(tx: &mut Tx, table: &str) -> Result<Vec<CheckConstraint>, Fault> {
    let text = "SELECT c.conname::text, pg_get_expr(c.conbin, c.conrelid), \
                  (SELECT coalesce(jsonb_agg(a.attname ORDER BY a.attnum), '[]') \
                   FROM pg_attribute a \
                   WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)) \
                FROM pg_constraint c \
                WHERE c.contype = 'c' AND c.conrelid = $1::text::regclass ORDER BY c.conname";
    let rows = load(tx, text, table).await?;
    let check = |row| {
        let columns: serde_json::Value = decode(row, 2)?;
        let columns =
            serde_json::from_value(columns).map_err(|error| Fault::decode(error.into()))?;
        Ok(CheckConstraint { name: decode(row, 0)?, expression: decode(row, 1)?, columns })
    };
    rows.iter().map(check).collect()
}

async fn unique(tx: &mut Tx, table: &str) -> Result<Vec<UniqueIndex>, Fault> {
    let text = "SELECT (SELECT jsonb_agg(pg_get_indexdef(i.indexrelid, k, TRUE) ORDER BY k) \
                  FROM generate_series(1, i.indnkeyatts) k), pg_get_expr(i.indpred, i.indrelid) \
                FROM pg_index i WHERE i.indisunique AND i.indrelid = $1::text::regclass \
                ORDER BY i.indexrelid";
    let rows = load(tx, text, table).await?;
    let index = |row| {
        let keys: serde_json::Value = decode(row, 0)?;
        let keys = serde_json::from_value(keys).map_err(|error| Fault::decode(error.into()))?;
        Ok(UniqueIndex { keys, condition: decode(row, 1)? })
    };
    rows.iter().map(index).collect()
}
