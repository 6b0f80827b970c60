//! Moving an asset changes its place alone: never to or from Sold, and some roles reach only
//! one place (spec 6.2, 6.3).

use serde_json::json;

use crate::machines::subject::{ASSET, prepare, print, put_device};
use crate::shop::Shop;
use crate::world::{World, key};

async fn lay(world: &World, device: i64, place: &str) {
    world
        .meddle(&format!(
            "UPDATE bizhub.assets SET location_id = (SELECT id FROM bizhub.locations \
             WHERE location_name = '{place}') WHERE id = {device}"
        ))
        .await;
}

#[tokio::test]
async fn each_role_moves_assets_as_far_as_the_roles_table_says() {
    let world = World::new().await;
    prepare(&world).await;
    let shop = Shop::open(&world).await;
    let device = put_device(&world, "Ready for Sale", "").await;
    let everywhere = ["Shop Floor", "Repair Bench", "Backroom", "Warehouse"];
    for (name, reach) in [
        ("admin", None),
        ("manager", None),
        ("warehouse", None),
        ("sales", Some("Shop Floor")),
        ("technician", Some("Repair Bench")),
    ] {
        let person = world.person(name).await;
        for from in everywhere {
            for to in everywhere.into_iter().filter(|to| *to != from) {
                lay(&world, device, from).await;
                let location = shop.location(to).await;
                let input = json!({
                    "assetId": ASSET.id(&person, device), "locationId": location,
                    "idempotencyKey": key(),
                });
                let before = print(&world).await;
                if reach.is_none_or(|reach| from == reach || to == reach) {
                    let shown = "asset { status location { locationName } }";
                    let done = world.done(&person, "bizhubAssetMove", input, shown).await;
                    let there = json!({
                        "status": "READY_FOR_SALE", "location": { "locationName": to },
                    });
                    assert_eq!(done["asset"], there, "{name} from {from}");
                } else {
                    let refused = world.refused(&person, "bizhubAssetMove", input).await;
                    assert_eq!(refused, ["FORBIDDEN locationId"], "{name} from {from} to {to}");
                    assert_eq!(print(&world).await, before);
                }
            }
        }
    }
}

#[tokio::test]
async fn an_asset_is_moved_neither_to_sold_nor_from_it_nor_to_where_it_is() {
    let world = World::new().await;
    prepare(&world).await;
    let shop = Shop::open(&world).await;
    let free = put_device(&world, "Ready for Sale", "").await;
    let sold = put_device(&world, "Sold", "").await;
    lay(&world, sold, "Sold").await;
    let before = print(&world).await;
    for (device, to, expected) in [
        (free, "Sold", "VALIDATION_FAILED locationId"),
        (free, "Backroom", "ALREADY_DONE locationId"),
        (sold, "Backroom", "PRECONDITION_FAILED assetId"),
    ] {
        let input = json!({
            "assetId": ASSET.id(&shop.manager, device), "locationId": shop.location(to).await,
            "idempotencyKey": key(),
        });
        assert_eq!(world.refused(&shop.manager, "bizhubAssetMove", input).await, [expected]);
    }
    assert_eq!(print(&world).await, before);
}
