//! The work on the bench: the fault is looked for, parts are waited for, the repair goes on
//! (spec 6.10).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::machine::Move;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::repair_ticket::machine::{START_DIAGNOSING, START_REPAIR, WAIT_FOR_PARTS};
use crate::repair_ticket::step::step;
use crate::repair_ticket::{RepairStatus, RepairTicket, machine};

/// Which ticket is looked at.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketStartDiagnosingInput")]
pub struct StartDiagnosing {
    /// The ticket; somebody has to be chosen to repair it.
    pub repair_ticket_id: Id<RepairTicket>,
    /// Remarks, at most 500 characters; kept with the events.
    pub notes: Option<String>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

/// Which ticket waits for parts.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketWaitForPartsInput")]
pub struct WaitForParts {
    /// The ticket.
    pub repair_ticket_id: Id<RepairTicket>,
    /// Which parts, at most 500 characters; kept with the events.
    pub notes: Option<String>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

/// Which ticket is being repaired.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketStartRepairInput")]
pub struct StartRepair {
    /// The ticket.
    pub repair_ticket_id: Id<RepairTicket>,
    /// Remarks, at most 500 characters; kept with the events.
    pub notes: Option<String>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

/// Why the work does not go on.
#[derive(Refusal)]
enum WorkRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "repairTicketId",
        "Nobody is chosen to repair {ticket}. Assign it first."
    )]
    Unassigned { ticket: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "repairTicketId",
        "{ticket} is {status}; its parts change while it is being diagnosed or repaired."
    )]
    NotInWork { ticket: String, status: &'static str },
}

mutation! {
    /// Starts to look for the fault.
    pub DIAGNOSE = "bizhubRepairTicketStartDiagnosing"(StartDiagnosing) -> RepairTicket,
    permission "bizhub.repair_ticket.transition:startDiagnosing" => start_diagnosing
}

mutation! {
    /// Lets a repair wait for parts.
    pub WAIT = "bizhubRepairTicketWaitForParts"(WaitForParts) -> RepairTicket,
    permission "bizhub.repair_ticket.transition:waitForParts" => wait_for_parts
}

mutation! {
    /// Starts the repair, or goes on with it.
    pub REPAIR = "bizhubRepairTicketStartRepair"(StartRepair) -> RepairTicket,
    permission "bizhub.repair_ticket.transition:startRepair" => start_repair
}

/// Looks for the fault (spec 6.10).
pub async fn start_diagnosing(tx: &mut Tx, input: StartDiagnosing) -> Rule<RepairTicket> {
    let ticket = (&input.repair_ticket_id, input.expected_version);
    go_on(tx, ticket, &START_DIAGNOSING, RepairStatus::Diagnosing, input.notes).await
}

/// Waits for parts (spec 6.10).
pub async fn wait_for_parts(tx: &mut Tx, input: WaitForParts) -> Rule<RepairTicket> {
    let ticket = (&input.repair_ticket_id, input.expected_version);
    go_on(tx, ticket, &WAIT_FOR_PARTS, RepairStatus::WaitingForParts, input.notes).await
}

/// Repairs (spec 6.10).
pub async fn start_repair(tx: &mut Tx, input: StartRepair) -> Rule<RepairTicket> {
    let ticket = (&input.repair_ticket_id, input.expected_version);
    go_on(tx, ticket, &START_REPAIR, RepairStatus::InRepair, input.notes).await
}

async fn go_on(
    tx: &mut Tx,
    (id, expected): (&Id<RepairTicket>, Option<i32>),
    step_taken: &'static Move,
    to: RepairStatus,
    notes: Option<String>,
) -> Rule<RepairTicket> {
    let ticket = tx.lock_version(id, "repairTicketId", expected).await?;
    tx.check_move(&ticket, step_taken, None, "repairTicketId")?;
    if ticket.assigned_to.is_none() {
        tx.refuse(WorkRefused::Unassigned { ticket: ticket.ticket_number.clone() });
    }
    let notes = tx.optional_text(notes, "notes", 500);
    tx.no_card_number(notes.as_deref(), "notes");
    tx.settle()?;
    step(tx, &ticket, step_taken, to, Vec::new(), notes).await
}

/// Locks a ticket whose parts may change.
///
/// # Errors
/// `PRECONDITION_FAILED` before the diagnosis and after the repair.
pub async fn lock_in_work(
    tx: &mut Tx,
    id: &Id<RepairTicket>,
    expected: Option<i32>,
) -> Rule<RepairTicket> {
    let ticket = tx.lock_version(id, "repairTicketId", expected).await?;
    let in_work = machine::FINISH_REPAIR.starts_from(ticket.status.spelling())
        || ticket.status == RepairStatus::WaitingForParts;
    if !in_work {
        let (ticket, status) = (ticket.ticket_number, ticket.status.spelling());
        return Err(WorkRefused::NotInWork { ticket, status }.into());
    }
    Ok(ticket)
}
