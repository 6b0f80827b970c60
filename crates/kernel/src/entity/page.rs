//! The SQL of a page of rows: columns, scope, filter, keyset and order.

use crate::actor::Actor;
use crate::db::Session;
use crate::entity::cursor::{self, Keyset};
use crate::entity::metadata::{Kind, Meta};
use crate::entity::order::Ordering;
use crate::entity::sql::{Bind, Sql};
use crate::policy::Scope;
use crate::refusal::Rule;

/// Exact up to here; beyond, a count is told as capped.
pub const COUNT_CAP: i64 = 10_000;

/// Sizes of pages that stand in the text of the statement, so that its plan is made for them and
/// kept; for a size that is bound, PostgreSQL plans anew each time.
const USUAL_SIZES: [usize; 7] = [5, 10, 20, 25, 50, 100, 1_000];

/// Every column of an entity over the alias `t`.
pub fn columns_of(meta: &Meta) -> String {
    let columns: Vec<String> =
        (0..meta.columns.len()).map(|index| column_sql(meta, index, "t")).collect();
    columns.join(", ")
}

/// One column or expression over an alias.
pub fn column_sql(meta: &Meta, index: usize, alias: &str) -> String {
    let column = &meta.columns[index];
    match column.expression {
        Some(expression) => format!("({})", expression.replace("{t}", alias)),
        // Read as a document, which every reader of rows knows.
        None if matches!(column.kind, Kind::Texts) => format!("to_jsonb({alias}.{})", column.name),
        None => format!("{alias}.{}", column.name),
    }
}

/// `SELECT` every column `FROM` the table as `t`.
pub fn select_all(meta: &Meta) -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.push(&columns_of(meta)).push(" FROM ").push(meta.table).push(" t");
    sql
}

/// The predicate of a named scope for this caller; nothing when the entity has no such scope.
pub fn scope_predicate(meta: &Meta, name: &str, actor: &Actor, alias: &str) -> Sql {
    let Some((_, text)) = meta.scopes.iter().find(|(scope, _)| *scope == name) else {
        return Sql::new("FALSE");
    };
    Sql::filled(text, alias, |word| match word {
        "actor" => Some(Sql::value(actor.key())),
        "person" => Some(Sql::value(Bind::Text(Some(actor.id.clone())))),
        _ => None,
    })
}

/// Refuses deleted rows to who may not delete them.
pub fn may_see_deleted(meta: &Meta, actor: &Actor) -> Rule<()> {
    let sentence = "Only a role that may delete them sees deleted rows.";
    actor.require_at(&meta.permission_to("delete"), "includeDeleted", sentence)
}

/// Conditions that always hold for this caller: scope and soft deletion.
pub fn visibility(meta: &Meta, actor: &Actor, alias: &str, deleted_too: bool) -> Vec<Sql> {
    let mut conditions = Vec::new();
    match actor.scope(meta.read) {
        Some(Scope::All) => {}
        Some(Scope::Only(name)) => conditions.push(scope_predicate(meta, name, actor, alias)),
        None => conditions.push(Sql::new("FALSE")),
    }
    if meta.soft_delete && !deleted_too {
        conditions.push(Sql::new(&format!("{alias}.deleted_at IS NULL")));
    }
    conditions
}

/// What a connection was asked for.
pub struct Page {
    pub filter: Option<Sql>,
    pub ordering: Ordering,
    /// Rows of the page; one more is read to know whether there are more.
    pub size: usize,
    /// `last`/`before`: read from the end, then turned around.
    pub backward: bool,
    pub keyset: Option<Keyset>,
    pub deleted_too: bool,
}

/// Appends `WHERE` and all the conditions, nothing without any.
pub(crate) fn push_conditions(sql: &mut Sql, conditions: Vec<Sql>) {
    for (place, condition) in conditions.into_iter().enumerate() {
        sql.push(if place == 0 { " WHERE (" } else { " AND (" }).append(condition).push(")");
    }
}

impl Page {
    fn conditions(&self, meta: &Meta, actor: &Actor) -> Vec<Sql> {
        let mut conditions = visibility(meta, actor, "t", self.deleted_too);
        conditions.extend(self.filter.clone());
        conditions
    }

    fn push_tail(&self, sql: &mut Sql, meta: &Meta, mut conditions: Vec<Sql>) {
        if let Some(keyset) = &self.keyset {
            conditions.push(cursor::beyond(meta, &self.ordering, keyset, self.backward));
        }
        push_conditions(sql, conditions);
        sql.push(" ORDER BY ").push(&self.ordering.sql(meta, self.backward)).push(" LIMIT ");
        if USUAL_SIZES.contains(&self.size) {
            sql.push(&(self.size + 1).to_string());
        } else {
            sql.bind(Bind::Big(Some(self.size as i64 + 1)));
        }
        if self.filter.is_some() {
            sql.rare();
        }
    }

    /// A page of the whole table.
    pub fn select(&self, meta: &Meta, columns: Sql, session: &Session) -> Sql {
        let mut sql = Sql::new("SELECT ");
        sql.append(columns).push(" FROM ").push(meta.table).push(" t");
        self.push_tail(&mut sql, meta, self.conditions(meta, &session.actor));
        sql
    }

    /// One page for each of many parents in one statement; the parent's key comes first.
    pub fn select_for(
        &self,
        meta: &Meta,
        columns: Sql,
        session: &Session,
        column: &str,
        keys: Bind,
        key_type: &str,
    ) -> Sql {
        if let Some(key) = keys.only() {
            let mut sql = Sql::new(&format!("SELECT t.{column}::{key_type}, "));
            sql.append(columns).push(" FROM ").push(meta.table).push(" t");
            let mut parent = Sql::new(&format!("t.{column} = "));
            parent.bind(key);
            let mut conditions = vec![parent];
            conditions.extend(self.conditions(meta, &session.actor));
            self.push_tail(&mut sql, meta, conditions);
            return sql;
        }
        let mut sql = Sql::new("SELECT k.key, t.* FROM unnest(");
        sql.bind(keys).push("::").push(key_type).push("[]) AS k(key) CROSS JOIN LATERAL (SELECT ");
        sql.append(columns).push(" FROM ").push(meta.table).push(" t");
        let mut conditions = vec![Sql::new(&format!("t.{column} = k.key"))];
        conditions.extend(self.conditions(meta, &session.actor));
        self.push_tail(&mut sql, meta, conditions);
        sql.push(") t");
        sql
    }

    /// How many rows the filter leaves, capped.
    pub fn count(&self, meta: &Meta, session: &Session) -> Sql {
        let mut sql = Sql::new("SELECT count(*) FROM (SELECT 1 FROM ");
        sql.push(meta.table).push(" t");
        push_conditions(&mut sql, self.conditions(meta, &session.actor));
        sql.push(" LIMIT ").bind(Bind::Big(Some(COUNT_CAP + 1))).push(") capped");
        if self.filter.is_some() {
            sql.rare();
        }
        sql
    }

    /// How many rows the filter leaves for each of many parents, capped.
    pub fn count_for(
        &self,
        meta: &Meta,
        session: &Session,
        column: &str,
        keys: Bind,
        key_type: &str,
    ) -> Sql {
        let mut sql = Sql::new("SELECT k.key, c.count FROM unnest(");
        sql.bind(keys).push("::").push(key_type);
        sql.push("[]) AS k(key) CROSS JOIN LATERAL (SELECT count(*) FROM (SELECT 1 FROM ");
        sql.push(meta.table).push(" t");
        let mut conditions = vec![Sql::new(&format!("t.{column} = k.key"))];
        conditions.extend(self.conditions(meta, &session.actor));
        push_conditions(&mut sql, conditions);
        sql.push(" LIMIT ").bind(Bind::Big(Some(COUNT_CAP + 1))).push(") capped) c");
        sql
    }
}
