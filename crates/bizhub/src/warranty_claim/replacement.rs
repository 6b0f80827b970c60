//! Another device takes the place of one under warranty: it goes out on an invoice of nothing,
//! with what is left of the warranty, and the old one comes back (spec 6.3, 6.9).

use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::refusal::Rule;

use crate::asset::machine::{RESERVE, TAKE_BACK};
use crate::asset::place::{BACKROOM, location_of};
use crate::asset::{self, Asset, AssetStatus};
use crate::invoice::Invoice;
use crate::invoice::free_of_charge::{Gift, hand_out};
use crate::invoice::references::noted;
use crate::invoice_line::InvoiceLine;
use crate::preorder::sale;
use crate::refund::Refund;
use crate::warranty::{self, Warranty};
use crate::warranty_claim::complete::{
    Complete, CompleteRefused, lock_claim, reason, refuse_repaired, sold_line,
};
use crate::warranty_claim::ending::completed;
use crate::warranty_claim::{ClaimOutcome, WarrantyClaim};

/// Why a device is not replaced.
#[derive(Refusal)]
enum ReplaceRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "outcome",
        "A refund of {number} is open. Pay it out or reject it first."
    )]
    RefundOpen { number: String },
}

/// Ends a claim by another device. Locked before the warranty: the invoice that sold the old
/// device, then the preorders that wait for a sale of either device, then both devices.
pub(super) async fn replace(tx: &mut Tx, mut input: Complete) -> Rule<WarrantyClaim> {
    let read = tx.read(&input.warranty_claim_id, "warrantyClaimId").await?;
    let promised: Warranty = tx.get(read.warranty_id).await?;
    let Some(replacement_id) = input.replacement_asset_id.take() else {
        return Err(CompleteRefused::ReplacementMissing.into());
    };
    let replacement_key = tx.read(&replacement_id, "replacementAssetId").await?.id;
    let invoice: Invoice = tx.get_locked(promised.invoice_id).await?;
    let keys: Vec<i32> = [promised.asset_id, Some(replacement_key)].into_iter().flatten().collect();
    sale::lock_concerned(tx, &keys).await?;
    let assets = tx.get_all_locked::<Asset>(&keys).await?;
    let (warranty, claim, ticket) = lock_claim(tx, &input).await?;
    refuse_repaired(tx, ticket.as_ref());
    let reason = reason(tx, input.reason);
    if let Some(replacement) = assets.iter().find(|asset| asset.id == replacement_key) {
        let ready = tx.check_move(replacement, &RESERVE, None, "replacementAssetId");
        noted(tx, ready).await?;
    }
    if open_refund(tx, &invoice).await? {
        tx.refuse(ReplaceRefused::RefundOpen { number: invoice.invoice_number.clone() });
    }
    let line = sold_line(tx, &invoice, &warranty).await?;
    let old = assets.iter().find(|asset| warranty.asset_id == Some(asset.id));
    let new = assets.iter().find(|asset| asset.id == replacement_key);
    let (Some(line), Some(old), Some(new)) = (line, old, new) else {
        let number = warranty.warranty_number.clone();
        return Err(CompleteRefused::NoDevice { number }.into());
    };
    tx.settle()?;

    let why = format!("Replaced by {} under {}: {reason}", new.asset_tag, claim.claim_number);
    take_back(tx, &line, old, &why).await?;
    warranty::lapse(tx, &warranty, &why).await?;
    let gift = Gift {
        customer: warranty.customer_id,
        sales_rep: invoice.sales_rep_id,
        notes: format!("Replaces {} of {}. {why}", old.asset_tag, invoice.invoice_number),
        asset: new,
    };
    let gift = hand_out(tx, gift).await?;
    warranty::continue_on(tx, &warranty, &gift, new.id).await?;
    let further = vec![
        WarrantyClaim::REPLACEMENT_ASSET_ID.to(Some(new.id)),
        WarrantyClaim::REPLACEMENT_INVOICE_ID.to(Some(gift.id)),
    ];
    completed(tx, &claim, ClaimOutcome::Replaced, &why, further).await
}

/// The old device comes back, and its line no longer holds it; what was paid for it stays paid.
async fn take_back(tx: &mut Tx, line: &InvoiceLine, old: &Asset, why: &str) -> Rule<()> {
    tx.amend(line, vec![InvoiceLine::RELEASED_AT.to(Some(tx.now))]).await?;
    let backroom = location_of(tx, BACKROOM).await?;
    let sets = vec![
        Asset::LOCATION_ID.to(Some(backroom)),
        Asset::INVOICE_ID.to(None),
        Asset::PREORDER_ID.to(None),
        Asset::SALE_PRICE.to(None),
        Asset::SALE_DATE.to(None),
    ];
    asset::transition(tx, old, &TAKE_BACK, AssetStatus::Returned, sets, why).await?;
    Ok(())
}

async fn open_refund(tx: &mut Tx, invoice: &Invoice) -> Rule<bool> {
    let mut open = Sql::new("t.status IN ('requested', 'approved') AND t.invoice_id = ");
    open.bind(Bind::Int(Some(invoice.id)));
    Ok(!tx.select::<Refund>(open).await?.is_empty())
}

/// The number of the invoice on which the device of this one was first paid for, where this one
/// gave another in its place; nothing for any other invoice.
pub async fn replaced_on(tx: &mut Tx, invoice: &Invoice) -> Rule<Option<String>> {
    let mut chain = Sql::new("WITH RECURSIVE chain (invoice, step) AS (SELECT ");
    chain.bind(Bind::Int(Some(invoice.id))).push(
        "::int4, 0 UNION ALL SELECT w.invoice_id, chain.step + 1 FROM chain \
         JOIN warranty_claims c ON c.replacement_invoice_id = chain.invoice \
         JOIN warranties w ON w.id = c.warranty_id) \
         SELECT i.invoice_number FROM chain JOIN invoices i ON i.id = chain.invoice \
         WHERE step > 0 ORDER BY step DESC LIMIT 1",
    );
    let rows = tx.load(chain).await?;
    Ok(rows.first().map(|row| decode(row, 0)).transpose()?)
}
