//! Photos of assets.

use serde_json::{Value, json};

use super::{PNG, followed, uploaded};
use crate::shop::{Shop, id_of};
use crate::world::World;

/// The photos of an asset by the caption.
async fn captions(shop: &Shop<'_>, asset: &str) -> Vec<Value> {
    let query = format!(
        "{{ bizhub {{ asset(id: \"{asset}\") {{ photos {{ nodes {{ caption fileName contentType }} \
         }} }} }} }}"
    );
    let data = shop.world.read(&shop.sales, &query).await;
    data["bizhub"]["asset"]["photos"]["nodes"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_photo_is_attached_looked_at_and_removed() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let asset = shop.received(&shop.laptop_model().await).await;
    let file = uploaded(&world, &shop.technician, "front.png", PNG).await;
    let input = json!({ "assetId": asset, "storedFileId": file, "caption": " The lid " });
    let made = world.done(
        &shop.technician,
        "bizhubAssetPhotoAttach",
        input,
        "assetPhoto { id attachedByName }",
    );
    let made = made.await;
    assert_eq!(made["assetPhoto"]["attachedByName"], "technician of bizhub");
    let photo = id_of(&made, "assetPhoto");
    assert_eq!(
        captions(&shop, &asset).await,
        [json!({ "caption": "The lid", "fileName": "front.png", "contentType": "image/png" })]
    );
    let input = json!({ "assetPhotoId": photo });
    let payload = world.done(&shop.sales, "bizhubAssetPhotoLink", input.clone(), "url").await;
    let url = payload["url"].as_str().unwrap().to_owned();
    assert_eq!(followed(&world, &url).await, "front.png");

    // What is attached stays; what is removed follows a day later.
    world.clock.advance(chrono::TimeDelta::days(2));
    assert_eq!(world.run_job("removeOrphanFiles").await, 0);
    let payload = world.done(&shop.sales, "bizhubAssetPhotoLink", input.clone(), "url").await;
    let url = payload["url"].as_str().unwrap().to_owned();
    assert_eq!(followed(&world, &url).await, "front.png");
    world.done(&shop.warehouse, "bizhubAssetPhotoRemove", input, "").await;
    assert_eq!(captions(&shop, &asset).await, Vec::<Value>::new());
    assert_eq!(world.run_job("removeOrphanFiles").await, 0);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.stored_files").await, 1);
    world.clock.advance(chrono::TimeDelta::days(1));
    assert_eq!(world.run_job("removeOrphanFiles").await, 1);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.stored_files").await, 0);
}

#[tokio::test]
async fn only_a_picture_of_ones_own_is_attached_and_only_once() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let asset = shop.received(&shop.laptop_model().await).await;
    let note = uploaded(&world, &shop.technician, "note.txt", b"not a picture").await;
    let input = json!({ "assetId": asset, "storedFileId": note });
    let refusals = world.refused(&shop.technician, "bizhubAssetPhotoAttach", input).await;
    assert_eq!(refusals, ["FILE_REJECTED storedFileId"]);
    let file = uploaded(&world, &shop.technician, "front.png", PNG).await;
    let input = json!({ "assetId": asset, "storedFileId": file });
    for person in [&shop.warehouse, &shop.manager] {
        let refusals = world.refused(person, "bizhubAssetPhotoAttach", input.clone()).await;
        assert_eq!(refusals, ["NOT_FOUND storedFileId"]);
    }
    world.done(&shop.technician, "bizhubAssetPhotoAttach", input.clone(), "").await;
    let refusals = world.refused(&shop.technician, "bizhubAssetPhotoAttach", input).await;
    assert_eq!(refusals, ["ALREADY_DONE storedFileId"]);
}

#[tokio::test]
async fn an_asset_has_at_most_twenty_photos() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let asset = shop.received(&shop.laptop_model().await).await;
    for place in 0..21 {
        let file = uploaded(&world, &shop.technician, "front.png", PNG).await;
        let input = json!({ "assetId": asset, "storedFileId": file });
        if place < 20 {
            world.done(&shop.technician, "bizhubAssetPhotoAttach", input, "").await;
        } else {
            let refusals = world.refused(&shop.technician, "bizhubAssetPhotoAttach", input).await;
            assert_eq!(refusals, ["LIMIT_EXCEEDED assetId"]);
        }
    }
}
