//! Certificates: warranties and wipes.

use serde_json::json;

use super::{printed, sent_to_customer, text};
use crate::shop::Shop;
use crate::till::{asset, cash};
use crate::world::World;

#[tokio::test]
async fn a_wipe_certificate_names_device_method_day_and_technician() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let query = format!(
        "{{ bizhub {{ asset(id: \"{laptop}\") {{ serialNumber wipes {{ nodes {{ id }} }} }} }} }}"
    );
    let data = world.read(&shop.manager, &query).await;
    let serial = data["bizhub"]["asset"]["serialNumber"].as_str().unwrap();
    let wipe = &data["bizhub"]["asset"]["wipes"]["nodes"][0]["id"];
    let input = json!({ "wipeCertificateId": wipe });
    let sheet = printed(&world, &shop.technician, "bizhubWipeCertificatePrint", input.clone());
    let lines = text(&sheet.await);
    assert_eq!(lines[0], "Wipe certificate No. 1");
    for line in [
        "Device: HP EliteBook 840 G7",
        &format!("Serial number: {serial}"),
        "Grade: A",
        "Method: NIST 800-88",
        "Date: 2 March 2026",
        "Carried out by: technician of bizhub",
        "signed: technician of bizhub, For Shop bizhub",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line} is not among {lines:#?}");
    }
    let refusals = world.refused(&shop.sales, "bizhubWipeCertificatePrint", input).await;
    assert_eq!(refusals, ["FORBIDDEN "]);
}

#[tokio::test]
async fn a_warranty_certificate_says_for_what_and_until_when_unless_it_is_void() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let invoice = sent_to_customer(&shop, json!([asset(&laptop)])).await;
    shop.pay(&invoice, json!([cash("5000.00")])).await;
    let query = "{ bizhub { warranties { nodes { id endDate } } } }";
    let data = world.read(&shop.manager, query).await;
    let warranty = &data["bizhub"]["warranties"]["nodes"][0];
    let end: chrono::NaiveDate = warranty["endDate"].as_str().unwrap().parse().unwrap();
    let input = json!({ "warrantyId": warranty["id"] });
    let sheet = printed(&world, &shop.sales, "bizhubWarrantyPrint", input.clone()).await;
    let lines = text(&sheet);
    assert_eq!(lines[0], "Warranty certificate WAR-000001");
    assert_eq!(sheet.addressee.unwrap().name, "Ama Mensah");
    for line in [
        "Warranty: Standard",
        "From: 2 March 2026",
        &format!("Until: {}", end.format("%-d %B %Y")),
        "Invoice: INV-000001",
        "Device: HP EliteBook 840 G7",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line} is not among {lines:#?}");
    }
    world.meddle("UPDATE bizhub.warranties SET status = 'Void', void_reason = 'test'").await;
    let refusals = world.refused(&shop.sales, "bizhubWarrantyPrint", input).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED warrantyId"]);
}
