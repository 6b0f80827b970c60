//! What is lent on which terms (spec 5.1, added).

pub mod create;
pub mod delete;
pub mod terms;
pub mod update;

use bigdecimal::BigDecimal;
use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::network::Network;

/// Terms on which airtime of a network is lent.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = loan_products, permission = "rim.loan_product",
    default_order = created_at, money)]
#[has_many(loans: crate::loan::Loan by loan_product_id "Loans on these terms.")]
pub struct LoanProduct {
    pub id: Uuid,
    /// What it is called; unique.
    #[entity(filter, order)]
    pub name: String,
    /// What customers read about it.
    pub description: Option<String>,
    /// The network whose airtime is lent.
    #[entity(filter)]
    pub network: Network,
    /// The smallest amount, a multiple of 50.
    pub min_amount: Money,
    /// The largest amount, a multiple of 50.
    pub max_amount: Money,
    /// Percent of the amount, once.
    pub interest_rate: BigDecimal,
    /// Days to pay back.
    pub repayment_period: i32,
    /// Added to what is due.
    pub fee: Money,
    /// Whether it can be asked for.
    #[entity(filter)]
    pub enabled: bool,
    /// Moves on with every change.
    pub version: i32,
    /// When it was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
