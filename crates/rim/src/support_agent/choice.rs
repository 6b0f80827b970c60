//! Who gets a ticket by itself (spec 5.7): of those available the one of the lowest tier, then
//! with the fewest tickets, then idle the longest.

use super::{SupportAgent, SupportAgentStatus};

/// The agent that is next, of these; `None` while nobody is available.
pub fn next(agents: &[SupportAgent]) -> Option<&SupportAgent> {
    let available = agents.iter().filter(|it| it.status == SupportAgentStatus::Available);
    // Who never had a ticket has been idle the longest.
    available.min_by_key(|it| (it.tier, it.active_tickets, it.last_assigned_at, it.id))
}
