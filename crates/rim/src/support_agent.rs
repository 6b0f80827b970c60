//! Who answers customers (spec 5.7).

pub mod choice;
pub mod create;
pub mod delete;
pub mod machine;
pub mod presence;
pub mod socket_loss;
pub mod update;
pub mod workload;

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::admin_user::AdminUser;
use crate::department::Department;

/// Whether an agent takes tickets.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimSupportAgentStatus")]
pub enum SupportAgentStatus {
    /// `available`: takes tickets.
    #[word("available")]
    Available,
    /// `busy`: has as many as the capacity.
    #[word("busy")]
    Busy,
    /// `away`: gets none by itself.
    #[word("away")]
    Away,
}

/// A person of the support.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = support_agents, permission = "rim.support_agent",
    default_order = name, machine = crate::support_agent::machine::MACHINE)]
#[has_many(
    tickets: crate::ticket::Ticket by assigned_to "Tickets that this agent was given.",
    escalated_tickets: crate::ticket::Ticket by escalated_to
        "Tickets that were passed up to this agent."
)]
#[scope(own = "{t}.admin_user_id = {actor}")]
pub struct SupportAgent {
    pub id: Uuid,
    /// The agent's name.
    #[entity(filter, order)]
    pub name: String,
    /// Email address as it was typed; unique, whatever its case.
    #[entity(filter, sensitive = "rim.support_agent.read_sensitive")]
    pub email: String,
    /// Phone number in international form.
    #[entity(sensitive = "rim.support_agent.read_sensitive")]
    pub phone: String,
    /// Where the agent works.
    #[entity(belongs_to = department: Department, filter)]
    pub department_id: Uuid,
    /// 1, 2 or 3: how hard the cases are.
    #[entity(filter, order)]
    pub tier: i32,
    /// The login that acts as this agent.
    #[entity(belongs_to = admin_user: AdminUser, filter)]
    pub admin_user_id: Option<Uuid>,
    /// Tickets that the agent has and that are not resolved.
    pub active_tickets: i32,
    /// So many make the agent busy.
    pub capacity: i32,
    /// Whether the agent takes tickets.
    #[entity(filter)]
    pub status: SupportAgentStatus,
    /// When the agent was given a ticket last.
    pub last_assigned_at: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When the agent was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When something about the agent changed last.
    pub updated_at: DateTime<Utc>,
}

/// So many tickets make an agent busy.
fn capacity(tx: &mut Tx, capacity: i32, field: &str) -> i32 {
    tx.require((1..=200).contains(&capacity), || {
        let refusal = Refusal::new(Code::OutOfRange, field, "A whole number from 1 to 200.");
        refusal.with("least", 1).with("most", 200)
    });
    capacity
}

/// The key of the login that is to act as an agent.
async fn login(tx: &mut Tx, id: Option<Id<AdminUser>>) -> Rule<Option<Uuid>> {
    match id {
        Some(id) => Ok(Some(tx.read(&id, "adminUserId").await?.id)),
        None => Ok(None),
    }
}
