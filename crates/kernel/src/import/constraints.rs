//! Every constraint of the real tables, asked of the waiting rows, so that each bad one is named
//! and not only the first.

use crate::db::{Fault, Tx};
use crate::entity::decode;
use crate::entity::sql::Sql;
use crate::import::catalogue::{ForeignKey, Table, UniqueIndex, waiting};
use crate::import::stage::kept;
use crate::import::{BadRow, ImportTable};

/// A waiting row that breaks a rule, by the place of its table among those of the import.
pub struct Broken {
    pub table: usize,
    pub row: BadRow,
}

/// One table among all of the import.
pub struct Asked<'a> {
    pub place: usize,
    pub spec: &'a ImportTable,
    pub table: &'a Table,
    /// The name of its file.
    pub file: String,
    /// Tables of the import whose rows can be referred to before they are in.
    pub waiting: &'a [&'static str],
    /// Tables whose present rows give way.
    pub replaced: &'a [&'static str],
    /// Whether what stands on a bad row is bad as well, or told by the bad row alone.
    pub dependants_too: bool,
}

impl Asked<'_> {
    /// Rows of which a sentence of the module is true.
    pub async fn refusals(&self, tx: &mut Tx) -> Result<Vec<Broken>, Fault> {
        let mut broken = Vec::new();
        for (condition, says) in self.spec.refusals {
            broken.extend(self.broken(tx, condition, &quoted(says)).await?);
        }
        Ok(broken)
    }

    /// Rows that break a constraint of the table.
    pub async fn constraints(&self, tx: &mut Tx) -> Result<Vec<Broken>, Fault> {
        let mut broken = Vec::new();
        for column in self.table.columns.iter().filter(|column| column.required) {
            let says = quoted(&format!("{} is missing", column.name));
            broken.extend(self.broken(tx, &format!("n.{} IS NULL", column.name), &says).await?);
        }
        for check in &self.table.checks {
            let condition = format!("NOT ({})", check.expression);
            broken.extend(self.broken(tx, &condition, &check.says()).await?);
        }
        for index in &self.table.unique {
            broken.extend(self.duplicates(tx, index).await?);
        }
        for key in &self.table.foreign_keys {
            broken.extend(self.strays(tx, key).await?);
        }
        Ok(broken)
    }

    async fn broken(&self, tx: &mut Tx, condition: &str, says: &str) -> Result<Vec<Broken>, Fault> {
        let waiting = self.table.waiting();
        let text = format!("SELECT n.line, {says}, n.id::text FROM {waiting} n WHERE {condition}");
        self.rows(tx, &text).await
    }

    async fn duplicates(&self, tx: &mut Tx, index: &UniqueIndex) -> Result<Vec<Broken>, Fault> {
        let keys = index.keys.join(", ");
        let mut conditions: Vec<String> =
            index.keys.iter().map(|key| format!("{key} IS NOT NULL")).collect();
        conditions.extend(index.condition.clone());
        let (waiting, conditions) = (self.table.waiting(), conditions.join(" AND "));
        let says = quoted(&format!("the same {keys} as line "));
        let text = format!(
            "SELECT d.line, {says} || coalesce(d.first_line::text, 'of a derived row'), d.id::text \
             FROM (SELECT n.line, n.id, first_value(n.line) OVER same AS first_line, \
               row_number() OVER same AS place FROM {waiting} n WHERE {conditions} \
               WINDOW same AS (PARTITION BY {keys} ORDER BY n.line, n.id)) d WHERE d.place > 1"
        );
        self.rows(tx, &text).await
    }

    /// Rows that point to nothing.
    async fn strays(&self, tx: &mut Tx, key: &ForeignKey) -> Result<Vec<Broken>, Fault> {
        let ForeignKey { column, target, target_column } = key;
        let missing = |table: &str| {
            format!("NOT EXISTS (SELECT FROM {table} t WHERE t.{target_column} = n.{column})")
        };
        let mut condition = format!("n.{column} IS NOT NULL");
        let mut says = format!("'{column} ' || n.{column} || ': there is no such row in {target}'");
        if self.waiting.contains(&target.as_str()) {
            condition = format!("{condition} AND {}", missing(&waiting(target)));
            let left_out = missing(&kept(target));
            if self.dependants_too {
                says = format!(
                    "'{column} ' || n.{column} || CASE WHEN {left_out} \
                     THEN ': there is no such row in {target}' \
                     ELSE ': that row of {target} is left out' END"
                );
            } else {
                condition = format!("{condition} AND {left_out}");
            }
        }
        if !self.replaced.contains(&target.as_str()) {
            condition = format!("{condition} AND {}", missing(target));
        }
        self.broken(tx, &condition, &says).await
    }

    async fn rows(&self, tx: &mut Tx, text: &str) -> Result<Vec<Broken>, Fault> {
        let mut sql = Sql::new(text);
        sql.rare();
        let mut broken = Vec::new();
        for row in tx.load(sql).await? {
            let line: Option<i32> = decode(&row, 0)?;
            let (reason, id): (String, Option<String>) = (decode(&row, 1)?, decode(&row, 2)?);
            let (file, reason) = match (line, id) {
                (None, Some(id)) => (self.table.name.to_owned(), format!("row {id}: {reason}")),
                _ => (self.file.clone(), reason),
            };
            broken.push(Broken { table: self.place, row: BadRow { file, line, reason } });
        }
        Ok(broken)
    }
}

/// A text as a literal of SQL.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
