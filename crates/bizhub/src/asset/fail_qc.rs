//! A failed quality check: the device is tested again, or goes to repair (spec 6.3).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Words, mutation};

use crate::asset::{Asset, AssetStatus, machine, transition};

/// Where a device goes that failed the quality check.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubAssetFailedQcTarget")]
pub enum FailedQcTarget {
    /// It is tested again.
    #[word("Diagnostics Pending")]
    DiagnosticsPending,
    /// It is set aside for a repair.
    #[word("Repair Hold")]
    RepairHold,
}

/// Which device failed, and what becomes of it.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetFailQcInput")]
pub struct FailQc {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// Where it goes.
    pub target: FailedQcTarget,
    /// What is wrong, at most 500 characters.
    pub reason: String,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

mutation! {
    /// Fails a device's quality check.
    pub FAIL_QC = "bizhubAssetFailQc"(FailQc) -> Asset,
    permission "bizhub.asset.transition:failQc", keyed => fail_qc
}

pub async fn fail_qc(tx: &mut Tx, input: FailQc) -> Rule<Asset> {
    let asset = tx.lock_version(&input.asset_id, "assetId", input.expected_version).await?;
    tx.check_move(&asset, &machine::FAIL_QC, None, "assetId")?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.settle()?;
    let to = match input.target {
        FailedQcTarget::DiagnosticsPending => AssetStatus::DiagnosticsPending,
        FailedQcTarget::RepairHold => AssetStatus::RepairHold,
    };
    transition(tx, &asset, &machine::FAIL_QC, to, Vec::new(), &reason).await
}
