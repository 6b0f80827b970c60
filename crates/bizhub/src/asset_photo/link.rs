//! Looking at a photo: whoever may read it gets a link to the picture.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::signed_link::LINK_FIELDS;

use super::AssetPhoto;

/// The photo to look at.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetPhotoLinkInput")]
pub struct Link {
    /// The photo.
    pub asset_photo_id: Id<AssetPhoto>,
}

mutation! {
    /// Answers a link to the picture of a photo, for ten minutes.
    pub LINK = "bizhubAssetPhotoLink"(Link) -> AssetPhoto,
    permission "bizhub.asset_photo.read" also LINK_FIELDS => link
}

async fn link(tx: &mut Tx, input: Link) -> Rule<Outcome> {
    let photo = tx.read(&input.asset_photo_id, "assetPhotoId").await?;
    let file = photo.stored_file_id;
    Ok(tx.link_file(Outcome::from(photo), file))
}
