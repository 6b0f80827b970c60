//! New lines of a draft: checked all together, then written and their goods held (spec 6.5).

mod made;

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::db::tx::not_found;
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use crate::asset::holder::{Holder, holder};
use crate::asset::machine::RESERVE;
use crate::asset::{self, Asset, AssetStatus, ConditionGrade};
use crate::bulk_stock::{self, BulkStock};
use crate::invoice::pricing::{LineAmounts, Pricing, Worth};
use crate::invoice::references::{self, noted};
use crate::invoice::shelf::Shelf;
use crate::invoice_line::{InvoiceLine, LineKind};
use crate::product_model::ProductModel;
use crate::warranty::WarrantyTier;

/// A line to be sold: an asset, a number of a bulk item, or, with neither, a service.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoiceLineInput")]
pub struct LineInput {
    /// The asset to sell; it must be ready for sale, or held for a preorder of the customer.
    pub asset_id: Option<Id<Asset>>,
    /// The bulk item to sell.
    pub bulk_stock_id: Option<Id<BulkStock>>,
    /// What is printed, at most 255 characters. Required for a service; otherwise composed of
    /// the model, grade and serial number, or the item's name.
    pub item_description: Option<String>,
    /// How many, from 1; 1 unless said, and always 1 for an asset.
    pub quantity: Option<i32>,
    /// Price of one. Required for a service; otherwise, unless said, what was agreed on in the
    /// customer's preorder of the asset, the model's price for the grade, or the item's price.
    pub unit_price: Option<Money>,
    /// Taken off the whole line; nothing unless said.
    pub discount: Option<Money>,
    /// The warranty that the customer gets with an asset; Standard unless said. Its price, if
    /// any, is a service line.
    pub warranty_tier: Option<WarrantyTier>,
}

/// A line that may be written.
pub struct DraftLine {
    kind: LineKind,
    goods: Option<i32>,
    description: String,
    amounts: LineAmounts,
    unit_cost: Option<Money>,
    /// The warranty of an asset; none for one that is given in place of another.
    warranty_tier: Option<WarrantyTier>,
    /// The part of a repair that the line bills.
    repair_part: Option<i32>,
    /// The repair whose work the line bills.
    repair_ticket: Option<i32>,
    /// Quantity times price less the discount.
    pub line_total: Money,
    /// Its tax.
    pub tax: Money,
}

impl DraftLine {
    /// The asset that it sells, if any.
    pub fn asset(&self) -> Option<i32> {
        if self.kind == LineKind::Asset { self.goods } else { None }
    }
}

/// Why a line is refused.
#[derive(Refusal)]
enum LineRefused {
    #[refusal(
        VALIDATION_FAILED,
        at = "{path}.bulkStockId",
        "A line sells an asset or a bulk item, not both. Make two lines."
    )]
    TwoKinds { path: String },
    #[refusal(
        NOT_UNIQUE,
        at = "{path}.assetId",
        "The asset {asset_tag} stands on another line already."
    )]
    Twice { path: String, asset_tag: String },
    #[refusal(
        ALREADY_DONE,
        at = "{path}.assetId",
        "The asset {asset_tag} is on {invoice_number} of {owner} already."
    )]
    Held { path: String, asset_tag: String, invoice_number: String, owner: String },
    #[refusal(
        ALREADY_DONE,
        at = "{path}.assetId",
        "The asset {asset_tag} is held for the preorder {preorder_number}. Only that customer \
         can buy it."
    )]
    Preordered { path: String, asset_tag: String, preorder_number: String },
    #[refusal(OUT_OF_RANGE, at = "{path}.quantity", "An asset is sold by itself: quantity 1.")]
    OneAsset { path: String },
    #[refusal(OUT_OF_RANGE, at = "{path}.quantity", "The quantity must be at least 1.")]
    NoQuantity { path: String },
    #[refusal(
        VALIDATION_FAILED,
        at = "{path}.warrantyTier",
        "Only an asset comes with a warranty. Leave the tier out."
    )]
    NoWarranty { path: String },
    #[refusal(REQUIRED, at = "{path}.unitPrice", "No price is set for this. Give one.")]
    NoPrice { path: String },
    #[refusal(REQUIRED, at = "{path}.itemDescription", "Say what the service is.")]
    NoDescription { path: String },
}

/// Locks the goods of these lines and checks each line for its buyer; `None` for one that is
/// refused. The refusals name the lines by their paths.
pub async fn prepare(
    tx: &mut Tx,
    buyer: Option<i32>,
    inputs: &[(String, LineInput)],
    pricing: &Pricing,
) -> Rule<(Shelf, Vec<Option<DraftLine>>)> {
    let mut keys = Vec::with_capacity(inputs.len());
    for (path, input) in inputs {
        let asset = key_of(tx, input.asset_id.as_ref(), &format!("{path}.assetId")).await?;
        let bulk = key_of(tx, input.bulk_stock_id.as_ref(), &format!("{path}.bulkStockId")).await?;
        keys.push((asset, bulk));
    }
    let assets = keys.iter().filter_map(|(asset, _)| *asset).collect();
    let bulk = keys.iter().filter_map(|(_, bulk)| *bulk).collect();
    let shelf = Shelf::lock(tx, assets, bulk).await?;
    let mut taken = Taken { buyer, ..Taken::default() };
    let mut lines = Vec::with_capacity(inputs.len());
    for ((path, input), (asset, bulk)) in inputs.iter().zip(keys) {
        let goods = match (&input.asset_id, &input.bulk_stock_id) {
            (Some(_), Some(_)) => {
                tx.refuse(LineRefused::TwoKinds { path: path.clone() });
                None
            }
            (Some(_), None) => match asset {
                Some(id) => asset_goods(tx, &shelf, id, input, path, &mut taken).await?,
                None => None,
            },
            (None, Some(_)) => match bulk {
                Some(id) => bulk_goods(tx, &shelf, id, input, path, &mut taken),
                None => None,
            },
            (None, None) => Some(service()),
        };
        lines.push(match goods {
            Some(goods) => complete(tx, goods, input, path, pricing),
            None => None,
        });
    }
    Ok((shelf, lines))
}

async fn key_of<E: Entity>(tx: &mut Tx, id: Option<&Id<E>>, field: &str) -> Rule<Option<i32>> {
    match id {
        Some(id) => references::key(tx, id, field).await,
        None => Ok(None),
    }
}

/// What earlier lines of the same input took, and for whom.
#[derive(Default)]
struct Taken {
    buyer: Option<i32>,
    assets: BTreeSet<i32>,
    bulk: BTreeMap<i32, i64>,
}

/// What a line sells, before the caller's own words and prices.
struct Goods {
    kind: LineKind,
    id: Option<i32>,
    description: Option<String>,
    /// The price of one that its customer was promised.
    agreed_price: Option<Money>,
    worth: Worth,
}

fn service() -> Goods {
    let worth = Worth { list_price: None, unit_cost: None };
    Goods { kind: LineKind::Service, id: None, description: None, agreed_price: None, worth }
}

async fn asset_goods(
    tx: &mut Tx,
    shelf: &Shelf,
    id: i32,
    input: &LineInput,
    path: &str,
    taken: &mut Taken,
) -> Rule<Option<Goods>> {
    let field = format!("{path}.assetId");
    let path = path.to_owned();
    let Some(asset) = shelf.find_asset(id) else {
        tx.refuse(not_found::<Asset>(&field));
        return Ok(None);
    };
    if input.quantity.is_some_and(|quantity| quantity != 1) {
        tx.refuse(LineRefused::OneAsset { path: path.clone() });
        return Ok(None);
    }
    let asset_tag = asset.asset_tag.clone();
    if !taken.assets.insert(id) {
        tx.refuse(LineRefused::Twice { path, asset_tag });
        return Ok(None);
    }
    let mut agreed_price = None;
    let free = match holder(tx, asset).await? {
        Some(Holder::Invoice { invoice_number, owner }) => {
            tx.refuse(LineRefused::Held { path, asset_tag, invoice_number, owner });
            false
        }
        Some(Holder::Preorder(preorder)) if taken.buyer != Some(preorder.customer_id) => {
            let preorder_number = preorder.preorder_number;
            tx.refuse(LineRefused::Preordered { path, asset_tag, preorder_number });
            false
        }
        Some(Holder::Preorder(preorder)) => {
            agreed_price = preorder.agreed_price;
            true
        }
        None => {
            let sellable = tx.check_move(asset, &RESERVE, None, &field);
            noted(tx, sellable).await?.is_some()
        }
    };
    if !free {
        return Ok(None);
    }
    let model: ProductModel = tx.get(asset.product_model_id).await?;
    let description = Some(made::describe(asset, &model));
    let list_price = match asset.condition_grade {
        Some(ConditionGrade::A) => model.default_price_grade_a,
        Some(ConditionGrade::B) => model.default_price_grade_b,
        Some(ConditionGrade::C) => model.default_price_grade_c,
        None => None,
    };
    let unit_cost = asset.landed_cost.clone().or_else(|| asset.purchase_cost.clone());
    let worth = Worth { list_price, unit_cost };
    Ok(Some(Goods { kind: LineKind::Asset, id: Some(id), description, agreed_price, worth }))
}

fn bulk_goods(
    tx: &mut Tx,
    shelf: &Shelf,
    id: i32,
    input: &LineInput,
    path: &str,
    taken: &mut Taken,
) -> Option<Goods> {
    let Some(stock) = shelf.find_bulk_stock(id) else {
        tx.refuse(not_found::<BulkStock>(&format!("{path}.bulkStockId")));
        return None;
    };
    let all = taken.bulk.entry(id).or_default();
    *all += i64::from(input.quantity.unwrap_or(1).max(0));
    if *all > i64::from(stock.quantity - stock.reserved) {
        let requested = i32::try_from(*all).unwrap_or(i32::MAX);
        tx.refuse(bulk_stock::shortage(stock, requested, &format!("{path}.quantity")));
    }
    let worth = Worth { list_price: stock.unit_price.clone(), unit_cost: stock.unit_cost.clone() };
    let description = Some(stock.item_name.clone());
    Some(Goods { kind: LineKind::Bulk, id: Some(id), description, agreed_price: None, worth })
}

/// Characters of a description.
const DESCRIPTION: usize = 255;

fn complete(
    tx: &mut Tx,
    goods: Goods,
    input: &LineInput,
    path: &str,
    pricing: &Pricing,
) -> Option<DraftLine> {
    let field = format!("{path}.itemDescription");
    let own_words = tx.optional_text(input.item_description.clone(), &field, DESCRIPTION);
    tx.no_card_number(own_words.as_deref(), &field);
    let description = own_words.or(goods.description);
    if description.is_none() {
        tx.refuse(LineRefused::NoDescription { path: path.to_owned() });
    }
    let of_asset = goods.kind == LineKind::Asset;
    if input.warranty_tier.is_some() && !of_asset {
        tx.refuse(LineRefused::NoWarranty { path: path.to_owned() });
    }
    let warranty_tier = of_asset.then(|| input.warranty_tier.unwrap_or(WarrantyTier::Standard));
    let quantity = input.quantity.unwrap_or(1);
    if quantity < 1 {
        tx.refuse(LineRefused::NoQuantity { path: path.to_owned() });
    }
    let usual_price = goods.agreed_price.or_else(|| goods.worth.list_price.clone());
    let unit_price = input.unit_price.clone().or(usual_price);
    if unit_price.is_none() {
        tx.refuse(LineRefused::NoPrice { path: path.to_owned() });
    }
    let (description, unit_price) = (description?, unit_price?);
    if quantity < 1 {
        return None;
    }
    let discount = input.discount.clone().unwrap_or_default();
    let amounts = LineAmounts { quantity, unit_price, discount };
    pricing.check(tx, path, &amounts, &goods.worth);
    let line_total = amounts.total();
    let tax = pricing.tax_of(&line_total);
    Some(DraftLine {
        kind: goods.kind,
        goods: goods.id,
        description,
        amounts,
        unit_cost: goods.worth.unit_cost,
        warranty_tier,
        repair_part: None,
        repair_ticket: None,
        line_total,
        tax,
    })
}

/// Writes checked lines behind those that the invoice has, and holds their goods.
pub async fn write(
    tx: &mut Tx,
    invoice: i32,
    first: i32,
    lines: Vec<DraftLine>,
    shelf: &mut Shelf,
) -> Rule<()> {
    for (number, line) in (first..).zip(lines) {
        let (mut asset_id, mut bulk_stock_id) = (None, None);
        match (line.kind, line.goods) {
            (LineKind::Asset, Some(id)) => {
                let (asset, to) = (shelf.asset(id)?, AssetStatus::Reserved);
                // One that is held for the customer's preorder is reserved already.
                if asset.preorder_id.is_none() {
                    let why = "Put on a draft invoice";
                    let held = asset::transition(tx, &asset, &RESERVE, to, Vec::new(), why).await?;
                    shelf.keep_asset(held);
                }
                asset_id = Some(id);
            }
            (LineKind::Bulk, Some(id)) => {
                let free = shelf.bulk_stock(id)?;
                let held = bulk_stock::reserve(tx, &free, line.amounts.quantity).await?;
                shelf.keep_bulk_stock(held);
                bulk_stock_id = Some(id);
            }
            _ => {}
        }
        tx.append::<InvoiceLine>(vec![
            InvoiceLine::INVOICE_ID.to(invoice),
            InvoiceLine::LINE_NUMBER.to(number),
            InvoiceLine::LINE_KIND.to(line.kind),
            InvoiceLine::ASSET_ID.to(asset_id),
            InvoiceLine::BULK_STOCK_ID.to(bulk_stock_id),
            InvoiceLine::ITEM_DESCRIPTION.to(line.description),
            InvoiceLine::QUANTITY.to(line.amounts.quantity),
            InvoiceLine::UNIT_PRICE.to(line.amounts.unit_price),
            InvoiceLine::DISCOUNT.to(line.amounts.discount),
            InvoiceLine::TAX_AMOUNT.to(line.tax),
            InvoiceLine::UNIT_COST.to(line.unit_cost),
            InvoiceLine::WARRANTY_TIER.to(line.warranty_tier),
            InvoiceLine::REPAIR_PART_ID.to(line.repair_part),
            InvoiceLine::REPAIR_TICKET_ID.to(line.repair_ticket),
        ])
        .await?;
    }
    Ok(())
}
