//! Keeping a device out of sale, and letting it back to the tests (spec 6.3). One that is being
//! repaired leaves the bench first.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::asset::{Asset, AssetStatus, machine, transition};
use crate::repair_ticket;

/// Which device is kept out of sale, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetBlockInput")]
pub struct Block {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// Why it cannot be sold, at most 500 characters; shown as `notSellableReason`.
    pub reason: String,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

mutation! {
    /// Keeps a device out of sale.
    pub BLOCK = "bizhubAssetBlock"(Block) -> Asset,
    permission "bizhub.asset.transition:block", keyed => block
}

pub async fn block(tx: &mut Tx, input: Block) -> Rule<Asset> {
    let asset = tx.lock_version(&input.asset_id, "assetId", input.expected_version).await?;
    tx.check_move(&asset, &machine::BLOCK, None, "assetId")?;
    repair_ticket::refuse_in_work(tx, &asset).await?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.settle()?;
    let sets = vec![Asset::NOT_SELLABLE_REASON.to(Some(reason.clone()))];
    transition(tx, &asset, &machine::BLOCK, AssetStatus::NotSellable, sets, &reason).await
}

/// Which device goes back to the tests, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetUnblockInput")]
pub struct Unblock {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// What changed since it was blocked, at most 500 characters.
    pub reason: String,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

mutation! {
    /// Lets a blocked device be tested for sale again.
    pub UNBLOCK = "bizhubAssetUnblock"(Unblock) -> Asset,
    permission "bizhub.asset.transition:unblock", keyed => unblock
}

pub async fn unblock(tx: &mut Tx, input: Unblock) -> Rule<Asset> {
    let asset = tx.lock_version(&input.asset_id, "assetId", input.expected_version).await?;
    tx.check_move(&asset, &machine::UNBLOCK, None, "assetId")?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.settle()?;
    let sets = vec![Asset::NOT_SELLABLE_REASON.to(None), Asset::LAST_INTAKE_AT.to(Some(tx.now))];
    let (step, to) = (&machine::UNBLOCK, AssetStatus::DiagnosticsPending);
    transition(tx, &asset, step, to, sets, &reason).await
}
