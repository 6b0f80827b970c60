//! An answer that is no longer given is deleted; nothing refers to it.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::CannedReply;

/// Which answer to delete.
#[derive(InputObject)]
#[graphql(name = "RimCannedReplyDeleteInput")]
pub struct Delete {
    /// The answer.
    pub canned_reply_id: Id<CannedReply>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Deletes an answer that stands ready.
    pub DELETE = "rimCannedReplyDelete"(Delete),
    permission "rim.canned_reply.delete"
    also [("deletedId", "The answer that was deleted.", "ID")] => delete
}

/// Deletes an answer (spec 5.1).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.canned_reply_id, "cannedReplyId");
    let reply: CannedReply = tx.lock_version(id, field, input.expected_version).await?;
    tx.delete(&reply).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
