//! Answers that stand ready (spec 5.1, added).

pub mod create;
pub mod delete;
pub mod update;

use bizgraph_kernel::Entity;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::admin_user::AdminUser;
use crate::department::Department;
use crate::ticket::TicketCategory;

/// An answer that stands ready.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = canned_replies, permission = "rim.canned_reply",
    default_order = name)]
pub struct CannedReply {
    pub id: Uuid,
    /// What agents find it by; unique.
    #[entity(filter, order)]
    pub name: String,
    /// The answer.
    pub body: String,
    /// The questions it answers; empty for all.
    #[entity(filter)]
    pub category: Option<TicketCategory>,
    /// The desk that uses it; empty for all.
    #[entity(belongs_to = department: Department, filter)]
    pub department_id: Option<Uuid>,
    /// Whether agents are offered it.
    #[entity(filter)]
    pub enabled: bool,
    /// Who wrote it.
    #[entity(belongs_to = creator: AdminUser, filter)]
    pub created_by: Option<Uuid>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// The key of the desk that is to use an answer.
async fn desk(tx: &mut Tx, id: Option<Id<Department>>) -> Rule<Option<Uuid>> {
    match id {
        Some(id) => Ok(Some(tx.read(&id, "departmentId").await?.id)),
        None => Ok(None),
    }
}
