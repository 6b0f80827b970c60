//! What comes after the sale: claims and repairs.

use chrono::TimeDelta;
use serde_json::json;

use super::{lines, totals};
use crate::shop::{Shop, id_of};
use crate::world::{Person, World, key};

impl Shop<'_> {
    /// A ticket moves on.
    async fn ticket(&self, person: &Person, verb: &str, ticket: &str, more: serde_json::Value) {
        let mut input = json!({ "repairTicketId": ticket });
        for (field, value) in more.as_object().unwrap() {
            input[field] = value.clone();
        }
        self.world.done(person, &format!("bizhubRepairTicket{verb}"), input, "").await;
    }
}

#[tokio::test]
async fn claims_cost_what_replaced_them_and_what_was_paid_back() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let first = shop.under_claim(&customer).await;
    let other = shop.ready(&shop.laptop_model().await).await;
    world.clock.advance(TimeDelta::days(1));
    let replaced = json!({ "replacementAssetId": other, "reason": "Board gone" });
    shop.ended(&first.claim, "REPLACED", replaced).await;
    let (laptop, _) = shop.sold_to(&customer).await;
    let second = shop.claimed(&shop.warranty_of(&laptop).await, &customer).await;
    let deny = json!({ "warrantyClaimId": second, "denialReason": "Dropped" });
    world.done(&shop.manager, "bizhubWarrantyClaimDeny", deny, "").await;

    let fields = "group claims denied laborCost partsCost replacementCost refunded totalCost";
    let outcomes = [
        "Denied | 1 | 1 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00",
        "Replaced | 1 | 0 | 0.00 | 0.00 | 3200.00 | 0.00 | 3200.00",
    ];
    let by_outcome = "warrantyCosts(groupBy: OUTCOME)";
    assert_eq!(lines(&world, &shop.manager, by_outcome, fields).await, outcomes);
    let model = ["HP EliteBook 840 G7 | 2 | 1 | 0.00 | 0.00 | 3200.00 | 0.00 | 3200.00"];
    let report = "warrantyCosts(where: {claimDate: {gte: \"2026-03-01\"}})";
    let merged =
        lines(&world, &shop.manager, &report.replace("(", "(groupBy: TIER, "), fields).await;
    assert_eq!(merged, [model[0].replace("HP EliteBook 840 G7", "Standard")]);

    // The device that came back brings its cost back: three went out, two of them stay out.
    let margin =
        totals(&world, &shop.manager, "grossMargin", "unitsSold unitsReturned sales cost margin");
    assert_eq!(margin.await, "3 | 1 | 10000.00 | 6400.00 | 3600.00");
}

#[tokio::test]
async fn repairs_are_told_by_the_days_that_they_took() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let technician = shop.user("technician").await;
    let open = async |issue: &str| {
        let input = json!({
            "customerId": customer, "issueType": issue, "issueDescription": "Cracked",
            "assignedToId": technician, "idempotencyKey": key(),
        });
        let shown = "repairTicket { id }";
        let made = world.done(&shop.manager, "bizhubRepairTicketOpen", input, shown).await;
        id_of(&made, "repairTicket")
    };
    let (quick, slow) = (open("Screen Repair").await, open("Battery").await);
    open("Never closed").await;
    for (ticket, days) in [(&quick, 1), (&slow, 3)] {
        world.clock.advance(TimeDelta::days(days));
        let unable = json!({ "outcome": "UNABLE", "notes": "No parts" });
        shop.ticket(&shop.manager, "Close", ticket, unable).await;
    }
    let fields = "group repairs unable averageDays medianDays slowestDays laborCost";
    let rows = ["technician of bizhub | 2 | 2 | 2.50 | 2.50 | 4 | 0.00"];
    assert_eq!(lines(&world, &shop.manager, "repairTurnaround", fields).await, rows);
    assert_eq!(lines(&world, &shop.technician, "repairTurnaround", fields).await, rows);
    assert!(lines(&world, &shop.technician2, "repairTurnaround", fields).await.is_empty());
    let types = [
        "Battery | 1 | 1 | 4.00 | 4.00 | 4 | 0.00",
        "Screen Repair | 1 | 1 | 1.00 | 1.00 | 1 | 0.00",
    ];
    let by_type = "repairTurnaround(groupBy: ISSUE_TYPE)";
    assert_eq!(lines(&world, &shop.manager, by_type, fields).await, types);
}
