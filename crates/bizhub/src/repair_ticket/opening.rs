//! A new ticket is written, whoever opens it (spec 6.9, 6.10).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Set;
use bizgraph_kernel::refusal::Rule;

use crate::repair_event::{RepairEventType, record};
use crate::repair_ticket::RepairTicket;
use crate::series;

/// A repair under warranty.
pub struct ClaimTicket<'a> {
    pub claim: i32,
    pub claim_number: &'a str,
    pub customer: i32,
    pub asset: Option<i32>,
    pub issue: &'a str,
    pub assigned_to: Option<i32>,
}

/// Opens the ticket of an approved claim, which nobody pays for.
pub async fn open_for_claim(tx: &mut Tx, ticket: ClaimTicket<'_>) -> Rule<RepairTicket> {
    let sets = vec![
        RepairTicket::CUSTOMER_ID.to(Some(ticket.customer)),
        RepairTicket::ASSET_ID.to(ticket.asset),
        RepairTicket::ISSUE_TYPE.to("Warranty Repair".to_owned()),
        RepairTicket::ISSUE_DESCRIPTION.to(ticket.issue.to_owned()),
        RepairTicket::ASSIGNED_TO.to(ticket.assigned_to),
        RepairTicket::BILLABLE.to(false),
        RepairTicket::WARRANTY_CLAIM_ID.to(Some(ticket.claim)),
    ];
    write(tx, sets, Some(format!("Approved claim {}", ticket.claim_number))).await
}

/// Draws the number, writes the row and its first event.
pub(super) async fn write(
    tx: &mut Tx,
    mut sets: Vec<Set<RepairTicket>>,
    notes: Option<String>,
) -> Rule<RepairTicket> {
    let number = tx.draw_number(&series::REPAIR_TICKET).await?;
    let today = tx.business_date;
    sets.push(RepairTicket::TICKET_NUMBER.to(number));
    sets.push(RepairTicket::OPENED_DATE.to(today));
    let ticket = tx.insert::<RepairTicket>(sets).await?;
    record(tx, RepairEventType::Opened, None, &ticket, notes).await?;
    Ok(ticket)
}
