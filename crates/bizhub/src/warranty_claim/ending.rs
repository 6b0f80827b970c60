//! How a claim ends, by whichever rule: the columns that move along, and its ticket with it
//! (spec 6.7, 6.9).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Set, Sql};
use bizgraph_kernel::refusal::Rule;

use crate::refund::Refund;
use crate::repair_ticket::{self, RepairOutcome, RepairTicket};
use crate::warranty::Warranty;
use crate::warranty_claim::machine::{COMPLETE, DENY_WITH_WARRANTY};
use crate::warranty_claim::{ClaimOutcome, ClaimStatus, WarrantyClaim};

/// The claim that is open under a warranty, locked; a warranty has one at most.
pub async fn open_on(tx: &mut Tx, warranty: &Warranty) -> Rule<Option<WarrantyClaim>> {
    let mut open = Sql::new("t.status IN ('Submitted', 'Approved') AND t.warranty_id = ");
    open.bind(Bind::Int(Some(warranty.id))).push(" FOR NO KEY UPDATE OF t");
    Ok(tx.select(open).await?.pop())
}

/// The columns of a claim that is denied today.
pub(super) fn denied(tx: &Tx, reason: String) -> Vec<Set<WarrantyClaim>> {
    vec![
        WarrantyClaim::DENIAL_REASON.to(Some(reason)),
        WarrantyClaim::OUTCOME.to(Some(ClaimOutcome::Denied)),
        WarrantyClaim::OUTCOME_DATE.to(Some(tx.business_date)),
    ]
}

/// Denies the claim that is open under a warranty which ends; what was on the bench leaves it.
pub async fn deny_open(tx: &mut Tx, warranty: &Warranty, why: &str) -> Rule<()> {
    let Some(claim) = open_on(tx, warranty).await? else { return Ok(()) };
    if let Some(ticket) = claim.repair_ticket_id {
        close_ticket(tx, ticket, RepairOutcome::Unable, why).await?;
    }
    let sets = denied(tx, why.to_owned());
    tx.advance(&claim, &DENY_WITH_WARRANTY, ClaimStatus::Denied.spelling(), sets).await?;
    Ok(())
}

/// Ends the open claim of a device that was refunded: an undecided one is denied, an approved
/// one has the refund as its outcome.
pub async fn end_by_refund(
    tx: &mut Tx,
    warranty: &Warranty,
    refund: &Refund,
    why: &str,
) -> Rule<()> {
    let Some(claim) = open_on(tx, warranty).await? else { return Ok(()) };
    if claim.status == ClaimStatus::Submitted {
        let sets = denied(tx, why.to_owned());
        tx.advance(&claim, &DENY_WITH_WARRANTY, ClaimStatus::Denied.spelling(), sets).await?;
        return Ok(());
    }
    let further = vec![WarrantyClaim::REFUND_ID.to(Some(refund.id))];
    completed(tx, &claim, ClaimOutcome::Refunded, why, further).await?;
    Ok(())
}

/// Completes an approved claim: closes its ticket and takes its costs over.
pub(super) async fn completed(
    tx: &mut Tx,
    claim: &WarrantyClaim,
    outcome: ClaimOutcome,
    why: &str,
    further: Vec<Set<WarrantyClaim>>,
) -> Rule<WarrantyClaim> {
    let mut sets = further;
    if let Some(ticket) = claim.repair_ticket_id {
        let closed_as = match outcome {
            ClaimOutcome::Repaired => RepairOutcome::Repaired,
            ClaimOutcome::Replaced => RepairOutcome::Replaced,
            ClaimOutcome::Refunded => RepairOutcome::Refunded,
            ClaimOutcome::Denied => RepairOutcome::Unable,
        };
        let ticket = close_ticket(tx, ticket, closed_as, why).await?;
        sets.push(WarrantyClaim::LABOR_COST.to(ticket.labor_cost));
        sets.push(WarrantyClaim::PARTS_COST.to(ticket.parts_cost));
    }
    sets.push(WarrantyClaim::OUTCOME.to(Some(outcome)));
    sets.push(WarrantyClaim::OUTCOME_DATE.to(Some(tx.business_date)));
    tx.advance(claim, &COMPLETE, ClaimStatus::Completed.spelling(), sets).await
}

/// Closes the ticket of a claim, unless somebody closed it before.
async fn close_ticket(
    tx: &mut Tx,
    ticket: i32,
    outcome: RepairOutcome,
    why: &str,
) -> Rule<RepairTicket> {
    let ticket: RepairTicket = tx.get_locked(ticket).await?;
    repair_ticket::close_with_claim(tx, ticket, outcome, why).await
}
