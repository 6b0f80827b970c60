//! How an event is shown: which of its fields, which rows, and what the caller may see of them.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::{try_join_all, try_join3};
use serde_json::Value;

use crate::db::{Fault, Session};
use crate::entity::execute::{by_keys, key_text};
use crate::entity::global_id::parse_keys;
use crate::entity::metadata::Meta;
use crate::entity::object::Rendered;
use crate::entity::page::{scope_predicate, visibility};
use crate::entity::plan::{Asked, ColumnSet, Planner, RowsPlan, json_key};
use crate::entity::selection::{Document, Path, Selected};
use crate::entity::sql::Sql;
use crate::entity::{decode, render};
use crate::live::{self, LiveEvent};
use crate::refusal::Rule;
use crate::subscription::Subscription;

/// What stands under a key of an event.
enum Field {
    TypeName,
    Name,
    Verb,
    At,
    Cursor,
    Matches,
    Details,
    /// The row with this number among the plans.
    Row(usize),
}

/// A row of an event: where its key is found, and how it is written.
struct RowPlan {
    /// The key of the event's payload; `None` for the event's own row.
    from: Option<&'static str>,
    plan: RowsPlan,
}

/// The plan of a subscription's events.
pub(super) struct EventPlan {
    subscription: &'static Subscription,
    fields: Vec<(String, Field)>,
    rows: Vec<RowPlan>,
}

impl EventPlan {
    /// Plans what was selected of an event.
    ///
    /// # Errors
    /// Arguments below it that cannot be used.
    pub fn new<'a>(
        planner: &mut Planner<'a>,
        subscription: &'static Subscription,
        selected: &Selected<'a>,
        path: &Path<'_>,
    ) -> Rule<Self> {
        let types = [subscription.event_type, &subscription.union_type()];
        let own = (subscription.entity)();
        let (mut fields, mut rows) = (Vec::new(), Vec::new());
        for field in planner.document.below(selected, &types) {
            let related = subscription.related.iter().find(|row| row.field == field.name);
            let what = match (field.name, related) {
                ("name", _) => Field::Name,
                ("verb", _) => Field::Verb,
                ("at", _) => Field::At,
                ("cursor", _) => Field::Cursor,
                ("matches", _) => Field::Matches,
                ("details", _) => Field::Details,
                ("__typename", _) => Field::TypeName,
                (name, related) => {
                    let from = related.map(|row| row.field);
                    debug_assert!(from.is_some() || name == own.singular);
                    let meta = related.map_or(own, |row| (row.entity)());
                    let mut columns = ColumnSet::default();
                    columns.position(Asked::Column(0));
                    let path = path.then(field.key);
                    let plan = planner.object(meta, &field, &mut columns, &path)?;
                    rows.push(RowPlan { from, plan: RowsPlan { columns, plan, by: 0 } });
                    Field::Row(rows.len() - 1)
                }
            };
            fields.push((json_key(field.key), what));
        }
        Ok(EventPlan { subscription, fields, rows })
    }

    /// An event as JSON.
    pub fn event(&self, seen: &Seen, event: &LiveEvent, meets: bool, tenant: i32) -> Vec<u8> {
        let mut out = vec![b'{'];
        for (place, (key, field)) in self.fields.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            out.extend_from_slice(key.as_bytes());
            match field {
                Field::TypeName => render::string(&mut out, self.subscription.event_type),
                Field::Name => render::string(&mut out, &event.name),
                Field::Verb => render::string(&mut out, event.verb()),
                Field::At => render::string(&mut out, &rfc3339(event)),
                Field::Matches => out.extend_from_slice(meets.to_string().as_bytes()),
                Field::Details => out.extend_from_slice(self.details(event).to_string().as_bytes()),
                Field::Cursor => match event.place {
                    Some(place) => render::string(&mut out, &live::encode_cursor(tenant, place)),
                    None => out.extend_from_slice(b"null"),
                },
                Field::Row(number) => {
                    let key = self.rows[*number].key_in(event);
                    out.extend_from_slice(seen.row(*number, key.as_deref()));
                }
            }
        }
        out.push(b'}');
        out
    }

    /// What the payload holds beside the keys of rows.
    fn details(&self, event: &LiveEvent) -> Value {
        let mut details = event.payload.clone();
        if let Some(fields) = details.as_object_mut() {
            for row in self.subscription.related {
                fields.remove(row.field);
            }
        }
        details
    }

    /// `Gap` or `Lagged` as it was selected.
    pub fn notice(
        &self,
        document: Document<'_>,
        selected: &Selected<'_>,
        type_name: &str,
        values: &Value,
    ) -> Vec<u8> {
        let mut out = vec![b'{'];
        let fields = document.below(selected, &[type_name, &self.subscription.union_type()]);
        for (place, field) in fields.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            out.extend_from_slice(json_key(field.key).as_bytes());
            match (field.name, values.get(field.name)) {
                ("__typename", _) => render::string(&mut out, type_name),
                (_, Some(value)) => out.extend_from_slice(value.to_string().as_bytes()),
                (_, None) => out.extend_from_slice(b"null"),
            }
        }
        out.push(b'}');
        out
    }
}

impl RowPlan {
    /// The rows of some events, and where the row with each key is among them.
    async fn read(
        &self,
        session: &Session,
        events: &[Arc<LiveEvent>],
    ) -> Result<(Rendered, HashMap<String, usize>), Fault> {
        let mut keys: Vec<String> = events.iter().filter_map(|event| self.key_in(event)).collect();
        keys.sort_unstable();
        keys.dedup();
        let meta = self.plan.plan.meta;
        let keys = parse_keys(meta, keys.iter().map(String::as_str));
        let (rendered, found) = by_keys(session, &self.plan, keys).await?;
        let mut places = HashMap::with_capacity(found.len());
        for (place, row) in found.iter().enumerate() {
            places.insert(key_text(meta, row, 0)?, place);
        }
        Ok((rendered, places))
    }

    fn key_in(&self, event: &LiveEvent) -> Option<String> {
        match self.from {
            None => Some(event.entity_id.clone()),
            Some(name) => event.payload.get(name).and_then(Value::as_str).map(str::to_owned),
        }
    }
}

fn rfc3339(event: &LiveEvent) -> String {
    event.at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// What a caller can see of some events in one snapshot.
pub(super) struct Seen {
    subscription: &'static Subscription,
    /// Rows that may be seen, with whether they meet the filter.
    own: HashMap<String, bool>,
    related: HashMap<&'static str, HashMap<String, bool>>,
    rows: Vec<(Rendered, HashMap<String, usize>)>,
}

impl Seen {
    /// Reads the rows of some events.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn read(
        session: &Session,
        plan: &EventPlan,
        events: &[Arc<LiveEvent>],
        filter: Option<Sql>,
    ) -> Result<Self, Fault> {
        let subscription = plan.subscription;
        let meta = (subscription.entity)();
        let keys: Vec<&str> = events.iter().map(|event| event.entity_id.as_str()).collect();
        // All of it is asked for in the same breath.
        let own = visible(session, meta, &keys, subscription.scope, filter);
        let related = subscription.related.iter().map(async |row| {
            let keys = events.iter().filter_map(|event| event.payload.get(row.field)?.as_str());
            let keys: Vec<&str> = keys.collect();
            if keys.is_empty() {
                return Ok((row.field, HashMap::new()));
            }
            let seen = visible(session, (row.entity)(), &keys, None, None).await?;
            Ok::<_, Fault>((row.field, seen))
        });
        let rows = plan.rows.iter().map(|row| row.read(session, events));
        let (own, related, rows) =
            try_join3(own, try_join_all(related), try_join_all(rows)).await?;
        let related = related.into_iter().collect();
        Ok(Seen { subscription, own, related, rows })
    }

    /// Whether an event's row meets the filter; `None` when the caller may not hear of the event.
    pub fn meets(&self, key: &str, payload: &Value) -> Option<bool> {
        let hidden = self.subscription.related.iter().any(|row| {
            let key = payload.get(row.field).and_then(Value::as_str);
            let seen = self.related.get(row.field);
            key.is_some_and(|key| !seen.is_some_and(|seen| seen.contains_key(key)))
        });
        if hidden { None } else { self.own.get(key).copied() }
    }

    fn row(&self, number: usize, key: Option<&str>) -> &[u8] {
        let (rendered, places) = &self.rows[number];
        key.and_then(|key| places.get(key)).map_or(b"null", |place| rendered.get(*place))
    }
}

/// Those of some rows that the caller may see and that are in a scope, each with whether it meets
/// a condition.
pub(super) async fn visible(
    session: &Session,
    meta: &'static Meta,
    keys: &[&str],
    scope: Option<&str>,
    condition: Option<Sql>,
) -> Result<HashMap<String, bool>, Fault> {
    let mut sql = Sql::new("SELECT t.");
    sql.push(meta.key().name).push(", ");
    match condition {
        Some(condition) => sql.push("COALESCE(").append(condition).push(", FALSE)").rare(),
        None => sql.push("TRUE"),
    };
    sql.push(" FROM ").push(meta.table).push(" t WHERE t.").push(meta.key().name);
    sql.push(" = ANY(").bind(parse_keys(meta, keys.iter().copied())).push(")");
    let scope = scope.map(|scope| scope_predicate(meta, scope, &session.actor, "t"));
    for condition in visibility(meta, &session.actor, "t", true).into_iter().chain(scope) {
        sql.push(" AND (").append(condition).push(")");
    }
    let rows = session.load(sql).await?;
    rows.iter().map(|row| Ok((key_text(meta, row, 0)?, decode(row, 1)?))).collect()
}
