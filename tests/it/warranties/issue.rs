//! What warranties a sale leaves, and for how long (spec 6.9).

use chrono::TimeDelta;
use serde_json::json;

use crate::shop::{Shop, id_of};
use crate::till::{asset, cash, pieces, service};
use crate::world::{World, key};

#[tokio::test]
async fn a_paid_invoice_leaves_one_warranty_for_each_device_of_its_customer() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (customer, model) = (shop.customer().await, shop.laptop_model().await);
    let (one, two) = (shop.ready(&model).await, shop.ready(&model).await);
    let chargers = shop.chargers(5).await;
    let input = json!({
        "customerId": customer, "customerType": "RETAIL",
        "lines": [asset(&one), pieces(&chargers, 1), service("10.00"), asset(&two)],
        "tenders": [cash("10060.00")], "idempotencyKey": key(),
    });
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    assert_eq!(
        shop.promises().await,
        [
            "WAR-000001 Standard Active 2026-03-02 to 2026-05-31",
            "WAR-000002 Standard Active 2026-03-02 to 2026-05-31",
        ]
    );
    world.verify().await;
}

#[tokio::test]
async fn it_starts_on_the_day_of_the_last_tender_not_on_that_of_the_invoice() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let input = json!({
        "customerId": customer, "customerType": "RETAIL", "lines": [asset(&laptop)],
        "idempotencyKey": key(),
    });
    let made = world.done(&shop.sales, "bizhubInvoiceCreate", input, "invoice { id }").await;
    let invoice = id_of(&made, "invoice");
    shop.send(&invoice).await;
    shop.pay(&invoice, json!([cash("4000.00")])).await;
    assert_eq!(shop.promises().await, Vec::<String>::new());
    world.clock.advance(TimeDelta::days(5));
    shop.pay(&invoice, json!([cash("1000.00")])).await;
    let expected = ["WAR-000001 Standard Active 2026-03-07 to 2026-06-05"];
    assert_eq!(shop.promises().await, expected);
}

#[tokio::test]
async fn nobody_without_a_record_gets_a_warranty() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    shop.sold(json!([asset(&laptop)]), json!([cash("5000.00")])).await;
    assert_eq!(shop.promises().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_tenant_says_how_long_the_standard_runs() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.set("bizhub.standard_warranty_days", json!(30)).await;
    shop.sold_to(&shop.customer().await).await;
    assert_eq!(shop.promises().await, ["WAR-000001 Standard Active 2026-03-02 to 2026-04-01"]);
    let admin = world.person("admin").await;
    let none = json!({ "key": "bizhub.standard_warranty_days", "value": 0 });
    let refused = world.refused(&admin, "tenantSettingSet", none).await;
    assert_eq!(refused.len(), 1, "{refused:?}");
}

#[tokio::test]
async fn a_premium_runs_a_year_with_accessories_certificate_and_box() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let line = json!({ "assetId": laptop, "warrantyTier": "PREMIUM_ONE_YEAR" });
    shop.sold_lines_to(&customer, json!([line])).await;
    assert_eq!(
        shop.promises().await,
        ["WAR-000001 Premium 1-Year Active 2026-03-02 to 2027-03-02"]
    );
    let comes = "SELECT includes_accessories AND includes_certificate AND includes_premium_boxing \
                 FROM bizhub.warranties";
    assert_eq!(world.value(comes).await, json!(true));
}

#[tokio::test]
async fn a_premium_is_promised_by_name_and_only_with_a_device() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let premium = json!({ "assetId": laptop, "warrantyTier": "PREMIUM_ONE_YEAR" });
    let input = json!({
        "lines": [premium], "tenders": [cash("5000.00")], "idempotencyKey": key(),
    });
    let refused = world.refused(&shop.sales, "bizhubInvoiceCheckout", input).await;
    assert_eq!(refused, ["PRECONDITION_FAILED customerId"]);
    let draft = shop.draft(json!([premium])).await;
    let input = json!({ "invoiceId": draft, "idempotencyKey": key() });
    let refused = world.refused(&shop.sales, "bizhubInvoiceSend", input).await;
    assert_eq!(refused, ["PRECONDITION_FAILED customerId"]);
    let mut work = service("10.00");
    work["warrantyTier"] = json!("STANDARD");
    let input = json!({ "invoiceId": draft, "line": work, "idempotencyKey": key() });
    let refused = world.refused(&shop.sales, "bizhubInvoiceAddLine", input).await;
    assert_eq!(refused, ["VALIDATION_FAILED line.warrantyTier"]);
}

#[tokio::test]
async fn the_tier_of_a_draft_can_change() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let draft = shop.draft(json!([asset(&laptop), service("10.00")])).await;
    let lines = shop.ids_of("lines", &draft).await;
    let input = |line: &str, version: i32| {
        json!({
            "invoiceId": draft, "expectedVersion": version, "invoiceLineId": line,
            "warrantyTier": "PREMIUM_ONE_YEAR", "idempotencyKey": key(),
        })
    };
    let version = world.value("SELECT version FROM bizhub.invoices").await.as_i64().unwrap();
    let version = i32::try_from(version).unwrap();
    let refused = world.refused(&shop.sales, "bizhubInvoiceReprice", input(&lines[1], version));
    assert_eq!(refused.await, ["VALIDATION_FAILED warrantyTier"]);
    world.done(&shop.sales, "bizhubInvoiceReprice", input(&lines[0], version), "").await;
    let tiers = shop
        .lines(
            "SELECT coalesce(warranty_tier, 'none') AS line FROM bizhub.invoice_lines \
                ORDER BY id",
        )
        .await;
    assert_eq!(tiers, ["Premium 1-Year", "none"]);
}

#[tokio::test]
async fn a_voided_payment_voids_the_warranties_and_the_next_settlement_makes_new_ones() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (_, invoice) = shop.sold_to(&shop.customer().await).await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    let input =
        json!({ "paymentId": payment, "reason": "Wrong customer", "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubPaymentVoid", input, "").await;
    world.verify().await;
    shop.pay(&invoice, json!([cash("5000.00")])).await;
    assert_eq!(
        shop.promises().await,
        [
            "WAR-000001 Standard Void 2026-03-02 to 2026-05-31",
            "WAR-000002 Standard Active 2026-03-02 to 2026-05-31",
        ]
    );
    let why = "SELECT void_reason FROM bizhub.warranties WHERE status = 'Void'";
    assert_eq!(world.value(why).await, json!("A payment of INV-000001 was voided"));
    world.verify().await;
}

#[tokio::test]
async fn an_upgrade_is_a_new_warranty_from_the_same_day_and_the_old_one_is_void() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (laptop, _) = shop.sold_to(&shop.customer().await).await;
    world.clock.advance(TimeDelta::days(20));
    let input = json!({ "warrantyId": shop.warranty_of(&laptop).await });
    let shown =
        "warranty { warrantyNumber daysLeft previousWarranty { warrantyNumber voidReason } }";
    let made = world.done(&shop.sales, "bizhubWarrantyUpgrade", input, shown).await;
    let previous =
        json!({ "warrantyNumber": "WAR-000001", "voidReason": "Upgraded to WAR-000002" });
    let expected =
        json!({ "warrantyNumber": "WAR-000002", "daysLeft": 345, "previousWarranty": previous });
    assert_eq!(made["warranty"], expected);
    assert_eq!(
        shop.promises().await,
        [
            "WAR-000001 Standard Void 2026-03-02 to 2026-05-31",
            "WAR-000002 Premium 1-Year Active 2026-03-02 to 2027-03-02",
        ]
    );
    let again = json!({ "warrantyId": shop.warranty_of(&laptop).await });
    let refused = world.refused(&shop.sales, "bizhubWarrantyUpgrade", again).await;
    assert_eq!(refused, ["ALREADY_DONE warrantyId"]);
    world.verify().await;
}

#[tokio::test]
async fn nothing_is_upgraded_after_its_last_day_or_under_an_open_claim() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (laptop, _) = shop.sold_to(&customer).await;
    let warranty = shop.warranty_of(&laptop).await;
    let claim = shop.claimed(&warranty, &customer).await;
    let input = json!({ "warrantyId": warranty });
    let refused = world.refused(&shop.sales, "bizhubWarrantyUpgrade", input.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED warrantyId"]);
    let deny = json!({ "warrantyClaimId": claim, "denialReason": "Water" });
    world.done(&shop.manager, "bizhubWarrantyClaimDeny", deny, "").await;
    world.clock.advance(TimeDelta::days(91));
    let refused = world.refused(&shop.sales, "bizhubWarrantyUpgrade", input).await;
    assert_eq!(refused, ["EXPIRED warrantyId"]);
}
