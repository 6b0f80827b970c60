//! Runs plans breadth-first: all parents of a level share one statement per relation, and
//! statements that do not depend on each other travel together.

use std::collections::HashMap;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, try_join, try_join_all};

use crate::audit::SensitiveRead;
use crate::db::{Fault, Session};
use crate::entity::global_id::KeyType;
use crate::entity::metadata::Meta;
use crate::entity::page::{column_sql, scope_predicate, visibility};
use crate::entity::plan::{ActionField, Asked, ColumnSet, Plan, RowsPlan, What};
use crate::entity::render::{self, with_raw};
use crate::entity::sql::{Bind, Row, Sql};
use crate::entity::{cell, execute_connection};
use crate::policy::Scope;

/// Many JSON values in one buffer.
#[derive(Default)]
pub struct Rendered {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Rendered {
    /// The value with this number.
    pub fn get(&self, index: usize) -> &[u8] {
        let end = self.ends.get(index).copied().unwrap_or_default();
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.bytes.get(start.unwrap_or_default()..end).unwrap_or_default()
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The buffer to append the next value to.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// What was appended since the last call is a value.
    pub fn end(&mut self) {
        self.ends.push(self.bytes.len());
    }
}

/// Related values by the raw bytes of the key that leads to them.
pub(crate) struct Related {
    pub values: Rendered,
    pub by_key: HashMap<Box<[u8]>, usize>,
}

impl Related {
    fn write(&self, out: &mut Vec<u8>, key: Option<&[u8]>, missing: &[u8]) {
        let found = key.and_then(|key| self.by_key.get(key));
        out.extend_from_slice(found.map_or(missing, |place| self.values.get(*place)));
    }
}

/// The select list of a column set.
pub(crate) fn select_list(meta: &Meta, columns: &ColumnSet, session: &Session) -> Sql {
    let mut sql = Sql::default();
    for (place, asked) in columns.0.iter().enumerate() {
        sql.push(if place == 0 { "" } else { ", " });
        match asked {
            Asked::Column(index) => sql.push(&column_sql(meta, *index, "t")),
            Asked::Scope(name) => {
                sql.push("(").append(scope_predicate(meta, name, &session.actor, "t"));
                sql.push(") AS ").push(&format!("scope_{place}"))
            }
        };
    }
    if columns.0.is_empty() {
        sql.push("1 AS nothing");
    }
    sql
}

/// The distinct keys at a position of some rows, ready to be bound as one array.
pub(crate) fn keys_of(meta: &Meta, rows: &[Row], position: usize) -> Result<Option<Bind>, Fault> {
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
    let (empty, keys) = match KeyType::of(meta) {
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

/// PostgreSQL's name of an entity's key type.
pub(crate) fn key_type(meta: &Meta) -> &'static str {
    match KeyType::of(meta) {
        KeyType::Int => "int4",
        KeyType::Big => "int8",
        KeyType::Uuid => "uuid",
        KeyType::Text => "text",
        KeyType::Date => "date",
    }
}

/// Rows of an entity with these keys, as far as the caller may see them.
pub fn by_keys<'a>(
    session: &'a Session,
    plan: &'a RowsPlan,
    keys: Bind,
) -> BoxFuture<'a, Result<(Rendered, Vec<Row>), Fault>> {
    async move {
        let meta = plan.plan.meta;
        let mut sql = Sql::new("SELECT ");
        sql.append(select_list(meta, &plan.columns, session)).push(" FROM ").push(meta.table);
        sql.push(" t WHERE t.").push(meta.columns[plan.by].name);
        match keys.only() {
            Some(key) => sql.push(" = ").bind(key),
            None => sql.push(" = ANY(").bind(keys).push(")"),
        };
        // A soft-deleted row is still shown where another row points to it.
        for condition in visibility(meta, &session.actor, "t", true) {
            sql.push(" AND (").append(condition).push(")");
        }
        let rows = session.load(sql).await?;
        let rendered = objects(session, &plan.plan, &rows, 0).await?;
        Ok((rendered, rows))
    }
    .boxed()
}

/// Writes an object for each row, related rows first.
pub fn objects<'a>(
    session: &'a Session,
    plan: &'a Plan,
    rows: &'a [Row],
    offset: usize,
) -> BoxFuture<'a, Result<Rendered, Fault>> {
    async move {
        let related =
            plan.fields.iter().map(|field| relate(session, plan, &field.what, rows, offset));
        let related = try_join_all(related).await?;
        note_sensitive(session, plan, rows, offset)?;
        let mut rendered = Rendered::default();
        for row in rows {
            object(session, plan, row, offset, &related, rendered.buffer())?;
            rendered.end();
        }
        Ok(rendered)
    }
    .boxed()
}

fn note_sensitive(
    session: &Session,
    plan: &Plan,
    rows: &[Row],
    offset: usize,
) -> Result<(), Fault> {
    let Some((fields, position)) = &plan.sensitive else { return Ok(()) };
    if let Some(keys) = keys_of(plan.meta, rows, offset + position)? {
        let serde_json::Value::Array(keys) = keys.to_json() else { return Ok(()) };
        let ids = keys.iter().map(|key| match key.as_str() {
            Some(text) => text.to_owned(),
            None => key.to_string(),
        });
        let (entity, fields) = (plan.meta.type_name, fields.clone());
        session.note_shown(SensitiveRead { entity, fields, ids: ids.collect() });
    }
    Ok(())
}

async fn relate(
    session: &Session,
    plan: &Plan,
    what: &What,
    rows: &[Row],
    offset: usize,
) -> Result<Option<Related>, Fault> {
    match what {
        What::One { position, plan } => {
            let Some(keys) = keys_of(plan.plan.meta, rows, offset + position)? else {
                return Ok(None);
            };
            let (values, theirs) = by_keys(session, plan, keys).await?;
            let by_key = index_by(&theirs, 0)?;
            Ok(Some(Related { values, by_key }))
        }
        What::Many { position, column, connection } => {
            let Some(keys) = keys_of(plan.meta, rows, offset + position)? else {
                return Ok(None);
            };
            let related =
                execute_connection::for_parents(session, connection, plan.meta, column, keys);
            Ok(Some(related.await?))
        }
        _ => Ok(None),
    }
}

fn index_by(rows: &[Row], position: usize) -> Result<HashMap<Box<[u8]>, usize>, Fault> {
    let mut places = HashMap::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        let key = with_raw(row, position, |raw| raw.map(Box::<[u8]>::from))?;
        if let Some(key) = key {
            places.insert(key, place);
        }
    }
    Ok(places)
}

fn object(
    session: &Session,
    plan: &Plan,
    row: &Row,
    offset: usize,
    related: &[Option<Related>],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let (meta, tenant) = (plan.meta, &session.actor.tenant);
    out.push(b'{');
    for (field, related) in plan.fields.iter().zip(related) {
        if out.last() != Some(&b'{') {
            out.push(b',');
        }
        out.extend_from_slice(field.key.as_bytes());
        match &field.what {
            What::TypeName => render::string(out, meta.type_name),
            What::Null => out.extend_from_slice(b"null"),
            What::Currency => render::string(out, &tenant.currency),
            What::Column { column, position } => with_raw(row, offset + position, |raw| {
                render::cell(out, meta, &meta.columns[*column], raw, tenant.id)
            })??,
            What::Actions { status, scopes, fields } => {
                actions(session, meta, row, offset, *status, scopes, fields, out)?;
            }
            What::One { position, .. } => with_raw(row, offset + position, |raw| match related {
                Some(related) => related.write(out, raw, b"null"),
                None => out.extend_from_slice(b"null"),
            })?,
            What::Many { position, connection, .. } => {
                let empty = execute_connection::empty(connection)?;
                with_raw(row, offset + position, |raw| match related {
                    Some(related) => related.write(out, raw, &empty),
                    None => out.extend_from_slice(&empty),
                })?;
            }
        }
    }
    out.push(b'}');
    Ok(())
}

#[allow(clippy::too_many_arguments, reason = "one row's place in the answer, passed down whole")]
fn actions(
    session: &Session,
    meta: &Meta,
    row: &Row,
    offset: usize,
    status: usize,
    scopes: &[(&str, usize)],
    fields: &[(String, ActionField)],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let stored: String = cell::decode(row, offset + status)?;
    let Some(machine) = meta.machine.map(|machine| machine()) else {
        out.extend_from_slice(b"[]");
        return Ok(());
    };
    out.push(b'[');
    for step in machine.moves.iter().filter(|step| !step.automatic && !step.from.is_empty()) {
        if out.last() != Some(&b'[') {
            out.push(b',');
        }
        let permission = meta.permission_to(&format!("transition:{}", step.verb));
        let mut obstacle = machine.obstacle(step, &stored, &permission, &session.actor.rights);
        if let Some(Scope::Only(scope)) = session.actor.scope(&permission)
            && obstacle.is_none()
            && let Some((_, position)) = scopes.iter().find(|(verb, _)| *verb == step.verb)
            && !cell::decode::<bool>(row, offset + position)?
        {
            obstacle = Some(format!("Your role may do this only to its {scope} rows."));
        }
        render::object(out, fields, |out, field| {
            match field {
                ActionField::TypeName => render::string(out, "AvailableAction"),
                ActionField::Action => render::string(out, step.verb),
                ActionField::Allowed if obstacle.is_none() => out.extend_from_slice(b"true"),
                ActionField::Allowed => out.extend_from_slice(b"false"),
                ActionField::Reason => match &obstacle {
                    Some(reason) => render::string(out, reason),
                    None => out.extend_from_slice(b"null"),
                },
            }
            Ok(())
        })?;
    }
    out.push(b']');
    Ok(())
}

/// Two answers that do not depend on each other, asked for together.
pub(crate) async fn both<A, B>(
    first: impl Future<Output = Result<A, Fault>>,
    second: impl Future<Output = Result<B, Fault>>,
) -> Result<(A, B), Fault> {
    try_join(first, second).await
}
