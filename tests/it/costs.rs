//! Bills for devices and changes of prices (spec 6.1, 6.3), one test a sentence.

use serde_json::{Value, json};

use crate::shop::{Shop, id_of};
use crate::till::row;
use crate::world::{Person, World, key};

const ADD: &str = "bizhubAssetCostAdd";
const UPDATE_COST: &str = "bizhubAssetUpdateCost";

fn bill(asset: &str, kind: &str, amount: &str) -> Value {
    json!({ "assetId": asset, "costKind": kind, "amount": amount, "idempotencyKey": key() })
}

impl Shop<'_> {
    /// Purchase and landed cost of a device.
    async fn cost_of(&self, asset: &str) -> String {
        let sql = format!(
            "SELECT coalesce(purchase_cost::text, 'unknown') || ', landed ' \
             || coalesce(landed_cost::text, 'unknown') FROM bizhub.assets WHERE id = {}",
            row(asset)
        );
        self.world.value(&sql).await.as_str().unwrap().to_owned()
    }

    /// The input that changes a device's costs.
    async fn costs(&self, asset: &str, more: Value) -> Value {
        let query = format!("{{ bizhub {{ asset(id: \"{asset}\") {{ version }} }} }}");
        let data = self.world.read(&self.manager, &query).await;
        let version = &data["bizhub"]["asset"]["version"];
        let mut input = json!({ "assetId": asset, "expectedVersion": version });
        for (field, value) in more.as_object().unwrap() {
            input[field] = value.clone();
        }
        input
    }

    async fn bills(&self, person: &Person, asset: &str, kind: &str, amount: &str) -> String {
        let made = self.world.done(person, ADD, bill(asset, kind, amount), "assetCost { id }");
        id_of(&made.await, "assetCost")
    }
}

#[tokio::test]
async fn the_landed_cost_rises_with_each_bill_and_falls_when_it_is_voided() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.received(&shop.laptop_model().await).await;
    let duty = shop.bills(&shop.warehouse, &laptop, "DUTY", "150.50").await;
    shop.bills(&shop.manager, &laptop, "SHIPPING", "20.00").await;
    assert_eq!(shop.cost_of(&laptop).await, "unknown, landed 3370.50");
    let void = json!({ "assetCostId": duty, "reason": "Another device", "idempotencyKey": key() });
    let name = "bizhubAssetCostVoid";
    assert_eq!(world.refused(&shop.warehouse, name, void.clone()).await, ["FORBIDDEN "]);
    world.done(&shop.manager, name, void.clone(), "").await;
    assert_eq!(shop.cost_of(&laptop).await, "unknown, landed 3220.00");
    let mut again = void;
    again["idempotencyKey"] = json!(key());
    assert_eq!(world.refused(&shop.manager, name, again).await, ["ALREADY_DONE assetCostId"]);
    let query = format!(
        "{{ bizhub {{ asset(id: \"{laptop}\") {{ costs {{ nodes {{ costKind amount costDate \
         voidReason }} }} }} }} }}"
    );
    let shown =
        world.read(&shop.manager, &query).await["bizhub"]["asset"]["costs"]["nodes"].clone();
    let expected = json!([
        { "costKind": "DUTY", "amount": "150.50", "costDate": "2026-03-02", "voidReason": "Another device" },
        { "costKind": "SHIPPING", "amount": "20.00", "costDate": "2026-03-02", "voidReason": null },
    ]);
    assert_eq!(shown, expected);
    let hidden = world.send(&shop.warehouse, &query, json!({})).await;
    assert_eq!(hidden["data"]["bizhub"]["asset"]["costs"]["nodes"][1]["amount"], Value::Null);
    assert_eq!(hidden["extensions"]["redactions"], json!(["bizhub.asset.costs.nodes.amount"]));
    world.verify().await;
}

#[tokio::test]
async fn the_landed_cost_covers_the_purchase_and_the_bills() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.received(&shop.laptop_model().await).await;
    let costs = json!({ "purchaseCost": "3000.00", "landedCost": "3000.00" });
    world.done(&shop.manager, UPDATE_COST, shop.costs(&laptop, costs).await, "").await;
    shop.bills(&shop.warehouse, &laptop, "DUTY", "100.00").await;
    assert_eq!(shop.cost_of(&laptop).await, "3000.00, landed 3100.00");
    for wrong in ["3099.99", "0.00"] {
        let input = shop.costs(&laptop, json!({ "landedCost": wrong })).await;
        let refusals = world.refused(&shop.warehouse, UPDATE_COST, input).await;
        assert!(refusals.contains(&"VALIDATION_FAILED landedCost".to_owned()), "{refusals:?}");
    }
    let cleared = shop.costs(&laptop, json!({ "landedCost": null })).await;
    let refusals = world.refused(&shop.warehouse, UPDATE_COST, cleared).await;
    assert_eq!(refusals, ["VALIDATION_FAILED landedCost"]);
    let dearer = shop.costs(&laptop, json!({ "purchaseCost": "3050.00" })).await;
    world.done(&shop.manager, UPDATE_COST, dearer, "").await;
    assert_eq!(shop.cost_of(&laptop).await, "3050.00, landed 3150.00");
    world.verify().await;
    world.meddle("UPDATE bizhub.assets SET landed_cost = 3149.99").await;
    assert_eq!(world.findings().await, [format!("B15 asset {}", row(&laptop))]);
}

#[tokio::test]
async fn a_bill_needs_a_device_with_a_cost_and_says_what_it_was_for() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.received(&shop.laptop_model().await).await;
    for (kind, amount, refusal) in [
        ("OTHER", "5.00", "REQUIRED note"),
        ("DUTY", "0.00", "OUT_OF_RANGE amount"),
        ("DUTY", "-5.00", "OUT_OF_RANGE amount"),
        ("DUTY", "5.001", "OUT_OF_RANGE amount"),
    ] {
        let refusals = world.refused(&shop.warehouse, ADD, bill(&laptop, kind, amount)).await;
        assert!(refusals.contains(&refusal.to_owned()), "{kind} {amount}: {refusals:?}");
    }
    for person in [&shop.sales, &shop.technician] {
        let refusals = world.refused(person, ADD, bill(&laptop, "DUTY", "5.00")).await;
        assert_eq!(refusals, ["FORBIDDEN "]);
    }
    world.meddle("UPDATE bizhub.assets SET landed_cost = NULL").await;
    let refusals = world.refused(&shop.warehouse, ADD, bill(&laptop, "DUTY", "5.00")).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED assetId"]);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.asset_costs").await, 0);
}

#[tokio::test]
async fn a_changed_price_is_remembered_by_grade_with_who_and_why() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let model = shop.laptop_model().await;
    let input = json!({
        "productModelId": model, "expectedVersion": 1, "defaultPriceGradeA": "4900.00",
        "defaultPriceGradeB": "4500.00", "defaultPriceGradeC": null, "brand": "Hewlett-Packard",
        "reason": "New models are out",
    });
    world.done(&shop.manager, "bizhubProductModelUpdate", input, "").await;
    let other = json!({ "productModelId": model, "expectedVersion": 2, "cpu": "i5" });
    world.done(&shop.manager, "bizhubProductModelUpdate", other, "").await;
    let query = format!(
        "{{ bizhub {{ productModel(id: \"{model}\") {{ priceChanges {{ nodes {{ conditionGrade \
         oldPrice newPrice reason changedByName }} }} }} }} }}"
    );
    let shown = world.read(&shop.sales, &query).await["bizhub"]["productModel"].clone();
    let row = |grade: &str, old: &str, new: Value| {
        json!({ "conditionGrade": grade, "oldPrice": old, "newPrice": new,
                "reason": "New models are out", "changedByName": "manager of bizhub" })
    };
    let rows = json!([row("C", "4000.00", Value::Null), row("A", "5000.00", json!("4900.00"))]);
    assert_eq!(shown["priceChanges"]["nodes"], rows);
}
