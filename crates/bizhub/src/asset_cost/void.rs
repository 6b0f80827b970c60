//! A bill that was entered by mistake is voided: the row stays, and the landed cost of the
//! device falls by its amount.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::asset::Asset;
use crate::asset_cost::AssetCost;

/// Which bill, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetCostVoidInput")]
pub struct Void {
    /// The bill.
    pub asset_cost_id: Id<AssetCost>,
    /// Why, at most 500 characters.
    pub reason: String,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a bill stays.
#[derive(Refusal)]
enum VoidRefused {
    #[refusal(ALREADY_DONE, at = "assetCostId", "The cost was voided already.")]
    Voided,
    #[refusal(FORBIDDEN, at = "", "A cost is voided by a person, under the person's name.")]
    NoPerson,
}

mutation! {
    /// Voids a bill of a device; its landed cost falls by the amount.
    pub VOID = "bizhubAssetCostVoid"(Void) -> AssetCost,
    permission "bizhub.asset_cost.void", keyed => void
}

/// Voids a bill (spec 6.3). The device is locked before its costs.
pub async fn void(tx: &mut Tx, input: Void) -> Rule<AssetCost> {
    let asset_id = tx.read(&input.asset_cost_id, "assetCostId").await?.asset_id;
    let asset: Asset = tx.get_locked(asset_id).await?;
    let cost = tx.lock(&input.asset_cost_id, "assetCostId").await?;
    if cost.voided_at.is_some() {
        return Err(VoidRefused::Voided.into());
    }
    let reason = tx.text(&input.reason, "reason", 500);
    let voided_by = tx.actor.user_id();
    if voided_by.is_none() {
        tx.refuse(VoidRefused::NoPerson);
    }
    tx.settle()?;

    let landed = asset.landed_cost.as_ref().map(|landed| landed - &cost.amount);
    tx.update(&asset, vec![Asset::LANDED_COST.to(landed)]).await?;
    let sets = vec![
        AssetCost::VOIDED_AT.to(Some(tx.now)),
        AssetCost::VOIDED_BY.to(voided_by),
        AssetCost::VOID_REASON.to(Some(reason)),
    ];
    let cost = tx.amend(&cost, sets).await?;
    tx.announce(AssetCost::META, "void", &cost.key());
    Ok(cost)
}
