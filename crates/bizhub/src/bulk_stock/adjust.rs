//! Adjusting a count: pieces that were lost, found or broken. A large adjustment needs a
//! second person, and pieces that drafts hold cannot be taken away (spec 6.4).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::bulk_stock::BulkStock;
use crate::bulk_stock::change::{count, record, shortage, sum};
use crate::bulk_stock_movement::MovementType;

/// By how much the count was wrong, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubBulkStockAdjustInput")]
pub struct Adjust {
    /// The item.
    pub bulk_stock_id: Id<BulkStock>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// Pieces to add, or below zero to take away.
    pub quantity_change: i32,
    /// Why, kept with the movement; at most 500 characters.
    pub reason: String,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

#[derive(Refusal)]
enum AdjustRefused {
    #[refusal(OUT_OF_RANGE, at = "quantityChange", "An adjustment by 0 changes nothing.")]
    NoChange,
}

mutation! {
    /// Corrects the count of bulk goods; a large change once a second person agrees.
    pub ADJUST = "bizhubBulkStockAdjust"(Adjust) -> BulkStock,
    permission "bizhub.bulk_stock.adjust" approved by "bizhub.bulk_stock.approve",
    keyed => adjust
}

pub async fn adjust(tx: &mut Tx, input: Adjust) -> Rule<BulkStock> {
    let (expected, change) = (input.expected_version, input.quantity_change);
    let stock = tx.lock_version(&input.bulk_stock_id, "bulkStockId", expected).await?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.require(change != 0, || AdjustRefused::NoChange.into());
    let available = stock.quantity - stock.reserved;
    let taken = i64::from(change).saturating_neg();
    if taken > i64::from(available) {
        tx.refuse(shortage(&stock, change.saturating_neg(), "quantityChange"));
    }
    tx.settle()?;
    let total = sum(&stock, change, "quantityChange")?;
    let threshold: i64 = tx.setting(&crate::settings::BULK_ADJUST_THRESHOLD).await?;
    if i64::from(change).abs() > threshold {
        let summary = format!("Adjust {} by {change:+} pieces: {reason}", stock.item_name);
        tx.four_eyes(&stock, summary).await?;
    }

    let after = count(tx, &stock, total, Vec::new()).await?;
    let (adjusted, cost) = (MovementType::Adjust, stock.unit_cost.clone());
    record(tx, &stock, &after, adjusted, cost, None, Some(reason)).await?;
    Ok(after)
}
