//! Runs connections: one page of a table, or one page for each of many parents at once.

use std::collections::HashMap;

use serde_json::Value;

use crate::db::{Fault, Session};
use crate::entity::cell;
use crate::entity::cursor;
use crate::entity::execute::{both, objects, select_list};
use crate::entity::global_id::KeyType;
use crate::entity::metadata::Meta;
use crate::entity::object::{Related, Rendered};
use crate::entity::page::COUNT_CAP;
use crate::entity::plan::{ConnectionField, ConnectionPlan, EdgeField, PageInfoField};
use crate::entity::render;
use crate::entity::row::Row;
use crate::entity::sql::Bind;

/// The rows of one page, in the order of the answer.
struct Slice {
    /// Places among all rows of the statement.
    places: Vec<usize>,
    more: bool,
    count: i64,
}

/// A page of the whole table as JSON.
pub async fn of_table(session: &Session, plan: &ConnectionPlan) -> Result<Vec<u8>, Fault> {
    let rows = async {
        if !plan.rows_needed {
            return Ok(Vec::new());
        }
        let columns = select_list(plan.meta, &plan.columns, session);
        session.load(plan.page.select(plan.meta, columns, session)).await
    };
    let count = async {
        if !plan.counted {
            return Ok(0);
        }
        let rows = session.load(plan.page.count(plan.meta, session)).await?;
        rows.first().map_or(Ok(0), |row| cell::decode(row, 0))
    };
    let (mut rows, count) = both(rows, count).await?;
    let slice = slice(plan, (0..rows.len()).collect(), count);
    // The row that only told that there is more needs no relations read for it.
    rows.truncate(plan.page.size);
    let parts = render_parts(session, plan, &rows, 0).await?;
    let mut out = Vec::with_capacity(1024);
    write(session, plan, &rows, 0, &slice, &parts, &mut out)?;
    Ok(out)
}

/// Pages of many parents, the rows of all together.
pub(crate) struct FoundPages {
    rows: Vec<Row>,
    counts: Vec<Row>,
}

/// Asks for one page for each parent.
pub(crate) async fn for_parents(
    session: &Session,
    plan: &ConnectionPlan,
    key: KeyType,
    column: &str,
    keys: Bind,
) -> Result<FoundPages, Fault> {
    let key_type = key.name();
    let rows = async {
        if !plan.rows_needed {
            return Ok(Vec::new());
        }
        let columns = select_list(plan.meta, &plan.columns, session);
        let sql = plan.page.select_for(plan.meta, columns, session, column, keys.clone(), key_type);
        session.load(sql).await
    };
    let counts = async {
        if !plan.counted {
            return Ok(Vec::new());
        }
        session.load(plan.page.count_for(plan.meta, session, column, keys.clone(), key_type)).await
    };
    let (rows, counts) = both(rows, counts).await?;
    Ok(FoundPages { rows, counts })
}

/// Writes one page for each parent, by the raw bytes of the parent's key.
pub(crate) async fn write_pages(
    session: &Session,
    plan: &ConnectionPlan,
    FoundPages { rows, counts }: FoundPages,
) -> Result<Related, Fault> {
    let mut groups: HashMap<Box<[u8]>, (Vec<usize>, i64)> = HashMap::new();
    for (place, row) in rows.iter().enumerate() {
        if let Some(key) = row.raw(0, |raw| raw.map(Box::<[u8]>::from))? {
            groups.entry(key).or_default().0.push(place);
        }
    }
    for row in &counts {
        if let Some(key) = row.raw(0, |raw| raw.map(Box::<[u8]>::from))? {
            groups.entry(key).or_default().1 = cell::decode(row, 1)?;
        }
    }
    let parts = render_parts(session, plan, &rows, 1).await?;
    let mut values = Rendered::default();
    let mut by_key = HashMap::with_capacity(groups.len());
    for (key, (places, count)) in groups {
        let slice = slice(plan, places, count);
        write(session, plan, &rows, 1, &slice, &parts, values.buffer())?;
        by_key.insert(key, values.len());
        values.end();
    }
    Ok(Related { values, by_key })
}

fn slice(plan: &ConnectionPlan, mut places: Vec<usize>, count: i64) -> Slice {
    let more = places.len() > plan.page.size;
    places.truncate(plan.page.size);
    if plan.page.backward {
        places.reverse();
    }
    Slice { places, more, count }
}

/// The objects of every plan over the same rows, in the order in which `write` meets them.
async fn render_parts(
    session: &Session,
    plan: &ConnectionPlan,
    rows: &[Row],
    offset: usize,
) -> Result<Vec<Rendered>, Fault> {
    let mut parts = Vec::new();
    for (_, field) in &plan.fields {
        match field {
            ConnectionField::Nodes(plan) => parts.push(objects(session, plan, rows, offset).await?),
            ConnectionField::Edges(edges) => {
                for (_, edge) in edges {
                    if let EdgeField::Node(plan) = edge {
                        parts.push(objects(session, plan, rows, offset).await?);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(parts)
}

fn cursor_of(
    session: &Session,
    plan: &ConnectionPlan,
    row: &Row,
    offset: usize,
) -> Result<String, Fault> {
    let positions = plan.cursor.as_deref().unwrap_or_default();
    let mut values = Vec::with_capacity(positions.len());
    for (position, order) in positions.iter().zip(&plan.page.ordering.0) {
        values.push(sort_value(session, plan.meta, row, offset + position, order.column)?);
    }
    Ok(cursor::encode(plan.meta, &plan.page.ordering, &values))
}

fn sort_value(
    session: &Session,
    meta: &Meta,
    row: &Row,
    position: usize,
    column: usize,
) -> Result<Value, Fault> {
    use crate::entity::global_id::GlobalId;
    use crate::entity::metadata::Kind;
    let column = &meta.columns[column];
    let mut json = Vec::new();
    let value = row.raw(position, |raw| match (column.kind, raw) {
        (Kind::Text | Kind::Enum(_), Some(raw)) => {
            Ok(Value::from(String::from_utf8_lossy(raw).into_owned()))
        }
        (_, raw) => {
            render::cell(&mut json, meta, column, raw, session.actor.tenant.id)?;
            serde_json::from_slice(&json).map_err(|error| Fault::decode(error.into()))
        }
    })??;
    // An id inside a cursor is the bare key: the cursor belongs to one list of one tenant.
    match (column.kind, value) {
        (Kind::Key(_) | Kind::Reference(_), Value::String(text)) => {
            Ok(GlobalId::decode(&text).map_or(Value::Null, |id| Value::from(id.key)))
        }
        (_, value) => Ok(value),
    }
}

fn write(
    session: &Session,
    plan: &ConnectionPlan,
    rows: &[Row],
    offset: usize,
    slice: &Slice,
    parts: &[Rendered],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let mut parts = parts.iter();
    render::object(out, &plan.fields, |out, field| {
        match field {
            ConnectionField::TypeName => render::string(out, &type_name(plan)),
            ConnectionField::TotalCount => {
                out.extend_from_slice(slice.count.min(COUNT_CAP).to_string().as_bytes());
            }
            ConnectionField::TotalCountCapped => {
                out.extend_from_slice((slice.count > COUNT_CAP).to_string().as_bytes());
            }
            ConnectionField::Nodes(_) => {
                let objects = parts.next();
                render::list(out, &slice.places, |out, place| {
                    out.extend_from_slice(objects.map_or(b"null", |all| all.get(*place)));
                    Ok(())
                })?;
            }
            ConnectionField::Edges(edges) => {
                let nodes = edges.iter().filter(|(_, edge)| matches!(edge, EdgeField::Node(_)));
                let nodes: Vec<&Rendered> = parts.by_ref().take(nodes.count()).collect();
                render::list(out, &slice.places, |out, place| {
                    let cursor = || cursor_of(session, plan, &rows[*place], offset);
                    edge(plan, *place, edges, &nodes, cursor, out)
                })?;
            }
            ConnectionField::PageInfo(fields) => {
                let cursor = |place: &usize| cursor_of(session, plan, &rows[*place], offset);
                let ends = [slice.places.first(), slice.places.last()];
                let [first, last] = ends.map(|place| place.map(cursor).transpose());
                page_info(plan, slice.more, [first?, last?], fields, out)?;
            }
        }
        Ok(())
    })
}

fn type_name(plan: &ConnectionPlan) -> String {
    format!("{}Connection", plan.meta.type_name)
}

fn edge(
    plan: &ConnectionPlan,
    place: usize,
    edges: &[(String, EdgeField)],
    nodes: &[&Rendered],
    cursor: impl Fn() -> Result<String, Fault>,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let mut nodes = nodes.iter();
    render::object(out, edges, |out, field| {
        match field {
            EdgeField::TypeName => render::string(out, &format!("{}Edge", plan.meta.type_name)),
            EdgeField::Cursor => render::string(out, &cursor()?),
            EdgeField::Node(_) => {
                out.extend_from_slice(nodes.next().map_or(b"null", |all| all.get(place)));
            }
        }
        Ok(())
    })
}

fn page_info(
    plan: &ConnectionPlan,
    more: bool,
    cursors: [Option<String>; 2],
    fields: &[(String, PageInfoField)],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    // A keyset means that there is at least the row it stands on, on the side we came from.
    let (next, previous) =
        if plan.page.backward { (plan.has_keyset, more) } else { (more, plan.has_keyset) };
    let [first, last] = cursors;
    let cursor = |out: &mut Vec<u8>, cursor: &Option<String>| match cursor {
        Some(cursor) => render::string(out, cursor),
        None => out.extend_from_slice(b"null"),
    };
    render::object(out, fields, |out, field| {
        match field {
            PageInfoField::TypeName => render::string(out, "PageInfo"),
            PageInfoField::HasNextPage => out.extend_from_slice(next.to_string().as_bytes()),
            PageInfoField::HasPreviousPage => {
                out.extend_from_slice(previous.to_string().as_bytes());
            }
            PageInfoField::StartCursor => cursor(out, &first),
            PageInfoField::EndCursor => cursor(out, &last),
        }
        Ok(())
    })
}

/// Writes the connection of a parent without rows.
pub(crate) fn write_empty(plan: &ConnectionPlan, out: &mut Vec<u8>) -> Result<(), Fault> {
    render::object(out, &plan.fields, |out, field| {
        match field {
            ConnectionField::TypeName => render::string(out, &type_name(plan)),
            ConnectionField::Nodes(_) | ConnectionField::Edges(_) => out.extend_from_slice(b"[]"),
            ConnectionField::TotalCount => out.push(b'0'),
            ConnectionField::TotalCountCapped => out.extend_from_slice(b"false"),
            ConnectionField::PageInfo(fields) => page_info(plan, false, [None, None], fields, out)?,
        }
        Ok(())
    })
}
