//! A customer asks for a loan, or the staff for the customer (spec 5.4, 5.5). What it costs is
//! fixed now; where score and amount allow it, the rules agree to it and pay it out at once.

use async_graphql::InputObject;
use bigdecimal::BigDecimal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::scalars::Json;

use super::{Loan, approve, disburse, eligibility, metadata};
use crate::admin_user::acting;
use crate::loan_product::{LoanProduct, terms};
use crate::network::Network;
use crate::series;
use crate::system_config::keys;
use crate::user::{User, figures};

/// What is asked for.
#[derive(InputObject)]
#[graphql(name = "RimLoanRequestInput")]
pub struct Request {
    /// Who borrows; a customer, only itself.
    pub user_id: Id<User>,
    /// The terms; those of the tenant's parameters unless said.
    pub loan_product_id: Option<Id<LoanProduct>>,
    /// Whose airtime.
    pub network: Network,
    /// How much, a multiple of 50.
    pub amount: Money,
    /// What else is to be kept with it.
    pub metadata: Option<Json>,
    /// Makes a repeated call the same call.
    pub idempotency_key: String,
}

mutation! {
    /// Asks for a loan, which the rules may agree to at once.
    pub REQUEST = "rimLoanRequest"(Request) -> Loan,
    permission "rim.loan.transition:request", keyed => request
}

/// What a loan costs, and how long it may take.
struct Terms {
    rate: BigDecimal,
    days: i32,
    fee: Money,
}

/// Asks for a loan under the lock on the customer (spec 5.5).
pub async fn request(tx: &mut Tx, input: Request) -> Rule<Loan> {
    let user: User = tx.lock(&input.user_id, "userId").await?;
    let product = match &input.loan_product_id {
        Some(id) => Some(tx.read::<LoanProduct>(id, "loanProductId").await?),
        None => None,
    };
    tx.positive(&input.amount, "amount");
    tx.require(terms::is_step(&input.amount), || {
        let message = "Amounts that are lent are multiples of 50.";
        Refusal::new(Code::OutOfRange, "amount", message).with("step", "50.00")
    });
    check_network(tx, input.network).await?;
    if let Some(product) = &product {
        check_product(tx, product, &input);
    }
    if let Some(Json(given)) = &input.metadata {
        let columns = ["creditScore", "previousLoans", "autoApproved", "recovered", "fee"];
        metadata::check(tx, given, &columns);
    }
    let exposure = eligibility::check(tx, &user, &input.amount, None, "userId").await?;
    tx.settle()?;
    let terms = terms_of(tx, product.as_ref()).await?;
    let due = &(&input.amount + &input.amount.percent(&terms.rate)) + &terms.fee;
    let mut sets = vec![
        Loan::LOAN_ID.to(tx.draw_number(&series::LOAN).await?),
        Loan::USER_ID.to(user.id),
        Loan::USER_PHONE.to(user.phone.clone()),
        Loan::USER_EMAIL.to(Some(user.email.clone())),
        Loan::LOAN_PRODUCT_ID.to(product.map(|product| product.id)),
        Loan::REQUESTED_BY.to(acting(tx)),
        Loan::AMOUNT.to(input.amount),
        Loan::NETWORK.to(input.network),
        Loan::INTEREST_RATE.to(terms.rate),
        Loan::REPAYMENT_PERIOD.to(terms.days),
        Loan::FEE.to(terms.fee),
        Loan::AMOUNT_DUE.to(due),
        Loan::CREDIT_SCORE.to(Some(user.credit_score)),
        Loan::PREVIOUS_LOANS.to(Some(user.total_loans)),
        Loan::EXPOSURE_AT_REQUEST.to(exposure.clone()),
        Loan::LIMIT_AT_REQUEST.to(user.credit_limit.clone()),
    ];
    sets.extend(input.metadata.map(|Json(given)| Loan::FURTHER_METADATA.to(given)));
    let loan = tx.insert(sets).await?;
    figures::refresh(tx, user.id).await?;
    let loan = approve::by_the_rules(tx, loan, &user, exposure).await?;
    disburse::automatically(tx, &user, loan).await
}

async fn check_network(tx: &mut Tx, network: Network) -> Rule<()> {
    let enabled = keys::LOANS_ENABLED_NETWORKS.json(tx).await?;
    let names = enabled.as_array().cloned().unwrap_or_default();
    tx.require(names.iter().any(|name| name == network.spelling()), || {
        let message = "No airtime of this network is lent for now.";
        Refusal::new(Code::NotEligible, "network", message).with("enabled", enabled)
    });
    Ok(())
}

fn check_product(tx: &mut Tx, product: &LoanProduct, input: &Request) {
    tx.require(product.enabled, || {
        let message = "These terms are not offered any more; choose others.";
        Refusal::new(Code::NotEligible, "loanProductId", message)
    });
    tx.require(product.network == input.network, || {
        let network = product.network.spelling();
        let message = format!("These terms are for airtime of {network}.");
        Refusal::new(Code::ValidationFailed, "network", message).with("network", network)
    });
    let (least, most) = (&product.min_amount, &product.max_amount);
    tx.require(least <= &input.amount && &input.amount <= most, || {
        let message = format!("On these terms from {least} to {most} is lent.");
        let refusal = Refusal::new(Code::OutOfRange, "amount", message);
        refusal.with("least", least.to_string()).with("most", most.to_string())
    });
}

async fn terms_of(tx: &mut Tx, product: Option<&LoanProduct>) -> Rule<Terms> {
    Ok(match product {
        Some(product) => Terms {
            rate: product.interest_rate.clone(),
            days: product.repayment_period,
            fee: product.fee.clone(),
        },
        None => Terms {
            rate: keys::LOANS_INTEREST_RATE.number(tx).await?,
            days: keys::LOANS_REPAYMENT_PERIOD.whole(tx).await?,
            fee: Money::cents(0),
        },
    })
}
