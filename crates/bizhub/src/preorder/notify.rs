//! The customer is told that the device is there (spec 6.8).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::customer::Customer;
use crate::preorder::{Preorder, PreorderStatus, change, machine, message};

/// Whom to tell.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderNotifyInput")]
pub struct Notify {
    /// The preorder whose device is there.
    pub preorder_id: Id<Preorder>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

/// Why nobody is told.
#[derive(Refusal)]
enum NotifyRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "preorderId",
        "No phone number and no email address of {name} is on record. Enter one first."
    )]
    NoContact { name: String },
}

mutation! {
    /// Tells the customer that the device is there.
    pub NOTIFY = "bizhubPreorderNotify"(Notify) -> Preorder,
    permission "bizhub.preorder.transition:notify" => notify
}

/// Tells the customer (spec 6.8).
pub async fn notify(tx: &mut Tx, input: Notify) -> Rule<Preorder> {
    let preorder =
        tx.lock_version(&input.preorder_id, "preorderId", input.expected_version).await?;
    tx.check_move(&preorder, &machine::NOTIFY, None, "preorderId")?;
    let customer: Customer = tx.get(preorder.customer_id).await?;
    if !message::can_reach(&customer) {
        tx.refuse(NotifyRefused::NoContact { name: customer.full_name.clone() });
    }
    tx.settle()?;
    let sets = vec![Preorder::CUSTOMER_NOTIFIED_DATE.to(Some(tx.business_date))];
    let (to, words) = (PreorderStatus::CustomerNotified, ("customer_notified", None));
    let preorder = change::advance(tx, &preorder, &machine::NOTIFY, to, sets, words).await?;
    message::ready(tx, &preorder, &customer).await?;
    Ok(preorder)
}
