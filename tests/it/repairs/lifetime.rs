//! A repair from the counter to the bench and back (spec 6.10). Who makes which move from where
//! is the matrix of the machines.

use chrono::TimeDelta;
use serde_json::json;

use crate::repairs::{as_outcome, because};
use crate::shop::Shop;
use crate::world::{World, key};

#[tokio::test]
async fn every_step_of_a_repair_is_an_event() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.diagnosing(&ticket).await;
    shop.works("WaitForParts", &ticket, json!({ "notes": "A panel" })).await;
    shop.works("StartRepair", &ticket, json!({})).await;
    shop.with_part(&ticket, &chargers, 2).await;
    shop.with_labor(&ticket, "80.00").await;
    shop.does(&shop.sales, "AddNote", &ticket, json!({ "note": "Customer called" })).await;
    shop.finished(&ticket).await;
    shop.works("Resume", &ticket, because()).await;
    shop.finished(&ticket).await;
    let invoice = shop.billed(&ticket).await;
    shop.send(&invoice).await;
    shop.pay(&invoice, json!([crate::till::cash("180.00")])).await;
    shop.does(&shop.sales, "Close", &ticket, as_outcome("REPAIRED")).await;
    assert_eq!(
        shop.diary(&ticket).await,
        [
            "opened: - -> Open by sales",
            "assigned: Open -> Open, technician of bizhub by manager",
            "status_change: Open -> Diagnosing by technician",
            "status_change: Diagnosing -> Waiting for Parts, A panel by technician",
            "status_change: Waiting for Parts -> In Repair by technician",
            "part_added: In Repair -> In Repair, 2 x Charger 65 W by technician",
            "labor_set: In Repair -> In Repair, 80.00 by technician",
            "note_added: In Repair -> In Repair, Customer called by sales",
            "status_change: In Repair -> Ready, New panel by technician",
            "status_change: Ready -> In Repair, Dark again by technician",
            "status_change: In Repair -> Ready, New panel by technician",
            "billed: Ready -> Ready, DRAFT-1 by sales",
            "status_change: Ready -> Closed by sales",
        ]
    );
    assert_eq!(shop.bench(&ticket).await, "Closed as Repaired: 80.00 + 60.00 = 140.00");
    world.verify().await;
}

#[tokio::test]
async fn the_diagnosis_waits_for_somebody_to_repair() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    let refused = shop.cannot(&shop.manager, "StartDiagnosing", &ticket, json!({})).await;
    assert_eq!(refused, ["PRECONDITION_FAILED repairTicketId"]);
}

#[tokio::test]
async fn what_is_not_ready_is_closed_as_unable_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let open = shop.taken_in(&customer).await;
    let looked_at = shop.taken_in(&customer).await;
    shop.diagnosing(&looked_at).await;
    for ticket in [&open, &looked_at] {
        let refused = shop.cannot(&shop.sales, "Close", ticket, as_outcome("REPAIRED")).await;
        assert_eq!(refused, ["PRECONDITION_FAILED outcome"]);
        shop.does(&shop.sales, "Close", ticket, as_outcome("UNABLE")).await;
        assert!(shop.bench(ticket).await.starts_with("Closed as Unable"));
    }
    let dates = "SELECT count(*) FROM bizhub.repair_tickets WHERE closed_date = '2026-03-02'";
    assert_eq!(world.value(dates).await, json!(2));
}

#[tokio::test]
async fn a_diagnosis_can_find_that_nothing_can_be_done() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.diagnosing(&ticket).await;
    shop.with_part(&ticket, &shop.chargers(5).await, 2).await;
    let blank = json!({ "resolutionNotes": " ", "idempotencyKey": key() });
    let refused = shop.cannot(&shop.technician, "FinishRepair", &ticket, blank).await;
    assert_eq!(refused, ["REQUIRED resolutionNotes"]);
    shop.finished(&ticket).await;
    // No part was used.
    assert_eq!(shop.bench(&ticket).await, "Ready as Unable: 0.00 + 0.00 = 0.00");
    let refused = shop.cannot(&shop.sales, "Close", &ticket, as_outcome("REPAIRED")).await;
    assert_eq!(refused, ["PRECONDITION_FAILED outcome"]);
    shop.does(&shop.sales, "Close", &ticket, as_outcome("UNABLE")).await;
    world.verify().await;
}

#[tokio::test]
async fn a_manager_reopens_within_the_tenants_days() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.does(&shop.sales, "Close", &ticket, as_outcome("UNABLE")).await;
    world.clock.advance(TimeDelta::days(14));
    shop.does(&shop.manager, "Reopen", &ticket, because()).await;
    assert_eq!(shop.bench(&ticket).await, "Open: 0.00 + 0.00 = 0.00");
    shop.does(&shop.sales, "Close", &ticket, as_outcome("UNABLE")).await;
    world.clock.advance(TimeDelta::days(15));
    let refused = shop.cannot(&shop.manager, "Reopen", &ticket, because()).await;
    assert_eq!(refused, ["EXPIRED repairTicketId"]);
}

#[tokio::test]
async fn the_ticket_of_a_claim_ends_and_starts_again_with_the_claim() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    shop.on_bench(&claimed.ticket).await;
    shop.finished(&claimed.ticket).await;
    for outcome in ["REPLACED", "REFUNDED"] {
        let refused = shop.cannot(&shop.sales, "Close", &claimed.ticket, as_outcome(outcome)).await;
        assert_eq!(refused, ["PRECONDITION_FAILED outcome"]);
    }
    shop.does(&shop.sales, "Close", &claimed.ticket, as_outcome("REPAIRED")).await;
    shop.does(&shop.manager, "Reopen", &claimed.ticket, because()).await;
    shop.on_bench(&claimed.ticket).await;
    shop.finished(&claimed.ticket).await;
    shop.ended(&claimed.claim, "REPAIRED", json!({})).await;
    let refused = shop.cannot(&shop.manager, "Reopen", &claimed.ticket, because()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED repairTicketId"]);
    world.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_closings_at_once_one_closes() {
    let world = std::sync::Arc::new(World::new().await);
    let shop = Shop::open(&world).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    let calls = (0..16)
        .map(|_| {
            let (_, input) = crate::repairs::about("Close", &ticket, as_outcome("UNABLE"));
            (shop.sales.clone(), input)
        })
        .collect();
    let heard = crate::races::all_at_once(&world, "bizhubRepairTicketClose", calls).await;
    crate::races::expect(&heard, 1, &["INVALID_TRANSITION"]);
    assert_eq!(shop.diary(&ticket).await.len(), 2);
}

#[tokio::test]
async fn a_customer_is_told_each_time_the_repair_is_ready() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let ticket = shop.taken_in(&shop.customer().await).await;
    shop.diagnosing(&ticket).await;
    shop.finished(&ticket).await;
    shop.works("Resume", &ticket, because()).await;
    shop.finished(&ticket).await;
    let told = shop
        .lines("SELECT recipient || ': ' || body AS line FROM bizhub.notifications ORDER BY id")
        .await;
    let text = |result: &str| {
        format!(
            "+233201234567: Hello Ama Mensah, your device of ticket TKT-000001 {result} and is \
             ready for pick-up at Shop bizhub."
        )
    };
    assert_eq!(told, [text("could not be repaired"), text("is repaired")]);
}
