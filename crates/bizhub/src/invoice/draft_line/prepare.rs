//! Checks new lines of a draft, all together: each line is refused by its own path, and what
//! an earlier line of the same input took is taken (spec 6.5).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::refusal::Rule;

use super::goods::{Goods, Taken, asset_goods, bulk_goods, service};
use super::refused::LineRefused;
use super::{DESCRIPTION, DraftLine, LineInput};
use crate::invoice::pricing::{LineAmounts, Pricing};
use crate::invoice::references;
use crate::invoice::shelf::Shelf;
use crate::invoice_line::LineKind;
use crate::warranty::WarrantyTier;

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
    let mut taken = Taken::by(buyer);
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

/// The line with the words, quantity and price that its input gives it.
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
