//! Looking at a file: whoever may see the message it was sent with gets a link to it, which works
//! for ten minutes (spec 5.7).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
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

mutation! {
    /// Answers a link to a file of a message, for ten minutes.
    pub LINK = "rimAttachmentLink"(Link) -> Attachment,
    permission "rim.attachment.read" also LINK_FIELDS => link
}

async fn link(tx: &mut Tx, input: Link) -> Rule<Outcome> {
    let attachment = tx.read(&input.attachment_id, "attachmentId").await?;
    let file = attachment.stored_file_id;
    Ok(tx.link_file(Outcome::from(attachment), file))
}
