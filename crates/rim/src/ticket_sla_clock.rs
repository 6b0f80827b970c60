//! The clocks of a ticket: to the first answer and to the resolution (spec 5.7, added).

pub mod answer;
pub mod breach;
pub mod pause;
pub mod retarget;
pub mod start;
pub mod target;
pub mod tick;

use bizgraph_kernel::Entity;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Sql;
use bizgraph_kernel::refusal::Rule;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::sla_policy::SlaPolicy;
use crate::ticket::Ticket;

/// What was promised for one ticket, and what was kept.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = ticket_sla_clocks, permission = "rim.ticket_sla_clock",
    default_order = created_at desc)]
pub struct TicketSlaClock {
    pub id: Uuid,
    /// The ticket; one row each.
    #[entity(belongs_to = ticket: Ticket, filter)]
    pub ticket_id: Uuid,
    /// The promise.
    #[entity(belongs_to = sla_policy: SlaPolicy, filter)]
    pub sla_policy_id: Uuid,
    /// From when on it counts.
    pub started_at: DateTime<Utc>,
    /// Minutes of business hours promised to the first answer.
    pub first_response_minutes: i32,
    /// Minutes of business hours promised to the resolution.
    pub resolution_minutes: i32,
    /// Percent of the time after which there is a warning.
    pub warning_percent: i32,
    /// From when on there is a warning about the first answer.
    pub first_response_warns_at: DateTime<Utc>,
    /// By when there has to be an answer.
    #[entity(filter, order)]
    pub first_response_due_at: DateTime<Utc>,
    /// When there was one.
    pub first_responded_at: Option<DateTime<Utc>>,
    /// When the warning about it came.
    pub first_response_warned_at: Option<DateTime<Utc>>,
    /// When it was too late.
    pub first_response_breached_at: Option<DateTime<Utc>>,
    /// From when on there is a warning about the resolution; it moves on with each pause.
    pub resolution_warns_at: DateTime<Utc>,
    /// By when it has to be resolved; it moves on with each pause.
    #[entity(filter, order)]
    pub resolution_due_at: DateTime<Utc>,
    /// When the warning about it came.
    pub resolution_warned_at: Option<DateTime<Utc>>,
    /// When it was too late.
    pub resolution_breached_at: Option<DateTime<Utc>>,
    /// Since when it waits for the customer.
    pub paused_at: Option<DateTime<Utc>>,
    /// Seconds of business hours in which it waited for the customer, or was resolved and
    /// reopened.
    pub paused_seconds: i32,
    /// When it was resolved; empty while it runs.
    pub stopped_at: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was made.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// The clock of a locked ticket; `None` where nothing was promised.
pub async fn of(tx: &mut Tx, ticket: Uuid) -> Rule<Option<TicketSlaClock>> {
    let mut own = Sql::new("t.ticket_id = ");
    own.bind(ticket.into());
    Ok(tx.select(own).await?.pop())
}
