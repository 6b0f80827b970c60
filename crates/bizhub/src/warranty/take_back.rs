//! What happens to warranties when the devices that they speak of come back (spec 6.5, 6.7, 6.9).

use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::refusal::Rule;

use crate::invoice::Invoice;
use crate::refund::Refund;
use crate::repair_ticket::RepairTicket;
use crate::warranty::machine::LAPSE;
use crate::warranty::{Warranty, WarrantyStatus};
use crate::warranty_claim::{self, WarrantyClaim};

/// A refund took these devices back: their warranties are void. A claim that nobody decided yet
/// is denied; an approved one ends with this refund as its outcome.
pub async fn returned(
    tx: &mut Tx,
    refund: &Refund,
    invoice: &Invoice,
    assets: Vec<i32>,
) -> Rule<()> {
    let mut live = Sql::new("t.status IN ('Active', 'Claimed') AND t.invoice_id = ");
    live.bind(Bind::Int(Some(invoice.id))).push(" AND t.asset_id = ANY(");
    live.bind(Bind::Ints(assets)).push(") ORDER BY t.id FOR NO KEY UPDATE OF t");
    let why = format!("Refunded from {}", invoice.invoice_number);
    for warranty in tx.select::<Warranty>(live).await? {
        warranty_claim::end_by_refund(tx, &warranty, refund, &why).await?;
        lapse(tx, &warranty, &why).await?;
    }
    Ok(())
}

/// Why a sale under warranty stays settled.
#[derive(Refusal)]
enum UndoRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "paymentId",
        "{claim} was made under a warranty of {number}, so its payments stay. Refund it instead."
    )]
    Claimed { number: String, claim: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "paymentId",
        "A device of {number} is on the repair ticket {ticket}. Close that first."
    )]
    InRepair { number: String, ticket: String },
}

/// Refuses to take a sale back under whose warranties something was claimed, or whose devices
/// are being repaired.
pub async fn refuse_undo(tx: &mut Tx, invoice: &Invoice) -> Rule<()> {
    let mut claimed = Sql::new(
        "EXISTS (SELECT 1 FROM warranties w WHERE w.id = t.warranty_id AND w.invoice_id = ",
    );
    claimed.bind(Bind::Int(Some(invoice.id))).push(") ORDER BY t.id");
    let number = || invoice.invoice_number.clone();
    if let Some(claim) = tx.select::<WarrantyClaim>(claimed).await?.pop() {
        tx.refuse(UndoRefused::Claimed { number: number(), claim: claim.claim_number });
        return Ok(());
    }
    let mut in_repair = Sql::new(
        "t.status <> 'Closed' AND EXISTS (SELECT 1 FROM assets a WHERE a.id = t.asset_id \
         AND a.invoice_id = ",
    );
    in_repair.bind(Bind::Int(Some(invoice.id))).push(") ORDER BY t.id");
    if let Some(ticket) = tx.select::<RepairTicket>(in_repair).await?.pop() {
        tx.refuse(UndoRefused::InRepair { number: number(), ticket: ticket.ticket_number });
    }
    Ok(())
}

/// A payment was voided, so that the sale is open again: its warranties are void, and there
/// will be new ones when it is settled again.
pub async fn undo_sale(tx: &mut Tx, invoice: &Invoice) -> Rule<()> {
    let mut live = Sql::new("t.status IN ('Active', 'Claimed') AND t.invoice_id = ");
    live.bind(Bind::Int(Some(invoice.id))).push(" ORDER BY t.id FOR NO KEY UPDATE OF t");
    let why = format!("A payment of {} was voided", invoice.invoice_number);
    for warranty in tx.select::<Warranty>(live).await? {
        lapse(tx, &warranty, &why).await?;
    }
    Ok(())
}

/// Voids a warranty as the effect of something else.
pub(crate) async fn lapse(tx: &mut Tx, warranty: &Warranty, why: &str) -> Rule<Warranty> {
    let sets = vec![Warranty::VOID_REASON.to(Some(why.to_owned()))];
    tx.advance(warranty, &LAPSE, WarrantyStatus::Void.spelling(), sets).await
}
