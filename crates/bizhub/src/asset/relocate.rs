//! Bringing a device to another place without changing its status. Sales moves to and from
//! the shop floor, a Technician to and from the repair bench; only a sale or a refund touches
//! the place Sold (spec 6.2, 6.3).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::asset::{Asset, AssetStatus, place};
use crate::inventory_movement;
use crate::location::{Location, LocationMeaning};

/// Where the device goes.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetMoveInput")]
pub struct Relocate {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// Where it goes; never Sold.
    pub location_id: Id<Location>,
    /// Why, kept with the movement; at most 500 characters.
    pub reason: Option<String>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

#[derive(Refusal)]
enum RelocateRefused {
    #[refusal(ALREADY_DONE, at = "locationId", "The asset {asset_tag} is there already.")]
    There { asset_tag: String },
    #[refusal(
        PRECONDITION_FAILED,
        at = "assetId",
        "The asset {asset_tag} is sold; a refund brings it back."
    )]
    IsSold { asset_tag: String },
    #[refusal(
        VALIDATION_FAILED,
        at = "locationId",
        "Only a paid invoice brings an asset to the place Sold. Sell it instead."
    )]
    ToSold,
    #[refusal(
        FORBIDDEN,
        at = "locationId",
        "The role {role} moves assets only to or from the {place}."
    )]
    OutOfReach { role: String, place: &'static str },
}

mutation! {
    /// Brings a device to another place; its status stays.
    pub MOVE = "bizhubAssetMove"(Relocate) -> Asset,
    permission "bizhub.asset.move", keyed => relocate
}

pub async fn relocate(tx: &mut Tx, input: Relocate) -> Rule<Asset> {
    let asset = tx.lock_version(&input.asset_id, "assetId", input.expected_version).await?;
    let location = tx.read(&input.location_id, "locationId").await?;
    let from = place::meaning_of(tx, asset.location_id).await?;
    let to = location.meaning;
    let reach = match tx.actor.role.as_str() {
        "Sales" => Some(LocationMeaning::ShopFloor),
        "Technician" => Some(LocationMeaning::RepairBench),
        _ => None,
    };
    if let Some(reach) = reach
        && from != Some(reach)
        && to != Some(reach)
    {
        let (role, place) = (tx.actor.role.clone(), reach.spelling());
        tx.refuse(RelocateRefused::OutOfReach { role, place });
    }
    let asset_tag = asset.asset_tag.clone();
    if asset.status == AssetStatus::Sold || from == Some(LocationMeaning::Sold) {
        tx.refuse(RelocateRefused::IsSold { asset_tag });
    } else if to == Some(LocationMeaning::Sold) {
        tx.refuse(RelocateRefused::ToSold);
    } else if asset.location_id == Some(location.id) {
        tx.refuse(RelocateRefused::There { asset_tag });
    }
    let reason = tx.optional_text(input.reason, "reason", 500);
    tx.settle()?;
    let after = tx.update(&asset, vec![Asset::LOCATION_ID.to(Some(location.id))]).await?;
    let reason = reason.unwrap_or_else(|| "Moved".to_owned());
    inventory_movement::record(tx, &asset, &after, &reason).await?;
    Ok(after)
}
