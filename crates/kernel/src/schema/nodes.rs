//! `node` and `nodes`: rows by their global ids, one statement per type.

use async_graphql::Value;
use futures_util::future::try_join_all;

use crate::actor::Actor;
use crate::db::{Fault, Session};
use crate::entity::execute::{by_keys, key_text};
use crate::entity::global_id::{GlobalId, parse_keys};
use crate::entity::metadata::Meta;
use crate::entity::plan::{Asked, ColumnSet, Planner, RowsPlan};
use crate::entity::selection::{Path, Selected, items_of};
use crate::refusal::{Code, Refusal, Rejection, Rule};
use crate::schema::answer::rejection_errors;
use crate::schema::query_root::Root;

/// Ids of one `nodes` call.
const MOST_NODES: usize = 100;

/// The ids of one type that were asked for, with the place of each among all.
struct Batch {
    meta: &'static Meta,
    plan: RowsPlan,
    wanted: Vec<(usize, String)>,
}

/// Writes the row with an id, or the rows with some ids in their order; null where there is
/// none that the caller may see.
pub(super) async fn write<'a>(
    Root { document, request, .. }: Root<'a>,
    actor: &'a Actor,
    session: &Session,
    selected: &Selected<'a>,
    entities: &[&'static Meta],
    out: &mut Vec<u8>,
) {
    let many = selected.name == "nodes";
    let ids = document.argument(selected, if many { "ids" } else { "id" });
    let ids = items_of(ids.as_ref());
    let mut planner = Planner::new(document, actor);
    let batches = batches(&mut planner, selected, entities, ids);
    request.redact(planner.redactions);
    let read = async {
        let batches = batches?;
        if document.root("Query").len() == 1 {
            session.expect(batches.iter().map(|batch| batch.plan.statements()).sum());
        }
        let rows = try_join_all(batches.iter().map(|batch| read(session, batch))).await?;
        let mut values = vec![b"null".to_vec(); ids.len()];
        for (place, value) in rows.into_iter().flatten() {
            values[place] = value;
        }
        Ok::<_, Rejection>(values)
    };
    match read.await {
        Ok(values) if many => {
            out.push(b'[');
            out.extend_from_slice(&values.join(&b','));
            out.push(b']');
        }
        Ok(values) => out.extend_from_slice(values.first().map_or(b"null", Vec::as_slice)),
        Err(rejection) => {
            out.extend_from_slice(if many { b"[]" } else { b"null" });
            for error in rejection_errors(rejection, selected.position, &[selected.key]) {
                request.add_error(error);
            }
        }
    }
}

fn batches<'a>(
    planner: &mut Planner<'a>,
    selected: &Selected<'a>,
    entities: &[&'static Meta],
    ids: &[Value],
) -> Rule<Vec<Batch>> {
    if ids.len() > MOST_NODES {
        let message = format!("At most {MOST_NODES} ids.");
        return Err(Refusal::new(Code::LimitExceeded, "ids", message).into());
    }
    let mut batches: Vec<Batch> = Vec::new();
    for (place, id) in ids.iter().enumerate() {
        let global = match id {
            Value::String(text) => GlobalId::decode(text),
            _ => None,
        };
        let Some(global) = global else {
            return Err(Refusal::new(Code::BadFormat, "id", "This is no global id.").into());
        };
        let found = entities.iter().copied().find(|meta| meta.type_name == global.type_name);
        let Some(meta) = found else { continue };
        if global.tenant != planner.actor.tenant.id || !planner.actor.may(meta.read) {
            continue;
        }
        match batches.iter_mut().find(|batch| std::ptr::eq(batch.meta, meta)) {
            Some(batch) => batch.wanted.push((place, global.key)),
            None => {
                let mut columns = ColumnSet::default();
                columns.position(Asked::Column(0));
                let path = Path::root(selected.key);
                let plan = planner.object(meta, selected, &mut columns, &path)?;
                let plan = RowsPlan { columns, plan, by: 0 };
                batches.push(Batch { meta, plan, wanted: vec![(place, global.key)] });
            }
        }
    }
    Ok(batches)
}

async fn read(session: &Session, batch: &Batch) -> Result<Vec<(usize, Vec<u8>)>, Fault> {
    let keys = batch.wanted.iter().map(|(_, key)| key.as_str());
    let (values, rows) = by_keys(session, &batch.plan, parse_keys(batch.meta, keys)).await?;
    let mut found = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let key = key_text(batch.meta, row, 0)?;
        let places = batch.wanted.iter().filter(|(_, wanted)| *wanted == key);
        found.extend(places.map(|(place, _)| (*place, values.get(index).to_vec())));
    }
    Ok(found)
}
