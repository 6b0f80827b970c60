//! Somebody is chosen to repair. A technician takes a ticket that nobody has (spec 6.10).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::repair_event::{RepairEventType, record};
use crate::repair_ticket::{RepairStatus, RepairTicket, repairer};
use crate::user::User;

/// Who repairs what.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketAssignInput")]
pub struct Assign {
    /// The ticket; it must not be closed.
    pub repair_ticket_id: Id<RepairTicket>,
    /// Who repairs.
    pub assigned_to_id: Id<User>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

/// Why a ticket is not given to somebody.
#[derive(Refusal)]
enum AssignRefused {
    #[refusal(PRECONDITION_FAILED, at = "repairTicketId", "{ticket} is closed. Reopen it first.")]
    Closed { ticket: String },
    #[refusal(ALREADY_DONE, at = "assignedToId", "{ticket} is that person's already.")]
    Theirs { ticket: String },
    #[refusal(
        FORBIDDEN,
        at = "assignedToId",
        "Your role takes tickets that nobody has, for itself. Ask a Manager."
    )]
    TakesOnly,
}

mutation! {
    /// Chooses who repairs.
    pub ASSIGN_TICKET = "bizhubRepairTicketAssign"(Assign) -> RepairTicket,
    permission "bizhub.repair_ticket.assign" => assign
}

/// Chooses who repairs (spec 6.10). The person is held before the ticket is locked: parents come
/// first.
pub async fn assign(tx: &mut Tx, input: Assign) -> Rule<RepairTicket> {
    let person = repairer(tx, Some(&input.assigned_to_id)).await?;
    let (field, expected) = ("repairTicketId", input.expected_version);
    let ticket = tx.lock_version(&input.repair_ticket_id, field, expected).await?;
    let number = || ticket.ticket_number.clone();
    if ticket.status == RepairStatus::Closed {
        tx.refuse(AssignRefused::Closed { ticket: number() });
    }
    if person.is_some() && person == ticket.assigned_to {
        tx.refuse(AssignRefused::Theirs { ticket: number() });
    } else if tx.actor.role == "Technician"
        && (ticket.assigned_to.is_some() || person != tx.actor.user_id())
    {
        tx.refuse(AssignRefused::TakesOnly);
    }
    tx.settle()?;

    let ticket = tx.update(&ticket, vec![RepairTicket::ASSIGNED_TO.to(person)]).await?;
    let name = ticket.assigned_to_name.clone();
    record(tx, RepairEventType::Assigned, Some(ticket.status), &ticket, name).await?;
    Ok(ticket)
}
