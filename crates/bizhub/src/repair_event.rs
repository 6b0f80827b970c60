//! The history of every repair ticket, written by the mutation that makes the change (spec 6.10).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};

use crate::repair_ticket::{RepairStatus, RepairTicket};

/// What happened to a repair ticket.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubRepairEventType")]
pub enum RepairEventType {
    /// It was opened.
    #[word("opened")]
    Opened,
    /// Its status changed.
    #[word("status_change")]
    StatusChange,
    /// Somebody else repairs it.
    #[word("assigned")]
    Assigned,
    /// Somebody noted something.
    #[word("note_added")]
    NoteAdded,
    /// It uses another part.
    #[word("part_added")]
    PartAdded,
    /// A part was taken off it.
    #[word("part_removed")]
    PartRemoved,
    /// The worth of the work on it was set.
    #[word("labor_set")]
    LaborSet,
    /// The customer got a bill.
    #[word("billed")]
    Billed,
}

/// One thing that happened to a repair ticket.
#[derive(Entity, Clone, Debug)]
#[entity(table = repair_events, module = "bizhub", permission = "bizhub.repair_event",
    default_order = id)]
pub struct RepairEvent {
    pub id: i32,
    /// The ticket.
    #[entity(belongs_to = repair_ticket: RepairTicket, filter)]
    pub repair_ticket_id: i32,
    /// What happened.
    #[entity(filter)]
    pub event_type: RepairEventType,
    /// Its status before; null when it was opened.
    pub from_status: Option<RepairStatus>,
    /// Its status since.
    pub to_status: Option<RepairStatus>,
    /// What was said about it.
    pub notes: Option<String>,
    /// Who did it; nothing for the server's own work.
    #[entity(belongs_to = author: crate::user::User, filter)]
    pub created_by: Option<i32>,
    /// Name of who did it.
    #[entity(sql = "SELECT u.full_name FROM users u WHERE u.id = {t}.created_by")]
    pub created_by_name: Option<String>,
    /// When it happened.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
}

/// Writes an event of a ticket between two of its states, which may be the same.
pub async fn record(
    tx: &mut Tx,
    event_type: RepairEventType,
    from: Option<RepairStatus>,
    after: &RepairTicket,
    notes: Option<String>,
) -> Rule<()> {
    let created_by = tx.actor.user_id();
    tx.append::<RepairEvent>(vec![
        RepairEvent::REPAIR_TICKET_ID.to(after.id),
        RepairEvent::EVENT_TYPE.to(event_type),
        RepairEvent::FROM_STATUS.to(from),
        RepairEvent::TO_STATUS.to(Some(after.status)),
        RepairEvent::NOTES.to(notes),
        RepairEvent::CREATED_BY.to(created_by),
    ])
    .await?;
    Ok(())
}
