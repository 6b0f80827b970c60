//! Each guard of an asset's moves, failing alone (spec 6.3): everything else about the call is
//! right, and what is refused leaves nothing behind.

use serde_json::{Value, json};

use crate::machines::subject::{ASSET, prepare, print, put_device};
use crate::shop::Shop;
use crate::world::{Person, World, key};

/// One call of a move: who, from which state, to which, and what is changed about its input.
struct Try<'w> {
    world: &'w World,
    person: &'w Person,
    verb: &'static str,
    from: &'static str,
    to: &'static str,
}

impl Try<'_> {
    /// The input of the move for this device with some fields changed; null leaves one out.
    fn input(&self, device: i64, changes: &Value) -> Value {
        let mut input = ASSET.input(self.person, device, self.verb, (self.from, self.to));
        for (field, value) in changes.as_object().unwrap() {
            input[field] = value.clone();
        }
        input
    }

    /// The refusals of a call that differs in these fields alone.
    async fn refused(&self, changes: Value) -> Vec<String> {
        let device = put_device(self.world, self.from, self.to).await;
        self.refused_for(device, changes).await
    }

    /// The same for a device that was prepared.
    async fn refused_for(&self, device: i64, changes: Value) -> Vec<String> {
        let before = print(self.world).await;
        let input = self.input(device, &changes);
        let refused = self.world.refused(self.person, &ASSET.mutation(self.verb), input).await;
        assert_eq!(print(self.world).await, before, "{} {changes}", self.verb);
        refused
    }

    /// A call that differs in these fields and goes through.
    async fn done(&self, changes: Value) {
        let device = put_device(self.world, self.from, self.to).await;
        self.done_for(device, changes).await;
    }

    /// The same for a device that was prepared.
    async fn done_for(&self, device: i64, changes: Value) {
        let input = self.input(device, &changes);
        self.world.done(self.person, &ASSET.mutation(self.verb), input, "").await;
        assert_eq!(ASSET.status(self.world, device).await, self.to);
    }
}

#[tokio::test]
async fn diagnostics_answer_every_check_of_the_category_and_no_other() {
    let world = World::new().await;
    prepare(&world).await;
    let person = &world.person("technician").await;
    let (from, to) = ("Diagnostics Pending", "Wipe Pending");
    let test = Try { world: &world, person, verb: "recordDiagnostics", from, to };
    let whole = test.input(1, &json!({}))["checklistData"].clone();
    let with = |check: &str, found: Option<Value>| {
        let mut list = whole.clone();
        match found {
            Some(found) => list[check] = found,
            None => drop(list.as_object_mut().unwrap().remove(check)),
        }
        json!({ "checklistData": list })
    };
    for (changes, expected) in [
        (with("webcam", None), "REQUIRED checklistData.webcam"),
        (with("fan", Some(json!("pass"))), "VALIDATION_FAILED checklistData.fan"),
        (with("webcam", Some(json!(" "))), "BAD_FORMAT checklistData.webcam"),
        (with("webcam", Some(json!(true))), "BAD_FORMAT checklistData.webcam"),
        (with("webcam", Some(json!("x".repeat(201)))), "BAD_FORMAT checklistData.webcam"),
        (json!({ "batteryHealthPercent": 101 }), "OUT_OF_RANGE batteryHealthPercent"),
        (json!({ "batteryHealthPercent": -1 }), "OUT_OF_RANGE batteryHealthPercent"),
        (json!({ "batteryCycleCount": -1 }), "OUT_OF_RANGE batteryCycleCount"),
        (json!({ "failedTarget": "REPAIR_HOLD" }), "VALIDATION_FAILED failedTarget"),
    ] {
        assert_eq!(test.refused(changes.clone()).await, [expected], "{changes}");
    }
    let no_object = test.refused(json!({ "checklistData": ["power_on"] })).await;
    assert!(no_object.contains(&"VALIDATION_FAILED checklistData".to_owned()), "{no_object:?}");
    test.done(with("webcam", Some(json!("Scratched, works")))).await;
}

#[tokio::test]
async fn a_pass_with_notes_needs_the_notes() {
    let world = World::new().await;
    prepare(&world).await;
    let person = &world.person("technician").await;
    let (from, to) = ("Diagnostics Pending", "Wipe Pending");
    let test = Try { world: &world, person, verb: "recordDiagnostics", from, to };
    let result = "PASS_WITH_NOTES";
    let refused = test.refused(json!({ "overallResult": result, "notes": " " })).await;
    assert_eq!(refused, ["REQUIRED notes"]);
    test.done(json!({ "overallResult": result, "notes": "Key E is worn" })).await;
}

#[tokio::test]
async fn a_fail_needs_a_reason_and_where_the_device_goes() {
    let world = World::new().await;
    prepare(&world).await;
    let person = &world.person("technician").await;
    let (from, to) = ("Diagnostics Pending", "Not Sellable");
    let test = Try { world: &world, person, verb: "recordDiagnostics", from, to };
    assert_eq!(test.refused(json!({ "reason": null })).await, ["REQUIRED reason"]);
    assert_eq!(test.refused(json!({ "failedTarget": null })).await, ["REQUIRED failedTarget"]);
    test.done(json!({ "reason": "Mainboard dead" })).await;
    let kept = "SELECT not_sellable_reason FROM bizhub.assets WHERE status = 'Not Sellable'";
    assert_eq!(world.value(kept).await, json!("Mainboard dead"));
}

#[tokio::test]
async fn a_manager_does_a_technicians_work_only_with_a_reason() {
    let world = World::new().await;
    prepare(&world).await;
    let (manager, technician) = (world.person("manager").await, world.person("technician").await);
    for (verb, from, to) in [
        ("recordDiagnostics", "Diagnostics Pending", "Wipe Pending"),
        ("recordWipe", "Wipe Pending", "QC Pending"),
        ("passQc", "QC Pending", "Ready for Sale"),
    ] {
        let by_manager = Try { world: &world, person: &manager, verb, from, to };
        assert_eq!(
            by_manager.refused(json!({ "reason": null })).await,
            ["REQUIRED reason"],
            "{verb}"
        );
        let by_technician = Try { world: &world, person: &technician, verb, from, to };
        by_technician.done(json!({ "reason": null })).await;
    }
}

#[tokio::test]
async fn a_wipe_needs_a_method_of_the_tenants_list() {
    let world = World::new().await;
    prepare(&world).await;
    let person = &world.person("technician").await;
    let (from, to) = ("Wipe Pending", "QC Pending");
    let test = Try { world: &world, person, verb: "recordWipe", from, to };
    for (method, expected) in [
        ("Hammer", vec!["VALIDATION_FAILED wipeMethod"]),
        ("nist 800-88", vec!["VALIDATION_FAILED wipeMethod"]),
    ] {
        assert_eq!(test.refused(json!({ "wipeMethod": method })).await, expected);
    }
    test.done(json!({ "wipeMethod": "DOD 3-pass" })).await;
}

#[tokio::test]
async fn a_quick_format_of_a_laptop_needs_a_manager_with_a_reason() {
    let world = World::new().await;
    prepare(&world).await;
    let quick = json!({ "wipeMethod": "Quick Format" });
    let silent = json!({ "wipeMethod": "Quick Format", "reason": null });
    let (from, to) = ("Wipe Pending", "QC Pending");
    let (technician, manager) = (world.person("technician").await, world.person("manager").await);
    let admin = world.person("admin").await;
    let test = |person| Try { world: &world, person, verb: "recordWipe", from, to };
    assert_eq!(test(&technician).refused(quick.clone()).await, ["NOT_ELIGIBLE wipeMethod"]);
    for person in [&manager, &admin] {
        assert_eq!(test(person).refused(silent.clone()).await, ["REQUIRED reason"]);
        test(person).done(quick.clone()).await;
    }
    // An accessory keeps nobody's data.
    let device = put_device(&world, "Wipe Pending", "").await;
    let accessory = "UPDATE bizhub.assets SET product_model_id = (SELECT id FROM \
                     bizhub.product_models WHERE category = 'Accessory') WHERE id = ";
    world.meddle(&format!("{accessory}{device}")).await;
    test(&technician).done_for(device, quick).await;
}

#[tokio::test]
async fn the_quality_check_is_not_passed_by_who_did_the_tests_where_there_are_two() {
    let world = World::new().await;
    prepare(&world).await;
    let person = &world.person("technician").await;
    let (from, to) = ("QC Pending", "Ready for Sale");
    let test = Try { world: &world, person, verb: "passQc", from, to };
    let device = put_device(&world, from, to).await;
    let tested = "UPDATE bizhub.assets SET diagnosed_by = \
                  (SELECT id FROM bizhub.users WHERE username = 'technician') WHERE id = ";
    world.meddle(&format!("{tested}{device}")).await;
    let refused = test.refused_for(device, json!({})).await;
    assert_eq!(refused, ["SELF_APPROVAL_FORBIDDEN assetId"]);
    let alone = "UPDATE bizhub.users SET is_active = FALSE WHERE username = 'technician2'";
    world.meddle(alone).await;
    test.done_for(device, json!({})).await;
}

#[tokio::test]
async fn the_quality_check_needs_passed_tests_a_wipe_the_battery_and_a_price() {
    let world = World::new().await;
    prepare(&world).await;
    let person = &world.person("technician").await;
    let (from, to) = ("QC Pending", "Ready for Sale");
    let test = Try { world: &world, person, verb: "passQc", from, to };
    let failed = "INSERT INTO bizhub.diagnostics_results (asset_id, technician_id, checklist_data, \
                  overall_result, diagnostic_date) SELECT asset_id, technician_id, '{}', 'Fail', \
                  diagnostic_date FROM bizhub.diagnostics_results WHERE asset_id = {id}";
    let intake = |before: &str| {
        format!(
            "UPDATE bizhub.assets SET last_intake_at = '2026-03-01' WHERE id = {{id}}; \
             UPDATE bizhub.diagnostics_results SET created_at = '2026-03-01' WHERE asset_id = {{id}}; \
             UPDATE bizhub.wipe_certificates SET created_at = '2026-03-01' WHERE asset_id = {{id}}; \
             UPDATE bizhub.{before} SET created_at = '2026-02-28' WHERE asset_id = {{id}}"
        )
    };
    for (meddling, expected) in [
        (intake("diagnostics_results"), "PRECONDITION_FAILED assetId"),
        (intake("wipe_certificates"), "PRECONDITION_FAILED assetId"),
        (failed.to_owned(), "PRECONDITION_FAILED assetId"),
        (
            "DELETE FROM bizhub.diagnostics_results WHERE asset_id = {id}".to_owned(),
            "PRECONDITION_FAILED assetId",
        ),
        (
            "DELETE FROM bizhub.wipe_certificates WHERE asset_id = {id}".to_owned(),
            "PRECONDITION_FAILED assetId",
        ),
        (
            "UPDATE bizhub.assets SET battery_health_percent = NULL WHERE id = {id}".to_owned(),
            "PRECONDITION_FAILED assetId",
        ),
        (
            "UPDATE bizhub.assets SET battery_cycle_count = NULL WHERE id = {id}".to_owned(),
            "PRECONDITION_FAILED assetId",
        ),
    ] {
        let device = put_device(&world, from, to).await;
        world.meddle(&meddling.replace("{id}", &device.to_string())).await;
        assert_eq!(test.refused_for(device, json!({})).await, [expected], "{meddling}");
    }
    let refused = test.refused(json!({ "conditionGrade": "B" })).await;
    assert_eq!(refused, ["PRECONDITION_FAILED conditionGrade"], "grade B has no price");
    let device = put_device(&world, from, to).await;
    let at_intake = intake("wipe_certificates").replace("2026-02-28", "2026-03-01");
    world.meddle(&at_intake.replace("{id}", &device.to_string())).await;
    test.done_for(device, json!({})).await;
}

#[tokio::test]
async fn an_accessory_passes_the_quality_check_without_wipe_and_battery() {
    let world = World::new().await;
    prepare(&world).await;
    let person = &world.person("technician").await;
    let device = put_device(&world, "Diagnostics Pending", "QC Pending").await;
    let bare = format!(
        "DELETE FROM bizhub.wipe_certificates WHERE asset_id = {device}; UPDATE bizhub.assets SET \
         status = 'QC Pending', battery_health_percent = NULL, battery_cycle_count = NULL \
         WHERE id = {device}"
    );
    world.meddle(&bare).await;
    let (from, to) = ("QC Pending", "Ready for Sale");
    let test = Try { world: &world, person, verb: "passQc", from, to };
    test.done_for(device, json!({})).await;
}

#[tokio::test]
async fn a_move_that_sets_a_device_aside_needs_a_reason() {
    let world = World::new().await;
    prepare(&world).await;
    let person = &world.person("admin").await;
    for (verb, from, to) in [
        ("failQc", "QC Pending", "Repair Hold"),
        ("hold", "Received", "Repair Hold"),
        ("block", "Received", "Not Sellable"),
        ("unblock", "Not Sellable", "Diagnostics Pending"),
        ("scrap", "Not Sellable", "Scrapped"),
    ] {
        let test = Try { world: &world, person, verb, from, to };
        assert_eq!(test.refused(json!({ "reason": " " })).await, ["REQUIRED reason"], "{verb}");
        let long = json!({ "reason": "x".repeat(501) });
        assert_eq!(test.refused(long).await, ["OUT_OF_RANGE reason"], "{verb}");
    }
}

#[tokio::test]
async fn scrapping_needs_a_wipe_since_the_last_customer_or_a_destroyed_drive() {
    let world = World::new().await;
    prepare(&world).await;
    let person = &world.person("manager").await;
    let (from, to) = ("Returned", "Scrapped");
    let test = Try { world: &world, person, verb: "scrap", from, to };
    let intact = json!({ "driveDestroyed": false });
    test.done(intact.clone()).await;
    let device = put_device(&world, from, to).await;
    world
        .meddle(&format!(
            "INSERT INTO bizhub.inventory_movements (asset_id, from_status, to_status, created_at) \
         VALUES ({device}, 'Sold', 'Returned', now() + interval '1 minute')"
        ))
        .await;
    let expected = ["PRECONDITION_FAILED driveDestroyed"];
    assert_eq!(test.refused_for(device, intact.clone()).await, expected);
    test.done_for(device, json!({})).await;
    let device = put_device(&world, from, to).await;
    world.meddle(&format!("DELETE FROM bizhub.wipe_certificates WHERE asset_id = {device}")).await;
    assert_eq!(test.refused_for(device, intact).await, expected);
}

#[tokio::test]
async fn every_move_of_an_asset_refuses_a_version_that_is_no_longer_the_latest() {
    let world = World::new().await;
    prepare(&world).await;
    let person = &world.person("admin").await;
    for row in ASSET.steps() {
        let from = crate::matrix::words(row.1).next().unwrap();
        let to = crate::matrix::words(row.2).next().unwrap();
        let test = Try { world: &world, person, verb: row.0, from, to };
        let refused = test.refused(json!({ "expectedVersion": 7 })).await;
        assert_eq!(refused, ["STALE_VERSION expectedVersion"], "{}", row.0);
        test.done(json!({ "expectedVersion": 1 })).await;
    }
}

#[tokio::test]
async fn what_comes_in_has_a_number_of_its_own_a_day_that_was_and_a_place_to_arrive() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let model = shop.laptop_model().await;
    let (backroom, floor) = (shop.location("Backroom").await, shop.location("Shop Floor").await);
    let sold = shop.location("Sold").await;
    let receive = |changes: Value| {
        let mut input = json!({
            "productModelId": model, "serialNumber": key(), "locationId": backroom,
            "receivedDate": "2026-03-02", "landedCost": "3200.00", "idempotencyKey": key(),
        });
        for (field, value) in changes.as_object().unwrap() {
            input[field] = value.clone();
        }
        input
    };
    let first = receive(json!({ "serialNumber": " sn 1 ", "assetTag": "t-1" }));
    world.done(&shop.warehouse, "bizhubAssetReceive", first, "").await;
    let numbers = "SELECT asset_tag || ' ' || serial_number FROM bizhub.assets";
    assert_eq!(world.value(numbers).await, json!("T-1 SN1"));
    let before = print(&world).await;
    for (changes, expected) in [
        (json!({ "serialNumber": "s N1" }), "NOT_UNIQUE serialNumber"),
        (json!({ "assetTag": " T - 1" }), "NOT_UNIQUE assetTag"),
        (json!({ "serialNumber": " " }), "REQUIRED serialNumber"),
        (json!({ "serialNumber": "Ä1" }), "BAD_FORMAT serialNumber"),
        (json!({ "receivedDate": "2026-03-03" }), "OUT_OF_RANGE receivedDate"),
        (json!({ "locationId": floor }), "VALIDATION_FAILED locationId"),
        (json!({ "locationId": sold }), "VALIDATION_FAILED locationId"),
        (json!({ "purchaseCost": "3000.00" }), "FORBIDDEN purchaseCost"),
    ] {
        let refused =
            world.refused(&shop.warehouse, "bizhubAssetReceive", receive(changes.clone()));
        assert_eq!(refused.await, [expected], "{changes}");
    }
    let dear = receive(json!({ "purchaseCost": "3200.01" }));
    let refused = world.refused(&shop.manager, "bizhubAssetReceive", dear).await;
    assert_eq!(refused, ["VALIDATION_FAILED landedCost"]);
    assert_eq!(print(&world).await, before);
    world.done(&shop.warehouse, "bizhubAssetReceive", receive(json!({})), "").await;
}
