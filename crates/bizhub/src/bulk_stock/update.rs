//! Correcting what describes bulk goods, and their price. Quantity, cost and place have moves
//! of their own (spec 6.4).

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::bulk_stock::BulkStock;
use crate::bulk_stock::create::{BulkStockRefused, refuse_taken};
use crate::bulk_stock::low::alert;

/// What changes; a field left out stays, null clears it.
#[derive(InputObject)]
#[graphql(name = "BizhubBulkStockUpdateInput")]
pub struct Update {
    /// The item.
    pub bulk_stock_id: Id<BulkStock>,
    /// The version that was read.
    pub expected_version: i32,
    /// The shop's code for it, kept in capitals, unique; at most 50 characters.
    pub sku: Option<String>,
    /// What it is called, at most 100 characters.
    pub item_name: Option<String>,
    /// The kind of goods, at most 50 characters.
    pub category: Option<String>,
    /// More about it, at most 2000 characters.
    pub description: MaybeUndefined<String>,
    /// What a piece sells for, in the tenant's currency.
    pub unit_price: MaybeUndefined<Money>,
    /// With fewer pieces than this it is reported as low; null for never.
    pub reorder_threshold: MaybeUndefined<i32>,
    /// Who it is bought from, at most 100 characters.
    pub supplier: MaybeUndefined<String>,
}

mutation! {
    /// Corrects what describes bulk goods, and their price.
    pub UPDATE = "bizhubBulkStockUpdate"(Update) -> BulkStock,
    permission "bizhub.bulk_stock.update" => update
}

pub async fn update(tx: &mut Tx, input: Update) -> Rule<BulkStock> {
    let expected = Some(input.expected_version);
    let stock = tx.lock_version(&input.bulk_stock_id, "bulkStockId", expected).await?;
    let mut sets = Vec::new();
    if let Some(sku) = input.sku {
        let sku = tx.text(&sku.to_uppercase(), "sku", 50);
        refuse_taken(tx, &sku, Some(stock.id)).await?;
        sets.push(BulkStock::SKU.to(sku));
    }
    if let Some(item_name) = input.item_name {
        sets.push(BulkStock::ITEM_NAME.to(tx.text(&item_name, "itemName", 100)));
    }
    if let Some(category) = input.category {
        sets.push(BulkStock::CATEGORY.to(tx.text(&category, "category", 50)));
    }
    if !input.description.is_undefined() {
        let description = tx.optional_text(input.description.take(), "description", 2000);
        sets.push(BulkStock::DESCRIPTION.to(description));
    }
    if !input.supplier.is_undefined() {
        let supplier = tx.optional_text(input.supplier.take(), "supplier", 100);
        sets.push(BulkStock::SUPPLIER.to(supplier));
    }
    if !input.unit_price.is_undefined() {
        let price = input.unit_price.take();
        if let Some(price) = &price {
            tx.amount(price, "unitPrice");
        }
        sets.push(BulkStock::UNIT_PRICE.to(price));
    }
    if !input.reorder_threshold.is_undefined() {
        let threshold = input.reorder_threshold.take();
        let fits = threshold.is_none_or(|threshold| threshold >= 0);
        tx.require(fits, || BulkStockRefused::Threshold.into());
        let low = BulkStock::is_low(stock.quantity, threshold);
        sets.push(BulkStock::REORDER_THRESHOLD.to(threshold));
        sets.push(BulkStock::LOW_STOCK_ALERTED.to(low));
    }
    tx.settle()?;
    let after = tx.update(&stock, sets).await?;
    alert(tx, &stock, &after).await?;
    Ok(after)
}
