//! Many at once: one wins, the others hear why not (spec 6.9).

use std::sync::Arc;

use serde_json::json;

use crate::races::{all_at_once, expect};
use crate::shop::Shop;
use crate::warranties::{ending, submission};
use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_claims_at_once_under_one_warranty_one_is_open() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (laptop, _) = shop.sold_to(&customer).await;
    let warranty = shop.warranty_of(&laptop).await;
    let calls = (0..16)
        .map(|_| (shop.sales.clone(), submission(&warranty, &customer, json!({}))))
        .collect();
    let heard = all_at_once(&world, "bizhubWarrantyClaimSubmit", calls).await;
    expect(&heard, 1, &["ALREADY_DONE"]);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_claims_one_gets_the_only_replacement() {
    let world = Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (one, two) = (shop.under_claim(&customer).await, shop.under_claim(&customer).await);
    let other = shop.ready(&shop.laptop_model().await).await;
    let calls = (0..16)
        .map(|turn| {
            let claim = if turn % 2 == 0 { &one.claim } else { &two.claim };
            let more = json!({ "replacementAssetId": other, "reason": "Mainboard" });
            (shop.manager.clone(), ending(claim, "REPLACED", more))
        })
        .collect();
    let heard = all_at_once(&world, "bizhubWarrantyClaimComplete", calls).await;
    expect(&heard, 1, &["INVALID_TRANSITION"]);
    let given = "SELECT count(*) FROM bizhub.warranty_claims WHERE outcome = 'Replaced'";
    assert_eq!(world.value(given).await, json!(1));
    world.verify().await;
}
