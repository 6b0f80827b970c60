//! The clocks of a ticket: to the first answer and to the resolution (spec 5.7, added).

use bizgraph_kernel::Entity;
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
    /// By when there has to be an answer.
    #[entity(filter, order)]
    pub first_response_due_at: DateTime<Utc>,
    /// When there was one.
    pub first_responded_at: Option<DateTime<Utc>>,
    /// When the warning about it came.
    pub first_response_warned_at: Option<DateTime<Utc>>,
    /// When it was too late.
    pub first_response_breached_at: Option<DateTime<Utc>>,
    /// By when it has to be resolved.
    #[entity(filter, order)]
    pub resolution_due_at: DateTime<Utc>,
    /// When the warning about it came.
    pub resolution_warned_at: Option<DateTime<Utc>>,
    /// When it was too late.
    pub resolution_breached_at: Option<DateTime<Utc>>,
    /// Since when it waits for the customer.
    pub paused_at: Option<DateTime<Utc>>,
    /// Minutes of business hours that it waited before.
    pub paused_minutes: i32,
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
