//! At most one chain grows (R12).

use chrono::TimeDelta;

use super::{backups, made};
use crate::world::World;

#[tokio::test]
async fn incremental_ones_go_on_from_the_last_full_one() {
    let world = World::rim().await;
    for kind in ["FULL", "INCREMENTAL", "FULL", "INCREMENTAL"] {
        made(&world, kind).await;
        world.clock.advance(TimeDelta::hours(1));
    }
    let bases = backups(
        &world,
        "(SELECT count(*)::int FROM rim.backups f WHERE f.created_at < \
         (SELECT created_at FROM rim.backups b WHERE b.id = backups.base_backup_id)) AS before",
    )
    .await;
    let before: Vec<i64> =
        bases.iter().map(|row| row["before"].as_i64().unwrap_or_default()).collect();
    assert_eq!(before, [0, 0, 0, 2]);
    world.verify().await;
}

#[tokio::test]
async fn one_that_goes_on_from_an_older_full_one_is_found() {
    let world = World::rim().await;
    for kind in ["FULL", "FULL", "INCREMENTAL"] {
        made(&world, kind).await;
        world.clock.advance(TimeDelta::hours(1));
    }
    let wrong = "UPDATE rim.backups SET base_backup_id = (SELECT id FROM rim.backups \
                 ORDER BY created_at LIMIT 1) WHERE type = 'incremental'";
    world.meddle(wrong).await;
    let findings = world.findings().await;
    assert!(findings.len() == 1 && findings[0].starts_with("R12 backup "), "{findings:?}");
}
