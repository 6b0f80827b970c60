//! Receiving bulk goods. The cost of a piece is the moving average: what was there at its
//! cost and what came at its cost, shared over all pieces (spec 6.4).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::bulk_stock::BulkStock;
use crate::bulk_stock::change::{count, record, sum};
use crate::bulk_stock_movement::MovementType;

/// What came in.
#[derive(InputObject)]
#[graphql(name = "BizhubBulkStockReceiveInput")]
pub struct Receive {
    /// The item.
    pub bulk_stock_id: Id<BulkStock>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// Pieces that came, at least 1.
    pub quantity: i32,
    /// What one of them cost with shipping, duty and the like, in the tenant's currency.
    pub unit_cost: Money,
    /// The delivery note or a remark, kept with the movement; at most 500 characters.
    pub reason: Option<String>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

#[derive(Refusal)]
pub enum ReceiveRefused {
    #[refusal(
        OUT_OF_RANGE,
        at = "quantity",
        "At least one piece has to come in. Use an adjustment to take pieces out."
    )]
    NoPiece,
}

mutation! {
    /// Adds pieces that came in and averages their cost.
    pub RECEIVE = "bizhubBulkStockReceive"(Receive) -> BulkStock,
    permission "bizhub.bulk_stock.receive", keyed => receive
}

pub async fn receive(tx: &mut Tx, input: Receive) -> Rule<BulkStock> {
    let expected = input.expected_version;
    let stock = tx.lock_version(&input.bulk_stock_id, "bulkStockId", expected).await?;
    tx.require(input.quantity > 0, || ReceiveRefused::NoPiece.into());
    tx.amount(&input.unit_cost, "unitCost");
    let reason = tx.optional_text(input.reason, "reason", 500);
    tx.settle()?;
    let total = sum(&stock, input.quantity, "quantity")?;

    let average = moving_average(&stock, input.quantity, &input.unit_cost);
    let sets = vec![BulkStock::UNIT_COST.to(Some(average))];
    let after = count(tx, &stock, total, sets).await?;
    let (received, cost) = (MovementType::Receive, Some(input.unit_cost));
    record(tx, &stock, &after, received, cost, None, reason).await?;
    Ok(after)
}

/// The cost of a piece after so many more came at this cost; pieces of unknown cost count as
/// if they had cost the same.
fn moving_average(stock: &BulkStock, quantity: i32, unit_cost: &Money) -> Money {
    let Some(earlier) = &stock.unit_cost else { return unit_cost.clone() };
    let worth = earlier.times(stock.quantity) + unit_cost.times(quantity);
    let pieces = i64::from(stock.quantity) + i64::from(quantity);
    worth.divided_by(pieces).map_or_else(|| unit_cost.clone(), |average| average.rounded())
}
