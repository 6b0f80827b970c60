//! What a device cost beside its purchase: shipping, duty, parts (spec 6.1). Each bill is a row,
//! and the device's landed cost rises with it, so that it always covers the purchase and the
//! bills. A line that sold the device keeps the cost of its day.

pub mod add;
pub mod void;

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, NaiveDate, Utc};

use crate::asset::Asset;
use crate::user::User;

/// What a cost was for.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubAssetCostKind")]
pub enum AssetCostKind {
    /// Bringing it here.
    Shipping,
    /// Customs.
    Duty,
    /// Parts built in before the sale.
    Parts,
    /// Work done on it before the sale.
    Labor,
    /// Anything else, as the note says.
    Other,
}

/// One bill for a device.
#[derive(Entity, Clone, Debug)]
#[entity(table = asset_costs, module = "bizhub", permission = "bizhub.asset_cost",
    default_order = id, money)]
#[period(cost_date)]
pub struct AssetCost {
    pub id: i32,
    /// The device.
    #[entity(belongs_to = asset: Asset, filter)]
    pub asset_id: i32,
    /// What it was for.
    #[entity(filter)]
    pub cost_kind: AssetCostKind,
    /// How much.
    #[entity(sensitive = "bizhub.cost.read_sensitive")]
    pub amount: Money,
    /// The business date of the entry.
    #[entity(filter, order)]
    pub cost_date: NaiveDate,
    /// What has to be known of it.
    pub note: Option<String>,
    /// Who entered it.
    #[entity(belongs_to = recorder: User, filter)]
    pub recorded_by: Option<i32>,
    /// When it was voided; null while it counts.
    pub voided_at: Option<DateTime<Utc>>,
    /// Who voided it.
    #[entity(belongs_to = voider: User, filter)]
    pub voided_by: Option<i32>,
    /// Why it was voided.
    pub void_reason: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was entered.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// What the live bills of a device come to.
pub async fn sum_of(tx: &mut Tx, asset: i32) -> Rule<Money> {
    let mut sql = Sql::new(
        "SELECT coalesce(sum(amount), 0) FROM asset_costs WHERE voided_at IS NULL AND asset_id = ",
    );
    sql.bind(Bind::Int(Some(asset)));
    let rows = tx.load(sql).await?;
    Ok(match rows.first() {
        Some(row) => decode(row, 0)?,
        None => Money::zero(),
    })
}
