//! Entering what a device cost. The landed cost often comes later than the device, with the
//! bills for shipping and duty; it is never below the purchase cost (spec 6.3). The Warehouse
//! enters landed costs without seeing costs (spec 6.2). Once the day on which it came in is locked
//! (spec 1.10), both costs stay, and what comes later is entered as a bill of its own day.

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::asset::Asset;
use crate::asset_cost;

/// What the device cost; a field left out stays, null clears it.
#[derive(InputObject)]
#[graphql(name = "BizhubAssetUpdateCostInput")]
pub struct UpdateCost {
    /// The device.
    pub asset_id: Id<Asset>,
    /// The version that was read.
    pub expected_version: i32,
    /// What the supplier was paid, in the tenant's currency; needs the right to see costs.
    pub purchase_cost: MaybeUndefined<Money>,
    /// The purchase cost with shipping, duty and the like; at least the purchase cost.
    pub landed_cost: MaybeUndefined<Money>,
    /// Why, at most 500 characters; needed where the day it came in is locked, from who may write there.
    pub reason: Option<String>,
}

#[derive(Refusal)]
enum UpdateCostRefused {
    #[refusal(
        FORBIDDEN,
        at = "purchaseCost",
        "Your role enters landed costs only. Leave the purchase cost out."
    )]
    PurchaseCostHidden,
    #[refusal(
        VALIDATION_FAILED,
        at = "landedCost",
        "The landed cost includes the purchase cost, so it cannot be below it."
    )]
    LandedBelowPurchase,
    #[refusal(
        VALIDATION_FAILED,
        at = "landedCost",
        "Costs of {costs} are entered beside the purchase, so the landed cost is at least \
         {least}. Void those that are wrong."
    )]
    LandedBelowCosts { costs: Money, least: Money },
}

mutation! {
    /// Enters what a device cost.
    pub UPDATE_COST = "bizhubAssetUpdateCost"(UpdateCost) -> Asset,
    permission "bizhub.asset.update_cost" => update_cost
}

pub async fn update_cost(tx: &mut Tx, input: UpdateCost) -> Rule<Asset> {
    let expected = Some(input.expected_version);
    let asset = tx.lock_version(&input.asset_id, "assetId", expected).await?;
    purchase_cost_allowed(tx, !input.purchase_cost.is_undefined());
    let after = |cost: MaybeUndefined<Money>, before: &Option<Money>| {
        if cost.is_undefined() { before.clone() } else { cost.take() }
    };
    let purchase_cost = after(input.purchase_cost, &asset.purchase_cost);
    let costs = asset_cost::sum_of(tx, asset.id).await?;
    let landed_cost = match input.landed_cost {
        MaybeUndefined::Undefined => carried(&asset, purchase_cost.as_ref(), &costs),
        given => given.take(),
    };
    costs_agree(tx, purchase_cost.as_ref(), landed_cost.as_ref());
    let least = purchase_cost.as_ref().map_or_else(|| costs.clone(), |cost| cost + &costs);
    if costs.is_positive() && landed_cost.as_ref().is_none_or(|landed| *landed < least) {
        tx.refuse(UpdateCostRefused::LandedBelowCosts { costs, least });
    }
    if purchase_cost != asset.purchase_cost || landed_cost != asset.landed_cost {
        tx.require_open(&asset).await?;
    }
    tx.optional_text(input.reason, "reason", 500);
    tx.settle()?;
    let sets = vec![Asset::PURCHASE_COST.to(purchase_cost), Asset::LANDED_COST.to(landed_cost)];
    tx.update(&asset, sets).await
}

/// The landed cost when nobody names one: with bills entered it moves along with the purchase.
fn carried(asset: &Asset, purchase: Option<&Money>, costs: &Money) -> Option<Money> {
    match (&asset.landed_cost, &asset.purchase_cost, purchase) {
        (Some(landed), Some(before), Some(after)) if costs.is_positive() => {
            Some(&(landed - before) + after)
        }
        (landed, ..) => landed.clone(),
    }
}

/// Refuses a purchase cost from whoever may not see costs.
pub(crate) fn purchase_cost_allowed(tx: &mut Tx, given: bool) {
    if given && !tx.actor.may("bizhub.cost.read_sensitive") {
        tx.refuse(UpdateCostRefused::PurchaseCostHidden);
    }
}

/// Refuses costs that contradict each other or cannot be stored.
pub(crate) fn costs_agree(tx: &mut Tx, purchase: Option<&Money>, landed: Option<&Money>) {
    if let Some(purchase) = purchase {
        tx.amount(purchase, "purchaseCost");
    }
    if let Some(landed) = landed {
        tx.amount(landed, "landedCost");
    }
    if let (Some(purchase), Some(landed)) = (purchase, landed)
        && landed < purchase
    {
        tx.refuse(UpdateCostRefused::LandedBelowPurchase);
    }
}
