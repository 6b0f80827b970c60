//! How many tickets an agent has, and whether that makes it busy (spec 5.7). The agent is locked
//! before the ticket that it gains or loses.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Sql;
use bizgraph_kernel::entity::metadata::Set;
use bizgraph_kernel::refusal::Rule;

use super::{SupportAgent, SupportAgentStatus, machine};

/// Locks the agents that meet a condition over the alias `t`, in the order of their keys.
pub async fn lock(tx: &mut Tx, mut condition: Sql) -> Rule<Vec<SupportAgent>> {
    condition.push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
    tx.select(condition).await
}

/// The agent has one ticket more, given to it now.
pub async fn gain(tx: &mut Tx, agent: &SupportAgent) -> Rule<SupportAgent> {
    let sets = vec![
        SupportAgent::ACTIVE_TICKETS.to(agent.active_tickets + 1),
        SupportAgent::LAST_ASSIGNED_AT.to(Some(tx.now)),
    ];
    let agent = tx.amend(agent, sets).await?;
    settle(tx, agent).await
}

/// The agent has one ticket less.
pub async fn lose(tx: &mut Tx, agent: &SupportAgent) -> Rule<SupportAgent> {
    let sets: Vec<Set<SupportAgent>> =
        vec![SupportAgent::ACTIVE_TICKETS.to(agent.active_tickets - 1)];
    let agent = tx.amend(agent, sets).await?;
    settle(tx, agent).await
}

/// Busy from as many tickets as the capacity on, and available again below; away stays away.
pub async fn settle(tx: &mut Tx, agent: SupportAgent) -> Rule<SupportAgent> {
    use SupportAgentStatus::{Available, Busy};
    let is_full = agent.active_tickets >= agent.capacity;
    let (step, to) = match (agent.status, is_full) {
        (Available, true) => (&machine::FILL_UP, Busy),
        (Busy, false) => (&machine::FREE_UP, Available),
        _ => return Ok(agent),
    };
    tx.advance(&agent, step, to.spelling(), Vec::new()).await
}
