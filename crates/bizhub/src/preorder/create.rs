//! A customer asks for a device that the shop does not have (spec 6.8).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::{Money, parse_decimal};
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::customer::Customer;
use crate::invoice::references;
use crate::preorder::{Preorder, assign};
use crate::preorder_event;
use crate::product_model::ProductCategory;
use crate::series;
use crate::settings::PREORDER_DEPOSIT;
use crate::user::User;

/// Who asks for what, and on which terms.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderCreateInput")]
pub struct Create {
    /// Who asks.
    pub customer_id: Id<Customer>,
    /// What is wanted, at most 2000 characters.
    pub requested_specs: String,
    /// The kind of device; only one of this kind can arrive for it.
    pub requested_category: ProductCategory,
    /// The least that the customer thinks of paying.
    pub target_price_min: Option<Money>,
    /// The most that the customer thinks of paying.
    pub target_price_max: Option<Money>,
    /// What both agreed on; can follow until it is ordered.
    pub agreed_price: Option<Money>,
    /// What the customer pays before it is ordered; the tenant's usual deposit unless said.
    pub deposit_amount: Option<Money>,
    /// Remarks, at most 2000 characters.
    pub notes: Option<String>,
    /// Who looks after it; the caller unless said.
    pub assigned_to_id: Option<Id<User>>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why the terms are refused.
#[derive(Refusal)]
enum TermsRefused {
    #[refusal(
        OUT_OF_RANGE,
        at = "targetPriceMax",
        "The highest price, {most}, is below the lowest, {least}. Turn them round."
    )]
    PricesCross { least: Money, most: Money },
}

mutation! {
    /// Notes what a customer asks for; the deposit comes next.
    pub CREATE = "bizhubPreorderCreate"(Create) -> Preorder,
    permission "bizhub.preorder.transition:create", keyed => create
}

/// Notes what a customer asks for (spec 6.8). Without a deposit there is none to wait for.
pub async fn create(tx: &mut Tx, input: Create) -> Rule<Preorder> {
    let customer = references::hold(tx, &input.customer_id, "customerId").await?;
    let assigned_to = match &input.assigned_to_id {
        Some(id) => assign::assignee(tx, id).await?,
        None => tx.actor.user_id(),
    };
    let requested_specs = specs(tx, &input.requested_specs);
    let notes = tx.optional_text(input.notes, "notes", 2000);
    tx.no_card_number(notes.as_deref(), "notes");
    let deposit = match input.deposit_amount {
        Some(deposit) => deposit,
        None => {
            let usual: String = tx.setting(&PREORDER_DEPOSIT).await?;
            parse_decimal(&usual).map(Money::from).unwrap_or_default()
        }
    };
    tx.amount(&deposit, "depositAmount");
    target_prices(tx, input.target_price_min.as_ref(), input.target_price_max.as_ref());
    if let Some(agreed) = &input.agreed_price {
        tx.positive(agreed, "agreedPrice");
    }
    tx.settle()?;

    let (today, nothing_to_pay) = (tx.business_date, deposit.is_zero());
    let number = tx.draw_number(&series::PREORDER).await?;
    let preorder = tx
        .insert::<Preorder>(vec![
            Preorder::PREORDER_NUMBER.to(number),
            Preorder::CUSTOMER_ID.to(customer.id),
            Preorder::REQUESTED_SPECS.to(requested_specs),
            Preorder::REQUESTED_CATEGORY.to(Some(input.requested_category)),
            Preorder::TARGET_PRICE_MIN.to(input.target_price_min),
            Preorder::TARGET_PRICE_MAX.to(input.target_price_max),
            Preorder::AGREED_PRICE.to(input.agreed_price),
            Preorder::DEPOSIT_AMOUNT.to(deposit),
            Preorder::DEPOSIT_PAID.to(nothing_to_pay),
            Preorder::DEPOSIT_DATE.to(nothing_to_pay.then_some(today)),
            Preorder::NOTES.to(notes),
            Preorder::ASSIGNED_TO.to(assigned_to),
        ])
        .await?;
    preorder_event::record(tx, None, &preorder, "created", None).await?;
    Ok(preorder)
}

/// What is wanted, in the customer's words.
pub(super) fn specs(tx: &mut Tx, text: &str) -> String {
    let specs = tx.text(text, "requestedSpecs", 2000);
    tx.no_card_number(Some(&specs), "requestedSpecs");
    specs
}

/// Refuses prices that are none, or that cross.
pub(super) fn target_prices(tx: &mut Tx, least: Option<&Money>, most: Option<&Money>) {
    for (price, field) in [(least, "targetPriceMin"), (most, "targetPriceMax")] {
        if let Some(price) = price {
            tx.amount(price, field);
        }
    }
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        let (least, most) = (least.clone(), most.clone());
        tx.refuse(TermsRefused::PricesCross { least, most });
    }
}
