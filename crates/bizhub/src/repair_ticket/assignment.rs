//! Who repairs: an active person whose role does repairs (spec 6.10, 6.11).

use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Id, Sql};
use bizgraph_kernel::refusal::Rule;

use crate::invoice::references::{hold, noted};
use crate::repair_event::{RepairEventType, record};
use crate::repair_ticket::RepairTicket;
use crate::user::User;

/// Why somebody cannot be given a repair.
#[derive(Refusal)]
enum AssignmentRefused {
    #[refusal(
        NOT_ELIGIBLE,
        at = "assignedToId",
        "{name} cannot repair: only active people of the roles Technician, Manager and Admin do."
    )]
    CannotRepair { name: String },
}

/// The person that the caller named to repair, if any; refused unless that person can.
pub async fn repairer(tx: &mut Tx, id: Option<&Id<User>>) -> Rule<Option<i32>> {
    let Some(id) = id else { return Ok(None) };
    let found = hold(tx, id, "assignedToId").await;
    let Some(person) = noted(tx, found).await? else { return Ok(None) };
    if !person.is_active || !person.role.repairs() {
        tx.refuse(AssignmentRefused::CannotRepair { name: person.full_name });
    }
    Ok(Some(person.id))
}

/// The tickets of a person that are not closed, locked.
pub async fn open_of(tx: &mut Tx, person: &User) -> Rule<Vec<RepairTicket>> {
    let mut open = Sql::new("t.status <> 'Closed' AND t.assigned_to = ");
    open.bind(Bind::Int(Some(person.id))).push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
    tx.select(open).await
}

/// Gives the ticket of a person who leaves to another.
pub async fn hand_over(tx: &mut Tx, ticket: &RepairTicket, to: &User) -> Rule<()> {
    let ticket = tx.update(ticket, vec![RepairTicket::ASSIGNED_TO.to(Some(to.id))]).await?;
    let name = Some(to.full_name.clone());
    record(tx, RepairEventType::Assigned, Some(ticket.status), &ticket, name).await
}
