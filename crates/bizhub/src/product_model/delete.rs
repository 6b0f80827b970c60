//! A device type of which there never was a unit can be deleted for good.

use async_graphql::InputObject;
use bizgraph_kernel::db::{Dependants, Tx};
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::ProductModel;
use crate::asset::Asset;

/// Which model to delete.
#[derive(InputObject)]
#[graphql(name = "BizhubProductModelDeleteInput")]
pub struct Delete {
    /// The model.
    pub product_model_id: Id<ProductModel>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Deletes a device type of which there is no unit.
    pub DELETE = "bizhubProductModelDelete"(Delete),
    permission "bizhub.product_model.delete"
    also [("deletedId", "The model that was deleted.", "ID")] => delete
}

/// Deletes a device type that no asset is a unit of.
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.product_model_id, "productModelId");
    let model = tx.lock_version(id, field, input.expected_version).await?;
    let units =
        Dependants { meta: Asset::META, column: "product_model_id", name: "asset_tag", only: "" };
    tx.refuse_dependants(&model, field, &[units]).await?;
    tx.settle()?;
    tx.delete(&model).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
