//! Pieces that a repair uses leave the stock, and come back when they were not used or when a
//! bill is to sell them (spec 6.4, 6.10).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;

use crate::bulk_stock::BulkStock;
use crate::bulk_stock::change::{count, shortage, sum};
use crate::bulk_stock_movement::{BulkStockMovement, MovementType};

/// Takes pieces out for a repair.
///
/// # Errors
/// `INSUFFICIENT_STOCK` when fewer are free.
pub async fn use_in_repair(
    tx: &mut Tx,
    stock: &BulkStock,
    quantity: i32,
    ticket: i32,
) -> Rule<BulkStock> {
    if quantity > stock.quantity - stock.reserved {
        return Err(shortage(stock, quantity, "").into());
    }
    let after = count(tx, stock, stock.quantity - quantity, Vec::new()).await?;
    record(tx, stock, &after, MovementType::RepairUse, ticket, None).await?;
    Ok(after)
}

/// Puts pieces back that a repair had used, for a line of its bill to hold. They are as good as
/// sold, so an item that ran low stays so and nobody is told again.
///
/// # Errors
/// `OUT_OF_RANGE` when the count grows beyond what can be stored.
pub async fn return_to_bill(
    tx: &mut Tx,
    stock: &BulkStock,
    quantity: i32,
    ticket: i32,
) -> Rule<BulkStock> {
    let total = sum(stock, quantity, "quantity")?;
    let after = tx.update(stock, vec![BulkStock::QUANTITY.to(total)]).await?;
    let why = Some("Billed to the customer".to_owned());
    record(tx, stock, &after, MovementType::Return, ticket, why).await?;
    Ok(after)
}

/// Takes pieces back that a repair had used.
///
/// # Errors
/// `OUT_OF_RANGE` when the count grows beyond what can be stored.
pub async fn return_from_repair(
    tx: &mut Tx,
    stock: &BulkStock,
    quantity: i32,
    ticket: i32,
    reason: String,
) -> Rule<BulkStock> {
    let total = sum(stock, quantity, "quantity")?;
    let after = count(tx, stock, total, Vec::new()).await?;
    record(tx, stock, &after, MovementType::Return, ticket, Some(reason)).await?;
    Ok(after)
}

async fn record(
    tx: &mut Tx,
    before: &BulkStock,
    after: &BulkStock,
    movement_type: MovementType,
    ticket: i32,
    reason: Option<String>,
) -> Rule<()> {
    let moved_by = tx.actor.user_id();
    tx.append::<BulkStockMovement>(vec![
        BulkStockMovement::BULK_STOCK_ID.to(after.id),
        BulkStockMovement::MOVEMENT_TYPE.to(movement_type),
        BulkStockMovement::QUANTITY_CHANGE.to(after.quantity - before.quantity),
        BulkStockMovement::QUANTITY_AFTER.to(after.quantity),
        BulkStockMovement::UNIT_COST.to(before.unit_cost.clone()),
        BulkStockMovement::FROM_LOCATION_ID.to(before.location_id),
        BulkStockMovement::TO_LOCATION_ID.to(after.location_id),
        BulkStockMovement::REPAIR_TICKET_ID.to(Some(ticket)),
        BulkStockMovement::REASON.to(reason),
        BulkStockMovement::MOVED_BY.to(moved_by),
    ])
    .await?;
    Ok(())
}
