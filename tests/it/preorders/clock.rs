//! What the clock does to preorders, and whom it tells (spec 6.8).

use chrono::TimeDelta;
use serde_json::json;

use crate::preorders::{deposit, sale_to};
use crate::shop::Shop;
use crate::till::{asset, cash};
use crate::world::{World, key};

/// Messages in the outbox, in order.
async fn messages(shop: &Shop<'_>) -> Vec<String> {
    let sql = "SELECT template || ' by ' || channel || ' to ' || recipient AS line \
               FROM bizhub.notifications ORDER BY id";
    shop.lines(sql).await
}

#[tokio::test]
async fn what_nobody_picks_up_within_fourteen_days_is_rejected() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, laptop) = shop.arrived(&shop.customer().await).await;
    world.clock.advance(TimeDelta::days(3));
    shop.move_on(&shop.sales, "Notify", &preorder, json!({})).await;
    world.clock.advance(TimeDelta::days(14));
    assert_eq!(world.run_job("rejectUncollectedPreorders").await, 0, "the last day");
    world.clock.advance(TimeDelta::days(1));
    assert_eq!(world.run_job("rejectUncollectedPreorders").await, 1);
    assert_eq!(world.run_job("rejectUncollectedPreorders").await, 0, "once");
    assert_eq!(shop.stand(&preorder).await, "Rejected, paid");
    assert_eq!(shop.shelf(&laptop).await, "Ready for Sale at Repair Bench");
    let last = shop.preorder_story(&preorder).await.pop().unwrap();
    assert_eq!(last, "rejected by the clock: Customer Notified -> Rejected");
    let reason = "SELECT rejection_reason FROM bizhub.preorders";
    assert_eq!(world.value(reason).await, "Not picked up within 14 days");
    world.verify().await;
}

#[tokio::test]
async fn the_arrival_counts_where_nobody_was_told_and_the_tenant_says_how_long() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.set("bizhub.preorder_pickup_days", json!(2)).await;
    let (preorder, _) = shop.arrived(&shop.customer().await).await;
    world.clock.advance(TimeDelta::days(2));
    assert_eq!(world.run_job("rejectUncollectedPreorders").await, 0);
    world.clock.advance(TimeDelta::days(1));
    assert_eq!(world.run_job("rejectUncollectedPreorders").await, 1);
    assert_eq!(shop.stand(&preorder).await, "Rejected, paid");
    world.verify().await;
}

#[tokio::test]
async fn what_is_on_an_invoice_waits_for_it() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, laptop) = shop.arrived(&customer).await;
    let draft = json!({
        "customerId": customer, "customerType": "RETAIL", "lines": [asset(&laptop)],
        "idempotencyKey": key(),
    });
    world.done(&shop.sales, "bizhubInvoiceCreate", draft, "").await;
    world.clock.advance(TimeDelta::days(20));
    assert_eq!(world.run_job("rejectUncollectedPreorders").await, 0);
    assert_eq!(shop.stand(&preorder).await, "Arrived, paid");
    assert_eq!(world.run_job("expireDrafts").await, 1);
    assert_eq!(shop.shelf(&laptop).await, "Reserved at Repair Bench", "the preorder holds it");
    world.verify().await;
    assert_eq!(world.run_job("rejectUncollectedPreorders").await, 1);
    world.verify().await;
}

#[tokio::test]
async fn a_pick_up_is_closed_when_it_can_no_longer_be_refunded() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, laptop) = shop.arrived(&customer).await;
    let tenders = json!([deposit(&preorder, "500.00"), cash("4500.00")]);
    let input = sale_to(&customer, json!([asset(&laptop)]), tenders);
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    world.clock.advance(TimeDelta::days(14));
    assert_eq!(world.run_job("closePickedUpPreorders").await, 0, "the last day");
    world.clock.advance(TimeDelta::days(1));
    assert_eq!(world.run_job("closePickedUpPreorders").await, 1);
    assert_eq!(shop.stand(&preorder).await, "Closed, paid, on INV-000001");
    let last = shop.preorder_story(&preorder).await.pop().unwrap();
    assert_eq!(last, "closed by the clock: Picked Up -> Closed");
    world.verify().await;
}

#[tokio::test]
async fn the_customer_hears_of_the_deposit_and_of_the_arrival() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, _) = shop.arrived(&shop.customer().await).await;
    shop.move_on(&shop.sales, "Notify", &preorder, json!({})).await;
    assert_eq!(
        messages(&shop).await,
        [
            "bizhub.preorder_deposit_receipt by sms to +233201234567",
            "bizhub.preorder_ready_for_pickup by sms to +233201234567",
        ]
    );
    let bodies = "SELECT string_agg(body, ' ' ORDER BY id) FROM bizhub.notifications";
    let words = "Hello Ama Mensah, Shop bizhub received the deposit of GHS 500.00 for your \
                 preorder PRE-000001. Thank you. Hello Ama Mensah, the device of your preorder \
                 PRE-000001 is ready for pick-up at Shop bizhub.";
    assert_eq!(world.value(bodies).await, words);
}

#[tokio::test]
async fn a_customer_without_a_number_gets_a_mail() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, _) = shop.arrived(&shop.customer().await).await;
    let mail = "UPDATE bizhub.customers SET phone = 'erased', email = 'ama@example.com'";
    world.meddle(mail).await;
    shop.move_on(&shop.sales, "Notify", &preorder, json!({})).await;
    let last = messages(&shop).await.pop().unwrap();
    assert_eq!(last, "bizhub.preorder_ready_for_pickup_mail by email to ama@example.com");
}

#[tokio::test]
async fn whoever_is_concerned_hears_once_that_a_preorder_is_late() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.ordered(&shop.customer().await).await;
    world.clock.advance(TimeDelta::days(21));
    assert_eq!(world.run_job("warnOverduePreorders").await, 0, "the last day");
    world.clock.advance(TimeDelta::days(1));
    assert_eq!(world.run_job("warnOverduePreorders").await, 1);
    world.clock.advance(TimeDelta::days(1));
    assert_eq!(world.run_job("warnOverduePreorders").await, 0, "once");
    let people = ["manager", "manager2", "sales"];
    let told = messages(&shop).await.split_off(1);
    let expected: Vec<String> = people
        .iter()
        .map(|name| format!("bizhub.preorder_overdue by email to {name}@bizhub.example"))
        .collect();
    assert_eq!(told, expected);
    world.verify().await;
}

#[tokio::test]
async fn of_an_erased_customer_no_warning_names_the_name() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    shop.ordered(&customer).await;
    shop.ordered(&shop.customer().await).await;
    world.clock.advance(TimeDelta::days(22));
    assert_eq!(world.run_job("warnOverduePreorders").await, 2);
    let admin = world.person("admin").await;
    let erase = json!({ "customerId": customer, "reason": "Asked for it" });
    world.done(&admin, "bizhubCustomerErase", erase, "").await;
    let warnings = "SELECT (dedupe_key LIKE '% 1 %') || ': ' || body AS line \
                    FROM bizhub.notifications WHERE template = 'bizhub.preorder_overdue' \
                    GROUP BY 1 ORDER BY 1";
    let other =
        "false: The preorder PRE-000002 of Ama Mensah was due on 2026-03-23 and is Ordered.";
    assert_eq!(shop.lines(warnings).await, [other, "true: erased"]);
}
