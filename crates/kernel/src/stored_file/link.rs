//! Handing a file out: as a link, to whoever may see the file.

use async_graphql::{InputObject, InputType};

use super::{LINK_KIND, StoredFile};
use crate::db::Tx;
use crate::entity::{Entity, Id};
use crate::mutation::{Mutation, Outcome, parse_input};
use crate::refusal::Rule;
use crate::signed_link::LINK_FIELDS;

/// The file to be handed out.
#[derive(InputObject)]
#[graphql(name = "StoredFileLinkInput")]
pub struct LinkInput {
    /// The file.
    pub stored_file_id: Id<StoredFile>,
}

/// `storedFileLink`; written out because its rule answers more than the entity.
pub static STORED_FILE_LINK: Mutation = Mutation {
    name: "storedFileLink",
    doc: "Answers a link to a file that the caller may see, for ten minutes.",
    permission: "platform.stored_file.read",
    approval: None,
    keyed: false,
    input_type: <LinkInput as InputType>::create_type_info,
    entity: Some(|| StoredFile::META),
    extra: LINK_FIELDS,
    run: |tx, value| Box::pin(async move { link(tx, parse_input(value)?).await }),
};

async fn link(tx: &mut Tx, input: LinkInput) -> Rule<Outcome> {
    let file = tx.read(&input.stored_file_id, "storedFileId").await?;
    let key = file.id.to_string();
    Ok(tx.link(Outcome::from(file), LINK_KIND, &key))
}
