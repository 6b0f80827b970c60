//! The customer does not want the device, or did not come for it: it is for sale to anybody,
//! and the deposit waits for what it brings (spec 6.8).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::asset::holder::live_line;
use crate::asset::machine::RELEASE;
use crate::asset::{self, Asset, AssetStatus};
use crate::preorder::{Preorder, PreorderStatus, change, machine};
use crate::settings::PREORDER_PICKUP_DAYS;

/// What is not wanted, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderRejectInput")]
pub struct Reject {
    /// The preorder whose device is there.
    pub preorder_id: Id<Preorder>,
    /// Why the customer does not want it, at most 500 characters.
    pub reason: String,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a preorder is not rejected.
#[derive(Refusal)]
enum RejectRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "preorderId",
        "The device is on {invoice_number} of {owner}. Take it off, or cancel the invoice, first."
    )]
    OnInvoice { invoice_number: String, owner: String },
}

mutation! {
    /// Notes that the customer does not want the device, and puts it on sale.
    pub REJECT = "bizhubPreorderReject"(Reject) -> Preorder,
    permission "bizhub.preorder.transition:reject", keyed => reject
}

/// Rejects a preorder (spec 6.8). The preorder is locked before its asset.
pub async fn reject(tx: &mut Tx, input: Reject) -> Rule<Preorder> {
    let preorder =
        tx.lock_version(&input.preorder_id, "preorderId", input.expected_version).await?;
    tx.check_move(&preorder, &machine::REJECT, None, "preorderId")?;
    let held = held_asset(tx, &preorder).await?;
    if let Some(asset) = &held
        && let Some((invoice_number, owner)) = live_line(tx, asset.id).await?
    {
        tx.refuse(RejectRefused::OnInvoice { invoice_number, owner });
    }
    let reason = change::reason(tx, &input.reason);
    tx.settle()?;
    release(tx, &preorder, held, reason).await
}

/// Rejects a preorder that nobody came for (spec 6.8); a job's item. One that stands on an
/// invoice waits for that invoice.
///
/// # Errors
/// Any fault of the database.
pub async fn reject_uncollected(tx: &mut Tx, key: &str) -> Rule<()> {
    let preorder = change::due(tx, key).await?;
    let days: i64 = tx.setting(&PREORDER_PICKUP_DAYS).await?;
    let today = tx.business_date;
    let since = preorder.customer_notified_date.or(preorder.arrival_date);
    let over = since.is_some_and(|date| (today - date).num_days() > days);
    if !over || !machine::REJECT.starts_from(preorder.status.spelling()) {
        return Ok(());
    }
    let held = held_asset(tx, &preorder).await?;
    if let Some(asset) = &held
        && live_line(tx, asset.id).await?.is_some()
    {
        return Ok(());
    }
    let reason = format!("Not picked up within {days} days");
    release(tx, &preorder, held, reason).await?;
    Ok(())
}

/// The device that is held for a locked preorder, locked.
async fn held_asset(tx: &mut Tx, preorder: &Preorder) -> Rule<Option<Asset>> {
    match preorder.asset_id {
        Some(asset) => Ok(Some(tx.get_locked(asset).await?)),
        None => Ok(None),
    }
}

async fn release(
    tx: &mut Tx,
    preorder: &Preorder,
    held: Option<Asset>,
    reason: String,
) -> Rule<Preorder> {
    if let Some(asset) = held {
        let why = format!("{} was rejected", preorder.preorder_number);
        let (to, sets) = (AssetStatus::ReadyForSale, vec![Asset::PREORDER_ID.to(None)]);
        asset::transition(tx, &asset, &RELEASE, to, sets, &why).await?;
    }
    let sets = vec![
        Preorder::REJECTED_DATE.to(Some(tx.business_date)),
        Preorder::REJECTION_REASON.to(Some(reason.clone())),
    ];
    let (to, words) = (PreorderStatus::Rejected, ("rejected", Some(reason)));
    change::advance(tx, preorder, &machine::REJECT, to, sets, words).await
}
