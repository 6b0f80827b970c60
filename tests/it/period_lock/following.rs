//! What follows from a row of today goes on, whatever it follows for; imports take over what is
//! old, and the lock is no finding.

use bizgraph_kernel::import::import;
use chrono::TimeDelta;
use serde_json::json;

use super::lock;
use super::shop::next_days;
use crate::import::exports::Exports;
use crate::shop::Shop;
use crate::till::{asset, cash, service};
use crate::world::{World, key};

#[tokio::test]
async fn an_invoice_of_a_locked_day_is_paid_today() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let invoice = shop.sent(json!([asset(&laptop)])).await;
    next_days(&world).await;
    shop.pay(&invoice, json!([cash("2000.00")])).await;
    shop.pay(&invoice, json!([cash("3000.00")])).await;
    assert_eq!(shop.books(&invoice).await, "Paid: 5000.00 of 5000.00, 0.00 back");
    let sold = "Sold at Sold, 5000.00 on 2026-03-05 by INV-000001";
    assert_eq!(shop.shelf(&laptop).await, sold);
    // Its tender of today is voided, and it is open again.
    let payment = shop.ids_of("payments", &invoice).await.remove(1);
    let void = json!({ "paymentId": payment, "reason": "Bounced", "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubPaymentVoid", void, "").await;
    assert_eq!(shop.books(&invoice).await, "Sent: 2000.00 of 5000.00, 0.00 back");
    world.verify().await;
}

#[tokio::test]
async fn a_sale_of_a_locked_day_is_refunded_by_a_refund_of_today() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    next_days(&world).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let lines = json!([{ "invoiceLineId": line }]);
    let back = json!([{ "paymentMethod": "CASH", "amount": "50.00" }]);
    shop.refunded(&invoice, lines, back).await;
    assert_eq!(shop.books(&invoice).await, "Refunded: 50.00 of 50.00, 50.00 back");
    let day = "SELECT refund_date::text FROM bizhub.refunds";
    assert_eq!(world.value(day).await, "2026-03-05");
    world.verify().await;
}

#[tokio::test]
async fn a_draft_has_no_day_until_it_is_sent() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let drafts = [shop.draft(json!([service("50.00")])).await, shop.draft(json!([])).await];
    world.clock.advance(TimeDelta::days(1));
    lock(&world, "2026-03-02").await;
    let update = json!({ "invoiceId": drafts[0], "expectedVersion": 2, "notes": "Urgent" });
    world.done(&shop.sales, "bizhubInvoiceUpdate", update, "").await;
    shop.send(&drafts[0]).await;
    let day = "SELECT invoice_date::text FROM bizhub.invoices WHERE status = 'Sent'";
    assert_eq!(world.value(day).await, "2026-03-03");
    let cancel = json!({ "invoiceId": drafts[1], "idempotencyKey": key() });
    world.done(&shop.sales, "bizhubInvoiceCancel", cancel, "").await;
    world.verify().await;
}

#[tokio::test]
async fn a_drawer_that_was_opened_on_a_locked_day_is_counted_today() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let drawer = shop.opens(&shop.sales, "100.00").await;
    shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    next_days(&world).await;
    let counts = json!([{ "paymentMethod": "CASH", "amount": "150.00" }]);
    shop.closes(&shop.sales, &drawer, counts).await;
    let closed = "SELECT closed_date::text FROM bizhub.cash_drawer_sessions";
    assert_eq!(world.value(closed).await, "2026-03-05");
    world.verify().await;
}

#[tokio::test]
async fn a_repair_and_a_claim_of_locked_days_come_to_their_end() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let chargers = shop.chargers(5).await;
    let repair = shop.taken_in(&customer).await;
    shop.on_bench(&repair).await;
    let claimed = shop.under_claim(&customer).await;
    next_days(&world).await;
    shop.with_part(&repair, &chargers, 1).await;
    shop.with_labor(&repair, "80.00").await;
    shop.finished(&repair).await;
    let invoice = shop.billed(&repair).await;
    shop.send(&invoice).await;
    shop.pay(&invoice, json!([cash("130.00")])).await;
    shop.does(&shop.sales, "Close", &repair, json!({ "outcome": "REPAIRED" })).await;
    shop.ended(&claimed.claim, "REFUNDED", json!({ "reason": "No parts" })).await;
    world.verify().await;
}

#[tokio::test]
async fn the_jobs_of_a_shop_run_as_ever() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (_, invoice) = shop.sold_to(&shop.customer().await).await;
    shop.draft(json!([service("50.00")])).await;
    world.clock.advance(TimeDelta::days(200));
    lock(&world, "2026-09-16").await;
    for day in ["2026-03-20", "2026-09-18"] {
        world.run_jobs(day).await;
    }
    let ended = "SELECT concat_ws(', ', min(w.status), min(i.status)) FROM bizhub.warranties w, \
                 bizhub.invoices i WHERE i.status <> 'Paid'";
    assert_eq!(world.value(ended).await, "Expired, Cancelled");
    assert!(shop.books(&invoice).await.starts_with("Paid"));
    world.verify().await;
}

#[tokio::test]
async fn what_an_installation_brings_is_taken_over_whatever_its_days() {
    let world = World::new().await;
    lock(&world, "2026-03-01").await;
    let tenant = world.kernel.tenant("bizhub").unwrap();
    let exports = Exports::good();
    let taken = import(&world.kernel, tenant, exports.folder(), false, |_| ()).await.unwrap();
    assert_eq!(taken.left_out, []);
    let old = "SELECT count(*) FROM bizhub.payments WHERE payment_date <= '2026-03-01'";
    assert_eq!(world.value(old).await, json!(5));
    world.verify().await;
}
