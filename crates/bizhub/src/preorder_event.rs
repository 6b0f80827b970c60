//! What happened to a preorder: one row for every move and change (spec 6.8). Rows are never
//! edited.

use bizgraph_kernel::Entity;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;
use chrono::{DateTime, Utc};

use crate::preorder::{Preorder, PreorderStatus};
use crate::user::User;

/// One thing that happened to a preorder.
#[derive(Entity, Clone, Debug)]
#[entity(table = preorder_events, module = "bizhub", permission = "bizhub.preorder_event",
    default_order = id)]
pub struct PreorderEvent {
    pub id: i32,
    /// The preorder that it happened to.
    #[entity(belongs_to = preorder: Preorder, filter)]
    pub preorder_id: i32,
    /// What happened, such as `deposit_received`, `ordered`, `arrived` or `rejected`.
    #[entity(filter)]
    pub event_type: String,
    /// Where the preorder stood before.
    pub from_status: Option<PreorderStatus>,
    /// Where it stood afterwards.
    pub to_status: Option<PreorderStatus>,
    /// The reason, or what exactly was done.
    pub notes: Option<String>,
    /// Who did it; null for what the clock did.
    #[entity(belongs_to = creator: User, filter)]
    pub created_by: Option<i32>,
    /// When it happened.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
}

/// Writes down what happened between two states of a preorder; they are the same for a change
/// that moves no status.
///
/// # Errors
/// Any fault of the database.
pub async fn record(
    tx: &mut Tx,
    before: Option<&Preorder>,
    after: &Preorder,
    event_type: &str,
    notes: Option<String>,
) -> Rule<()> {
    let created_by = tx.actor.user_id();
    tx.append::<PreorderEvent>(vec![
        PreorderEvent::PREORDER_ID.to(after.id),
        PreorderEvent::EVENT_TYPE.to(event_type.to_owned()),
        PreorderEvent::FROM_STATUS.to(before.map(|before| before.status)),
        PreorderEvent::TO_STATUS.to(Some(after.status)),
        PreorderEvent::NOTES.to(notes),
        PreorderEvent::CREATED_BY.to(created_by),
    ])
    .await?;
    Ok(())
}
