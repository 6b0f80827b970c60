//! Announcements: appended to the outbox in the same transaction as what they tell of.

use crate::db::Tx;
use crate::entity::sql::{Bind, Sql};

/// One event, kept until the transaction commits.
pub struct Event {
    /// `bizhub.invoice.send`
    pub name: String,
    pub entity: &'static str,
    pub entity_id: String,
}

impl Tx {
    pub(crate) fn events_sql(&self, events: Vec<Event>) -> Sql {
        let mut sql = Sql::new(
            "INSERT INTO outbox_events (actor, request_id, business_date, created_at, payload, \
             name, entity, entity_id) SELECT ",
        );
        sql.bind(Bind::Text(Some(self.actor.id.clone()))).push(", ");
        sql.bind(Bind::Text(Some(self.origin.request_id.clone()))).push(", ");
        sql.bind(Bind::Date(Some(self.business_date))).push(", ");
        sql.bind(Bind::Instant(Some(self.now)));
        sql.push(", '{}'::jsonb, e.name, e.entity, e.entity_id FROM unnest(");
        let column = |pick: fn(&Event) -> String| Bind::Texts(events.iter().map(pick).collect());
        sql.bind(column(|event| event.name.clone())).push("::text[], ");
        sql.bind(column(|event| event.entity.to_owned())).push("::text[], ");
        sql.bind(column(|event| event.entity_id.clone()));
        sql.push("::text[]) WITH ORDINALITY AS e(name, entity, entity_id, place) ORDER BY e.place");
        sql
    }
}
