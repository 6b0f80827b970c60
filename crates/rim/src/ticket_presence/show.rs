//! Showing that somebody looks or writes, until it is over.

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Entity, Sql, decode};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{TicketActivity, TicketPresence};
use crate::ticket::Ticket;

/// How long one call shows that somebody looks.
pub const VIEWING: TimeDelta = TimeDelta::seconds(60);

/// How long one call shows that somebody writes.
pub const TYPING: TimeDelta = TimeDelta::seconds(10);

/// What the caller does at a ticket.
pub struct Shown {
    /// As it is told to those who listen.
    pub verb: &'static str,
    pub activity: TicketActivity,
    /// Among agents; what a customer does is never.
    pub internal: bool,
    pub until: DateTime<Utc>,
}

/// Shows what the caller does at a ticket to those who listen to it.
pub async fn show(tx: &mut Tx, ticket: &Ticket, shown: Shown) -> Rule<TicketPresence> {
    let (admin_user, user) = (tx.actor.key_as("adminUser"), tx.actor.key_as("user"));
    if admin_user.is_none() && user.is_none() {
        let message = "Only a person is there; log in as one.";
        return Err(Refusal::new(Code::Forbidden, "", message).into());
    }
    // Written past the audit trail: it is over in a moment and nobody's business after that.
    let mut sql = Sql::new(
        "INSERT INTO ticket_presences AS t (id, ticket_id, activity, person, admin_user_id, \
         user_id, name, internal, until, created_at, updated_at) VALUES (",
    );
    let now = || Bind::Instant(Some(tx.now));
    let values = [
        Bind::Uuid(Some(Uuid::now_v7())),
        Bind::Uuid(Some(ticket.id)),
        Bind::Text(Some(shown.activity.spelling().to_owned())),
        Bind::Text(Some(tx.actor.id.clone())),
        Bind::Uuid(admin_user),
        Bind::Uuid(user),
        Bind::Text(Some(tx.actor.name.clone())),
        Bind::Bool(Some(shown.internal && admin_user.is_some())),
        Bind::Instant(Some(shown.until)),
        now(),
        now(),
    ];
    for (place, value) in values.into_iter().enumerate() {
        sql.push(if place == 0 { "" } else { ", " }).bind(value);
    }
    sql.push(
        ") ON CONFLICT ON CONSTRAINT ticket_presence_once DO UPDATE SET name = EXCLUDED.name, \
         internal = EXCLUDED.internal, until = EXCLUDED.until, updated_at = EXCLUDED.updated_at \
         RETURNING t.id",
    );
    let rows = tx.load(sql).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("a presence that met no row"))?;
    let id: Uuid = decode(row, 0)?;
    tell(tx, ticket, shown.verb, id);
    tx.get(id).await
}

/// Tells of a presence; whoever may not see its row does not hear of it.
pub fn tell(tx: &mut Tx, ticket: &Ticket, verb: &str, presence: Uuid) {
    let payload = serde_json::json!({ "ticketPresence": presence.to_string() });
    tx.signal(Ticket::META, verb, &ticket.key(), payload);
}
