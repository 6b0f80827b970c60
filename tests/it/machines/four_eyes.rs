//! Scrapping needs a second person: one asks, another agrees or says no, and the guards are
//! looked at again in between.

use serde_json::{Value, json};

use crate::machines::subject::{ASSET, prepare, print, put_device};
use crate::matrix::codes;
use crate::world::{Person, World, key};

const SCRAPPING: (&str, &str) = ("Repair Hold", "Scrapped");
const REPAIRED: (&str, &str) = ("Repair Hold", "Diagnostics Pending");

/// A world in which a second person is needed, with a device that waits for a repair.
async fn with_broken_device() -> (World, Person, i64) {
    let world = World::new().await;
    prepare(&world).await;
    world.meddle("DELETE FROM bizhub.tenant_settings").await;
    let device = put_device(&world, "Repair Hold", "Scrapped").await;
    let manager = world.person("manager").await;
    (world, manager, device)
}

/// Asks for scrapping and answers the request as the asker sees it.
async fn ask(world: &World, person: &Person, device: i64) -> Value {
    let input = ASSET.input(person, device, "scrap", SCRAPPING);
    let shown = "asset { id } approvalRequest { id status summary requestedByName }";
    world.done(person, "bizhubAssetScrap", input, shown).await
}

fn request_of(payload: &Value) -> String {
    payload["approvalRequest"]["id"].as_str().unwrap().to_owned()
}

fn decision(request: &str) -> Value {
    json!({ "approvalRequestId": request, "idempotencyKey": key() })
}

#[tokio::test]
async fn scrapping_is_only_asked_for_until_another_person_agrees() {
    let (world, manager, device) = with_broken_device().await;
    let asked = ask(&world, &manager, device).await;
    assert_eq!(asked["asset"], json!(null));
    let request = &asked["approvalRequest"];
    assert_eq!(request["status"], "PENDING");
    assert_eq!(request["requestedByName"], "manager of bizhub");
    assert!(request["summary"].as_str().unwrap().contains("Because"), "{request}");
    assert_eq!(ASSET.status(&world, device).await, "Repair Hold");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.inventory_movements").await, json!(0));
}

#[tokio::test]
async fn whoever_asked_cannot_agree() {
    let (world, manager, device) = with_broken_device().await;
    let request = request_of(&ask(&world, &manager, device).await);
    let before = print(&world).await;
    let refused = world.refused(&manager, "approvalApprove", decision(&request)).await;
    assert_eq!(refused, ["SELF_APPROVAL_FORBIDDEN approvalRequestId"]);
    let no = json!({ "approvalRequestId": request, "reason": "No" });
    let refused = world.refused(&manager, "approvalReject", no).await;
    assert_eq!(refused, ["SELF_APPROVAL_FORBIDDEN approvalRequestId"]);
    assert_eq!(print(&world).await, before);
}

#[tokio::test]
async fn an_administrator_needs_a_second_person_too() {
    let (world, _, device) = with_broken_device().await;
    let admin = world.person("admin").await;
    let request = request_of(&ask(&world, &admin, device).await);
    let refused = world.refused(&admin, "approvalApprove", decision(&request)).await;
    assert_eq!(refused, ["SELF_APPROVAL_FORBIDDEN approvalRequestId"]);
    assert_eq!(ASSET.status(&world, device).await, "Repair Hold");
}

#[tokio::test]
async fn another_manager_agrees_and_the_device_is_scrapped_with_both_names_on_record() {
    let (world, manager, device) = with_broken_device().await;
    let other = world.person("manager2").await;
    let request = request_of(&ask(&world, &manager, device).await);
    let input = decision(&request);
    let shown = "approvalRequest { status decidedByName }";
    let done = world.done(&other, "approvalApprove", input.clone(), shown).await;
    let decided = json!({ "status": "APPROVED", "decidedByName": "manager2 of bizhub" });
    assert_eq!(done["approvalRequest"], decided);
    let sql = format!(
        "SELECT a.status, m.from_status, m.to_status, m.reason, u.username \
         FROM bizhub.assets a JOIN bizhub.inventory_movements m ON m.asset_id = a.id \
         JOIN bizhub.users u ON u.id = m.moved_by WHERE a.id = {device}"
    );
    let expected = json!({
        "status": "Scrapped", "from_status": "Repair Hold", "to_status": "Scrapped",
        "reason": "Because. Drive destroyed.", "username": "manager2",
    });
    assert_eq!(world.rows(&sql).await, [expected]);
    let audit = "SELECT entity, action, actor_name FROM bizhub.audit_entries ORDER BY id";
    let entry = |entity: &str, action: &str, name: &str| json!({ "entity": entity, "action": action, "actor_name": name });
    let expected = [
        entry("ApprovalRequest", "create", "manager of bizhub"),
        entry("BizhubAsset", "scrap", "manager2 of bizhub"),
        entry("BizhubInventoryMovement", "create", "manager2 of bizhub"),
        entry("ApprovalRequest", "update", "manager2 of bizhub"),
    ];
    assert_eq!(world.rows(audit).await, expected);
    // The same agreement again is the same outcome, and another one comes too late.
    let after = print(&world).await;
    let again = world.done(&other, "approvalApprove", input, shown).await;
    assert_eq!(again["replayed"], json!(true));
    let refused = world.refused(&other, "approvalApprove", decision(&request)).await;
    assert_eq!(refused, ["ALREADY_DONE approvalRequestId"]);
    assert_eq!(print(&world).await, after);
}

#[tokio::test]
async fn only_a_manager_or_an_administrator_agrees() {
    let (world, manager, device) = with_broken_device().await;
    let request = request_of(&ask(&world, &manager, device).await);
    for name in ["sales", "technician", "warehouse"] {
        let person = world.person(name).await;
        let refused = world.refused(&person, "approvalApprove", decision(&request)).await;
        assert_eq!(refused, ["FORBIDDEN "], "{name}");
        let no = json!({ "approvalRequestId": request, "reason": "No" });
        let refused = world.refused(&person, "approvalReject", no).await;
        assert_eq!(refused, ["FORBIDDEN "], "{name}");
    }
    let admin = world.person("admin").await;
    world.done(&admin, "approvalApprove", decision(&request), "").await;
    assert_eq!(ASSET.status(&world, device).await, "Scrapped");
}

#[tokio::test]
async fn the_status_is_looked_at_again_when_the_second_person_agrees() {
    let (world, manager, device) = with_broken_device().await;
    let other = world.person("manager2").await;
    let request = request_of(&ask(&world, &manager, device).await);
    let technician = world.person("technician").await;
    let repaired = ASSET.call(&world, &technician, device, "repaired", REPAIRED).await;
    assert_eq!(codes(&repaired), Vec::<String>::new());
    let before = print(&world).await;
    let payload = world.call(&other, "approvalApprove", decision(&request), "").await;
    assert_eq!(codes(&payload), ["INVALID_TRANSITION"]);
    assert_eq!(payload["userErrors"][0]["details"]["from"], "Diagnostics Pending");
    assert_eq!(print(&world).await, before);
    let pending = "SELECT status FROM bizhub.approval_requests";
    assert_eq!(world.value(pending).await, json!("pending"));
}

#[tokio::test]
async fn the_wipe_is_looked_at_again_when_the_second_person_agrees() {
    let (world, manager, device) = with_broken_device().await;
    let other = world.person("manager2").await;
    let mut input = ASSET.input(&manager, device, "scrap", SCRAPPING);
    input["driveDestroyed"] = json!(false);
    let asked = world.done(&manager, "bizhubAssetScrap", input, "approvalRequest { id }").await;
    world.meddle("DELETE FROM bizhub.wipe_certificates").await;
    let refused = world.refused(&other, "approvalApprove", decision(&request_of(&asked))).await;
    assert_eq!(refused, ["PRECONDITION_FAILED driveDestroyed"]);
    assert_eq!(ASSET.status(&world, device).await, "Repair Hold");
}

#[tokio::test]
async fn what_would_be_refused_is_put_before_nobody() {
    let (world, manager, device) = with_broken_device().await;
    let before = print(&world).await;
    let mut input = ASSET.input(&manager, device, "scrap", SCRAPPING);
    input["reason"] = json!("  ");
    let refused = world.refused(&manager, "bizhubAssetScrap", input).await;
    assert_eq!(refused, ["REQUIRED reason"]);
    assert_eq!(print(&world).await, before);
}

#[tokio::test]
async fn a_move_that_waits_is_not_asked_for_twice() {
    let (world, manager, device) = with_broken_device().await;
    let other = world.person("manager2").await;
    let input = ASSET.input(&manager, device, "scrap", SCRAPPING);
    let shown = "approvalRequest { id }";
    let first = world.done(&manager, "bizhubAssetScrap", input.clone(), shown).await;
    let again = world.done(&manager, "bizhubAssetScrap", input, shown).await;
    assert_eq!(again["replayed"], json!(true));
    assert_eq!(again["approvalRequest"], first["approvalRequest"]);
    for person in [&manager, &other] {
        let payload = ASSET.call(&world, person, device, "scrap", SCRAPPING).await;
        assert_eq!(codes(&payload), ["ALREADY_DONE"]);
    }
    let requests = "SELECT count(*) FROM bizhub.approval_requests";
    assert_eq!(world.value(requests).await, json!(1));
}

#[tokio::test]
async fn a_rejected_request_scraps_nothing_and_can_be_asked_for_again() {
    let (world, manager, device) = with_broken_device().await;
    let other = world.person("manager2").await;
    let request = request_of(&ask(&world, &manager, device).await);
    let blank = json!({ "approvalRequestId": request, "reason": " " });
    assert_eq!(world.refused(&other, "approvalReject", blank).await, ["REQUIRED reason"]);
    let no = json!({ "approvalRequestId": request, "reason": "It can be repaired" });
    let shown = "approvalRequest { status decisionReason }";
    let done = world.done(&other, "approvalReject", no, shown).await;
    let decided = json!({ "status": "REJECTED", "decisionReason": "It can be repaired" });
    assert_eq!(done["approvalRequest"], decided);
    let refused = world.refused(&other, "approvalApprove", decision(&request)).await;
    assert_eq!(refused, ["ALREADY_DONE approvalRequestId"]);
    assert_eq!(ASSET.status(&world, device).await, "Repair Hold");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.inventory_movements").await, json!(0));
    let second = request_of(&ask(&world, &manager, device).await);
    assert_ne!(second, request);
}

#[tokio::test]
async fn a_tenant_that_asks_for_no_second_person_scraps_at_once() {
    let (world, manager, device) = with_broken_device().await;
    let off =
        "INSERT INTO bizhub.tenant_settings (key, value) VALUES ('four_eyes.enforced', 'false')";
    world.meddle(off).await;
    let input = ASSET.input(&manager, device, "scrap", SCRAPPING);
    let shown = "asset { status } approvalRequest { id }";
    let done = world.done(&manager, "bizhubAssetScrap", input, shown).await;
    assert_eq!(done["asset"]["status"], "SCRAPPED");
    assert_eq!(done["approvalRequest"], json!(null));
}
