//! Intake: a device that came in, or came back, goes onto the bench. Only what is recorded
//! from then on counts for its sale, so a device that came back is wiped again (spec 6.3).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::asset::{Asset, AssetStatus, machine, place, transition};
use crate::location::LocationMeaning;

/// Which device goes onto the bench.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetStartIntakeInput")]
pub struct StartIntake {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

mutation! {
    /// Puts a received device onto the repair bench, to be tested.
    pub START_INTAKE = "bizhubAssetStartIntake"(StartIntake) -> Asset,
    permission "bizhub.asset.transition:startIntake", keyed => start_intake
}

pub async fn start_intake(tx: &mut Tx, input: StartIntake) -> Rule<Asset> {
    let asset = tx.lock_version(&input.asset_id, "assetId", input.expected_version).await?;
    tx.check_move(&asset, &machine::START_INTAKE, None, "assetId")?;
    let bench = place::location_of(tx, LocationMeaning::RepairBench).await?;
    let sets = vec![Asset::LOCATION_ID.to(Some(bench)), Asset::LAST_INTAKE_AT.to(Some(tx.now))];
    let (step, to) = (&machine::START_INTAKE, AssetStatus::DiagnosticsPending);
    transition(tx, &asset, step, to, sets, "Intake started").await
}

/// Which returned device goes through all checks again.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetReIntakeInput")]
pub struct ReIntake {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

mutation! {
    /// Starts the whole round of checks of a returned device again, wipe included.
    pub RE_INTAKE = "bizhubAssetReIntake"(ReIntake) -> Asset,
    permission "bizhub.asset.transition:reIntake", keyed => re_intake
}

pub async fn re_intake(tx: &mut Tx, input: ReIntake) -> Rule<Asset> {
    let asset = tx.lock_version(&input.asset_id, "assetId", input.expected_version).await?;
    tx.check_move(&asset, &machine::RE_INTAKE, None, "assetId")?;
    let sets = vec![Asset::LAST_INTAKE_AT.to(Some(tx.now))];
    let (step, to) = (&machine::RE_INTAKE, AssetStatus::DiagnosticsPending);
    transition(tx, &asset, step, to, sets, "Taken in again").await
}
