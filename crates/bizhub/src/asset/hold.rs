//! Repair hold: a device is set aside for a repair, and is tested anew once its ticket, if one
//! is open, is Ready (spec 6.3).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::asset::{Asset, AssetStatus, machine, transition};
use crate::repair_ticket;

/// Which device is set aside, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetHoldInput")]
pub struct Hold {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// What has to be repaired, at most 500 characters.
    pub reason: String,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

mutation! {
    /// Sets a device aside for a repair.
    pub HOLD = "bizhubAssetHold"(Hold) -> Asset,
    permission "bizhub.asset.transition:hold", keyed => hold
}

pub async fn hold(tx: &mut Tx, input: Hold) -> Rule<Asset> {
    let asset = tx.lock_version(&input.asset_id, "assetId", input.expected_version).await?;
    tx.check_move(&asset, &machine::HOLD, None, "assetId")?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.settle()?;
    transition(tx, &asset, &machine::HOLD, AssetStatus::RepairHold, Vec::new(), &reason).await
}

/// Which device is repaired.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetRepairedInput")]
pub struct Repaired {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// What was done, at most 500 characters.
    pub reason: Option<String>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

mutation! {
    /// Ends the repair of a device; it has to be tested again.
    pub REPAIRED = "bizhubAssetRepaired"(Repaired) -> Asset,
    permission "bizhub.asset.transition:repaired", keyed => repaired
}

pub async fn repaired(tx: &mut Tx, input: Repaired) -> Rule<Asset> {
    let asset = tx.lock_version(&input.asset_id, "assetId", input.expected_version).await?;
    tx.check_move(&asset, &machine::REPAIRED, None, "assetId")?;
    repair_ticket::refuse_in_work(tx, &asset).await?;
    let reason = tx.optional_text(input.reason, "reason", 500);
    tx.settle()?;
    let reason = reason.unwrap_or_else(|| "Repaired".to_owned());
    let sets = vec![Asset::LAST_INTAKE_AT.to(Some(tx.now))];
    let (step, to) = (&machine::REPAIRED, AssetStatus::DiagnosticsPending);
    transition(tx, &asset, step, to, sets, &reason).await
}
