//! Where customers heard of the shop (spec 6.11). An inactive source is refused on new
//! invoices and stays on old ones.

pub mod create;
pub mod delete;
pub mod update;

use bizgraph_kernel::Entity;
use chrono::{DateTime, Utc};

/// A way in which customers find the shop, such as Instagram.
#[derive(Entity, Clone, Debug)]
#[entity(module = "bizhub", table = lead_sources, permission = "bizhub.lead_source",
    default_order = source_name)]
#[has_many(invoices: crate::invoice::Invoice by lead_source_id "Sales that came this way.")]
pub struct LeadSource {
    pub id: i32,
    /// What it is called; unique.
    #[entity(filter, order)]
    pub source_name: String,
    /// More about it.
    pub description: Option<String>,
    /// Whether new invoices can name it.
    #[entity(filter)]
    pub is_active: bool,
    /// Moves on with every change.
    pub version: i32,
    /// When the source was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When something about the source changed last.
    pub updated_at: DateTime<Utc>,
}
