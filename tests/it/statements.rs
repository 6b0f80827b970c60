//! Nothing is N+1: as many statements for a page of 100 as for a page of 1.

use crate::world::World;

/// Lists four levels deep; `FIRST` stands for the size of the page.
const LISTS: &[&str] = &[
    "{ bizhub { locations(first: FIRST) { totalCount nodes { id locationName } } } }",
    "{ bizhub { productModels(first: FIRST) { nodes { modelName assets(first: FIRST) { totalCount nodes { \
       assetTag location { locationName } movements(first: FIRST) { nodes { reason asset { assetTag } } } } } } } } }",
    "{ bizhub { invoices(first: FIRST) { totalCount edges { cursor node { invoiceNumber customer { fullName } \
       lines(first: FIRST) { nodes { asset { productModel { brand } } } } payments(first: FIRST) { nodes { amount } } } } } } }",
];

#[tokio::test]
async fn statement_counts_do_not_grow_with_the_page() {
    let world = World::new().await;
    world.meddle(include_str!("statements.sql")).await;
    let admin = world.person("admin").await;
    for list in LISTS {
        let mut counts = Vec::new();
        for first in ["1", "10", "100"] {
            let before = world.kernel.database.statements();
            world.read(&admin, &list.replace("FIRST", first)).await;
            counts.push(world.kernel.database.statements() - before);
        }
        assert!(
            counts[0] > 0 && counts.iter().all(|count| *count == counts[0]),
            "{list}: {counts:?}"
        );
    }
}
