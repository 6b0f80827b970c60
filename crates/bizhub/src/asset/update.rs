//! Correcting what describes a device. Status, place, costs and grade have moves of their own.

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::asset::Asset;

/// What changes; a field left out stays, null clears it.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetUpdateInput")]
pub struct Update {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read.
    pub expected_version: i32,
    /// Who it was bought from, at most 100 characters.
    pub supplier: MaybeUndefined<String>,
    /// What can be seen of its use, at most 2000 characters.
    pub cosmetic_notes: MaybeUndefined<String>,
    /// What comes with it, at most 2000 characters.
    pub accessories_included: MaybeUndefined<String>,
}

mutation! {
    /// Corrects what describes a device.
    pub UPDATE = "bizhubAssetUpdate"(Update) -> Asset,
    permission "bizhub.asset.update" => update
}

pub async fn update(tx: &mut Tx, input: Update) -> Rule<Asset> {
    let expected = Some(input.expected_version);
    let asset = tx.lock_version(&input.asset_id, "assetId", expected).await?;
    let texts = [
        (Asset::SUPPLIER, input.supplier, "supplier", 100),
        (Asset::COSMETIC_NOTES, input.cosmetic_notes, "cosmeticNotes", 2000),
        (Asset::ACCESSORIES_INCLUDED, input.accessories_included, "accessoriesIncluded", 2000),
    ];
    let mut sets = Vec::new();
    for (column, text, field, most) in texts {
        if !text.is_undefined() {
            sets.push(column.to(tx.optional_text(text.take(), field, most)));
        }
    }
    tx.settle()?;
    tx.update(&asset, sets).await
}
