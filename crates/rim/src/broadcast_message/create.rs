//! A new broadcast, as a draft (spec 5.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{BroadcastMessage, BroadcastType, TargetAudience, audience, wording};
use crate::admin_user::acting;
use crate::user::User;

/// What it says, and to whom.
#[derive(InputObject)]
#[graphql(name = "RimBroadcastMessageCreateInput")]
pub struct Create {
    /// What it is about, the subject of an email; at most 200 characters. It can hold
    /// `{{name}}`, `{{firstName}}`, `{{userId}}` and `{{creditLimit}}` of each customer.
    pub title: String,
    /// What it says, with the same places; at most 5,000 characters, and as SMS no more than the
    /// tenant's parts of 160 (70 with characters beyond the alphabet of phones).
    pub message: String,
    /// How it goes out.
    pub r#type: BroadcastType,
    /// Who gets it.
    pub target_audience: TargetAudience,
    /// The customers of a custom audience, at most 1,000; required then, and only then.
    pub custom_user_ids: Option<Vec<Id<User>>>,
}

mutation! {
    /// Writes a broadcast as a draft; nothing goes out yet.
    pub CREATE = "rimBroadcastMessageCreate"(Create) -> BroadcastMessage,
    permission "rim.broadcast_message.transition:create" => create
}

/// Writes a draft (spec 5.9); it has an author, so the server writes none.
pub async fn create(tx: &mut Tx, input: Create) -> Rule<BroadcastMessage> {
    let ids = input.custom_user_ids.unwrap_or_default();
    let custom = audience::custom(tx, input.target_audience, ids).await?;
    let author = acting(tx);
    tx.require(author.is_some(), || {
        Refusal::new(Code::Forbidden, "", "Only a person of the admin panel writes broadcasts.")
    });
    let title = wording::title(tx, &input.title);
    let message = wording::message(tx, &input.message, input.r#type).await?;
    tx.settle()?;
    let mut sets = vec![
        BroadcastMessage::TITLE.to(title),
        BroadcastMessage::MESSAGE.to(message),
        BroadcastMessage::TYPE.to(input.r#type),
        BroadcastMessage::TARGET_AUDIENCE.to(input.target_audience),
        BroadcastMessage::CUSTOM_USER_IDS.to(custom),
    ];
    sets.extend(author.map(|author| BroadcastMessage::CREATED_BY.to(author)));
    tx.insert(sets).await
}
