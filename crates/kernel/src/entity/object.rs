//! Writes rows as objects of an answer, once what is related to them is there.

use std::collections::HashMap;

use crate::audit::{SensitiveRead, changes};
use crate::backup::BackupLink;
use crate::db::{Fault, Session};
use crate::entity::execute::keys_of;
use crate::entity::global_id::KeyType;
use crate::entity::plan::{Plan, What};
use crate::entity::row::Row;
use crate::entity::{cell, execute_connection, render};
use crate::stored_file::FileLink;

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
    fn find(&self, key: Option<&[u8]>) -> Option<&[u8]> {
        Some(self.values.get(*self.by_key.get(key?)?))
    }
}

/// Writes an object for each row. What is related comes in the order of the plan's fields that
/// lead to other rows.
pub(super) fn write_objects(
    session: &Session,
    plan: &Plan,
    rows: &[Row],
    offset: usize,
    related: &[Option<Related>],
) -> Result<Rendered, Fault> {
    note_sensitive(session, plan, rows, offset)?;
    let mut rendered = Rendered::default();
    for row in rows {
        object(session, plan, row, offset, related, rendered.buffer())?;
        rendered.end();
    }
    Ok(rendered)
}

fn note_sensitive(
    session: &Session,
    plan: &Plan,
    rows: &[Row],
    offset: usize,
) -> Result<(), Fault> {
    let Some((fields, position)) = &plan.sensitive else { return Ok(()) };
    if let Some(keys) = keys_of(KeyType::of(plan.meta), rows, offset + position)? {
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
    let mut related = related.iter();
    for field in &plan.fields {
        if out.last() != Some(&b'{') {
            out.push(b',');
        }
        out.extend_from_slice(field.key.as_bytes());
        match &field.what {
            What::TypeName => render::string(out, meta.type_name),
            What::Null => out.extend_from_slice(b"null"),
            What::Currency => render::string(out, &tenant.currency),
            What::Column { column, position } => row.raw(offset + position, |raw| {
                render::cell(out, meta, &meta.columns[*column], raw, tenant.id)
            })??,
            What::BackupLink { position, .. } => {
                let backup: Option<BackupLink> = cell::decode(row, offset + position)?;
                BackupLink::write(backup, session, out)?;
            }
            What::FileLink { position } => {
                let file: Option<FileLink> = cell::decode(row, offset + position)?;
                FileLink::write(file, session, out)?;
            }
            What::Actions(plan) => plan.write(session, row, offset, out)?,
            What::One { position, .. } => {
                let related = related.next().and_then(Option::as_ref);
                row.raw(offset + position, |raw| {
                    let found = related.and_then(|related| related.find(raw));
                    out.extend_from_slice(found.unwrap_or(b"null"));
                })?;
            }
            What::Changes(plan) => changes::write(session, plan, row, offset, out)?,
            What::Subject { entity, entity_id } => {
                changes::write_subject(session, row, offset + entity, offset + entity_id, out)?;
            }
            What::Many { position, connection, .. } => {
                let related = related.next().and_then(Option::as_ref);
                row.raw(offset + position, |raw| {
                    match related.and_then(|related| related.find(raw)) {
                        Some(found) => out.extend_from_slice(found),
                        None => execute_connection::write_empty(connection, out)?,
                    }
                    Ok::<(), Fault>(())
                })??;
            }
        }
    }
    out.push(b'}');
    Ok(())
}
