//! Attaching a photo: a picture that the caller uploaded, to an asset that is still with the shop
//! or was sold by it. An asset has at most twenty.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Id, Sql, decode};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::stored_file::{IMAGES, StoredFile};

use super::AssetPhoto;
use crate::asset::Asset;

/// Photos of one asset at most.
const MOST: i64 = 20;

/// The photo and the asset that it shows.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetPhotoAttachInput")]
pub struct Attach {
    /// The asset that it shows.
    pub asset_id: Id<Asset>,
    /// The picture, as the upload answered it.
    pub stored_file_id: Id<StoredFile>,
    /// What is to be seen; at most 200 characters.
    pub caption: Option<String>,
}

mutation! {
    /// Attaches a picture that was uploaded before to an asset.
    pub ATTACH = "bizhubAssetPhotoAttach"(Attach) -> AssetPhoto,
    permission "bizhub.asset_photo.create" => attach
}

/// Attaches a photo.
pub async fn attach(tx: &mut Tx, input: Attach) -> Rule<AssetPhoto> {
    let asset = tx.lock(&input.asset_id, "assetId").await?;
    let file = tx.uploaded(&input.stored_file_id, "storedFileId", IMAGES).await?;
    let mut count = Sql::new("SELECT count(*) FROM asset_photos WHERE asset_id = ");
    count.bind(Bind::Int(Some(asset.id)));
    let rows = tx.load(count).await?;
    let photos: i64 = rows.first().map_or(Ok(0), |row| decode(row, 0))?;
    tx.require(photos < MOST, || {
        let message = format!("An asset has at most {MOST} photos. Remove one first.");
        Refusal::new(Code::LimitExceeded, "assetId", message).with("most", MOST)
    });
    let caption = tx.optional_text(input.caption, "caption", 200);
    tx.no_card_number(caption.as_deref(), "caption");
    tx.settle()?;
    tx.attach(&file).await?;
    let attached_by = tx.actor.user_id();
    tx.insert(vec![
        AssetPhoto::ASSET_ID.to(asset.id),
        AssetPhoto::STORED_FILE_ID.to(file.id),
        AssetPhoto::CAPTION.to(caption),
        AssetPhoto::ATTACHED_BY.to(attached_by),
    ])
    .await
}
