//! Assets: single devices, each followed from intake to sale (spec 6.3).

pub mod block;
pub mod fail_qc;
pub mod hold;
pub mod holder;
pub mod intake;
pub mod machine;
pub mod pass_qc;
pub mod place;
pub mod product;
pub mod receive;
pub mod record_diagnostics;
pub mod record_wipe;
pub mod relocate;
pub mod scrap;
pub mod status;
pub mod transition;
pub mod update;
pub mod update_cost;

pub use status::{AssetStatus, ConditionGrade};
pub use transition::transition;

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, NaiveDate, Utc};

use crate::aging_inventory::AgingBucket;

/// One device with its own serial number.
#[derive(Entity, Clone, Debug)]
#[entity(table = assets, module = "bizhub", permission = "bizhub.asset",
    machine = crate::asset::machine::MACHINE, default_order = created_at desc, money)]
#[has_many(
    movements: crate::inventory_movement::InventoryMovement by asset_id
        "Every change of its status or place.",
    diagnostics: crate::diagnostics_result::DiagnosticsResult by asset_id
        "Its test results; the latest counts.",
    wipes: crate::wipe_certificate::WipeCertificate by asset_id "Proofs that its data were wiped.",
    costs: crate::asset_cost::AssetCost by asset_id
        "What it cost beside its purchase, voided entries too.",
    photos: crate::asset_photo::AssetPhoto by asset_id "What it looks like.",
    invoice_lines: crate::invoice_line::InvoiceLine by asset_id
        "Lines that sold or offered it, released ones too.",
    warranties: crate::warranty::Warranty by asset_id "Warranties that it was sold with.",
    repair_tickets: crate::repair_ticket::RepairTicket by asset_id "Repairs of it."
)]
#[lookup(assetByTag = asset_tag, assetBySerialNumber = serial_number)]
#[period(received_date, keeps(purchase_cost))]
pub struct Asset {
    pub id: i32,
    /// The shop's own number, in capitals without spaces.
    #[entity(filter, order)]
    pub asset_tag: String,
    /// The maker's number, in capitals without spaces.
    #[entity(filter, order)]
    pub serial_number: String,
    /// The model that it is one of.
    #[entity(belongs_to = product_model: crate::product_model::ProductModel, filter)]
    pub product_model_id: i32,
    /// Who it was bought from.
    pub supplier: Option<String>,
    /// What the supplier was paid, in the tenant's currency.
    #[entity(sensitive = "bizhub.cost.read_sensitive")]
    pub purchase_cost: Option<Money>,
    /// The purchase cost with shipping, duty and the like.
    #[entity(sensitive = "bizhub.cost.read_sensitive")]
    pub landed_cost: Option<Money>,
    /// The day it came in.
    #[entity(filter, order)]
    pub received_date: NaiveDate,
    /// Its grade, given by the quality check.
    #[entity(filter, order)]
    pub condition_grade: Option<ConditionGrade>,
    /// What can be seen of its use.
    pub cosmetic_notes: Option<String>,
    /// What the battery still holds, in percent of new.
    pub battery_health_percent: Option<i32>,
    /// How often the battery was charged.
    pub battery_cycle_count: Option<i32>,
    /// Where it stands.
    #[entity(filter, order)]
    pub status: AssetStatus,
    /// Why it is kept out of sale.
    pub not_sellable_reason: Option<String>,
    /// Where it lies.
    #[entity(belongs_to = location: crate::location::Location, filter)]
    pub location_id: Option<i32>,
    /// What it was sold for, without tax; set while it is sold.
    pub sale_price: Option<Money>,
    /// The day it was sold; set while it is sold.
    pub sale_date: Option<NaiveDate>,
    /// The invoice that sold it; set while it is sold.
    #[entity(belongs_to = invoice: crate::invoice::Invoice, filter)]
    pub invoice_id: Option<i32>,
    /// The preorder that it came in for; set while it is held for it or sold on it.
    #[entity(belongs_to = preorder: crate::preorder::Preorder, filter)]
    pub preorder_id: Option<i32>,
    /// What comes with it, such as a charger.
    pub accessories_included: Option<String>,
    /// When its latest round of checks began; only what was recorded since then counts.
    pub last_intake_at: Option<DateTime<Utc>>,
    /// Who recorded the latest diagnostics.
    #[entity(belongs_to = diagnosing_technician: crate::user::User, filter)]
    pub diagnosed_by: Option<i32>,
    /// Days from its receipt to its sale, or to today while it is unsold.
    #[entity(sql = "COALESCE({t}.sale_date, \
        current_setting('bizgraph.business_date')::date) - {t}.received_date")]
    pub days_in_inventory: i32,
    /// How long it has been in the house; nothing once it is sold or scrapped.
    #[entity(sql = "CASE WHEN {t}.status IN ('Sold', 'Scrapped') THEN NULL \
        WHEN current_setting('bizgraph.business_date')::date - {t}.received_date > 90 \
            THEN '90+ days' \
        WHEN current_setting('bizgraph.business_date')::date - {t}.received_date > 60 \
            THEN '60-90 days' \
        WHEN current_setting('bizgraph.business_date')::date - {t}.received_date > 30 \
            THEN '30-60 days' \
        ELSE 'Under 30 days' END")]
    pub aging_bucket: Option<AgingBucket>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was entered.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
