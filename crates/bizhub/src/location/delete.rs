//! A place that the shop added and never used can be deleted; those that the rules know
//! cannot (spec 6.11).

use async_graphql::InputObject;
use bizgraph_kernel::db::{Dependants, Tx};
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use super::Location;
use crate::asset::Asset;
use crate::bulk_stock::BulkStock;
use crate::bulk_stock_movement::BulkStockMovement;
use crate::inventory_movement::InventoryMovement;

/// Which place to delete.
#[derive(InputObject)]
#[graphql(name = "BizhubLocationDeleteInput")]
pub struct Delete {
    /// The place.
    pub location_id: Id<Location>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

/// Why a place cannot be deleted.
#[derive(Refusal)]
enum DeleteRefused {
    #[refusal(
        IMMUTABLE,
        at = "locationId",
        "The rules know {name} as {meaning}, so it stays. It can be renamed."
    )]
    Known { name: String, meaning: &'static str },
}

mutation! {
    /// Deletes a place that the shop added and nothing was ever at.
    pub DELETE = "bizhubLocationDelete"(Delete),
    permission "bizhub.location.delete"
    also [("deletedId", "The place that was deleted.", "ID")] => delete
}

/// Deletes a place without goods and without history (spec 6.11).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.location_id, "locationId");
    let location = tx.lock_version(id, field, input.expected_version).await?;
    if let Some(meaning) = location.meaning {
        let name = location.location_name;
        return Err(DeleteRefused::Known { name, meaning: meaning.spelling() }.into());
    }
    let kind = |meta, column, name| Dependants { meta, column, name, only: "" };
    let kinds = [
        kind(Asset::META, "location_id", "asset_tag"),
        kind(BulkStock::META, "location_id", "sku"),
        kind(InventoryMovement::META, "from_location_id", "id"),
        kind(InventoryMovement::META, "to_location_id", "id"),
        kind(BulkStockMovement::META, "from_location_id", "id"),
        kind(BulkStockMovement::META, "to_location_id", "id"),
    ];
    tx.refuse_dependants(&location, field, &kinds).await?;
    tx.settle()?;
    tx.delete(&location).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
