//! The quality check: a second technician grades a device that was tested and wiped since it
//! last came in, and it goes on sale at the price of its grade (spec 6.3).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};
use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::RunQueryDsl;

use crate::asset::transition::{override_reason, transition};
use crate::asset::{Asset, AssetStatus, ConditionGrade, machine, product};
use crate::diagnostics_result::OverallResult;
use crate::product_model::ProductCategory;
use crate::schema::{diagnostics_results, users, wipe_certificates};

/// The device that passed, and its grade.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetPassQcInput")]
pub struct PassQc {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// How good it looks; the model needs a price for this grade.
    pub condition_grade: ConditionGrade,
    /// Why; required from a Manager doing a technician's work.
    pub reason: Option<String>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

#[derive(Refusal)]
enum PassQcRefused {
    #[refusal(
        SELF_APPROVAL_FORBIDDEN,
        at = "assetId",
        "You tested {tag} yourself, so another technician has to check it."
    )]
    SamePerson { tag: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "assetId",
        "{tag} was not tested since it last came in. Fail the quality check and record diagnostics."
    )]
    NotTested { tag: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "assetId",
        "The latest diagnostics of {tag} failed. Fail the quality check instead."
    )]
    TestsFailed { tag: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "assetId",
        "{tag} was not wiped since it last came in. Fail the quality check, record diagnostics \
         again, then the wipe."
    )]
    NotWiped { tag: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "assetId",
        "Battery health and cycle count of {tag} are missing. Fail the quality check and record \
         them with new diagnostics."
    )]
    BatteryMissing { tag: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "conditionGrade",
        "The model has no price for grade {grade}. Set it on the product model first."
    )]
    NoPrice { grade: &'static str },
}

mutation! {
    /// Grades a device that passed the quality check and puts it on sale.
    pub PASS_QC = "bizhubAssetPassQc"(PassQc) -> Asset,
    permission "bizhub.asset.transition:passQc", keyed => pass_qc
}

pub async fn pass_qc(tx: &mut Tx, input: PassQc) -> Rule<Asset> {
    let asset = tx.lock_version(&input.asset_id, "assetId", input.expected_version).await?;
    tx.check_move(&asset, &machine::PASS_QC, None, "assetId")?;
    let tag = || asset.asset_tag.clone();
    let accessory = product::category_of(tx, &asset).await? == ProductCategory::Accessory;
    if asset.diagnosed_by.is_some()
        && asset.diagnosed_by == tx.actor.user_id()
        && technicians(tx).await? >= 2
    {
        tx.refuse(PassQcRefused::SamePerson { tag: tag() });
    }
    let since_intake = |at: &DateTime<Utc>| asset.last_intake_at.is_none_or(|intake| *at >= intake);
    match latest_diagnostics(tx, asset.id).await? {
        Some((result, _)) if result == OverallResult::Fail.spelling() => {
            tx.refuse(PassQcRefused::TestsFailed { tag: tag() });
        }
        Some((_, at)) if since_intake(&at) => {}
        _ => tx.refuse(PassQcRefused::NotTested { tag: tag() }),
    }
    if !accessory {
        if !latest_wipe(tx, asset.id).await?.as_ref().is_some_and(since_intake) {
            tx.refuse(PassQcRefused::NotWiped { tag: tag() });
        }
        if asset.battery_health_percent.is_none() || asset.battery_cycle_count.is_none() {
            tx.refuse(PassQcRefused::BatteryMissing { tag: tag() });
        }
    }
    if product::price_of(tx, &asset, input.condition_grade).await?.is_none() {
        tx.refuse(PassQcRefused::NoPrice { grade: input.condition_grade.spelling() });
    }
    let reason = override_reason(tx, input.reason, "reason");
    tx.settle()?;

    let passed = format!("Quality check passed, grade {}", input.condition_grade.spelling());
    let reason = reason.map_or(passed.clone(), |reason| format!("{passed}. {reason}"));
    let sets = vec![Asset::CONDITION_GRADE.to(Some(input.condition_grade))];
    let (step, to) = (&machine::PASS_QC, AssetStatus::ReadyForSale);
    transition(tx, &asset, step, to, sets, &reason).await
}

async fn technicians(tx: &mut Tx) -> Rule<i64> {
    let active = users::table
        .filter(users::role.eq("Technician"))
        .filter(users::is_active.eq(true))
        .count()
        .get_result(tx.connection().await?)
        .await?;
    Ok(active)
}

async fn latest_diagnostics(tx: &mut Tx, asset: i32) -> Rule<Option<(String, DateTime<Utc>)>> {
    let latest = diagnostics_results::table
        .filter(diagnostics_results::asset_id.eq(asset))
        .order(diagnostics_results::id.desc())
        .select((diagnostics_results::overall_result, diagnostics_results::created_at))
        .first(tx.connection().await?)
        .await
        .optional()?;
    Ok(latest)
}

async fn latest_wipe(tx: &mut Tx, asset: i32) -> Rule<Option<DateTime<Utc>>> {
    let latest = wipe_certificates::table
        .filter(wipe_certificates::asset_id.eq(asset))
        .order(wipe_certificates::id.desc())
        .select(wipe_certificates::created_at)
        .first(tx.connection().await?)
        .await
        .optional()?;
    Ok(latest)
}
