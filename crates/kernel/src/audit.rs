//! Who changed what: one entry per changed row per mutation, append-only (spec 1.8).

mod denial;
mod entry;

pub(crate) mod changes;
pub mod seal;

pub(crate) use denial::denied;
pub use entry::RecordedEntry;

use serde_json::{Map, Value};

pub use crate::cipher::Cipher;
use crate::db::{Fault, Tx};
use crate::entity::sql::{Bind, Sql};

/// One changed row, kept until the transaction commits.
pub struct AuditEntry {
    pub action: String,
    pub entity: &'static str,
    pub entity_id: String,
    pub old_values: Map<String, Value>,
    pub new_values: Map<String, Value>,
}

impl AuditEntry {
    /// An entry without values yet.
    pub fn new(action: &str, entity: &'static str, entity_id: String) -> Self {
        AuditEntry {
            action: action.to_owned(),
            entity,
            entity_id,
            old_values: Map::new(),
            new_values: Map::new(),
        }
    }
}

/// Sensitive fields of some rows that a caller was shown.
#[derive(Clone, Debug, PartialEq)]
pub struct SensitiveRead {
    pub entity: &'static str,
    pub fields: Vec<&'static str>,
    pub ids: Vec<String>,
}

impl SensitiveRead {
    /// As an entry of the trail; it changes nothing, so it names fields and ids only.
    fn entry(self) -> AuditEntry {
        let mut entry = AuditEntry::new("read_sensitive", self.entity, String::new());
        entry.new_values.insert("fields".to_owned(), self.fields.into());
        entry.new_values.insert("ids".to_owned(), self.ids.into());
        entry
    }
}

impl Tx {
    /// Records what a caller was shown, one entry per entity.
    pub(crate) fn record_reads(&mut self, reads: Vec<SensitiveRead>) {
        self.audit.extend(reads.into_iter().map(SensitiveRead::entry));
    }

    /// Writes what the mutation recorded, announced and answers, all in one statement.
    pub(crate) async fn write_records(&mut self) -> Result<(), Fault> {
        let (entries, events) = (std::mem::take(&mut self.audit), std::mem::take(&mut self.events));
        let answer = self.answer.take();
        let mut parts = Vec::with_capacity(4);
        if !entries.is_empty() {
            parts.push(self.audit_sql(entries));
        }
        if !events.is_empty() {
            parts.push(self.events_sql(&events));
        }
        let signals = std::mem::take(&mut self.signals);
        if !signals.is_empty() {
            parts.push(self.signals_sql(&signals));
        }
        parts.extend(answer.map(|answer| answer.sql(&self.actor.id)));
        let Some(last) = parts.pop() else { return Ok(()) };
        let mut sql = Sql::default();
        for (place, part) in parts.into_iter().enumerate() {
            sql.push(if place == 0 { "WITH " } else { ", " }).push(&format!("part_{place} AS ("));
            sql.append(part).push(") ");
        }
        sql.append(last);
        self.execute(sql).await?;
        Ok(())
    }

    fn audit_sql(&self, entries: Vec<AuditEntry>) -> Sql {
        let text = |text: &str| Bind::Text(Some(text.to_owned()));
        let mut sql = Sql::new(
            "INSERT INTO audit_entries (occurred_at, business_date, actor, actor_name, \
             actor_role, reason, operation, request_id, address, user_agent, action, entity, \
             entity_id, old_values, new_values) SELECT ",
        );
        let shared = [
            Bind::Instant(Some(self.now)),
            Bind::Date(Some(self.business_date)),
            text(&self.actor.id),
            text(&self.actor.name),
            text(&self.actor.role),
            Bind::Text(self.reason.clone()),
            text(&self.origin.operation),
            text(&self.origin.request_id),
            Bind::Text(self.origin.address.clone()),
            Bind::Text(self.origin.user_agent.clone()),
        ];
        for (place, value) in shared.into_iter().enumerate() {
            sql.push(if place == 0 { "" } else { ", " }).bind(value);
        }
        let rows: Vec<Value> = entries
            .into_iter()
            .map(|entry| {
                serde_json::json!({
                    "action": entry.action,
                    "entity": entry.entity,
                    "entity_id": entry.entity_id,
                    "old_values": entry.old_values,
                    "new_values": entry.new_values,
                })
            })
            .collect();
        sql.push(
            ", e.action, e.entity, e.entity_id, e.old_values, e.new_values \
             FROM jsonb_to_recordset(",
        );
        sql.bind(Bind::Json(Some(rows.into())));
        sql.push(
            ") AS e(action text, entity text, entity_id text, old_values jsonb, new_values jsonb)",
        );
        sql
    }
}
