//! Looking at a file: whoever may see the message it was sent with gets a link to it, which works
//! for ten minutes (spec 5.7).

use async_graphql::{InputObject, InputType};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation::{Mutation, Outcome, parse_input};
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::signed_link::LINK_FIELDS;

use super::Attachment;

/// The file to look at.
#[derive(InputObject)]
#[graphql(name = "RimAttachmentLinkInput")]
pub struct Link {
    /// The file.
    pub attachment_id: Id<Attachment>,
}

/// `rimAttachmentLink`; written out because its rule answers more than the entity.
pub static LINK: Mutation = Mutation {
    name: "rimAttachmentLink",
    doc: "Answers a link to a file of a message, for ten minutes.",
    permission: "rim.attachment.read",
    approval: None,
    keyed: false,
    input_type: Link::create_type_info,
    entity: Some(|| Attachment::META),
    extra: LINK_FIELDS,
    run: |tx, value| Box::pin(async move { link(tx, parse_input(value)?).await }),
};

async fn link(tx: &mut Tx, input: Link) -> Rule<Outcome> {
    let attachment = tx.read(&input.attachment_id, "attachmentId").await?;
    let file = attachment.stored_file_id;
    Ok(tx.link_file(Outcome::from(attachment), file))
}
