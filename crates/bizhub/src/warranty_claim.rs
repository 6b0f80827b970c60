//! Claims under a warranty: submitted at the counter, decided by a Manager, and completed by a
//! repair, a replacement or a refund (spec 6.9).

pub mod approve;
pub mod complete;
pub mod deny;
mod ending;
pub mod machine;
mod replacement;
pub mod submit;

pub use ending::{deny_open, end_by_refund, open_on};
pub use replacement::replaced_on;

use bizgraph_kernel::money::Money;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, NaiveDate, Utc};

use crate::asset::Asset;
use crate::customer::Customer;
use crate::invoice::Invoice;
use crate::refund::Refund;
use crate::repair_ticket::RepairTicket;
use crate::warranty::Warranty;

/// Where a claim stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubWarrantyClaimStatus")]
pub enum ClaimStatus {
    /// Waits for a Manager.
    Submitted,
    /// Agreed to; its repair ticket is open.
    Approved,
    /// Not covered, or the warranty ended under it.
    Denied,
    /// Repaired, replaced or refunded.
    Completed,
}

/// How a claim ended.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubWarrantyClaimOutcome")]
pub enum ClaimOutcome {
    /// The device works again.
    Repaired,
    /// The customer has another device.
    Replaced,
    /// The customer has the money back.
    Refunded,
    /// The customer got nothing.
    Denied,
}

/// What a customer claims under a warranty.
#[derive(Entity, Clone, Debug)]
#[entity(table = warranty_claims, module = "bizhub", permission = "bizhub.warranty_claim",
    default_order = id desc, money, machine = crate::warranty_claim::machine::MACHINE)]
#[lookup(warrantyClaimByNumber = claim_number)]
#[period(claim_date, keeps())]
#[period(outcome_date, keeps(outcome, labor_cost, parts_cost))]
pub struct WarrantyClaim {
    pub id: i32,
    /// `WCLAIM-000042`.
    #[entity(filter, order)]
    pub claim_number: String,
    /// The warranty that it is made under.
    #[entity(belongs_to = warranty: Warranty, filter)]
    pub warranty_id: i32,
    /// Who claims.
    #[entity(belongs_to = customer: Customer, filter)]
    pub customer_id: i32,
    /// What is wrong with the device.
    pub issue_description: String,
    /// The day on which it was claimed.
    #[entity(filter, order)]
    pub claim_date: NaiveDate,
    /// Where it stands.
    #[entity(filter)]
    pub status: ClaimStatus,
    /// Why it was denied.
    pub denial_reason: Option<String>,
    /// The repair that it led to.
    #[entity(belongs_to = repair_ticket: RepairTicket, filter)]
    pub repair_ticket_id: Option<i32>,
    /// How it ended.
    #[entity(filter)]
    pub outcome: Option<ClaimOutcome>,
    /// The day on which it ended.
    #[entity(filter, order)]
    pub outcome_date: Option<NaiveDate>,
    /// The device that the customer got instead.
    #[entity(belongs_to = replacement_asset: Asset, filter)]
    pub replacement_asset_id: Option<i32>,
    /// Whether the customer got another device from a former system, which did not say which.
    pub replaced_before_import: bool,
    /// The invoice of nothing that handed the other device over.
    #[entity(belongs_to = replacement_invoice: Invoice, filter)]
    pub replacement_invoice_id: Option<i32>,
    /// The refund that was asked for to complete it.
    #[entity(belongs_to = refund: Refund, filter)]
    pub refund_id: Option<i32>,
    /// What the work on it is worth.
    pub labor_cost: Money,
    /// What the parts cost the shop.
    #[entity(sensitive = "bizhub.cost.read_sensitive")]
    pub parts_cost: Money,
    /// Labour and parts.
    #[entity(sensitive = "bizhub.cost.read_sensitive", generated)]
    pub total_cost: Money,
    /// Remarks.
    pub notes: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was submitted.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
