//! Preorders: a deposit first, then the order, the arrival and the pick-up; or a rejection, the
//! resale and the settlement of what it left open (spec 6.8).

pub mod arrive;
pub mod assign;
mod change;
pub mod close;
pub mod create;
pub mod deposit;
pub mod fail_to_source;
pub mod jobs;
pub mod machine;
pub mod message;
pub mod notify;
pub mod order;
pub mod overdue;
pub mod refund_deposit;
pub mod reject;
pub mod sale;
pub mod settle;
mod settlement;
pub mod ship;
pub mod status;
mod tender;
pub mod update;

pub use status::PreorderStatus;

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, NaiveDate, Utc};

use crate::asset::Asset;
use crate::customer::Customer;
use crate::invoice::Invoice;
use crate::payment::PaymentMethod;
use crate::product_model::ProductCategory;
use crate::user::User;

/// A device that a customer asked for and the shop gets.
#[derive(Entity, Clone, Debug)]
#[entity(table = preorders, module = "bizhub", permission = "bizhub.preorder",
    default_order = id desc, money, machine = crate::preorder::machine::MACHINE)]
#[has_many(
    events: crate::preorder_event::PreorderEvent by preorder_id "Everything that happened to it.",
    payments: crate::preorder_payment::PreorderPayment by preorder_id
        "Its money that is on no invoice: the deposit in, what went back, a shortfall paid.",
    credits: crate::customer_credit::CustomerCredit by preorder_id
        "Store credit that its deposit became."
)]
#[lookup(preorderByNumber = preorder_number)]
pub struct Preorder {
    pub id: i32,
    /// `PRE-000042`.
    #[entity(filter, order)]
    pub preorder_number: String,
    /// Who asked for it.
    #[entity(belongs_to = customer: Customer, filter)]
    pub customer_id: i32,
    /// What is wanted, in the customer's words.
    pub requested_specs: String,
    /// The kind of device that has to arrive; null for preorders of an older system.
    #[entity(filter)]
    pub requested_category: Option<ProductCategory>,
    /// The least that the customer thinks of paying.
    pub target_price_min: Option<Money>,
    /// The most that the customer thinks of paying.
    pub target_price_max: Option<Money>,
    /// What both agreed on; needed before it is ordered.
    pub agreed_price: Option<Money>,
    /// What the customer pays before it is ordered.
    pub deposit_amount: Money,
    /// Whether the deposit came in.
    #[entity(filter)]
    pub deposit_paid: bool,
    /// The day on which the deposit came in.
    pub deposit_date: Option<NaiveDate>,
    /// How the deposit was paid.
    pub deposit_payment_method: Option<PaymentMethod>,
    /// Whether all or a part of the deposit went back to the customer.
    #[entity(filter)]
    pub deposit_refunded: bool,
    /// Where it stands.
    #[entity(filter)]
    pub status: PreorderStatus,
    /// The day on which it was ordered.
    #[entity(filter, order)]
    pub order_date: Option<NaiveDate>,
    /// Until when it should be picked up: 21 days after it was ordered.
    #[entity(filter, order)]
    pub sla_date: Option<NaiveDate>,
    /// The day on which the device came in.
    #[entity(filter, order)]
    pub arrival_date: Option<NaiveDate>,
    /// The day on which the customer was told.
    pub customer_notified_date: Option<NaiveDate>,
    /// The device that came in for it, also after a rejection.
    #[entity(belongs_to = asset: Asset, filter)]
    pub asset_id: Option<i32>,
    /// The sale that it was picked up on.
    #[entity(belongs_to = pickup_invoice: Invoice, filter)]
    pub pickup_invoice_id: Option<i32>,
    /// The day on which it was picked up.
    #[entity(sql = "SELECT i.paid_date FROM invoices i WHERE i.id = {t}.pickup_invoice_id")]
    pub picked_up_date: Option<NaiveDate>,
    /// The day on which it was rejected.
    pub rejected_date: Option<NaiveDate>,
    /// Why it was rejected.
    pub rejection_reason: Option<String>,
    /// What the device brought when it was sold to somebody else.
    pub resale_recovery_amount: Option<Money>,
    /// The sale to somebody else.
    #[entity(belongs_to = resale_invoice: Invoice, filter)]
    pub resale_invoice_id: Option<i32>,
    /// What the resale brought less than the agreed price.
    pub shortfall: Option<Money>,
    /// What of the deposit goes back to the customer: the deposit less the shortfall.
    pub refund_due: Option<Money>,
    /// What of the shortfall the deposit does not cover, so that the customer owes it.
    #[entity(sql = "{t}.shortfall - LEAST({t}.shortfall, {t}.deposit_amount)")]
    pub customer_owes: Option<Money>,
    /// Remarks.
    pub notes: Option<String>,
    /// What was agreed on about deposit, rejection and resale.
    pub policy_terms: Option<String>,
    /// Who looks after it.
    #[entity(belongs_to = assignee: User, filter)]
    pub assigned_to: Option<i32>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was entered.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
