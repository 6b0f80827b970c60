//! Stock and the work on it.

use chrono::TimeDelta;
use serde_json::json;

use super::{lines, totals};
use crate::shop::{LAPTOP_CHECKS, Shop, checklist};
use crate::till::{asset, cash};
use crate::world::{World, key};

#[tokio::test]
async fn stock_is_worth_what_it_cost_to_get_here() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let model = shop.laptop_model().await;
    let ready = shop.ready(&model).await;
    let sold = shop.ready(&model).await;
    shop.received(&model).await;
    let unknown = shop.received(&model).await;
    let sql = format!(
        "UPDATE bizhub.assets SET landed_cost = NULL WHERE id = {}",
        crate::till::row(&unknown)
    );
    world.meddle(&sql).await;
    shop.sold(json!([asset(&sold)]), json!([cash("5000.00")])).await;
    let cost = json!({
        "assetId": ready, "costKind": "DUTY", "amount": "150.50", "idempotencyKey": key(),
    });
    world.done(&shop.warehouse, "bizhubAssetCostAdd", cost, "").await;

    let fields = "group units landedCost unitsWithoutCost listValue";
    let statuses =
        ["Received | 2 | 3200.00 | 1 | 0.00", "Ready for Sale | 1 | 3350.50 | 0 | 5000.00"];
    assert_eq!(lines(&world, &shop.manager, "stockValue", fields).await, statuses);
    let models = ["HP EliteBook 840 G7 | 3 | 6550.50 | 1 | 5000.00"];
    let by_model = "stockValue(groupBy: MODEL)";
    assert_eq!(lines(&world, &shop.manager, by_model, fields).await, models);
    let places = ["Warehouse | 2 | null", "Repair Bench | 1 | null"];
    let by_place = "stockValue(groupBy: LOCATION)";
    let hidden = lines(&world, &shop.warehouse, by_place, "group units landedCost").await;
    assert_eq!(hidden, places, "the Warehouse sees no cost");
    let whole = totals(&world, &shop.manager, "stockValue", "units landedCost listValue").await;
    assert_eq!(whole, "3 | 6550.50 | 5000.00");
}

#[tokio::test]
async fn bulk_stock_is_worth_its_average_cost_and_told_when_it_runs_low() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let more = json!({
        "bulkStockId": chargers, "quantity": 5, "unitCost": "40.00", "idempotencyKey": key(),
    });
    world.done(&shop.warehouse, "bizhubBulkStockReceive", more, "").await;
    shop.draft(json!([{ "bulkStockId": chargers, "quantity": 3 }])).await;
    let fields = "group pieces reserved cost piecesWithoutCost listValue";
    let rows = ["Charger 65 W | 10 | 3 | 350.00 | 0 | 500.00"];
    assert_eq!(lines(&world, &shop.manager, "bulkStockValue(groupBy: ITEM)", fields).await, rows);
    assert!(lines(&world, &shop.warehouse, "lowStock", "itemName").await.is_empty());
    world.meddle("UPDATE bizhub.bulk_stock SET reorder_threshold = 12").await;
    let low = lines(
        &world,
        &shop.warehouse,
        "lowStock",
        "itemName quantity available reorderThreshold missing",
    );
    assert_eq!(low.await, ["Charger 65 W | 10 | 7 | 12 | 2"]);
}

#[tokio::test]
async fn the_price_list_says_what_each_grade_costs_and_how_many_there_are() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let model = shop.laptop_model().await;
    shop.ready(&model).await;
    shop.received(&model).await;
    let fields = "brand modelName category priceGradeA priceGradeB priceGradeC availableGradeA \
                  availableGradeB availableGradeC";
    let row = ["HP | EliteBook 840 G7 | LAPTOP | 5000.00 | 4500.00 | 4000.00 | 1 | 0 | 0"];
    assert_eq!(lines(&world, &shop.sales, "priceList", fields).await, row);
}

/// A laptop fails its tests on the first day and passes on the second; its quality check sends
/// it back once.
async fn worked(world: &World) -> (Shop<'_>, String) {
    let shop = Shop::open(world).await;
    let laptop = shop.received(&shop.laptop_model().await).await;
    let start = json!({ "assetId": laptop, "idempotencyKey": key() });
    world.done(&shop.technician, "bizhubAssetStartIntake", start, "").await;
    let failed = json!({
        "assetId": laptop, "checklistData": checklist(LAPTOP_CHECKS, "fail"),
        "overallResult": "FAIL", "failedTarget": "REPAIR_HOLD", "reason": "Dead",
        "batteryHealthPercent": 92, "batteryCycleCount": 120, "idempotencyKey": key(),
    });
    world.done(&shop.technician, "bizhubAssetRecordDiagnostics", failed, "").await;
    world.clock.advance(TimeDelta::days(1));
    let repaired = json!({ "assetId": laptop, "reason": "New board", "idempotencyKey": key() });
    world.done(&shop.technician, "bizhubAssetRepaired", repaired, "").await;
    shop.diagnosed(&laptop).await;
    let wipe = json!({ "assetId": laptop, "wipeMethod": "NIST 800-88", "idempotencyKey": key() });
    world.done(&shop.technician2, "bizhubAssetRecordWipe", wipe.clone(), "").await;
    let back = json!({
        "assetId": laptop, "target": "DIAGNOSTICS_PENDING", "reason": "Loose key",
        "idempotencyKey": key(),
    });
    world.done(&shop.technician2, "bizhubAssetFailQc", back, "").await;
    world.clock.advance(TimeDelta::hours(12));
    shop.diagnosed(&laptop).await;
    let mut wipe = wipe;
    wipe["idempotencyKey"] = json!(key());
    world.done(&shop.technician, "bizhubAssetRecordWipe", wipe, "").await;
    let pass = json!({ "assetId": laptop, "conditionGrade": "A", "idempotencyKey": key() });
    world.done(&shop.technician2, "bizhubAssetPassQc", pass, "").await;
    (shop, laptop)
}

#[tokio::test]
async fn technicians_are_told_by_what_they_did_and_what_passed() {
    let world = World::new().await;
    let (shop, _) = worked(&world).await;
    let fields = "group tests passed failed passRate wipes checksPassed checksFailed";
    let first = "technician of bizhub | 3 | 2 | 1 | 66.67 | 1 | 0 | 0";
    let second = "technician2 of bizhub | 0 | 0 | 0 | null | 1 | 1 | 1";
    let rows = [first, second];
    assert_eq!(lines(&world, &shop.manager, "technicianWork", fields).await, rows);
    assert_eq!(lines(&world, &shop.technician, "technicianWork", fields).await, rows[..1]);
    assert_eq!(lines(&world, &shop.technician2, "technicianWork", fields).await, rows[1..]);
    let days = [
        "2026-03-02 | 1 | 0 | 1 | 0.00 | 0 | 0 | 0",
        "2026-03-03 | 2 | 2 | 0 | 100.00 | 2 | 1 | 1",
    ];
    let by_day = "technicianWork(groupBy: DAY)";
    assert_eq!(lines(&world, &shop.manager, by_day, fields).await, days);
    let whole = totals(&world, &shop.manager, "technicianWork", "tests passRate wipes").await;
    assert_eq!(whole, "3 | 66.67 | 2");
}

#[tokio::test]
async fn the_time_to_the_shelf_runs_from_the_intake() {
    let world = World::new().await;
    let (shop, _) = worked(&world).await;
    shop.ready(&shop.laptop_model().await).await;
    let fields = "group devices averageDays medianDays fastestDays slowestDays";
    let rows = ["Laptop | 2 | 0.75 | 0.75 | 0.00 | 1.50"];
    assert_eq!(lines(&world, &shop.warehouse, "intakeToReady", fields).await, rows);
    assert!(
        lines(&world, &shop.warehouse, "intakeToReady(to: \"2026-03-02\")", fields)
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn what_was_scrapped_is_a_loss_of_its_month() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.received(&shop.laptop_model().await).await;
    let hold = json!({ "assetId": laptop, "reason": "Dead", "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubAssetHold", hold, "").await;
    let scrap = json!({
        "assetId": laptop, "reason": "Water", "driveDestroyed": true, "idempotencyKey": key(),
    });
    let asked =
        world.done(&shop.manager, "bizhubAssetScrap", scrap, "approvalRequest { id }").await;
    let second = world.person("manager2").await;
    let request = &asked["approvalRequest"]["id"];
    let input = json!({ "approvalRequestId": request, "idempotencyKey": key() });
    world.done(&second, "approvalApprove", input, "").await;
    let fields = "group units loss unitsWithoutCost";
    let month = ["2026-03 | 1 | 3200.00 | 0"];
    let by_month = "scrappedLosses(groupBy: MONTH)";
    assert_eq!(lines(&world, &shop.manager, by_month, fields).await, month);
    let model = ["HP EliteBook 840 G7 | 1 | null | 0"];
    assert_eq!(lines(&world, &shop.warehouse, "scrappedLosses", fields).await, model);
    assert!(
        lines(&world, &shop.manager, "scrappedLosses(to: \"2026-03-01\")", fields).await.is_empty()
    );
}
