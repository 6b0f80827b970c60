//! Wiping: a certificate says how a device's data were removed. A quick format leaves data
//! behind, so on laptops and phones a Manager has to answer for it (spec 6.3).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::asset::transition::{acting_person, override_reason, transition};
use crate::asset::{Asset, AssetStatus, machine, product};
use crate::product_model::ProductCategory;
use crate::wipe_certificate::WipeCertificate;

/// The method that removes no more than the index of the data.
const QUICK_FORMAT: &str = "Quick Format";

/// How the device was wiped.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetRecordWipeInput")]
pub struct RecordWipe {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// One of the tenant's methods, such as "NIST 800-88".
    pub wipe_method: String,
    /// Number of the certificate that the wiping program made, at most 100 characters.
    pub certificate_reference: Option<String>,
    /// What has to be known beside it, at most 2000 characters.
    pub notes: Option<String>,
    /// Why; required from a Manager, and for a quick format of a laptop or phone.
    pub reason: Option<String>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

#[derive(Refusal)]
enum RecordWipeRefused {
    #[refusal(
        VALIDATION_FAILED,
        at = "wipeMethod",
        "This is none of the tenant's methods: {methods}."
    )]
    MethodUnknown { methods: String },
    #[refusal(
        NOT_ELIGIBLE,
        at = "wipeMethod",
        "A quick format leaves data on a {category}. Use another method, or ask a Manager."
    )]
    QuickFormat { category: &'static str },
    #[refusal(REQUIRED, at = "reason", "Say why a quick format is enough for this device.")]
    QuickFormatReason,
}

mutation! {
    /// Records how a device was wiped and moves it on to the quality check.
    pub RECORD_WIPE = "bizhubAssetRecordWipe"(RecordWipe) -> Asset,
    permission "bizhub.asset.transition:recordWipe", keyed => record_wipe
}

pub async fn record_wipe(tx: &mut Tx, input: RecordWipe) -> Rule<Asset> {
    let asset = tx.lock_version(&input.asset_id, "assetId", input.expected_version).await?;
    tx.check_move(&asset, &machine::RECORD_WIPE, None, "assetId")?;
    let technician = acting_person(tx)?;
    let category = product::category_of(tx, &asset).await?;
    let methods: Vec<String> = tx.setting(&crate::settings::WIPE_METHODS).await?;
    let method = tx.text(&input.wipe_method, "wipeMethod", 50);
    let reason = override_reason(tx, input.reason, "reason");
    if !methods.contains(&method) {
        tx.refuse(RecordWipeRefused::MethodUnknown { methods: methods.join(", ") });
    }
    if method == QUICK_FORMAT && category != ProductCategory::Accessory {
        match tx.actor.role.as_str() {
            // The override asks a Manager for the reason.
            "Manager" => {}
            "Admin" if reason.is_none() => tx.refuse(RecordWipeRefused::QuickFormatReason),
            "Admin" => {}
            _ => tx.refuse(RecordWipeRefused::QuickFormat { category: category.spelling() }),
        }
    }
    let reference = tx.optional_text(input.certificate_reference, "certificateReference", 100);
    let notes = tx.optional_text(input.notes, "notes", 2000);
    tx.no_card_number(notes.as_deref(), "notes");
    tx.settle()?;

    tx.insert::<WipeCertificate>(vec![
        WipeCertificate::ASSET_ID.to(asset.id),
        WipeCertificate::TECHNICIAN_ID.to(technician),
        WipeCertificate::WIPE_METHOD.to(method.clone()),
        WipeCertificate::CERTIFICATE_REFERENCE.to(reference),
        WipeCertificate::WIPE_DATE.to(tx.business_date),
        WipeCertificate::NOTES.to(notes),
    ])
    .await?;
    let done = format!("Wiped: {method}");
    let reason = reason.map_or(done.clone(), |reason| format!("{done}. {reason}"));
    let (step, to) = (&machine::RECORD_WIPE, AssetStatus::QcPending);
    transition(tx, &asset, step, to, Vec::new(), &reason).await
}
