//! Removing a photo: the file follows a day later.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::AssetPhoto;

/// The photo to remove.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetPhotoRemoveInput")]
pub struct Remove {
    /// The photo.
    pub asset_photo_id: Id<AssetPhoto>,
}

mutation! {
    /// Removes a photo from its asset; its file is removed a day later.
    pub REMOVE = "bizhubAssetPhotoRemove"(Remove) -> AssetPhoto,
    permission "bizhub.asset_photo.delete" => remove
}

/// Removes a photo.
pub async fn remove(tx: &mut Tx, input: Remove) -> Rule<AssetPhoto> {
    let photo = tx.lock(&input.asset_photo_id, "assetPhotoId").await?;
    tx.delete(&photo).await?;
    tx.detach(photo.stored_file_id).await?;
    Ok(photo)
}
