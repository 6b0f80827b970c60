//! A correction to what a customer asked for (spec 6.8): the wish until it is ordered, the
//! deposit until it is paid.

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::preorder::create::{specs, target_prices};
use crate::preorder::{Preorder, PreorderStatus};
use crate::preorder_event;
use crate::product_model::ProductCategory;

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderUpdateInput")]
pub struct Update {
    /// The preorder.
    pub preorder_id: Id<Preorder>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What is wanted, at most 2000 characters; until it is ordered.
    pub requested_specs: Option<String>,
    /// The kind of device; until it is ordered.
    pub requested_category: Option<ProductCategory>,
    /// The least that the customer thinks of paying; until it is ordered.
    pub target_price_min: MaybeUndefined<Money>,
    /// The most that the customer thinks of paying; until it is ordered.
    pub target_price_max: MaybeUndefined<Money>,
    /// What both agreed on; until it is ordered, or where it is missing.
    pub agreed_price: Option<Money>,
    /// What the customer pays before it is ordered; until it is paid.
    pub deposit_amount: Option<Money>,
    /// Remarks, at most 2000 characters; at any time.
    pub notes: MaybeUndefined<String>,
}

/// Why something stays as it is.
#[derive(Refusal)]
enum UpdateRefused {
    #[refusal(
        IMMUTABLE,
        at = "{field}",
        "The preorder {number} is {status}; this can be changed only until it is ordered."
    )]
    Ordered { field: &'static str, number: String, status: &'static str },
    #[refusal(
        IMMUTABLE,
        at = "depositAmount",
        "The deposit of {number} is paid, so its amount stays."
    )]
    DepositPaid { number: String },
}

mutation! {
    /// Corrects what a customer asked for.
    pub UPDATE = "bizhubPreorderUpdate"(Update) -> Preorder,
    permission "bizhub.preorder.update" => update
}

/// Corrects a preorder (spec 6.8).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<Preorder> {
    let preorder =
        tx.lock_version(&input.preorder_id, "preorderId", input.expected_version).await?;
    let mut sets = Vec::new();
    if let Some(text) = &input.requested_specs {
        until_ordered(tx, &preorder, "requestedSpecs");
        sets.push(Preorder::REQUESTED_SPECS.to(specs(tx, text)));
    }
    if input.requested_category.is_some() {
        until_ordered(tx, &preorder, "requestedCategory");
        sets.push(Preorder::REQUESTED_CATEGORY.to(input.requested_category));
    }
    let (mut least, mut most) =
        (preorder.target_price_min.clone(), preorder.target_price_max.clone());
    for (given, kept, field, column) in [
        (input.target_price_min, &mut least, "targetPriceMin", Preorder::TARGET_PRICE_MIN),
        (input.target_price_max, &mut most, "targetPriceMax", Preorder::TARGET_PRICE_MAX),
    ] {
        if let Some(price) = Option::<Option<Money>>::from(given) {
            until_ordered(tx, &preorder, field);
            kept.clone_from(&price);
            sets.push(column.to(price));
        }
    }
    target_prices(tx, least.as_ref(), most.as_ref());
    if let Some(agreed) = input.agreed_price {
        tx.positive(&agreed, "agreedPrice");
        if preorder.agreed_price.is_some() {
            until_ordered(tx, &preorder, "agreedPrice");
        }
        sets.push(Preorder::AGREED_PRICE.to(Some(agreed)));
    }
    if let Some(deposit) = input.deposit_amount {
        tx.amount(&deposit, "depositAmount");
        until_ordered(tx, &preorder, "depositAmount");
        // A deposit of nothing counts as paid, though no payment was made.
        let nothing_to_pay = deposit.is_zero();
        if preorder.deposit_paid && !preorder.deposit_amount.is_zero() {
            tx.refuse(UpdateRefused::DepositPaid { number: preorder.preorder_number.clone() });
        } else if preorder.deposit_paid != nothing_to_pay {
            let deposit_date = nothing_to_pay.then_some(tx.business_date);
            sets.push(Preorder::DEPOSIT_PAID.to(nothing_to_pay));
            sets.push(Preorder::DEPOSIT_DATE.to(deposit_date));
        }
        sets.push(Preorder::DEPOSIT_AMOUNT.to(deposit));
    }
    if let Some(notes) = Option::<Option<String>>::from(input.notes) {
        let notes = tx.optional_text(notes, "notes", 2000);
        tx.no_card_number(notes.as_deref(), "notes");
        sets.push(Preorder::NOTES.to(notes));
    }
    tx.settle()?;

    let after = tx.update(&preorder, sets).await?;
    if after.version != preorder.version {
        preorder_event::record(tx, Some(&preorder), &after, "updated", None).await?;
    }
    Ok(after)
}

fn until_ordered(tx: &mut Tx, preorder: &Preorder, field: &'static str) {
    if preorder.status != PreorderStatus::DepositPending {
        let (number, status) = (preorder.preorder_number.clone(), preorder.status.spelling());
        tx.refuse(UpdateRefused::Ordered { field, number, status });
    }
}
