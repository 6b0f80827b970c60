//! Entering a bill for a device: its landed cost rises by the amount (spec 6.3).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::asset::Asset;
use crate::asset_cost::{AssetCost, AssetCostKind};

/// The bill.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetCostAddInput")]
pub struct Add {
    /// The device.
    pub asset_id: Id<Asset>,
    /// What it was for.
    pub cost_kind: AssetCostKind,
    /// How much, in the tenant's currency.
    pub amount: Money,
    /// What has to be known of it, at most 500 characters; required for the kind Other.
    pub note: Option<String>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a bill is refused.
#[derive(Refusal)]
enum AddRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "assetId",
        "What {tag} itself cost is not entered yet. Enter its purchase or landed cost first."
    )]
    NoCost { tag: String },
    #[refusal(REQUIRED, at = "note", "Say what the cost was for.")]
    NoNote,
}

mutation! {
    /// Enters a bill for a device; its landed cost rises by the amount.
    pub ADD = "bizhubAssetCostAdd"(Add) -> AssetCost,
    permission "bizhub.asset_cost.create", keyed => add
}

/// Enters a bill (spec 6.3). The device is locked before its costs.
pub async fn add(tx: &mut Tx, input: Add) -> Rule<AssetCost> {
    let asset = tx.lock(&input.asset_id, "assetId").await?;
    tx.positive(&input.amount, "amount");
    let note = tx.optional_text(input.note, "note", 500);
    tx.no_card_number(note.as_deref(), "note");
    if input.cost_kind == AssetCostKind::Other && note.is_none() {
        tx.refuse(AddRefused::NoNote);
    }
    let before = asset.landed_cost.as_ref().or(asset.purchase_cost.as_ref());
    let landed = before.map(|before| before + &input.amount);
    match &landed {
        Some(landed) => tx.amount(landed, "amount"),
        None => tx.refuse(AddRefused::NoCost { tag: asset.asset_tag.clone() }),
    }
    tx.settle()?;

    tx.update(&asset, vec![Asset::LANDED_COST.to(landed)]).await?;
    let (today, recorded_by) = (tx.business_date, tx.actor.user_id());
    tx.insert(vec![
        AssetCost::ASSET_ID.to(asset.id),
        AssetCost::COST_KIND.to(input.cost_kind),
        AssetCost::AMOUNT.to(input.amount),
        AssetCost::COST_DATE.to(today),
        AssetCost::NOTE.to(note),
        AssetCost::RECORDED_BY.to(recorded_by),
    ])
    .await
}
