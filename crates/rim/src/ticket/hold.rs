//! The locks of a move: the customer where it is touched, the agents that may be in the order of
//! their keys, then the ticket (spec 1.6.2).

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Id, Sql};
use bizgraph_kernel::refusal::Rule;
use uuid::Uuid;

use super::Ticket;
use crate::admin_user::acting;
use crate::support_agent::{SupportAgent, workload};
use crate::user::User;

/// A locked ticket with the locked agents.
pub struct Held {
    pub ticket: Ticket,
    pub agents: Vec<SupportAgent>,
}

impl Held {
    /// A locked agent by its key.
    pub fn agent(&self, key: Option<Uuid>) -> Option<&SupportAgent> {
        self.agents.iter().find(|agent| Some(agent.id) == key)
    }

    /// The agent who has the ticket.
    pub fn assignee(&self) -> Option<&SupportAgent> {
        self.agent(self.ticket.assigned_to)
    }

    /// The agent that the caller acts as, where it is among those locked.
    pub fn acting(&self, tx: &Tx) -> Option<&SupportAgent> {
        let person = acting(tx)?;
        self.agents.iter().find(|agent| agent.admin_user_id == Some(person))
    }
}

/// Which ticket to lock, and how the caller named it.
pub struct Which<'a> {
    pub id: &'a Id<Ticket>,
    pub field: &'a str,
    pub expected_version: Option<i32>,
}

impl<'a> Which<'a> {
    /// The ticket in the field `ticketId` of an input.
    pub fn of(id: &'a Id<Ticket>, expected_version: Option<i32>) -> Self {
        Which { id, field: "ticketId", expected_version }
    }
}

/// Locks the customer of a ticket, which comes before everything else of it.
///
/// # Errors
/// `NOT_FOUND` for a ticket that the caller cannot see.
pub async fn customer_of(tx: &mut Tx, id: &Id<Ticket>, field: &str) -> Rule<User> {
    let seen: Ticket = tx.read(id, field).await?;
    tx.get_locked(seen.customer_id).await
}

/// Locks a ticket behind its assignee and the agents that meet another condition over `t`.
///
/// # Errors
/// `NOT_FOUND` and `STALE_VERSION` as of any lock; a fault that is retried where the ticket was
/// given to somebody else meanwhile.
pub async fn hold(tx: &mut Tx, which: Which<'_>, others: Option<Sql>) -> Rule<Held> {
    let seen: Ticket = tx.read(which.id, which.field).await?;
    let mut agents = Sql::new("(t.id = ");
    agents.bind(bizgraph_kernel::entity::Bind::Uuid(seen.assigned_to));
    if let Some(others) = others {
        agents.push(" OR ").append(others);
    }
    agents.push(")");
    let agents = workload::lock(tx, agents).await?;
    let ticket = tx.lock_version(which.id, which.field, which.expected_version).await?;
    if ticket.assigned_to != seen.assigned_to {
        return Err(Fault::Retry.into());
    }
    Ok(Held { ticket, agents })
}

/// The condition for the agent that the caller acts as; nobody for those who are none.
pub fn the_acting(tx: &Tx) -> Sql {
    let mut sql = Sql::new("t.admin_user_id = ");
    sql.bind(bizgraph_kernel::entity::Bind::Uuid(acting(tx)));
    sql
}
