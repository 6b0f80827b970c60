//! Warranties: what the shop promises for a device that it sold, until when, and what became of
//! the promise (spec 6.9).

pub mod expire;
mod issue;
pub mod machine;
mod take_back;
pub mod upgrade;
pub mod void;

pub use issue::{continue_on, issue};
pub(crate) use take_back::lapse;
pub use take_back::{refuse_undo, returned, undo_sale};

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, NaiveDate, Utc};

use crate::asset::Asset;
use crate::customer::Customer;
use crate::invoice::Invoice;

/// How much is promised, and for how long.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubWarrantyTier")]
pub enum WarrantyTier {
    /// Comes with every device; as many days as the tenant grants.
    Standard,
    /// A year, with accessories, a certificate and a box.
    #[word("Premium 1-Year")]
    PremiumOneYear,
}

/// Where a warranty stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubWarrantyStatus")]
pub enum WarrantyStatus {
    /// Can be claimed until its last day.
    Active,
    /// A claim was approved and is being worked on.
    Claimed,
    /// Its last day is over.
    Expired,
    /// No longer promised: refunded, replaced, upgraded or withdrawn.
    Void,
}

/// A promise to a customer for one device.
#[derive(Entity, Clone, Debug)]
#[entity(table = warranties, module = "bizhub", permission = "bizhub.warranty",
    default_order = id desc, machine = crate::warranty::machine::MACHINE)]
#[has_many(claims: crate::warranty_claim::WarrantyClaim by warranty_id "What was claimed under it.")]
#[lookup(warrantyByNumber = warranty_number)]
pub struct Warranty {
    pub id: i32,
    /// `WAR-000042`.
    #[entity(filter, order)]
    pub warranty_number: String,
    /// The invoice that sold the device.
    #[entity(belongs_to = invoice: Invoice, filter)]
    pub invoice_id: i32,
    /// The device.
    #[entity(belongs_to = asset: Asset, filter)]
    pub asset_id: Option<i32>,
    /// Whom it was promised to.
    #[entity(belongs_to = customer: Customer, filter)]
    pub customer_id: i32,
    /// Standard or Premium 1-Year.
    #[entity(filter)]
    pub warranty_tier: WarrantyTier,
    /// Its first day: the business date on which the invoice was paid, or the device replaced.
    #[entity(filter, order)]
    pub start_date: NaiveDate,
    /// Its last day.
    #[entity(filter, order)]
    pub end_date: NaiveDate,
    /// Days that are left; none once it is expired or void.
    #[entity(sql = "CASE WHEN {t}.status IN ('Active', 'Claimed') THEN GREATEST(0, \
        {t}.end_date - current_setting('bizgraph.business_date')::date) ELSE 0 END")]
    pub days_left: i32,
    /// What is covered.
    pub coverage_details: Option<String>,
    /// What is not covered.
    pub exclusions: Option<String>,
    /// Whether accessories come with it.
    pub includes_accessories: bool,
    /// Whether a certificate comes with it.
    pub includes_certificate: bool,
    /// Whether a premium box comes with it.
    pub includes_premium_boxing: bool,
    /// Where it stands.
    #[entity(filter)]
    pub status: WarrantyStatus,
    /// Why it is void.
    pub void_reason: Option<String>,
    /// The warranty that it took the place of, after an upgrade or a replacement.
    #[entity(belongs_to = previous_warranty: Warranty, filter)]
    pub previous_warranty_id: Option<i32>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was made.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
