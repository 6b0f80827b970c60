//! The history of every asset's status and place, written by the mutation that makes the
//! change (spec 6.3).

use bizgraph_kernel::Entity;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;
use chrono::{DateTime, Utc};

use crate::asset::{Asset, AssetStatus};

/// One change of an asset's status or place.
#[derive(Entity, Clone, Debug)]
#[entity(table = inventory_movements, module = "bizhub",
    permission = "bizhub.inventory_movement", default_order = created_at desc)]
pub struct InventoryMovement {
    pub id: i32,
    /// The device that changed.
    #[entity(belongs_to = asset: crate::asset::Asset, filter)]
    pub asset_id: i32,
    /// Where it lay before; nothing when it came in.
    #[entity(belongs_to = from_location: crate::location::Location, filter)]
    pub from_location_id: Option<i32>,
    /// Where it lies since.
    #[entity(belongs_to = to_location: crate::location::Location, filter)]
    pub to_location_id: Option<i32>,
    /// Its status before; nothing when it came in.
    pub from_status: Option<AssetStatus>,
    /// Its status since.
    pub to_status: Option<AssetStatus>,
    /// Who changed it; nothing for the server's own work.
    #[entity(belongs_to = mover: crate::user::User, filter)]
    pub moved_by: Option<i32>,
    /// Name of whoever changed it.
    #[entity(sql = "SELECT u.full_name FROM users u WHERE u.id = {t}.moved_by")]
    pub moved_by_name: Option<String>,
    /// Why it changed.
    pub reason: Option<String>,
    /// When it changed.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
}

/// Writes the movement between two states of an asset; nothing when neither status nor place
/// changed.
pub async fn record(tx: &mut Tx, before: &Asset, after: &Asset, reason: &str) -> Rule<()> {
    if before.status == after.status && before.location_id == after.location_id {
        return Ok(());
    }
    append(tx, (before.location_id, Some(before.status)), after, reason).await
}

/// Writes the first movement of an asset, which came from nowhere.
pub async fn record_arrival(tx: &mut Tx, asset: &Asset, reason: &str) -> Rule<()> {
    append(tx, (None, None), asset, reason).await
}

async fn append(
    tx: &mut Tx,
    (from_location, from_status): (Option<i32>, Option<AssetStatus>),
    after: &Asset,
    reason: &str,
) -> Rule<()> {
    let moved_by = tx.actor.user_id();
    tx.append::<InventoryMovement>(vec![
        InventoryMovement::ASSET_ID.to(after.id),
        InventoryMovement::FROM_LOCATION_ID.to(from_location),
        InventoryMovement::TO_LOCATION_ID.to(after.location_id),
        InventoryMovement::FROM_STATUS.to(from_status),
        InventoryMovement::TO_STATUS.to(Some(after.status)),
        InventoryMovement::MOVED_BY.to(moved_by),
        InventoryMovement::REASON.to(Some(reason.to_owned())),
    ])
    .await?;
    Ok(())
}
