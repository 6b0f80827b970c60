//! Terms change for loans to come; those that were asked for keep theirs (spec 5.4).

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::{Decimal, Money};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{LoanProduct, terms};

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "RimLoanProductUpdateInput")]
pub struct Update {
    /// The terms.
    pub loan_product_id: Id<LoanProduct>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: i32,
    /// What it is called; unique, at most 100 characters.
    pub name: Option<String>,
    /// What customers read about it; at most 500 characters.
    pub description: MaybeUndefined<String>,
    /// The smallest amount, a multiple of 50.
    pub min_amount: Option<Money>,
    /// The largest amount, a multiple of 50.
    pub max_amount: Option<Money>,
    /// Percent of the amount, once; from 0 to 100.
    pub interest_rate: Option<Decimal>,
    /// Days to pay back, from 1 to 90.
    pub repayment_period: Option<i32>,
    /// Added to what is due.
    pub fee: Option<Money>,
    /// Whether it can be asked for.
    pub enabled: Option<bool>,
}

mutation! {
    /// Changes terms for loans to come.
    pub UPDATE = "rimLoanProductUpdate"(Update) -> LoanProduct,
    permission "rim.loan_product.update" => update
}

/// Changes terms (spec 5.4, 5.5).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<LoanProduct> {
    let (id, field) = (&input.loan_product_id, "loanProductId");
    let product: LoanProduct = tx.lock_version(id, field, Some(input.expected_version)).await?;
    let least = input.min_amount.unwrap_or_else(|| product.min_amount.clone());
    let most = input.max_amount.unwrap_or_else(|| product.max_amount.clone());
    terms::amounts(tx, &least, &most);
    let mut sets = vec![LoanProduct::MIN_AMOUNT.to(least), LoanProduct::MAX_AMOUNT.to(most)];
    if let Some(name) = input.name {
        sets.push(LoanProduct::NAME.to(tx.text(&name, "name", 100)));
    }
    if let Some(text) = Option::<Option<String>>::from(input.description) {
        sets.push(LoanProduct::DESCRIPTION.to(tx.optional_text(text, "description", 500)));
    }
    if let Some(rate) = input.interest_rate {
        sets.push(LoanProduct::INTEREST_RATE.to(terms::rate(tx, rate, "interestRate")));
    }
    if let Some(days) = input.repayment_period {
        sets.push(LoanProduct::REPAYMENT_PERIOD.to(terms::period(tx, days, "repaymentPeriod")));
    }
    if let Some(fee) = input.fee {
        tx.amount(&fee, "fee");
        sets.push(LoanProduct::FEE.to(fee));
    }
    if let Some(enabled) = input.enabled {
        sets.push(LoanProduct::ENABLED.to(enabled));
    }
    tx.settle()?;
    tx.update(&product, sets).await
}
