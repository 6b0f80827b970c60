//! Removing a file that nobody attached: with nothing locked while the store is asked, and once
//! more where that broke off.

use std::sync::Arc;

use bizgraph_kernel::job::Job;
use bizgraph_kernel::stored_file::FileStore;
use chrono::TimeDelta;
use serde_json::json;

use super::{PNG, uploaded};
use crate::shop::Shop;
use crate::world::World;

/// Runs the job and answers what it removed and where it failed.
async fn removed(world: &World) -> (i32, i32) {
    let tenant = world.kernel.tenant("bizhub").unwrap();
    let job = Job::named(world.kernel.module("bizhub").unwrap(), "removeOrphanFiles").unwrap();
    let ran = world.kernel.run_job(&tenant, job, None).await.unwrap().unwrap();
    (ran.succeeded, ran.failed)
}

#[tokio::test]
async fn a_file_that_the_store_does_not_remove_counts_as_gone_and_is_removed_later() {
    let mut world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    Arc::get_mut(&mut world.kernel).unwrap().files = FileStore::in_folder(folder.path()).unwrap();
    let shop = Shop::open(&world).await;
    let asset = shop.received(&shop.laptop_model().await).await;
    let file = uploaded(&world, &shop.technician, "front.png", PNG).await;
    let location = world.value("SELECT location FROM bizhub.stored_files").await;
    let path = folder.path().join(location.as_str().unwrap());
    // A folder in the place of the file is not removed as a file.
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("within"), "x").unwrap();
    world.clock.advance(TimeDelta::hours(24));
    assert_eq!(removed(&world).await, (0, 1));
    let row = "SELECT attached, removed_at AT TIME ZONE 'UTC' AS removed FROM bizhub.stored_files";
    let gone = json!({ "attached": false, "removed": "2026-03-03T09:00:00" });
    assert_eq!(world.rows(row).await, [gone]);
    let input = json!({ "assetId": asset, "storedFileId": file });
    let refused = world.refused(&shop.technician, "bizhubAssetPhotoAttach", input).await;
    assert_eq!(refused, ["NOT_FOUND storedFileId"]);
    assert_eq!(removed(&world).await, (0, 1));
    std::fs::remove_dir_all(&path).unwrap();
    std::fs::write(&path, PNG).unwrap();
    assert_eq!(removed(&world).await, (1, 0));
    assert!(!path.exists());
    assert_eq!(world.value("SELECT count(*) FROM bizhub.stored_files").await, 0);
    assert_eq!(removed(&world).await, (0, 0));
}

#[tokio::test]
async fn a_server_that_stops_before_the_row_is_gone_leaves_work_that_is_done_later() {
    let world = World::new().await;
    let warehouse = world.person("warehouse").await;
    uploaded(&world, &warehouse, "front.png", PNG).await;
    world.clock.advance(TimeDelta::hours(24));
    // As it stands between the two transactions, the content removed already.
    let sql = "UPDATE bizhub.stored_files SET location = 'bizhub/gone', \
               removed_at = '2026-03-03 09:00Z', updated_at = '2026-03-03 09:00Z'";
    world.meddle(sql).await;
    assert_eq!(removed(&world).await, (1, 0));
    assert_eq!(world.value("SELECT count(*) FROM bizhub.stored_files").await, 0);
}
