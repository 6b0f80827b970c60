//! The dashboard: kept for five minutes, for each who may see the same.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::shop::Shop;
use crate::till::{cash, service};
use crate::world::{Person, World};

const SHOWN: &str = "{ bizhub { reports { dashboard { invoicesToday salesToday salesThisMonth \
     openInvoices amountDue overdueInvoices devicesReady devicesInWork stockCost testsToday \
     depositsHeld refundsWaiting asOf } } } }";

async fn dashboard(world: &World, person: &Person) -> Value {
    let answer = world.send(person, SHOWN, json!({})).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"]["bizhub"]["reports"]["dashboard"].clone()
}

#[tokio::test]
async fn figures_stand_for_five_minutes_and_then_anew() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.sold(json!([service("20.00")]), json!([cash("20.00")])).await;
    let first = dashboard(&world, &shop.manager).await;
    assert_eq!((&first["invoicesToday"], &first["salesToday"]), (&json!(1), &json!("20.00")));
    assert_eq!(first["asOf"], "2026-03-02T09:00:00Z");
    shop.sold(json!([service("30.00")]), json!([cash("30.00")])).await;
    world.clock.advance(TimeDelta::minutes(4));
    assert_eq!(dashboard(&world, &shop.manager).await, first);
    let admin = world.person("admin").await;
    assert_eq!(dashboard(&world, &admin).await, first, "another who may see all");
    world.clock.advance(TimeDelta::minutes(1));
    let next = dashboard(&world, &shop.manager).await;
    assert_eq!((&next["invoicesToday"], &next["salesToday"]), (&json!(2), &json!("50.00")));
    assert_eq!(next["asOf"], "2026-03-02T09:05:00Z");
}

#[tokio::test]
async fn the_figures_of_a_shop_are_worked_out_by_hand() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let model = shop.laptop_model().await;
    shop.ready(&model).await;
    shop.received(&model).await;
    let first = shop.sold(json!([service("100.00")]), json!([cash("100.00")])).await;
    let owed = shop.sent(json!([service("70.00")])).await;
    shop.pay(&owed, json!([cash("20.00")])).await;
    world.clock.advance(TimeDelta::days(1));
    shop.sold(json!([service("30.00")]), json!([cash("30.00")])).await;
    let line = shop.ids_of("lines", &first).await.remove(0);
    let part = json!([{ "invoiceLineId": line, "amount": "40.00" }]);
    shop.refunded(&first, part, json!([cash("40.00")])).await;
    shop.asked(&first, json!([{ "invoiceLineId": line }])).await;
    let expected = json!({
        "invoicesToday": 1, "salesToday": "-10.00", "salesThisMonth": "90.00",
        "openInvoices": 1, "amountDue": "50.00", "overdueInvoices": 1,
        "devicesReady": 1, "devicesInWork": 1, "stockCost": "6400.00", "testsToday": 0,
        "depositsHeld": "0.00", "refundsWaiting": 1, "asOf": "2026-03-03T09:00:00Z",
    });
    assert_eq!(dashboard(&world, &shop.manager).await, expected);
}

#[tokio::test]
async fn nobody_is_shown_figures_kept_for_another() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.diagnosed_today().await;
    shop.sold(json!([service("20.00")]), json!([cash("20.00")])).await;
    let whole = dashboard(&world, &shop.manager).await;
    assert_eq!((&whole["salesToday"], &whole["testsToday"]), (&json!("20.00"), &json!(1)));
    let sales = dashboard(&world, &shop.sales).await;
    assert_eq!(sales["salesToday"], "20.00");
    for field in ["stockCost", "testsToday", "depositsHeld", "refundsWaiting"] {
        assert_eq!(sales[field], Value::Null, "{field}");
    }
    let other = dashboard(&world, &world.person("sales2").await).await;
    assert_eq!(other["salesToday"], "0.00");
    let technician = dashboard(&world, &shop.technician).await;
    assert_eq!((&technician["salesToday"], &technician["testsToday"]), (&Value::Null, &json!(1)));
    let second = dashboard(&world, &shop.technician2).await;
    assert_eq!(second["testsToday"], 0);
    let warehouse = dashboard(&world, &shop.warehouse).await;
    assert_eq!((&warehouse["devicesInWork"], &warehouse["stockCost"]), (&json!(1), &Value::Null));
    let elsewhere = world.person_of("kumasi", "manager").await;
    assert_eq!(dashboard(&world, &elsewhere).await["salesToday"], "0.00");
}

impl Shop<'_> {
    /// A laptop that the technician tested.
    async fn diagnosed_today(&self) {
        let laptop = self.received(&self.laptop_model().await).await;
        let start = json!({ "assetId": laptop, "idempotencyKey": crate::world::key() });
        self.world.done(&self.technician, "bizhubAssetStartIntake", start, "").await;
        self.diagnosed(&laptop).await;
    }
}
