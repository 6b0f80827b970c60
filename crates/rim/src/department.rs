//! Desks of the support, each of a tier (spec 5.7).

pub mod create;
pub mod delete;
pub mod update;

use bizgraph_kernel::Entity;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::{Code, Refusal};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A desk of the support.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = departments, permission = "rim.department", default_order = name)]
#[has_many(
    agents: crate::support_agent::SupportAgent by department_id "Who works there.",
    tickets: crate::ticket::Ticket by department_id "Tickets of this desk.",
    canned_replies: crate::canned_reply::CannedReply by department_id "Replies of this desk."
)]
pub struct Department {
    pub id: Uuid,
    /// What it is called; unique.
    #[entity(filter, order)]
    pub name: String,
    /// What it answers.
    pub description: String,
    /// 1, 2 or 3: how hard the cases are.
    #[entity(filter, order)]
    pub tier: i32,
    /// How many agents work there.
    pub agent_count: i32,
    /// Moves on with every change.
    pub version: i32,
    /// When it was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// How hard the cases are: 1, 2 or 3.
pub fn tier(tx: &mut Tx, tier: i32, field: &str) -> i32 {
    tx.require((1..=3).contains(&tier), || {
        let refusal = Refusal::new(Code::OutOfRange, field, "The tier is 1, 2 or 3.");
        refusal.with("least", 1).with("most", 3)
    });
    tier
}
