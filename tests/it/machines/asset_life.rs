//! The whole life of one laptop, compared exactly: movements, events and audit entries.

use serde_json::{Value, json};

use crate::machines::automatic::approved_refund;
use crate::shop::{LAPTOP_CHECKS, Shop, checklist, id_of};
use crate::till::{asset, cash, row};
use crate::world::{Person, World, key};

/// From, to, by whom, why; statuses with their places.
const MOVEMENTS: &[&str] = &[
    " at  -> Received at Warehouse by warehouse: Received",
    "Received at Warehouse -> Diagnostics Pending at Repair Bench by technician: Intake started",
    "Diagnostics Pending at Repair Bench -> Wipe Pending at Repair Bench by technician: \
     Diagnostics: Pass",
    "Wipe Pending at Repair Bench -> QC Pending at Repair Bench by technician: Wiped: NIST 800-88",
    "QC Pending at Repair Bench -> Ready for Sale at Repair Bench by technician2: \
     Quality check passed, grade A",
    "Ready for Sale at Repair Bench -> Ready for Sale at Shop Floor by sales: Into the window",
    "Ready for Sale at Shop Floor -> Reserved at Shop Floor by sales: Put on a draft invoice",
    "Reserved at Shop Floor -> Ready for Sale at Shop Floor by sales: Taken off a draft invoice",
    "Ready for Sale at Shop Floor -> Reserved at Shop Floor by sales: Put on a draft invoice",
    "Reserved at Shop Floor -> Ready for Sale at Shop Floor by sales: The invoice was cancelled",
    "Ready for Sale at Shop Floor -> Reserved at Shop Floor by sales: Put on a draft invoice",
    "Reserved at Shop Floor -> Sold at Sold by sales: Sold on INV-000001",
    "Sold at Sold -> Reserved at Backroom by manager: A payment of INV-000001 was voided",
    "Reserved at Backroom -> Sold at Sold by sales: Sold on INV-000001",
    "Sold at Sold -> Returned at Backroom by manager: Refunded from INV-000001",
    "Returned at Backroom -> Diagnostics Pending at Backroom by warehouse: Taken in again",
    "Diagnostics Pending at Backroom -> Repair Hold at Backroom by technician: Hinge",
    "Repair Hold at Backroom -> Diagnostics Pending at Backroom by technician: Repaired",
    "Diagnostics Pending at Backroom -> Not Sellable at Backroom by manager: Recalled",
    "Not Sellable at Backroom -> Diagnostics Pending at Backroom by manager: Recall over",
    "Diagnostics Pending at Backroom -> Not Sellable at Backroom by technician: \
     Diagnostics: Fail. Mainboard dead",
    "Not Sellable at Backroom -> Scrapped at Backroom by manager2: Beyond repair. Drive destroyed.",
];

/// Events of the asset, in their order.
const EVENTS: &[&str] = &[
    "create",
    "startIntake",
    "recordDiagnostics",
    "recordWipe",
    "passQc",
    "update",
    "reserve",
    "release",
    "reserve",
    "release",
    "reserve",
    "sell",
    "undoSale",
    "sell",
    "takeBack",
    "reIntake",
    "hold",
    "repaired",
    "block",
    "unblock",
    "recordDiagnostics",
    "scrap",
];

/// Verb, role, and the columns that changed.
const AUDIT: &[&str] = &[
    "create by Warehouse: assetTag, createdAt, id, landedCost, locationId, productModelId, \
     receivedDate, serialNumber, status",
    "startIntake by Technician: lastIntakeAt, locationId, status",
    "recordDiagnostics by Technician: batteryCycleCount, batteryHealthPercent, diagnosedBy, status",
    "recordWipe by Technician: status",
    "passQc by Technician: conditionGrade, status",
    "update by Sales: locationId",
    "reserve by Sales: status",
    "release by Sales: status",
    "reserve by Sales: status",
    "release by Sales: status",
    "reserve by Sales: status",
    "sell by Sales: invoiceId, locationId, saleDate, salePrice, status",
    "undoSale by Manager: invoiceId, locationId, saleDate, salePrice, status",
    "sell by Sales: invoiceId, locationId, saleDate, salePrice, status",
    "takeBack by Manager: invoiceId, locationId, saleDate, salePrice, status",
    "reIntake by Warehouse: lastIntakeAt, status",
    "hold by Technician: status",
    "repaired by Technician: lastIntakeAt, status",
    "block by Manager: notSellableReason, status",
    "unblock by Manager: lastIntakeAt, notSellableReason, status",
    "recordDiagnostics by Technician: notSellableReason, status",
    "scrap by Manager: status",
];

/// Makes a move of the laptop.
async fn make(shop: &Shop<'_>, person: &Person, verb: &str, laptop: &str, further: Value) {
    let mut input = json!({ "assetId": laptop, "idempotencyKey": key() });
    for (field, value) in further.as_object().unwrap() {
        input[field] = value.clone();
    }
    // Two rows of one instant cannot be told apart by their time.
    shop.world.clock.advance(chrono::TimeDelta::seconds(1));
    shop.world.done(person, &format!("bizhubAsset{verb}"), input, "").await;
}

/// Drafts, a sale, a voided tender, the sale again, and the refund.
async fn sell_and_take_back(shop: &Shop<'_>, laptop: &str) {
    let world = shop.world;
    let draft = shop.draft(json!([asset(laptop)])).await;
    let line = shop.ids_of("lines", &draft).await.remove(0);
    let remove = json!({ "invoiceId": draft, "invoiceLineId": line, "idempotencyKey": key() });
    world.done(&shop.sales, "bizhubInvoiceRemoveLine", remove, "").await;
    let add = json!({ "invoiceId": draft, "line": asset(laptop), "idempotencyKey": key() });
    world.done(&shop.sales, "bizhubInvoiceAddLine", add, "").await;
    let cancel = json!({ "invoiceId": draft, "idempotencyKey": key() });
    world.done(&shop.sales, "bizhubInvoiceCancel", cancel, "").await;
    let invoice = shop.sent(json!([asset(laptop)])).await;
    shop.pay(&invoice, json!([cash("5000.00")])).await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    let void = json!({ "paymentId": payment, "reason": "Wrong till", "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubPaymentVoid", void, "").await;
    shop.pay(&invoice, json!([cash("5000.00")])).await;
    world.clock.advance(chrono::TimeDelta::seconds(1));
    let refund = approved_refund(shop, &invoice).await;
    let tenders = json!([{ "paymentMethod": "CASH", "amount": "5000.00" }]);
    let complete = json!({ "refundId": refund, "tenders": tenders, "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubRefundComplete", complete, "").await;
}

#[tokio::test]
async fn the_whole_life_of_a_laptop_is_on_record_exactly() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let model = shop.laptop_model().await;
    let floor = shop.location("Shop Floor").await;
    let receive = json!({
        "productModelId": model, "serialNumber": "SN 1", "landedCost": "3200.00",
        "idempotencyKey": key(),
    });
    let made = world.done(&shop.warehouse, "bizhubAssetReceive", receive, "asset { id }").await;
    let laptop = id_of(&made, "asset");
    shop.make_ready(&laptop).await;
    let window = json!({ "locationId": floor, "reason": "Into the window" });
    make(&shop, &shop.sales, "Move", &laptop, window).await;
    sell_and_take_back(&shop, &laptop).await;
    make(&shop, &shop.warehouse, "ReIntake", &laptop, json!({})).await;
    make(&shop, &shop.technician, "Hold", &laptop, json!({ "reason": "Hinge" })).await;
    make(&shop, &shop.technician, "Repaired", &laptop, json!({})).await;
    make(&shop, &shop.manager, "Block", &laptop, json!({ "reason": "Recalled" })).await;
    make(&shop, &shop.manager, "Unblock", &laptop, json!({ "reason": "Recall over" })).await;
    fail_for_good(&shop, &laptop).await;

    let id = row(&laptop);
    let movements = format!(
        "SELECT coalesce(m.from_status, '') || ' at ' || coalesce(f.location_name, '') || ' -> ' \
           || m.to_status || ' at ' || t.location_name || ' by ' || u.username || ': ' || m.reason \
           AS line FROM bizhub.inventory_movements m \
         LEFT JOIN bizhub.locations f ON f.id = m.from_location_id \
         LEFT JOIN bizhub.locations t ON t.id = m.to_location_id \
         LEFT JOIN bizhub.users u ON u.id = m.moved_by WHERE m.asset_id = {id} ORDER BY m.id"
    );
    assert_eq!(shop.lines(&movements).await, MOVEMENTS);
    let events = format!(
        "SELECT replace(name, 'bizhub.asset.', '') AS line FROM bizhub.outbox_events \
         WHERE entity = 'BizhubAsset' AND entity_id = '{id}' ORDER BY id"
    );
    assert_eq!(shop.lines(&events).await, EVENTS);
    let audit = format!(
        "SELECT e.action || ' by ' || e.actor_role || ': ' || (SELECT string_agg(k, ', ' ORDER BY k) \
           FROM jsonb_object_keys(e.new_values) k) AS line FROM bizhub.audit_entries e \
         WHERE e.entity = 'BizhubAsset' AND e.entity_id = '{id}' ORDER BY e.id"
    );
    assert_eq!(shop.lines(&audit).await, AUDIT);
    nothing_of_the_sale_is_left(&world, &id).await;
}

/// The tests fail, and two managers write the laptop off.
async fn fail_for_good(shop: &Shop<'_>, laptop: &str) {
    let list = checklist(LAPTOP_CHECKS, "fail");
    let found = json!({
        "checklistData": list, "overallResult": "FAIL", "failedTarget": "NOT_SELLABLE",
        "reason": "Mainboard dead",
    });
    make(shop, &shop.technician, "RecordDiagnostics", laptop, found).await;
    let scrap = json!({
        "assetId": laptop, "reason": "Beyond repair", "driveDestroyed": true,
        "idempotencyKey": key(),
    });
    let shown = "approvalRequest { id }";
    let asked = shop.world.done(&shop.manager, "bizhubAssetScrap", scrap, shown).await;
    let agree =
        json!({ "approvalRequestId": asked["approvalRequest"]["id"], "idempotencyKey": key() });
    let other = shop.world.person("manager2").await;
    shop.world.done(&other, "approvalApprove", agree, "").await;
}

async fn nothing_of_the_sale_is_left(world: &World, id: &str) {
    let sql = format!(
        "SELECT num_nonnulls(sale_price, sale_date, invoice_id) AS sale, condition_grade, \
         not_sellable_reason, version FROM bizhub.assets WHERE id = {id}"
    );
    let expected = json!({
        "sale": 0, "condition_grade": "A", "not_sellable_reason": "Mainboard dead", "version": 22,
    });
    assert_eq!(world.rows(&sql).await, [expected]);
    // What only some may read is on record sealed.
    let sealed = format!(
        "SELECT new_values->>'landedCost' FROM bizhub.audit_entries \
         WHERE entity = 'BizhubAsset' AND entity_id = '{id}' AND action = 'create'"
    );
    let sealed = world.value(&sealed).await;
    assert!(sealed.as_str().unwrap().starts_with("sealed:"), "{sealed}");
    let history = format!(
        "SELECT (SELECT count(*) FROM bizhub.diagnostics_results WHERE asset_id = {id}) AS tests, \
         (SELECT count(*) FROM bizhub.wipe_certificates WHERE asset_id = {id}) AS wipes, \
         (SELECT count(*) FROM bizhub.invoice_lines WHERE asset_id = {id}) AS lines, \
         (SELECT count(*) FROM bizhub.invoice_lines WHERE asset_id = {id} \
            AND released_at IS NULL) AS live"
    );
    // The line that was taken off a draft is gone; the cancelled and the refunded one stay.
    let expected = json!({ "tests": 2, "wipes": 1, "lines": 2, "live": 0 });
    assert_eq!(world.rows(&history).await, [expected]);
}
