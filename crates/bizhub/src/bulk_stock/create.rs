//! Entering a new kind of bulk goods. It starts with no piece: pieces come by receiving, so
//! that the quantity is always the sum of its movements (spec 6.4).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::RunQueryDsl;

use crate::bulk_stock::BulkStock;
use crate::location::{Location, LocationMeaning};
use crate::schema::bulk_stock;

/// The new kind of goods.
#[derive(InputObject)]
#[graphql(name = "BizhubBulkStockCreateInput")]
pub struct Create {
    /// The shop's code for it, kept in capitals, unique; at most 50 characters.
    pub sku: String,
    /// What it is called, at most 100 characters.
    pub item_name: String,
    /// The kind of goods, such as Charger or Cable; at most 50 characters.
    pub category: String,
    /// More about it, at most 2000 characters.
    pub description: Option<String>,
    /// What a piece sells for, in the tenant's currency.
    pub unit_price: Option<Money>,
    /// With fewer pieces than this it is reported as low; 10 when left out.
    pub reorder_threshold: Option<i32>,
    /// Who it is bought from, at most 100 characters.
    pub supplier: Option<String>,
    /// Where it lies; never Sold.
    pub location_id: Option<Id<Location>>,
}

#[derive(Refusal)]
pub enum BulkStockRefused {
    #[refusal(
        NOT_UNIQUE,
        at = "sku",
        "{item_name} has this SKU already. Receive more of it, or choose another SKU."
    )]
    SkuTaken { item_name: String },
    #[refusal(OUT_OF_RANGE, at = "reorderThreshold", "The threshold is 0 or more pieces.")]
    Threshold,
    #[refusal(
        VALIDATION_FAILED,
        at = "locationId",
        "Only a sale brings goods to the place Sold. Choose another."
    )]
    PlaceSold,
}

mutation! {
    /// Enters a new kind of bulk goods, with no piece yet.
    pub CREATE = "bizhubBulkStockCreate"(Create) -> BulkStock,
    permission "bizhub.bulk_stock.create" => create
}

pub async fn create(tx: &mut Tx, input: Create) -> Rule<BulkStock> {
    let location = match &input.location_id {
        Some(id) => Some(usable_location(tx, id).await?),
        None => None,
    };
    let sku = tx.text(&input.sku.to_uppercase(), "sku", 50);
    refuse_taken(tx, &sku, None).await?;
    let item_name = tx.text(&input.item_name, "itemName", 100);
    let category = tx.text(&input.category, "category", 50);
    let description = tx.optional_text(input.description, "description", 2000);
    let supplier = tx.optional_text(input.supplier, "supplier", 100);
    if let Some(price) = &input.unit_price {
        tx.amount(price, "unitPrice");
    }
    let threshold = input.reorder_threshold.unwrap_or(10);
    tx.require(threshold >= 0, || BulkStockRefused::Threshold.into());
    tx.settle()?;
    tx.insert(vec![
        BulkStock::SKU.to(sku),
        BulkStock::ITEM_NAME.to(item_name),
        BulkStock::CATEGORY.to(category),
        BulkStock::DESCRIPTION.to(description),
        BulkStock::UNIT_PRICE.to(input.unit_price),
        BulkStock::REORDER_THRESHOLD.to(Some(threshold)),
        BulkStock::SUPPLIER.to(supplier),
        BulkStock::LOCATION_ID.to(location),
    ])
    .await
}

/// The key of a place where goods can lie.
pub(crate) async fn usable_location(tx: &mut Tx, id: &Id<Location>) -> Rule<i32> {
    let location = tx.read(id, "locationId").await?;
    if location.meaning == Some(LocationMeaning::Sold) {
        tx.refuse(BulkStockRefused::PlaceSold);
    }
    Ok(location.id)
}

/// Refuses a SKU that another item has.
pub(crate) async fn refuse_taken(tx: &mut Tx, sku: &str, own: Option<i32>) -> Rule<()> {
    let taken: Option<(i32, String)> = bulk_stock::table
        .filter(bulk_stock::sku.eq(sku))
        .select((bulk_stock::id, bulk_stock::item_name))
        .first(tx.connection().await?)
        .await
        .optional()?;
    if let Some((id, item_name)) = taken
        && Some(id) != own
    {
        tx.refuse(BulkStockRefused::SkuTaken { item_name });
    }
    Ok(())
}
