//! How long what is in the house has been there: the document's `view_aging_inventory`
//! (spec 6.12).

use bizgraph_kernel::{Entity, Words};
use chrono::NaiveDate;

use crate::asset::{AssetStatus, ConditionGrade};

/// How long a device has been in the house.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubAgingBucket")]
pub enum AgingBucket {
    /// Up to 30 days.
    #[word("Under 30 days")]
    UnderThirtyDays,
    /// 31 to 60 days.
    #[word("30-60 days")]
    ThirtyToSixtyDays,
    /// 61 to 90 days.
    #[word("60-90 days")]
    SixtyToNinetyDays,
    /// More than 90 days.
    #[word("90+ days")]
    OverNinetyDays,
}

/// Which statuses a row of the aging list belongs to.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubAgingSet")]
pub enum AgingSet {
    /// On the way to the shelf, or on it.
    Document,
    /// In the house, but in repair, returned or reserved.
    Extended,
}

/// One device that is in the house, and for how long.
#[derive(Entity, Clone, Debug)]
#[entity(table = view_aging_inventory, module = "bizhub", permission = "bizhub.aging_inventory",
    singular = "agingAsset", plural = "agingAssets", default_order = received_date, view)]
pub struct AgingInventory {
    /// The device.
    #[entity(belongs_to = asset: crate::asset::Asset)]
    pub asset_id: i32,
    /// The shop's own number.
    #[entity(filter, order)]
    pub asset_tag: String,
    /// The maker's number.
    #[entity(filter, order)]
    pub serial_number: String,
    /// Who made it.
    #[entity(filter, order)]
    pub brand: String,
    /// Which model it is.
    #[entity(filter, order)]
    pub model_name: String,
    /// Its grade, once it has one.
    #[entity(filter, order)]
    pub condition_grade: Option<ConditionGrade>,
    /// Where it stands.
    #[entity(filter, order)]
    pub status: AssetStatus,
    /// The day it came in.
    #[entity(filter, order)]
    pub received_date: NaiveDate,
    /// Days since then.
    pub days_in_inventory: i32,
    /// The days as a bucket.
    pub aging_bucket: AgingBucket,
    /// The document's statuses, or those added to them.
    pub aging_set: AgingSet,
}
