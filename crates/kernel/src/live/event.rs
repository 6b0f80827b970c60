//! One announcement as subscribers get it.

use chrono::{DateTime, Utc};

use crate::db::Fault;
use crate::entity::decode;
use crate::entity::row::Row;
use crate::entity::sql::{Bind, Sql};

/// Something that happened to a row, or a signal about it.
#[derive(Clone, Debug)]
pub struct LiveEvent {
    /// Its place in the outbox; `None` for a signal, which has none.
    pub place: Option<i64>,
    /// `rim.ticket.assign`
    pub name: String,
    /// Type of the row, as GraphQL names it.
    pub entity: String,
    pub entity_id: String,
    /// Keys of the rows it speaks of beside its own, by payload field, and figures.
    pub payload: serde_json::Value,
    pub at: DateTime<Utc>,
}

impl LiveEvent {
    /// What was done: the last word of the name.
    pub fn verb(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }

    pub(super) fn decode(row: &Row) -> Result<Self, Fault> {
        Ok(LiveEvent { place: Some(decode(row, 0)?), ..Self::decode_signal(row)? })
    }

    pub(super) fn decode_signal(row: &Row) -> Result<Self, Fault> {
        Ok(LiveEvent {
            place: None,
            name: decode(row, 1)?,
            entity: decode(row, 2)?,
            entity_id: decode(row, 3)?,
            payload: decode(row, 4)?,
            at: decode(row, 5)?,
        })
    }
}

/// Rows of the outbox or of the signals behind a place, in order.
pub(super) fn behind(table: &str, place: i64, most: i64) -> Sql {
    let mut sql = Sql::new("SELECT id, name, entity, entity_id, payload, created_at FROM ");
    sql.push(table).push(" WHERE id > ").bind(Bind::Big(Some(place)));
    sql.push(" ORDER BY id LIMIT ").bind(Bind::Big(Some(most)));
    sql
}
