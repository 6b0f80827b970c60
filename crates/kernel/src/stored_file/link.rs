//! Handing a file out: as a link, to whoever may see the file.

use async_graphql::InputObject;

use super::{LINK_KIND, StoredFile};
use crate::db::Tx;
use crate::entity::Id;
use crate::mutation;
use crate::mutation::Outcome;
use crate::refusal::Rule;
use crate::signed_link::LINK_FIELDS;

/// The file to be handed out.
#[derive(InputObject)]
#[graphql(name = "StoredFileLinkInput")]
pub struct LinkInput {
    /// The file.
    pub stored_file_id: Id<StoredFile>,
}

mutation! {
    /// Answers a link to a file that the caller may see, for ten minutes.
    pub STORED_FILE_LINK = "storedFileLink"(LinkInput) -> StoredFile,
    permission "platform.stored_file.read" also LINK_FIELDS => link
}

async fn link(tx: &mut Tx, input: LinkInput) -> Rule<Outcome> {
    let file = tx.read(&input.stored_file_id, "storedFileId").await?;
    let key = file.id.to_string();
    Ok(tx.link(Outcome::from(file), LINK_KIND, &key))
}
