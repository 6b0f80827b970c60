//! Long lists: out of one snapshot, in little memory, and stopped when nobody takes them.

use bizgraph_kernel::db::Fault;
use bizgraph_kernel::db::PoolSizes;
use futures_util::StreamExt;
use serde_json::json;

use super::{all_returned, begin, refused, rows};
use crate::server::Server;
use crate::world::{Person, World};

/// Rows of a long list.
const MANY: usize = 200_000;

/// So many lead sources.
async fn many(world: &World, count: usize) -> Person {
    let sql = format!(
        "DELETE FROM bizhub.lead_sources; \
         INSERT INTO bizhub.lead_sources (source_name) \
         SELECT 'Source ' || n FROM generate_series(1, {count}) n"
    );
    world.meddle(&sql).await;
    world.person("manager").await
}

#[tokio::test]
async fn a_long_list_is_read_no_faster_than_it_is_taken() {
    let world = World::new().await;
    let manager = many(&world, MANY).await;
    let before = world.kernel.database.statements();
    let mut export = begin(&world, &manager, "leadSources", json!({})).await.unwrap();
    let (mut lines, mut longest, mut first) = (0, 0, true);
    while let Some(piece) = export.pieces.next().await {
        let piece = piece.unwrap();
        if std::mem::take(&mut first) {
            // Limits, cursor and first rows, two pieces that wait and one that is made.
            let sent = world.kernel.database.statements() - before;
            assert!(sent <= 7, "{sent} statements before the first piece was taken");
            // What is written meanwhile is not in the snapshot.
            world.meddle("INSERT INTO bizhub.lead_sources (source_name) VALUES ('Late')").await;
        }
        lines += piece.iter().filter(|byte| **byte == b'\n').count();
        longest = longest.max(piece.len());
    }
    assert_eq!(lines, MANY);
    assert!(longest < 256 * 1024, "a piece of {longest} bytes");
    all_returned(&world).await;
}

#[tokio::test]
async fn a_long_list_arrives_whole_over_http() {
    let world = World::new().await;
    many(&world, 20_000).await;
    let server = Server::start(&world).await;
    let token = server.login("manager").await;
    let request = json!({ "columns": ["sourceName"] });
    let answer = server.export(&token, "leadSources.csv", request).await;
    assert_eq!(answer.text().await.unwrap().lines().count(), 20_001);
}

#[tokio::test]
async fn a_caller_who_hangs_up_stops_the_reading() {
    let world = World::new().await;
    let manager = many(&world, MANY).await;
    for _ in 0..3 {
        let mut export = begin(&world, &manager, "leadSources", json!({})).await.unwrap();
        export.pieces.next().await.unwrap().unwrap();
        drop(export);
        all_returned(&world).await;
    }
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND usename LIKE '%\\_app' AND xact_start IS NOT NULL";
    let started = std::time::Instant::now();
    while world.value(open).await != json!(0) {
        assert!(started.elapsed().as_secs() < 30, "a transaction stayed open");
    }
}

#[tokio::test]
async fn a_list_that_breaks_off_does_not_look_whole() {
    let world = World::new().await;
    let manager = many(&world, MANY).await;
    let mut export = begin(&world, &manager, "leadSources", json!({})).await.unwrap();
    export.pieces.next().await.unwrap().unwrap();
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \
                datname = current_database() AND usename LIKE '%\\_app' AND xact_start IS NOT NULL";
    world.meddle(kill).await;
    let mut last = None;
    while let Some(piece) = export.pieces.next().await {
        last = Some(piece);
    }
    assert!(matches!(last, Some(Err(Fault::Unreachable(_) | Fault::Database(_)))), "{last:?}");
}

#[tokio::test]
async fn two_exports_of_a_tenant_run_at_a_time_and_its_queries_still_do() {
    let world = World::with_pools(PoolSizes { reads: 8, writes: 4 }).await;
    let manager = many(&world, MANY).await;
    let first = begin(&world, &manager, "leadSources", json!({})).await.unwrap();
    let second = begin(&world, &manager, "leadSources", json!({})).await.unwrap();
    let third = refused(&world, &manager, "leadSources", json!({})).await;
    assert_eq!(third, "RETRY_LATER ");
    world.read(&manager, "{ bizhub { locations { totalCount } } }").await;
    let neighbour = world.person_of("kumasi", "manager").await;
    assert_eq!(rows(&world, &neighbour, "locations", json!({})).await.len(), 5);
    drop((first, second));
    all_returned(&world).await;
    assert_eq!(rows(&world, &manager, "locations", json!({})).await.len(), 5);
}
