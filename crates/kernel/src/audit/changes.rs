//! What an entry of the trail changed, as a caller may see it: fields by their GraphQL names,
//! words and ids as everywhere else, sensitive values only with the right to them (spec 1.8.2).

use serde_json::{Map, Value};

use crate::audit::{RecordedEntry, SensitiveRead};
use crate::db::{Fault, Session};
use crate::entity::global_id::GlobalId;
use crate::entity::metadata::{Column, Entity, Kind, Meta};
use crate::entity::plan::{ChangeField, ChangesPlan};
use crate::entity::row::Row;
use crate::entity::{decode, render};
use crate::policy::Scope;
use crate::schema::PLATFORM_ENTITIES;

/// One changed field; `None` where the value is hidden.
struct Change {
    field: String,
    old: Option<Value>,
    new: Option<Value>,
}

/// The entity that an entry speaks of; none for what is no entity, such as a login.
fn entity_named(session: &Session, name: &str) -> Option<&'static Meta> {
    let module = session.actor.module.entities.iter();
    module.chain(PLATFORM_ENTITIES).copied().find(|meta| meta.type_name == name)
}

/// Writes the global id of the row that an entry speaks of, null where it is no row.
pub(crate) fn write_subject(
    session: &Session,
    row: &Row,
    entity: usize,
    entity_id: usize,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let (entity, key): (String, String) = (decode(row, entity)?, decode(row, entity_id)?);
    match entity_named(session, &entity).filter(|_| !key.is_empty()) {
        Some(meta) => {
            let id = GlobalId::encode(session.actor.tenant.id, meta.type_name, &key);
            render::string(out, &id);
        }
        None => out.extend_from_slice(b"null"),
    }
    Ok(())
}

/// Writes the changes of the entry in a row; null when the caller may not read such rows.
pub(crate) fn write(
    session: &Session,
    plan: &ChangesPlan,
    row: &Row,
    offset: usize,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let name: String = decode(row, offset + plan.entity)?;
    let meta = plan.of.or_else(|| entity_named(session, &name));
    // Below a row that the caller sees, its scope was asked already; in the list it was not.
    let visible = plan.of.is_some()
        || meta.is_none_or(|meta| session.actor.scope(meta.read) == Some(Scope::All));
    if !visible {
        out.extend_from_slice(b"null");
        return Ok(());
    }
    let old: Value = decode(row, offset + plan.old_values)?;
    let new: Value = decode(row, offset + plan.new_values)?;
    let mut shown = Vec::new();
    let changes = changes(session, meta, &old, &new, &mut shown);
    if let Some(meta) = meta.filter(|_| !shown.is_empty()) {
        let key: String = decode(row, offset + plan.entity_id)?;
        session.note_shown(SensitiveRead { entity: meta.type_name, fields: shown, ids: vec![key] });
    }
    render::list(out, changes, |out, change| {
        let value = |value: &Option<Value>| value.clone().unwrap_or_default().to_string();
        render::object(out, &plan.fields, |out, field| {
            match field {
                ChangeField::TypeName => render::string(out, "AuditChange"),
                ChangeField::Field => render::string(out, &change.field),
                ChangeField::Old => out.extend_from_slice(value(&change.old).as_bytes()),
                ChangeField::New => out.extend_from_slice(value(&change.new).as_bytes()),
                ChangeField::Redacted => {
                    let hidden = change.old.is_none() || change.new.is_none();
                    out.extend_from_slice(hidden.to_string().as_bytes());
                }
            }
            Ok(())
        })
    })
}

/// Changed fields in the entity's order, then what else was recorded; notes the sensitive ones
/// that are shown.
fn changes(
    session: &Session,
    meta: Option<&'static Meta>,
    old: &Value,
    new: &Value,
    shown: &mut Vec<&'static str>,
) -> Vec<Change> {
    let nothing = Map::new();
    let values = |value: &Value| value.as_object().cloned().unwrap_or_else(|| nothing.clone());
    let (old, new) = (values(old), values(new));
    let mut changes = Vec::new();
    for column in meta.map(|meta| meta.columns).unwrap_or_default() {
        if column.hidden || !(old.contains_key(column.field) || new.contains_key(column.field)) {
            continue;
        }
        let read = |values: &Map<String, Value>| {
            readable(session, meta, column, values.get(column.field).cloned().unwrap_or_default())
        };
        let (old, new) = (read(&old), read(&new));
        if column.traced && old.is_some() && new.is_some() {
            shown.push(column.field);
        }
        changes.push(Change { field: column.field.to_owned(), old, new });
    }
    let known = |field: &String| {
        meta.is_some_and(|meta| meta.columns.iter().any(|column| column.field == field))
    };
    let others = old.keys().chain(new.keys().filter(|field| !old.contains_key(*field)));
    for field in others.filter(|field| !known(field)) {
        let read = |values: &Map<String, Value>| {
            let value = values.get(field).cloned().unwrap_or_default();
            // A field of an earlier version, whose rights nobody knows any more.
            let sealed = value.as_str().is_some_and(|text| text.starts_with("sealed:"));
            (!sealed).then_some(value)
        };
        changes.push(Change { field: field.clone(), old: read(&old), new: read(&new) });
    }
    changes
}

/// A recorded value as the API shows it; `None` when the caller may not see it.
fn readable(
    session: &Session,
    meta: Option<&'static Meta>,
    column: &Column,
    value: Value,
) -> Option<Value> {
    if value.is_null() {
        return Some(value);
    }
    // What became sensitive or personal later stands open in earlier entries.
    let is_sealed = (column.sensitive.is_some() || column.personal)
        && value.as_str().is_some_and(|text| text.starts_with("sealed:"));
    let value = match column.sensitive {
        Some(permission) if !session.actor.may(permission) => return None,
        _ if is_sealed => session.open(&value)?,
        _ => value,
    };
    let tenant = session.actor.tenant.id;
    let key = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Some(match column.kind {
        Kind::Enum(words) => match value.as_str().and_then(|stored| words.by_stored(stored)) {
            Some(word) => Value::from(word.name),
            None => value,
        },
        Kind::Key(_) => {
            let name = meta.map_or(RecordedEntry::META.type_name, |meta| meta.type_name);
            Value::from(GlobalId::encode(tenant, name, &key()))
        }
        Kind::Reference(target) => {
            Value::from(GlobalId::encode(tenant, target().type_name, &key()))
        }
        _ => value,
    })
}
