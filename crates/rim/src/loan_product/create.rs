//! New terms on which airtime is lent (spec 5.5).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::{Decimal, Money};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{LoanProduct, terms};
use crate::network::Network;

/// The terms.
#[derive(InputObject)]
#[graphql(name = "RimLoanProductCreateInput")]
pub struct Create {
    /// What it is called; unique, at most 100 characters.
    pub name: String,
    /// What customers read about it; at most 500 characters.
    pub description: Option<String>,
    /// The network whose airtime is lent.
    pub network: Network,
    /// The smallest amount, a multiple of 50.
    pub min_amount: Money,
    /// The largest amount, a multiple of 50.
    pub max_amount: Money,
    /// Percent of the amount, once; from 0 to 100.
    pub interest_rate: Decimal,
    /// Days to pay back, from 1 to 90.
    pub repayment_period: i32,
    /// Added to what is due; none unless said.
    pub fee: Option<Money>,
}

mutation! {
    /// Adds terms on which airtime is lent.
    pub CREATE = "rimLoanProductCreate"(Create) -> LoanProduct,
    permission "rim.loan_product.create" => create
}

/// Adds terms (spec 5.5).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<LoanProduct> {
    terms::amounts(tx, &input.min_amount, &input.max_amount);
    let fee = input.fee.unwrap_or_else(|| Money::cents(0));
    tx.amount(&fee, "fee");
    let sets = vec![
        LoanProduct::NAME.to(tx.text(&input.name, "name", 100)),
        LoanProduct::DESCRIPTION.to(tx.optional_text(input.description, "description", 500)),
        LoanProduct::NETWORK.to(input.network),
        LoanProduct::MIN_AMOUNT.to(input.min_amount),
        LoanProduct::MAX_AMOUNT.to(input.max_amount),
        LoanProduct::INTEREST_RATE.to(terms::rate(tx, input.interest_rate, "interestRate")),
        LoanProduct::REPAYMENT_PERIOD.to(terms::period(
            tx,
            input.repayment_period,
            "repaymentPeriod",
        )),
        LoanProduct::FEE.to(fee),
        LoanProduct::ENABLED.to(true),
    ];
    tx.settle()?;
    tx.insert(sets).await
}
