//! A draft changes. What waits to go out is taken back first, and what went out stays as it was
//! (spec 5.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{BroadcastMessage, BroadcastStatus, BroadcastType, TargetAudience, audience, wording};
use crate::user::User;

/// What changes; a field left out stays as it is.
#[derive(InputObject)]
#[graphql(name = "RimBroadcastMessageUpdateInput")]
pub struct Update {
    /// The broadcast.
    pub broadcast_message_id: Id<BroadcastMessage>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What it is about; at most 200 characters.
    pub title: Option<String>,
    /// What it says; at most 5,000 characters, less as SMS.
    pub message: Option<String>,
    /// How it goes out.
    pub r#type: Option<BroadcastType>,
    /// Who gets it; a change from a custom audience forgets the customers named.
    pub target_audience: Option<TargetAudience>,
    /// The customers of a custom audience, at most 1,000; the whole list.
    pub custom_user_ids: Option<Vec<Id<User>>>,
}

mutation! {
    /// Changes a draft.
    pub UPDATE = "rimBroadcastMessageUpdate"(Update) -> BroadcastMessage,
    permission "rim.broadcast_message.update" => update
}

/// Changes a draft (spec 5.9).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<BroadcastMessage> {
    let (id, field) = (&input.broadcast_message_id, "broadcastMessageId");
    let broadcast: BroadcastMessage = tx.lock_version(id, field, input.expected_version).await?;
    require_draft(&broadcast, field)?;
    let r#type = input.r#type.unwrap_or(broadcast.r#type);
    let target = input.target_audience.unwrap_or(broadcast.target_audience);
    let mut sets =
        vec![BroadcastMessage::TYPE.to(r#type), BroadcastMessage::TARGET_AUDIENCE.to(target)];
    if let Some(title) = input.title {
        sets.push(BroadcastMessage::TITLE.to(wording::title(tx, &title)));
    }
    let message = input.message.unwrap_or_else(|| broadcast.message.clone());
    sets.push(BroadcastMessage::MESSAGE.to(wording::message(tx, &message, r#type).await?));
    let stays = target == broadcast.target_audience && input.custom_user_ids.is_none();
    if !stays {
        let ids = input.custom_user_ids.unwrap_or_default();
        sets.push(BroadcastMessage::CUSTOM_USER_IDS.to(audience::custom(tx, target, ids).await?));
    }
    tx.settle()?;
    tx.update(&broadcast, sets).await
}

/// Refuses whatever is no draft.
pub fn require_draft(broadcast: &BroadcastMessage, field: &str) -> Rule<()> {
    let (code, message) = match broadcast.status {
        BroadcastStatus::Draft => return Ok(()),
        BroadcastStatus::Scheduled if broadcast.started_at.is_none() => {
            (Code::PreconditionFailed, "It waits to go out; unschedule it first.")
        }
        _ => (Code::Immutable, "It went out, so it stays as it is."),
    };
    Err(Refusal::new(code, field, message).with("status", broadcast.status.spelling()).into())
}
