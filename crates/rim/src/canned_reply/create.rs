//! A new answer that stands ready.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{CannedReply, desk};
use crate::admin_user::acting;
use crate::department::Department;
use crate::ticket::TicketCategory;

/// The answer.
#[derive(InputObject)]
#[graphql(name = "RimCannedReplyCreateInput")]
pub struct Create {
    /// What agents find it by; unique, at most 100 characters.
    pub name: String,
    /// The answer; at most 5,000 characters.
    pub body: String,
    /// The questions it answers; all unless said.
    pub category: Option<TicketCategory>,
    /// The desk that uses it; all unless said.
    pub department_id: Option<Id<Department>>,
}

mutation! {
    /// Adds an answer that stands ready.
    pub CREATE = "rimCannedReplyCreate"(Create) -> CannedReply,
    permission "rim.canned_reply.create" => create
}

/// Adds an answer (spec 5.1).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<CannedReply> {
    let department_id = desk(tx, input.department_id).await?;
    let body = tx.text(&input.body, "body", 5_000);
    tx.no_card_number(Some(&body), "body");
    let sets = vec![
        CannedReply::NAME.to(tx.text(&input.name, "name", 100)),
        CannedReply::BODY.to(body),
        CannedReply::CATEGORY.to(input.category),
        CannedReply::DEPARTMENT_ID.to(department_id),
        CannedReply::ENABLED.to(true),
        CannedReply::CREATED_BY.to(acting(tx)),
    ];
    tx.settle()?;
    tx.insert(sets).await
}
