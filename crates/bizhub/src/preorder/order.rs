//! What a customer asked for is ordered: only once the deposit is paid, for an agreed price
//! (spec 6.8).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};
use chrono::Days;

use crate::preorder::{Preorder, PreorderStatus, change, machine};

/// Days from the order to the day by which the customer should have the device.
const SLA_DAYS: Days = Days::new(21);

/// What is ordered.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderOrderInput")]
pub struct Order {
    /// The preorder; its deposit must be paid.
    pub preorder_id: Id<Preorder>,
    /// What both agreed on; required unless it was entered before.
    pub agreed_price: Option<Money>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

/// Why nothing is ordered.
#[derive(Refusal)]
enum OrderRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "preorderId",
        "The deposit of {number}, {deposit}, is not paid. Take it first."
    )]
    NoDeposit { number: String, deposit: Money },
    #[refusal(
        PRECONDITION_FAILED,
        at = "preorderId",
        "The deposit of {number} was paid back. Close it and make a new preorder."
    )]
    DepositRefunded { number: String },
    #[refusal(REQUIRED, at = "agreedPrice", "Say what price was agreed on.")]
    NoPrice,
}

mutation! {
    /// Orders what a customer asked for; it is due 21 days later.
    pub ORDER = "bizhubPreorderOrder"(Order) -> Preorder,
    permission "bizhub.preorder.transition:order" => order
}

/// Orders what a customer asked for (spec 6.8).
pub async fn order(tx: &mut Tx, input: Order) -> Rule<Preorder> {
    let preorder =
        tx.lock_version(&input.preorder_id, "preorderId", input.expected_version).await?;
    tx.check_move(&preorder, &machine::ORDER, None, "preorderId")?;
    let number = preorder.preorder_number.clone();
    if preorder.deposit_refunded {
        tx.refuse(OrderRefused::DepositRefunded { number });
    } else if !preorder.deposit_paid {
        let deposit = preorder.deposit_amount.clone();
        tx.refuse(OrderRefused::NoDeposit { number, deposit });
    }
    if let Some(agreed) = &input.agreed_price {
        tx.positive(agreed, "agreedPrice");
    }
    let agreed = input.agreed_price.or_else(|| preorder.agreed_price.clone());
    if agreed.is_none() {
        tx.refuse(OrderRefused::NoPrice);
    }
    tx.settle()?;

    let today = tx.business_date;
    let sets = vec![
        Preorder::AGREED_PRICE.to(agreed),
        Preorder::ORDER_DATE.to(Some(today)),
        Preorder::SLA_DATE.to(today.checked_add_days(SLA_DAYS)),
    ];
    let to = PreorderStatus::Ordered;
    change::advance(tx, &preorder, &machine::ORDER, to, sets, ("ordered", None)).await
}
