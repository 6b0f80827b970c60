//! What a line sells: an asset that is free for its buyer, a number of a bulk item, or a service
//! (spec 6.5). An asset is sold once; one that is held for a preorder goes to that customer, at
//! the price that was agreed on.

use std::collections::{BTreeMap, BTreeSet};

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::db::tx::not_found;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use super::LineInput;
use super::made;
use super::refused::LineRefused;
use crate::asset::holder::{Holder, holder};
use crate::asset::machine::RESERVE;
use crate::asset::{Asset, ConditionGrade};
use crate::bulk_stock::{self, BulkStock};
use crate::invoice::pricing::Worth;
use crate::invoice::references::noted;
use crate::invoice::shelf::Shelf;
use crate::invoice_line::LineKind;
use crate::product_model::ProductModel;

/// What earlier lines of the same input took, and for whom.
pub struct Taken {
    buyer: Option<i32>,
    assets: BTreeSet<i32>,
    bulk: BTreeMap<i32, i64>,
}

impl Taken {
    /// Nothing yet, for this buyer.
    pub fn by(buyer: Option<i32>) -> Self {
        Taken { buyer, assets: BTreeSet::new(), bulk: BTreeMap::new() }
    }
}

/// What a line sells, before the caller's own words and prices.
pub struct Goods {
    pub kind: LineKind,
    pub id: Option<i32>,
    pub description: Option<String>,
    /// The price of one that its customer was promised.
    pub agreed_price: Option<Money>,
    pub worth: Worth,
}

/// What a line sells that names no goods.
pub fn service() -> Goods {
    let worth = Worth { list_price: None, unit_cost: None };
    Goods { kind: LineKind::Service, id: None, description: None, agreed_price: None, worth }
}

/// An asset that its buyer may have; `None` when it is refused.
pub async fn asset_goods(
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

/// Some of a bulk item; more than there is free is refused.
pub fn bulk_goods(
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
