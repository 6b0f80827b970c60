//! Looking at a photo: whoever may read it gets a link to the picture.

use async_graphql::{InputObject, InputType};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation::{Mutation, Outcome, parse_input};
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

/// `bizhubAssetPhotoLink`; written out because its rule answers more than the entity.
pub static LINK: Mutation = Mutation {
    name: "bizhubAssetPhotoLink",
    doc: "Answers a link to the picture of a photo, for ten minutes.",
    permission: "bizhub.asset_photo.read",
    approval: None,
    keyed: false,
    input_type: Link::create_type_info,
    entity: Some(|| AssetPhoto::META),
    extra: LINK_FIELDS,
    run: |tx, value| Box::pin(async move { link(tx, parse_input(value)?).await }),
};

async fn link(tx: &mut Tx, input: Link) -> Rule<Outcome> {
    let photo = tx.read(&input.asset_photo_id, "assetPhotoId").await?;
    let file = photo.stored_file_id;
    Ok(tx.link_file(Outcome::from(photo), file))
}
