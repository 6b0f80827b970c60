//! What customers are promised, by priority (spec 5.7, added).

pub mod update;

use bizgraph_kernel::Entity;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::ticket::TicketPriority;

/// What is promised for tickets of one priority, in minutes of business hours.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = sla_policies, permission = "rim.sla_policy",
    default_order = first_response_minutes)]
#[has_many(clocks: crate::ticket_sla_clock::TicketSlaClock by sla_policy_id "Where it counts.")]
pub struct SlaPolicy {
    pub id: Uuid,
    /// Tickets of this priority; one row each.
    #[entity(filter)]
    pub priority: TicketPriority,
    /// Minutes to the first answer.
    pub first_response_minutes: i32,
    /// Minutes to the resolution; waiting for the customer does not count.
    pub resolution_minutes: i32,
    /// Percent of the time after which there is a warning.
    pub warning_percent: i32,
    /// Whether new tickets are measured by it.
    #[entity(filter)]
    pub enabled: bool,
    /// Moves on with every change.
    pub version: i32,
    /// When it was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
