//! Scrapping: a device leaves the stock for good. Two people agree to it, and no data leave
//! with it: it was wiped since a customer last had it, or its drive is destroyed (spec 6.3).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};
use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;

use crate::asset::{Asset, AssetStatus, machine, product, transition};
use crate::product_model::ProductCategory;
use crate::repair_ticket;
use crate::schema::{inventory_movements, wipe_certificates};

/// Which device is written off, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetScrapInput")]
pub struct Scrap {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// Why it is written off, at most 500 characters.
    pub reason: String,
    /// Whether its drive is destroyed; required unless it was wiped since it last came in.
    pub drive_destroyed: Option<bool>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

#[derive(Refusal)]
enum ScrapRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "driveDestroyed",
        "{tag} was not wiped since a customer last had it. Wipe it, or destroy its drive and say \
         so."
    )]
    DataLeft { tag: String },
}

mutation! {
    /// Writes a device off for good, once a second person agrees.
    pub SCRAP = "bizhubAssetScrap"(Scrap) -> Asset,
    permission "bizhub.asset.transition:scrap" approved by "bizhub.asset.approve",
    keyed => scrap
}

pub async fn scrap(tx: &mut Tx, input: Scrap) -> Rule<Asset> {
    let asset = tx.lock_version(&input.asset_id, "assetId", input.expected_version).await?;
    tx.check_move(&asset, &machine::SCRAP, None, "assetId")?;
    repair_ticket::refuse_in_work(tx, &asset).await?;
    let reason = tx.text(&input.reason, "reason", 500);
    let destroyed = input.drive_destroyed == Some(true);
    let holds_data = product::category_of(tx, &asset).await? != ProductCategory::Accessory;
    if holds_data && !destroyed && !wiped(tx, asset.id).await? {
        tx.refuse(ScrapRefused::DataLeft { tag: asset.asset_tag.clone() });
    }
    tx.settle()?;
    tx.four_eyes(&asset, format!("Scrap {}: {reason}", asset.asset_tag)).await?;

    let reason = if destroyed { format!("{reason}. Drive destroyed.") } else { reason };
    transition(tx, &asset, &machine::SCRAP, AssetStatus::Scrapped, Vec::new(), &reason).await
}

/// Whether the latest wipe is later than the latest return from a customer.
async fn wiped(tx: &mut Tx, asset: i32) -> Rule<bool> {
    let wiped: Option<DateTime<Utc>> = wipe_certificates::table
        .filter(wipe_certificates::asset_id.eq(asset))
        .select(max(wipe_certificates::created_at))
        .first(tx.connection().await?)
        .await?;
    let returned: Option<DateTime<Utc>> = inventory_movements::table
        .filter(inventory_movements::asset_id.eq(asset))
        .filter(inventory_movements::to_status.eq(AssetStatus::Returned.spelling()))
        .select(max(inventory_movements::created_at))
        .first(tx.connection().await?)
        .await?;
    Ok(wiped.is_some_and(|wiped| returned.is_none_or(|returned| wiped > returned)))
}
