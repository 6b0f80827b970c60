//! How a bulk item's quantity and reservations change, whoever asks: the movement and the
//! alert are written here, so that no caller can forget them (spec 6.4).

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::Set;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use crate::bulk_stock::BulkStock;
use crate::bulk_stock::low::alert;
use crate::bulk_stock_movement::{BulkStockMovement, MovementType};

/// Writes the movement that led to this state of an item.
pub async fn record(
    tx: &mut Tx,
    before: &BulkStock,
    after: &BulkStock,
    movement_type: MovementType,
    unit_cost: Option<Money>,
    invoice: Option<i32>,
    reason: Option<String>,
) -> Rule<()> {
    let moved_by = tx.actor.user_id();
    tx.append::<BulkStockMovement>(vec![
        BulkStockMovement::BULK_STOCK_ID.to(after.id),
        BulkStockMovement::MOVEMENT_TYPE.to(movement_type),
        BulkStockMovement::QUANTITY_CHANGE.to(after.quantity - before.quantity),
        BulkStockMovement::QUANTITY_AFTER.to(after.quantity),
        BulkStockMovement::UNIT_COST.to(unit_cost),
        BulkStockMovement::FROM_LOCATION_ID.to(before.location_id),
        BulkStockMovement::TO_LOCATION_ID.to(after.location_id),
        BulkStockMovement::INVOICE_ID.to(invoice),
        BulkStockMovement::REASON.to(reason),
        BulkStockMovement::MOVED_BY.to(moved_by),
    ])
    .await?;
    Ok(())
}

/// The refusal of more pieces than are free.
pub fn shortage(stock: &BulkStock, requested: i32, field: &str) -> Refusal {
    let available = stock.quantity - stock.reserved;
    let message = format!(
        "Only {available} of {} can still be promised, not {requested}. Take fewer, or receive \
         more first.",
        stock.item_name
    );
    Refusal::new(Code::InsufficientStock, field, message)
        .with("product", stock.item_name.clone())
        .with("requested", requested)
        .with("available", available)
}

/// Holds pieces for a line of a draft.
///
/// # Errors
/// `INSUFFICIENT_STOCK` when fewer are free.
pub async fn reserve(tx: &mut Tx, stock: &BulkStock, quantity: i32) -> Rule<BulkStock> {
    if quantity > stock.quantity - stock.reserved {
        return Err(shortage(stock, quantity, "").into());
    }
    tx.amend(stock, vec![BulkStock::RESERVED.to(stock.reserved + quantity)]).await
}

/// Frees pieces that a line held.
///
/// # Errors
/// A fault when more are freed than were held.
pub async fn release(tx: &mut Tx, stock: &BulkStock, quantity: i32) -> Rule<BulkStock> {
    if quantity > stock.reserved {
        return Err(Fault::internal("more pieces are freed than were held").into());
    }
    tx.amend(stock, vec![BulkStock::RESERVED.to(stock.reserved - quantity)]).await
}

/// Hands over pieces that a line of this invoice held.
///
/// # Errors
/// A fault when they were not held.
pub async fn sell(
    tx: &mut Tx,
    stock: &BulkStock,
    quantity: i32,
    invoice_id: i32,
) -> Rule<BulkStock> {
    if quantity > stock.reserved {
        return Err(Fault::internal("pieces are sold that were not held").into());
    }
    let sets = vec![BulkStock::RESERVED.to(stock.reserved - quantity)];
    let after = count(tx, stock, stock.quantity - quantity, sets).await?;
    let (cost, sale) = (stock.unit_cost.clone(), MovementType::Sale);
    record(tx, stock, &after, sale, cost, Some(invoice_id), None).await?;
    Ok(after)
}

/// Takes pieces back that this invoice had sold.
///
/// # Errors
/// `OUT_OF_RANGE` when the count grows beyond what can be stored.
pub async fn take_back(
    tx: &mut Tx,
    stock: &BulkStock,
    quantity: i32,
    invoice_id: i32,
) -> Rule<BulkStock> {
    let total = sum(stock, quantity, "quantity")?;
    let after = count(tx, stock, total, Vec::new()).await?;
    let (cost, back) = (stock.unit_cost.clone(), MovementType::Return);
    record(tx, stock, &after, back, cost, Some(invoice_id), None).await?;
    Ok(after)
}

/// The count after a change.
///
/// # Errors
/// `OUT_OF_RANGE` when it is more than can be stored.
pub(crate) fn sum(stock: &BulkStock, change: i32, field: &str) -> Rule<i32> {
    stock.quantity.checked_add(change).ok_or_else(|| {
        let message = "The stock would hold more pieces than can be counted.";
        Refusal::new(Code::OutOfRange, field, message).with("most", i32::MAX).into()
    })
}

/// Stores a new count with the columns that change along, and alerts once when it is low.
pub(crate) async fn count(
    tx: &mut Tx,
    stock: &BulkStock,
    quantity: i32,
    mut sets: Vec<Set<BulkStock>>,
) -> Rule<BulkStock> {
    sets.push(BulkStock::QUANTITY.to(quantity));
    let low = BulkStock::is_low(quantity, stock.reorder_threshold);
    sets.push(BulkStock::LOW_STOCK_ALERTED.to(low));
    let after = tx.update(stock, sets).await?;
    alert(tx, stock, &after).await?;
    Ok(after)
}
