//! Runs plans breadth-first: all parents of a level share one statement per relation, and
//! statements that do not depend on each other travel together.

use std::collections::HashMap;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, try_join, try_join_all};

use crate::db::{Fault, Session};
use crate::entity::actions::unless_sql;
use crate::entity::execute_connection::FoundPages;
use crate::entity::global_id::KeyType;
use crate::entity::metadata::Meta;
use crate::entity::object::{Related, Rendered, write_objects};
use crate::entity::page::{column_sql, scope_predicate, visibility};
use crate::entity::plan::{Asked, ColumnSet, Plan, RowsPlan, What};
use crate::entity::row::Row;
use crate::entity::sql::{Bind, Sql};
use crate::entity::{cell, execute_connection};
use crate::period_lock;

/// The select list of a column set.
pub(crate) fn select_list(meta: &Meta, columns: &ColumnSet, session: &Session) -> Sql {
    let mut sql = Sql::default();
    for (place, asked) in columns.0.iter().enumerate() {
        sql.push(if place == 0 { "" } else { ", " });
        match asked {
            Asked::Column(index) => sql.push(&column_sql(meta, *index, "t")),
            Asked::KeyText => sql.push(&format!("t.{}::text", meta.key().name)),
            Asked::Scope(name) => {
                sql.push("(").append(scope_predicate(meta, name, &session.actor, "t"));
                sql.push(") AS ").push(&format!("scope_{place}"))
            }
            Asked::Unless(text) => {
                sql.push("(").append(unless_sql(text, session));
                sql.push(&format!(")::text AS unless_{place}"))
            }
            Asked::LockedThrough => sql.push(period_lock::THROUGH),
        };
    }
    if columns.0.is_empty() {
        sql.push("1 AS nothing");
    }
    sql
}

/// The distinct keys at a position of some rows, ready to be bound as one array.
pub(crate) fn keys_of(key: KeyType, rows: &[Row], position: usize) -> Result<Option<Bind>, Fault> {
    fn distinct<T: cell::Cell + Ord>(rows: &[Row], position: usize) -> Result<Vec<T>, Fault> {
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            if let Some(key) = cell::decode::<Option<T>>(row, position)? {
                keys.push(key);
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }
    let (empty, keys) = match key {
        KeyType::Int => {
            let keys = distinct(rows, position)?;
            (keys.is_empty(), Bind::Ints(keys))
        }
        KeyType::Big => {
            let keys = distinct(rows, position)?;
            (keys.is_empty(), Bind::Bigs(keys))
        }
        KeyType::Uuid => {
            let keys = distinct(rows, position)?;
            (keys.is_empty(), Bind::Uuids(keys))
        }
        KeyType::Text => {
            let keys = distinct(rows, position)?;
            (keys.is_empty(), Bind::Texts(keys))
        }
        KeyType::Date => {
            let keys = distinct(rows, position)?;
            (keys.is_empty(), Bind::Dates(keys))
        }
    };
    Ok((!empty).then_some(keys))
}

/// The key at a position of a row, as a global id carries it.
pub fn key_text(meta: &Meta, row: &Row, position: usize) -> Result<String, Fault> {
    Ok(match KeyType::of(meta) {
        KeyType::Int => cell::decode::<i32>(row, position)?.to_string(),
        KeyType::Big => cell::decode::<i64>(row, position)?.to_string(),
        KeyType::Uuid => cell::decode::<uuid::Uuid>(row, position)?.to_string(),
        KeyType::Text => cell::decode(row, position)?,
        KeyType::Date => cell::decode::<chrono::NaiveDate>(row, position)?.to_string(),
    })
}

/// Rows of an entity with these keys, as far as the caller may see them.
pub fn by_keys<'a>(
    session: &'a Session,
    plan: &'a RowsPlan,
    keys: Bind,
) -> BoxFuture<'a, Result<(Rendered, Vec<Row>), Fault>> {
    async move {
        let rows = session.load(select_by(session, plan, Keys::Listed(keys))).await?;
        let rendered = objects(session, &plan.plan, &rows, 0).await?;
        Ok((rendered, rows))
    }
    .boxed()
}

/// The row with this key, if there is one that the caller may see. What is one step away is asked
/// for in the same breath: which rows those are follows from the key.
pub async fn by_key(
    session: &Session,
    rows_plan: &RowsPlan,
    key: Bind,
) -> Result<Option<Rendered>, Fault> {
    let plan = &rows_plan.plan;
    let rows = session.load(select_by(session, rows_plan, Keys::Only(key.clone())));
    let ahead = leading(plan).map(|what| ask_ahead(session, rows_plan, what, &key));
    let (rows, ahead) = try_join(rows, try_join_all(ahead)).await?;
    if rows.is_empty() {
        session.expect_fewer(leading(plan).map(What::statements_below).sum());
        return Ok(None);
    }
    let related = leading(plan).zip(ahead).map(async |(what, ahead)| match ahead {
        Some(found) => relate_found(session, what, found).await,
        None => relate(session, what, &rows, 0).await,
    });
    let related = try_join_all(related).await?;
    write_objects(session, plan, &rows, 0, &related).map(Some)
}

/// The fields of a plan that lead to other rows.
fn leading(plan: &Plan) -> impl Iterator<Item = &What> {
    let all = plan.fields.iter().map(|field| &field.what);
    all.filter(|what| matches!(what, What::One { .. } | What::Many { .. }))
}

/// The keys by which rows are found.
enum Keys {
    Listed(Bind),
    Only(Bind),
    /// The one key that a sub-select answers.
    Selected(Sql),
}

fn select_by(session: &Session, plan: &RowsPlan, keys: Keys) -> Sql {
    let meta = plan.plan.meta;
    let mut sql = Sql::new("SELECT ");
    sql.append(select_list(meta, &plan.columns, session)).push(" FROM ").push(meta.table);
    sql.push(" t WHERE t.").push(meta.columns[plan.by].name);
    match keys {
        Keys::Only(key) => sql.push(" = ").bind(key),
        Keys::Selected(key) => sql.push(" = (").append(key).push(")"),
        Keys::Listed(keys) => match keys.only() {
            Some(key) => sql.push(" = ").bind(key),
            None => sql.push(" = ANY(").bind(keys).push(")"),
        },
    };
    // A soft-deleted row is still shown where another row points to it.
    for condition in visibility(meta, &session.actor, "t", true) {
        sql.push(" AND (").append(condition).push(")");
    }
    sql
}

/// Writes an object for each row, related rows first.
pub fn objects<'a>(
    session: &'a Session,
    plan: &'a Plan,
    rows: &'a [Row],
    offset: usize,
) -> BoxFuture<'a, Result<Rendered, Fault>> {
    async move {
        let related = leading(plan).map(|what| relate(session, what, rows, offset));
        let related = try_join_all(related).await?;
        write_objects(session, plan, rows, offset, &related)
    }
    .boxed()
}

/// Rows related to those of another statement, not written yet.
enum Found {
    One(Vec<Row>),
    Many(FoundPages),
}

async fn relate(
    session: &Session,
    what: &What,
    rows: &[Row],
    offset: usize,
) -> Result<Option<Related>, Fault> {
    let found = match what {
        What::One { position, plan } => {
            let key = KeyType::of(plan.plan.meta);
            let Some(keys) = keys_of(key, rows, offset + position)? else {
                session.expect_fewer(what.statements());
                return Ok(None);
            };
            Found::One(session.load(select_by(session, plan, Keys::Listed(keys))).await?)
        }
        What::Many { position, key, column, connection } => {
            let Some(keys) = keys_of(*key, rows, offset + position)? else {
                session.expect_fewer(what.statements());
                return Ok(None);
            };
            let pages = execute_connection::for_parents(session, connection, *key, column, keys);
            Found::Many(pages.await?)
        }
        _ => return Ok(None),
    };
    relate_found(session, what, found).await
}

/// Asks for what is related to the row with a key before that row is there.
async fn ask_ahead(
    session: &Session,
    rows_plan: &RowsPlan,
    what: &What,
    key: &Bind,
) -> Result<Option<Found>, Fault> {
    let (meta, by) = (rows_plan.plan.meta, rows_plan.by);
    match what {
        What::One { position, plan } => {
            let Some(Asked::Column(column)) = rows_plan.columns.0.get(*position) else {
                return Ok(None);
            };
            let mut theirs = Sql::new("SELECT ");
            theirs.push(&column_sql(meta, *column, "p")).push(" FROM ").push(meta.table);
            theirs.push(" p WHERE p.").push(meta.columns[by].name).push(" = ").bind(key.clone());
            let sql = select_by(session, plan, Keys::Selected(theirs));
            Ok(Some(Found::One(session.load(sql).await?)))
        }
        // What belongs to the row is found by the row's own key, which this is.
        What::Many { position, key: kind, column, connection } if by == 0 => {
            let keys = match rows_plan.columns.0.get(*position) {
                Some(Asked::Column(0)) => key.clone().into_list(),
                Some(Asked::KeyText) => Some(Bind::Texts(vec![key.to_key()])),
                _ => None,
            };
            let Some(keys) = keys else { return Ok(None) };
            let pages = execute_connection::for_parents(session, connection, *kind, column, keys);
            Ok(Some(Found::Many(pages.await?)))
        }
        _ => Ok(None),
    }
}

async fn relate_found(
    session: &Session,
    what: &What,
    found: Found,
) -> Result<Option<Related>, Fault> {
    match (what, found) {
        (What::One { plan, .. }, Found::One(rows)) => {
            let values = objects(session, &plan.plan, &rows, 0).await?;
            Ok(Some(Related { values, by_key: index_by(&rows, 0)? }))
        }
        (What::Many { connection, .. }, Found::Many(pages)) => {
            execute_connection::write_pages(session, connection, pages).await.map(Some)
        }
        _ => Ok(None),
    }
}

fn index_by(rows: &[Row], position: usize) -> Result<HashMap<Box<[u8]>, usize>, Fault> {
    let mut places = HashMap::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        let key = row.raw(position, |raw| raw.map(Box::<[u8]>::from))?;
        if let Some(key) = key {
            places.insert(key, place);
        }
    }
    Ok(places)
}

/// Two answers that do not depend on each other, asked for together.
pub(crate) async fn both<A, B>(
    first: impl Future<Output = Result<A, Fault>>,
    second: impl Future<Output = Result<B, Fault>>,
) -> Result<(A, B), Fault> {
    try_join(first, second).await
}
