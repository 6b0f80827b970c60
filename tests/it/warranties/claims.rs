//! Claims: submitted, decided, and completed by a repair (spec 6.9).

use chrono::TimeDelta;
use serde_json::json;

use crate::shop::Shop;
use crate::warranties::{at, submission};
use crate::world::World;

#[tokio::test]
async fn a_claim_needs_an_active_warranty() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (laptop, _) = shop.sold_to(&customer).await;
    let warranty = shop.warranty_of(&laptop).await;
    for status in ["Claimed", "Expired", "Void"] {
        let at = at(&warranty);
        world.meddle(&format!("UPDATE bizhub.warranties SET status = '{status}' WHERE {at}")).await;
        let input = submission(&warranty, &customer, json!({}));
        let refused = world.refused(&shop.sales, "bizhubWarrantyClaimSubmit", input).await;
        assert_eq!(refused, ["PRECONDITION_FAILED warrantyId"], "{status}");
    }
}

#[tokio::test]
async fn a_claim_is_of_a_day_within_the_warranty() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (laptop, _) = shop.sold_to(&customer).await;
    let warranty = shop.warranty_of(&laptop).await;
    world.clock.advance(TimeDelta::days(10));
    for (date, expected) in
        [("2026-03-01", "EXPIRED claimDate"), ("2026-03-13", "OUT_OF_RANGE claimDate")]
    {
        let input = submission(&warranty, &customer, json!({ "claimDate": date }));
        let refused = world.refused(&shop.sales, "bizhubWarrantyClaimSubmit", input).await;
        assert_eq!(refused, [expected]);
    }
    // The last day is still within; the day after is not, though no job has run yet.
    world.clock.advance(TimeDelta::days(81));
    let input = submission(&warranty, &customer, json!({}));
    let refused = world.refused(&shop.sales, "bizhubWarrantyClaimSubmit", input).await;
    assert_eq!(refused, ["EXPIRED claimDate"]);
    let input = submission(&warranty, &customer, json!({ "claimDate": "2026-05-31" }));
    world.done(&shop.sales, "bizhubWarrantyClaimSubmit", input, "").await;
}

#[tokio::test]
async fn a_claim_is_of_the_customer_of_the_warranty() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (laptop, _) = shop.sold_to(&shop.customer().await).await;
    let warranty = shop.warranty_of(&laptop).await;
    let input = submission(&warranty, &shop.customer().await, json!({}));
    let refused = world.refused(&shop.sales, "bizhubWarrantyClaimSubmit", input).await;
    assert_eq!(refused, ["NOT_ELIGIBLE customerId"]);
}

#[tokio::test]
async fn a_warranty_has_one_open_claim() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (laptop, _) = shop.sold_to(&customer).await;
    let warranty = shop.warranty_of(&laptop).await;
    let claim = shop.claimed(&warranty, &customer).await;
    let input = submission(&warranty, &customer, json!({}));
    let refused = world.refused(&shop.sales, "bizhubWarrantyClaimSubmit", input.clone()).await;
    assert_eq!(refused, ["ALREADY_DONE warrantyId"]);
    shop.agreed(&claim).await;
    let refused = world.refused(&shop.sales, "bizhubWarrantyClaimSubmit", input).await;
    assert_eq!(refused, ["ALREADY_DONE warrantyId"]);
}

#[tokio::test]
async fn an_approved_claim_opens_a_ticket_at_no_charge_and_the_warranty_is_claimed() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let claimed = shop.under_claim(&customer).await;
    assert_eq!(shop.claims().await, ["WCLAIM-000001 Approved, ticket Open"]);
    assert_eq!(shop.promises().await, ["WAR-000001 Standard Claimed 2026-03-02 to 2026-05-31"]);
    let query = format!(
        "{{ bizhub {{ repairTicket(id: \"{}\") {{ ticketNumber billable charge issueDescription \
         customer {{ id }} asset {{ id status }} warrantyClaim {{ claimNumber }} \
         events {{ nodes {{ eventType toStatus notes createdByName }} }} }} }} }}",
        claimed.ticket
    );
    let ticket = world.read(&shop.manager, &query).await;
    let event = json!({
        "eventType": "OPENED", "toStatus": "OPEN", "notes": "Approved claim WCLAIM-000001",
        "createdByName": "manager of bizhub",
    });
    assert_eq!(
        ticket["bizhub"]["repairTicket"],
        json!({
            "ticketNumber": "TKT-000001", "billable": false, "charge": "0.00",
            "issueDescription": "Does not start", "customer": { "id": customer },
            "asset": { "id": claimed.laptop, "status": "SOLD" },
            "warrantyClaim": { "claimNumber": "WCLAIM-000001" },
            "events": { "nodes": [event] },
        })
    );
    world.verify().await;
}

#[tokio::test]
async fn a_claim_is_denied_with_a_reason_and_the_warranty_stays_active() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (laptop, _) = shop.sold_to(&customer).await;
    let claim = shop.claimed(&shop.warranty_of(&laptop).await, &customer).await;
    let input = |reason: &str| json!({ "warrantyClaimId": claim, "denialReason": reason });
    let refused = world.refused(&shop.manager, "bizhubWarrantyClaimDeny", input(" ")).await;
    assert_eq!(refused, ["REQUIRED denialReason"]);
    world.done(&shop.manager, "bizhubWarrantyClaimDeny", input("Water"), "").await;
    assert_eq!(shop.claims().await, ["WCLAIM-000001 Denied as Denied on 2026-03-02"]);
    let promise = &shop.promises().await[0];
    assert!(promise.contains("Active"), "{promise}");
    world.verify().await;
}

#[tokio::test]
async fn a_repaired_claim_closes_its_ticket_takes_its_costs_and_the_warranty_runs_on() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    let repaired = json!({});
    let refused =
        shop.not_ended(&shop.technician, &claimed.claim, "REPAIRED", repaired.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED outcome"]);
    let chargers = shop.chargers(5).await;
    shop.on_bench(&claimed.ticket).await;
    shop.with_part(&claimed.ticket, &chargers, 2).await;
    shop.with_labor(&claimed.ticket, "80.00").await;
    shop.finished(&claimed.ticket).await;
    shop.ended(&claimed.claim, "REPAIRED", repaired).await;
    assert_eq!(
        shop.claims().await,
        ["WCLAIM-000001 Completed as Repaired on 2026-03-02, ticket Closed as Repaired"]
    );
    let costs = "SELECT labor_cost || ' + ' || parts_cost || ' = ' || total_cost \
                 FROM bizhub.warranty_claims";
    assert_eq!(world.value(costs).await, json!("80.00 + 60.00 = 140.00"));
    assert_eq!(shop.promises().await, ["WAR-000001 Standard Active 2026-03-02 to 2026-05-31"]);
    assert_eq!(shop.pile(&chargers).await, "3 there, 0 held");
    world.verify().await;
}

#[tokio::test]
async fn a_claim_that_is_repaired_after_the_last_day_leaves_an_expired_warranty() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    world.clock.advance(TimeDelta::days(100));
    shop.on_bench(&claimed.ticket).await;
    shop.finished(&claimed.ticket).await;
    shop.ended(&claimed.claim, "REPAIRED", json!({})).await;
    let promise = &shop.promises().await[0];
    assert!(promise.contains("Expired"), "{promise}");
    world.verify().await;
}

#[tokio::test]
async fn what_cannot_be_repaired_is_not_completed_as_repaired() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let claimed = shop.under_claim(&shop.customer().await).await;
    shop.diagnosing(&claimed.ticket).await;
    shop.finished(&claimed.ticket).await;
    let refused = shop.not_ended(&shop.technician, &claimed.claim, "REPAIRED", json!({})).await;
    assert_eq!(refused, ["PRECONDITION_FAILED outcome"]);
    let refused = shop.not_ended(&shop.technician, &claimed.claim, "DENIED", json!({})).await;
    assert_eq!(refused, ["VALIDATION_FAILED outcome"]);
}
