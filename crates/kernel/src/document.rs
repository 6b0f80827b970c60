//! Documents that a business hands out: a module says what stands on one, the server sets it in
//! type. Who may print one gets a link to it for minutes.

mod sheet;

use futures_util::future::BoxFuture;

pub use sheet::{Block, Column, Fact, Party, Sheet, Sum};

use crate::audit::AuditEntry;
use crate::db::{Fault, Session, Tx};
use crate::entity::metadata::{Entity, Meta};
use crate::entity::page::select_all;
use crate::entity::sql::{Bind, Sql};
use crate::mutation::Outcome;

/// One kind of document.
pub struct Document {
    /// `bizhub.invoice`
    pub name: &'static str,
    /// The entity whose rows it is printed for.
    pub entity: fn() -> &'static Meta,
    /// Sensitive fields that stand on it.
    pub shows: &'static [&'static str],
    /// What stands on the document of the row with this key; `None` when there is no such row.
    pub sheet: for<'a> fn(&'a Session, &'a str) -> Reading<'a>,
}

/// A sheet as it is read.
pub type Reading<'a> = BoxFuture<'a, Result<Option<Sheet>, Fault>>;

impl Tx {
    /// Answers a row with a link to its document and records who printed it.
    pub fn print<E: Entity>(&mut self, document: &Document, row: &E) -> Outcome {
        let key = row.key().to_key();
        let mut entry = AuditEntry::new("print", E::META.type_name, key.clone());
        entry.new_values.insert("document".to_owned(), document.name.into());
        if !document.shows.is_empty() {
            entry.new_values.insert("fields".to_owned(), document.shows.into());
        }
        self.audit.push(entry);
        let outcome = Outcome { key: Some(key.clone()), ..Outcome::default() };
        self.link(outcome, document.name, &key)
    }
}

impl Session {
    /// Rows of an entity that meet a condition over the alias `t`, every column decoded. The
    /// condition may end in ORDER BY.
    pub async fn select<E: Entity>(&self, condition: Sql) -> Result<Vec<E>, Fault> {
        let mut sql = select_all(E::META);
        sql.push(" WHERE ").append(condition);
        let rows = self.load(sql).await?;
        rows.iter().map(E::decode).collect()
    }

    /// The row with this key, if there is one.
    pub async fn find<E: Entity>(&self, key: Bind) -> Result<Option<E>, Fault> {
        let mut condition = Sql::new("t.");
        condition.push(E::META.key().name).push(" = ").bind(key);
        Ok(self.select(condition).await?.pop())
    }
}
