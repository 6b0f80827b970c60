//! Announcements: appended to the outbox in the same transaction as what they tell of. Signals
//! are told in the same way to those who listen now, and promised to nobody.

use serde_json::Value;

use crate::db::Tx;
use crate::entity::metadata::Meta;
use crate::entity::sql::{Bind, Sql};

/// One event, kept until the transaction commits.
pub struct Event {
    /// `bizhub.invoice.send`
    pub name: String,
    pub entity: &'static str,
    pub entity_id: String,
    /// Keys of the rows that it speaks of beside its own, by payload field.
    pub payload: Value,
}

impl Event {
    fn new(meta: &Meta, verb: &str, key: &Bind, payload: Value) -> Self {
        Event {
            name: format!("{}.{}.{verb}", meta.module, meta.singular),
            entity: meta.type_name,
            entity_id: key.to_key(),
            payload,
        }
    }
}

impl Tx {
    /// Appends an event to the outbox, written when the transaction commits.
    pub fn announce(&mut self, meta: &Meta, verb: &str, key: &Bind) {
        self.announce_with(meta, verb, key, Value::Object(serde_json::Map::new()));
    }

    /// Appends an event that speaks of further rows: their keys by the subscription's fields.
    pub fn announce_with(&mut self, meta: &Meta, verb: &str, key: &Bind, payload: Value) {
        self.events.push(Event::new(meta, verb, key, payload));
    }

    /// Tells those who listen now; nothing is kept for those who come later.
    pub fn signal(&mut self, meta: &Meta, verb: &str, key: &Bind, payload: Value) {
        self.signals.push(Event::new(meta, verb, key, payload));
    }

    pub(crate) fn events_sql(&self, events: &[Event]) -> Sql {
        let mut sql = Sql::new(
            "INSERT INTO outbox_events (actor, request_id, business_date, created_at, payload, \
             name, entity, entity_id) SELECT ",
        );
        sql.bind(Bind::Text(Some(self.actor.id.clone()))).push(", ");
        sql.bind(Bind::Text(Some(self.origin.request_id.clone()))).push(", ");
        sql.bind(Bind::Date(Some(self.business_date))).push(", ");
        sql.bind(Bind::Instant(Some(self.now)));
        sql.push(", e.payload::jsonb, e.name, e.entity, e.entity_id FROM ").append(listed(events));
        sql
    }

    pub(crate) fn signals_sql(&self, signals: &[Event]) -> Sql {
        let mut sql = Sql::new(
            "INSERT INTO live_signals (created_at, payload, name, entity, entity_id) SELECT ",
        );
        sql.bind(Bind::Instant(Some(self.now)));
        sql.push(", e.payload::jsonb, e.name, e.entity, e.entity_id FROM ").append(listed(signals));
        sql
    }
}

/// The events as a table `e`, in their order.
fn listed(events: &[Event]) -> Sql {
    let column = |pick: fn(&Event) -> String| Bind::Texts(events.iter().map(pick).collect());
    let mut sql = Sql::new("unnest(");
    sql.bind(column(|event| event.name.clone())).push("::text[], ");
    sql.bind(column(|event| event.entity.to_owned())).push("::text[], ");
    sql.bind(column(|event| event.entity_id.clone())).push("::text[], ");
    sql.bind(column(|event| event.payload.to_string()));
    sql.push("::text[]) WITH ORDINALITY AS e(name, entity, entity_id, payload, place) ");
    sql.push("ORDER BY e.place");
    sql
}
