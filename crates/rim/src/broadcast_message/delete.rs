//! A draft that is not needed any more is deleted; what went out stays (spec 5.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::BroadcastMessage;
use super::update::require_draft;

/// Which draft to delete.
#[derive(InputObject)]
#[graphql(name = "RimBroadcastMessageDeleteInput")]
pub struct Delete {
    /// The broadcast.
    pub broadcast_message_id: Id<BroadcastMessage>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Deletes a draft.
    pub DELETE = "rimBroadcastMessageDelete"(Delete),
    permission "rim.broadcast_message.delete"
    also [("deletedId", "The broadcast that was deleted.", "ID")] => delete
}

/// Deletes a draft (spec 5.9).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.broadcast_message_id, "broadcastMessageId");
    let broadcast: BroadcastMessage = tx.lock_version(id, field, input.expected_version).await?;
    require_draft(&broadcast, field)?;
    tx.delete(&broadcast).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
