//! An answer that stands ready changes.

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{CannedReply, desk};
use crate::department::Department;
use crate::ticket::TicketCategory;

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "RimCannedReplyUpdateInput")]
pub struct Update {
    /// The answer.
    pub canned_reply_id: Id<CannedReply>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What agents find it by; unique, at most 100 characters.
    pub name: Option<String>,
    /// The answer; at most 5,000 characters.
    pub body: Option<String>,
    /// The questions it answers; null for all.
    pub category: MaybeUndefined<TicketCategory>,
    /// The desk that uses it; null for all.
    pub department_id: MaybeUndefined<Id<Department>>,
    /// Whether agents are offered it.
    pub enabled: Option<bool>,
}

mutation! {
    /// Changes an answer that stands ready.
    pub UPDATE = "rimCannedReplyUpdate"(Update) -> CannedReply,
    permission "rim.canned_reply.update" => update
}

/// Changes an answer (spec 5.1).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<CannedReply> {
    let (id, field) = (&input.canned_reply_id, "cannedReplyId");
    let reply: CannedReply = tx.lock_version(id, field, input.expected_version).await?;
    let mut sets = Vec::new();
    if let Some(name) = input.name {
        sets.push(CannedReply::NAME.to(tx.text(&name, "name", 100)));
    }
    if let Some(body) = input.body {
        let body = tx.text(&body, "body", 5_000);
        tx.no_card_number(Some(&body), "body");
        sets.push(CannedReply::BODY.to(body));
    }
    if let Some(category) = Option::<Option<TicketCategory>>::from(input.category) {
        sets.push(CannedReply::CATEGORY.to(category));
    }
    if let Some(id) = Option::<Option<Id<Department>>>::from(input.department_id) {
        sets.push(CannedReply::DEPARTMENT_ID.to(desk(tx, id).await?));
    }
    if let Some(enabled) = input.enabled {
        sets.push(CannedReply::ENABLED.to(enabled));
    }
    tx.settle()?;
    tx.update(&reply, sets).await
}
