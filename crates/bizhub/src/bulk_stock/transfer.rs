//! Bringing bulk goods to another place. One row holds all of an item, so the whole of it
//! moves (spec 6.4).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::bulk_stock::BulkStock;
use crate::bulk_stock::change::record;
use crate::bulk_stock::create::usable_location;
use crate::bulk_stock_movement::MovementType;
use crate::location::Location;

/// Where the goods go.
#[derive(InputObject)]
#[graphql(name = "BizhubBulkStockTransferInput")]
pub struct Transfer {
    /// The item.
    pub bulk_stock_id: Id<BulkStock>,
    /// The version that was read; checked when it is given.
    pub expected_version: Option<i32>,
    /// Where it goes; never Sold.
    pub location_id: Id<Location>,
    /// Why, kept with the movement; at most 500 characters.
    pub reason: Option<String>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

#[derive(Refusal)]
enum TransferRefused {
    #[refusal(ALREADY_DONE, at = "locationId", "{item_name} lies there already.")]
    There { item_name: String },
}

mutation! {
    /// Brings all pieces of an item to another place.
    pub TRANSFER = "bizhubBulkStockTransfer"(Transfer) -> BulkStock,
    permission "bizhub.bulk_stock.transfer", keyed => transfer
}

pub async fn transfer(tx: &mut Tx, input: Transfer) -> Rule<BulkStock> {
    let expected = input.expected_version;
    let stock = tx.lock_version(&input.bulk_stock_id, "bulkStockId", expected).await?;
    let location = usable_location(tx, &input.location_id).await?;
    let reason = tx.optional_text(input.reason, "reason", 500);
    if stock.location_id == Some(location) {
        tx.refuse(TransferRefused::There { item_name: stock.item_name.clone() });
    }
    tx.settle()?;
    let after = tx.update(&stock, vec![BulkStock::LOCATION_ID.to(Some(location))]).await?;
    record(tx, &stock, &after, MovementType::Transfer, None, None, reason).await?;
    Ok(after)
}
