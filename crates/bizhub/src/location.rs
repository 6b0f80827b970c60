//! Where goods are. The rules know five places by their meaning, so that the shop can rename
//! them (spec 6.11).

pub mod create;
pub mod delete;
pub mod update;

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};

/// What the rules mean by a place, whatever the shop calls it.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubLocationMeaning")]
pub enum LocationMeaning {
    /// Where customers look at the goods.
    #[word("Shop Floor")]
    ShopFloor,
    /// Storage behind the shop.
    #[word("Backroom")]
    Backroom,
    /// Where technicians work.
    #[word("Repair Bench")]
    RepairBench,
    /// Storage elsewhere.
    #[word("Warehouse")]
    Warehouse,
    /// Left the premises with its buyer.
    #[word("Sold")]
    Sold,
}

/// A place where goods can be.
#[derive(Entity, Clone, Debug)]
#[entity(module = "bizhub", table = locations, permission = "bizhub.location",
    default_order = location_name)]
#[has_many(
    assets: crate::asset::Asset by location_id "Devices at this place.",
    bulk_stock: crate::bulk_stock::BulkStock by location_id "Bulk items at this place."
)]
pub struct Location {
    pub id: i32,
    /// What the shop calls it; unique.
    #[entity(filter, order)]
    pub location_name: String,
    /// What is kept there.
    pub description: Option<String>,
    /// What the rules mean by it; empty for a place that the shop added.
    #[entity(filter)]
    pub meaning: Option<LocationMeaning>,
    /// Moves on with every change.
    pub version: i32,
    /// When the place was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When something about the place changed last.
    pub updated_at: DateTime<Utc>,
}
