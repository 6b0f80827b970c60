//! What the shop does by itself (spec 6.4, 6.5).

use chrono::TimeDelta;
use serde_json::json;

use crate::shop::Shop;
use crate::till::{asset, pieces, row};
use crate::world::{World, key};

#[tokio::test]
async fn a_draft_is_given_up_when_it_is_48_hours_old_and_no_moment_before() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let chargers = shop.chargers(5).await;
    let draft = shop.draft(json!([asset(&laptop), pieces(&chargers, 2)])).await;
    world.clock.advance(TimeDelta::hours(48) - TimeDelta::microseconds(1));
    assert_eq!(world.run_job("expireDrafts").await, 0);
    assert_eq!(shop.pile(&chargers).await, "5 there, 2 held");

    world.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(world.run_job("expireDrafts").await, 1);
    assert_eq!(shop.shelf(&laptop).await, "Ready for Sale at Repair Bench");
    assert_eq!(shop.pile(&chargers).await, "5 there, 0 held");
    let sql = format!(
        "SELECT i.status, i.cancelled_reason, a.actor, a.action, a.reason FROM bizhub.invoices i \
         JOIN bizhub.audit_entries a ON a.entity = 'BizhubInvoice' AND a.entity_id = i.id::text \
         WHERE i.id = {} ORDER BY a.id DESC LIMIT 1",
        row(&draft)
    );
    let reason = "Not sent within 48 hours";
    let expected = json!({"status": "Cancelled", "cancelled_reason": reason, "actor": "system",
        "action": "cancel", "reason": reason});
    assert_eq!(world.rows(&sql).await, [expected]);
    assert_eq!(world.run_job("expireDrafts").await, 0);
    world.verify().await;
}

#[tokio::test]
async fn what_was_sent_in_time_stays() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let invoice = shop.sent(json!([asset(&laptop)])).await;
    world.clock.advance(TimeDelta::hours(72));
    assert_eq!(world.run_job("expireDrafts").await, 0);
    assert!(shop.books(&invoice).await.starts_with("Sent"));
}

/// Who was told of what, in order.
async fn told(world: &World) -> Vec<String> {
    let sql = "SELECT recipient || ': ' || subject AS line FROM bizhub.notifications \
               WHERE template = 'bizhub.low_stock' ORDER BY id";
    let rows = world.rows(sql).await;
    rows.iter().map(|row| row["line"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn low_stock_is_told_once_until_it_is_replenished() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let version = |field: &str| {
        format!("SELECT {field} FROM bizhub.bulk_stock WHERE id = {}", row(&chargers))
    };
    let input = json!({"bulkStockId": chargers, "reorderThreshold": 4,
        "expectedVersion": world.value(&version("version")).await});
    world.done(&shop.manager, "bizhubBulkStockUpdate", input, "bulkStock { id }").await;
    let sold = async |quantity: i32| {
        let total = format!("{}.00", 50 * quantity);
        shop.sold(json!([pieces(&chargers, quantity)]), json!([crate::till::cash(&total)])).await
    };
    sold(1).await;
    assert_eq!(told(&world).await, Vec::<String>::new());
    sold(1).await;
    let once = [
        "manager@bizhub.example: Low stock: Charger 65 W",
        "manager2@bizhub.example: Low stock: Charger 65 W",
    ];
    assert_eq!(told(&world).await, once);
    sold(1).await;
    assert_eq!(world.run_job("alertLowStock").await, 0);
    assert_eq!(told(&world).await, once);

    let input = json!({"bulkStockId": chargers, "quantity": 5, "unitCost": "30.00",
        "idempotencyKey": key()});
    world.done(&shop.warehouse, "bizhubBulkStockReceive", input, "bulkStock { id }").await;
    sold(4).await;
    assert_eq!(told(&world).await.len(), 4);
}

#[tokio::test]
async fn imported_stock_that_is_low_is_told_by_the_job() {
    let world = World::new().await;
    world
        .meddle(
            "INSERT INTO bizhub.bulk_stock (sku, item_name, category, quantity, reorder_threshold) \
             VALUES ('CABLE', 'Cable', 'Cable', 1, 10)",
        )
        .await;
    assert_eq!(world.run_job("alertLowStock").await, 1);
    assert_eq!(told(&world).await.len(), 2);
    assert_eq!(world.run_job("alertLowStock").await, 0);
}

#[tokio::test]
async fn every_job_of_the_shop_can_run_for_a_past_day_and_again() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.sold(json!([pieces(&shop.chargers(5).await, 1)]), json!([crate::till::cash("50.00")]))
        .await;
    let first = world.run_jobs("2026-02-01").await;
    assert!(first.len() > 8);
    world.run_jobs("2026-02-01").await;
    world.run_jobs("2026-03-02").await;
    world.verify().await;
}

#[tokio::test]
async fn every_job_has_a_name_of_its_own_and_a_sentence() {
    for module in bizgraph::schema::MODULES {
        let mut names = std::collections::HashSet::new();
        for job in bizgraph_kernel::job::Job::all(module) {
            assert!(names.insert(job.name), "{} twice", job.name);
            assert!(job.doc.trim().ends_with('.'), "{}", job.name);
        }
    }
}
