//! Diagnostics: a technician works through every check of the model's category and says what
//! it came to. A pass leads to the wipe, for accessories straight to the quality check; a
//! fail to repair or out of sale (spec 6.3, 6.11).

use std::collections::HashMap;

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::scalars::Json;
use bizgraph_kernel::{Refusal, Words, mutation};
use serde_json::Value;

use crate::asset::transition::{acting_person, override_reason, transition};
use crate::asset::{Asset, AssetStatus, machine, product};
use crate::diagnostics_result::{DiagnosticsResult, OverallResult};
use crate::product_model::ProductCategory;

/// Where a device goes that failed the tests.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubAssetFailedDiagnosticsTarget")]
pub enum FailedDiagnosticsTarget {
    /// It is set aside for a repair.
    #[word("Repair Hold")]
    RepairHold,
    /// It is kept out of sale.
    #[word("Not Sellable")]
    NotSellable,
}

/// What the tests found.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetRecordDiagnosticsInput")]
pub struct RecordDiagnostics {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// Every check of the model's category, each with "pass", "fail" or a note of at most 200
    /// characters.
    pub checklist_data: Json,
    /// What it came to.
    pub overall_result: OverallResult,
    /// What has to be known beside the checks; required for a pass with notes.
    pub notes: Option<String>,
    /// Where a failed device goes; required for a fail, refused otherwise.
    pub failed_target: Option<FailedDiagnosticsTarget>,
    /// Why it failed; required for a fail, and from a Manager doing a technician's work.
    pub reason: Option<String>,
    /// What the battery still holds, 0 to 100 percent of new.
    pub battery_health_percent: Option<i32>,
    /// How often the battery was charged.
    pub battery_cycle_count: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

#[derive(Refusal)]
enum RecordDiagnosticsRefused {
    #[refusal(
        VALIDATION_FAILED,
        at = "checklistData",
        "Write the checks as an object, each check with pass, fail or a note."
    )]
    NoChecklist,
    #[refusal(
        REQUIRED,
        at = "checklistData.{check}",
        "The check {check} of the category {category} is missing."
    )]
    CheckMissing { check: String, category: &'static str },
    #[refusal(
        VALIDATION_FAILED,
        at = "checklistData.{check}",
        "The category {category} has no check {check}. Leave it out, or add it to the tenant's \
         checklist."
    )]
    CheckUnknown { check: String, category: &'static str },
    #[refusal(
        BAD_FORMAT,
        at = "checklistData.{check}",
        "Write pass, fail or a note of at most 200 characters."
    )]
    CheckUnreadable { check: String },
    #[refusal(REQUIRED, at = "notes", "A pass with notes needs the notes.")]
    NotesMissing,
    #[refusal(REQUIRED, at = "reason", "Say why the device failed.")]
    ReasonMissing,
    #[refusal(
        REQUIRED,
        at = "failedTarget",
        "Say whether the failed device goes to repair or out of sale."
    )]
    TargetMissing,
    #[refusal(
        VALIDATION_FAILED,
        at = "failedTarget",
        "Only a device that failed goes there. Leave it out."
    )]
    TargetOfPass,
    #[refusal(OUT_OF_RANGE, at = "batteryHealthPercent", "The battery holds 0 to 100 percent.")]
    BatteryHealth,
    #[refusal(
        OUT_OF_RANGE,
        at = "batteryCycleCount",
        "A battery cannot be charged less than 0 times."
    )]
    BatteryCycles,
}

mutation! {
    /// Records what the tests of a device found and moves it on.
    pub RECORD_DIAGNOSTICS = "bizhubAssetRecordDiagnostics"(RecordDiagnostics) -> Asset,
    permission "bizhub.asset.transition:recordDiagnostics", keyed => record_diagnostics
}

pub async fn record_diagnostics(tx: &mut Tx, input: RecordDiagnostics) -> Rule<Asset> {
    let asset = tx.lock_version(&input.asset_id, "assetId", input.expected_version).await?;
    tx.check_move(&asset, &machine::RECORD_DIAGNOSTICS, None, "assetId")?;
    let technician = acting_person(tx)?;
    let category = product::category_of(tx, &asset).await?;
    let checklist = checked_list(tx, input.checklist_data.0, category.spelling()).await?;
    let notes = tx.optional_text(input.notes, "notes", 2000);
    tx.no_card_number(notes.as_deref(), "notes");
    let reason = override_reason(tx, input.reason, "reason");
    let failed = input.overall_result == OverallResult::Fail;
    if input.overall_result == OverallResult::PassWithNotes && notes.is_none() {
        tx.refuse(RecordDiagnosticsRefused::NotesMissing);
    }
    // A Manager without a reason hears of it from the override.
    if failed && reason.is_none() && tx.actor.role != "Manager" {
        tx.refuse(RecordDiagnosticsRefused::ReasonMissing);
    }
    match input.failed_target {
        None if failed => tx.refuse(RecordDiagnosticsRefused::TargetMissing),
        Some(_) if !failed => tx.refuse(RecordDiagnosticsRefused::TargetOfPass),
        _ => {}
    }
    if input.battery_health_percent.is_some_and(|percent| !(0..=100).contains(&percent)) {
        tx.refuse(RecordDiagnosticsRefused::BatteryHealth);
    }
    if input.battery_cycle_count.is_some_and(|cycles| cycles < 0) {
        tx.refuse(RecordDiagnosticsRefused::BatteryCycles);
    }
    tx.settle()?;

    let to = match input.failed_target {
        Some(FailedDiagnosticsTarget::RepairHold) => AssetStatus::RepairHold,
        Some(FailedDiagnosticsTarget::NotSellable) => AssetStatus::NotSellable,
        None if category == ProductCategory::Accessory => AssetStatus::QcPending,
        None => AssetStatus::WipePending,
    };
    tx.insert::<DiagnosticsResult>(vec![
        DiagnosticsResult::ASSET_ID.to(asset.id),
        DiagnosticsResult::TECHNICIAN_ID.to(technician),
        DiagnosticsResult::CHECKLIST_DATA.to(checklist),
        DiagnosticsResult::OVERALL_RESULT.to(input.overall_result),
        DiagnosticsResult::NOTES.to(notes),
        DiagnosticsResult::DIAGNOSTIC_DATE.to(tx.business_date),
    ])
    .await?;
    let mut sets = vec![Asset::DIAGNOSED_BY.to(Some(technician))];
    if let Some(percent) = input.battery_health_percent {
        sets.push(Asset::BATTERY_HEALTH_PERCENT.to(Some(percent)));
    }
    if let Some(cycles) = input.battery_cycle_count {
        sets.push(Asset::BATTERY_CYCLE_COUNT.to(Some(cycles)));
    }
    if to == AssetStatus::NotSellable {
        sets.push(Asset::NOT_SELLABLE_REASON.to(reason.clone()));
    }
    let found = format!("Diagnostics: {}", input.overall_result.spelling());
    let reason = reason.map_or(found.clone(), |reason| format!("{found}. {reason}"));
    transition(tx, &asset, &machine::RECORD_DIAGNOSTICS, to, sets, &reason).await
}

/// The checks as they are stored, with all of the category and no other.
async fn checked_list(tx: &mut Tx, given: Value, category: &'static str) -> Rule<Value> {
    let mut lists: HashMap<String, Vec<String>> =
        tx.setting(&crate::settings::CHECKLIST_KEYS).await?;
    let known = lists.remove(category).unwrap_or_default();
    let Value::Object(given) = given else {
        tx.refuse(RecordDiagnosticsRefused::NoChecklist);
        return Ok(Value::Null);
    };
    for check in known.iter().filter(|check| !given.contains_key(*check)) {
        let check = check.clone();
        tx.refuse(RecordDiagnosticsRefused::CheckMissing { check, category });
    }
    let mut checked = serde_json::Map::new();
    for (check, found) in given {
        let found = found.as_str().map(str::trim).unwrap_or_default();
        if !known.contains(&check) {
            tx.refuse(RecordDiagnosticsRefused::CheckUnknown { check, category });
        } else if found.is_empty() || found.chars().count() > 200 || found.contains('\0') {
            tx.refuse(RecordDiagnosticsRefused::CheckUnreadable { check });
        } else {
            checked.insert(check, Value::from(found));
        }
    }
    Ok(Value::Object(checked))
}
