//! Somebody notes something about a repair (spec 6.10).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::repair_event::{RepairEventType, record};
use crate::repair_ticket::RepairTicket;

/// What is noted about which ticket.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketAddNoteInput")]
pub struct AddNote {
    /// The ticket, closed ones too.
    pub repair_ticket_id: Id<RepairTicket>,
    /// The note, at most 2000 characters; kept with the ticket's events.
    pub note: String,
}

mutation! {
    /// Adds a note to the events of a ticket.
    pub ADD_NOTE = "bizhubRepairTicketAddNote"(AddNote) -> RepairTicket,
    permission "bizhub.repair_ticket.note" => add_note
}

/// Adds a note to a ticket's events (spec 6.10).
pub async fn add_note(tx: &mut Tx, input: AddNote) -> Rule<RepairTicket> {
    let ticket = tx.lock(&input.repair_ticket_id, "repairTicketId").await?;
    let note = tx.text(&input.note, "note", 2000);
    tx.no_card_number(Some(&note), "note");
    tx.settle()?;
    record(tx, RepairEventType::NoteAdded, Some(ticket.status), &ticket, Some(note)).await?;
    tx.announce(RepairTicket::META, "addNote", &ticket.key());
    Ok(ticket)
}
