//! The bill of a repair (spec 6.10).

use serde_json::json;

use crate::repairs::{as_outcome, because};
use crate::shop::Shop;
use crate::till::cash;
use crate::world::{World, key};

#[tokio::test]
async fn a_bill_is_a_draft_of_the_work_and_the_parts_which_leave_the_stock_once() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let customer = shop.customer().await;
    let ticket = shop.ready_to_bill(&customer, &chargers, 2).await;
    assert_eq!(shop.pile(&chargers).await, "3 there, 0 held");
    let invoice = shop.billed(&ticket).await;
    assert_eq!(shop.pile(&chargers).await, "5 there, 2 held");
    let lines = shop
        .lines(
            "SELECT line_kind || ' ' || item_description || ': ' || quantity || ' x ' || unit_price \
             || ' = ' || line_total AS line FROM bizhub.invoice_lines ORDER BY line_number",
        )
        .await;
    assert_eq!(
        lines,
        [
            "Service Screen Repair, TKT-000001: 1 x 80.00 = 80.00",
            "Bulk Charger 65 W: 2 x 50.00 = 100.00",
        ]
    );
    world.verify().await;
    shop.send(&invoice).await;
    shop.pay(&invoice, json!([cash("180.00")])).await;
    assert_eq!(shop.pile(&chargers).await, "3 there, 0 held");
    assert_eq!(shop.books(&invoice).await, "Paid: 180.00 of 180.00, 0.00 back");
    shop.does(&shop.sales, "Close", &ticket, as_outcome("REPAIRED")).await;
    world.verify().await;
}

#[tokio::test]
async fn a_ticket_is_closed_once_it_is_paid() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.ready_to_bill(&shop.customer().await, &chargers, 1).await;
    let repaired = || as_outcome("REPAIRED");
    let refused = shop.cannot(&shop.sales, "Close", &ticket, repaired()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED repairTicketId"]);
    let invoice = shop.billed(&ticket).await;
    shop.send(&invoice).await;
    shop.pay(&invoice, json!([cash("100.00")])).await;
    let refused = shop.cannot(&shop.sales, "Close", &ticket, repaired()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED repairTicketId"]);
    shop.pay(&invoice, json!([cash("30.00")])).await;
    shop.does(&shop.sales, "Close", &ticket, repaired()).await;
}

#[tokio::test]
async fn a_bill_that_is_given_up_leaves_the_parts_in_the_repair() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.ready_to_bill(&shop.customer().await, &chargers, 2).await;
    let invoice = shop.billed(&ticket).await;
    let bill = || json!({ "idempotencyKey": key() });
    let refused = shop.cannot(&shop.sales, "Bill", &ticket, bill()).await;
    assert_eq!(refused, ["ALREADY_DONE repairTicketId"]);
    let refused = shop.cannot(&shop.technician, "Resume", &ticket, because()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED repairTicketId"]);
    let cancel = json!({ "invoiceId": invoice, "idempotencyKey": key() });
    world.done(&shop.sales, "bizhubInvoiceCancel", cancel, "").await;
    assert_eq!(shop.pile(&chargers).await, "3 there, 0 held");
    world.verify().await;
    // A line that is taken off the next bill is on the house.
    let invoice = shop.billed(&ticket).await;
    let line = shop.ids_of("lines", &invoice).await.remove(1);
    let remove = json!({ "invoiceId": invoice, "invoiceLineId": line, "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubInvoiceRemoveLine", remove, "").await;
    assert_eq!(shop.pile(&chargers).await, "3 there, 0 held");
    world.verify().await;
}

#[tokio::test]
async fn what_a_repair_used_is_sold_in_its_number_and_never_goes_back_on_the_shelf() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.ready_to_bill(&shop.customer().await, &chargers, 2).await;
    let invoice = shop.billed(&ticket).await;
    let part = shop.ids_of("lines", &invoice).await.remove(1);
    let reprice = |quantity: i32| {
        json!({
            "invoiceId": invoice, "expectedVersion": 2, "invoiceLineId": part,
            "unitPrice": "45.00", "quantity": quantity, "idempotencyKey": key(),
        })
    };
    let refused = world.refused(&shop.sales, "bizhubInvoiceReprice", reprice(1)).await;
    assert_eq!(refused, ["IMMUTABLE quantity"]);
    world.done(&shop.sales, "bizhubInvoiceReprice", reprice(2), "").await;
    shop.send(&invoice).await;
    shop.pay(&invoice, json!([cash("170.00")])).await;
    let back = json!([{ "invoiceLineId": part, "restock": true }]);
    shop.refunded(&invoice, back, json!([cash("90.00")])).await;
    assert_eq!(shop.pile(&chargers).await, "3 there, 0 held");
    world.verify().await;
}

#[tokio::test]
async fn who_sells_may_not_let_the_work_or_the_parts_of_a_repair_go_for_less() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.ready_to_bill(&shop.customer().await, &chargers, 2).await;
    let invoice = shop.billed(&ticket).await;
    let lines = shop.ids_of("lines", &invoice).await;
    let priced = |line: &str, version: i32, price: &str, discount: &str| {
        json!({
            "invoiceId": invoice, "expectedVersion": version, "invoiceLineId": line,
            "unitPrice": price, "discount": discount, "idempotencyKey": key(),
        })
    };
    // The floor is 90 percent, of the work's worth like of any other price.
    for (price, discount) in [("71.99", "0.00"), ("80.00", "8.01"), ("0.00", "0.00")] {
        let input = priced(&lines[0], 2, price, discount);
        let refused = world.refused(&shop.sales, "bizhubInvoiceReprice", input).await;
        assert_eq!(refused, ["NOT_ELIGIBLE unitPrice"], "{price} less {discount}");
    }
    let mut twice = priced(&lines[0], 2, "80.00", "0.00");
    twice["quantity"] = json!(2);
    let refused = world.refused(&shop.sales, "bizhubInvoiceReprice", twice).await;
    assert_eq!(refused, ["IMMUTABLE quantity"]);
    for line in &lines {
        let remove =
            json!({ "invoiceId": invoice, "invoiceLineId": line, "idempotencyKey": key() });
        let refused = world.refused(&shop.sales, "bizhubInvoiceRemoveLine", remove).await;
        assert_eq!(refused, ["NOT_ELIGIBLE invoiceLineId"]);
    }
    assert_eq!(shop.books(&invoice).await, "Draft: 0.00 of 180.00, 0.00 back");
    let input = priced(&lines[0], 2, "72.00", "0.00");
    world.done(&shop.sales, "bizhubInvoiceReprice", input, "").await;
    let input = priced(&lines[0], 3, "10.00", "0.00");
    world.done(&shop.manager, "bizhubInvoiceReprice", input, "").await;
    assert_eq!(shop.books(&invoice).await, "Draft: 0.00 of 110.00, 0.00 back");
    world.verify().await;
}

#[tokio::test]
async fn nothing_is_billed_before_it_is_ready_under_warranty_or_for_nothing() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let bill = || json!({ "idempotencyKey": key() });
    let ticket = shop.taken_in(&customer).await;
    shop.on_bench(&ticket).await;
    let refused = shop.cannot(&shop.sales, "Bill", &ticket, bill()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED repairTicketId"]);
    shop.finished(&ticket).await;
    let refused = shop.cannot(&shop.sales, "Bill", &ticket, bill()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED repairTicketId"]);
    shop.does(&shop.sales, "Close", &ticket, as_outcome("REPAIRED")).await;
    let claimed = shop.under_claim(&customer).await;
    shop.on_bench(&claimed.ticket).await;
    shop.with_labor(&claimed.ticket, "80.00").await;
    shop.finished(&claimed.ticket).await;
    let refused = shop.cannot(&shop.sales, "Bill", &claimed.ticket, bill()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED repairTicketId"]);
}

#[tokio::test]
async fn the_work_on_a_billed_ticket_is_not_valued_anew() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.ready_to_bill(&shop.customer().await, &chargers, 1).await;
    shop.billed(&ticket).await;
    let version = shop.version(&ticket).await;
    let labor = json!({ "laborCost": "90.00", "expectedVersion": version });
    let refused = shop.cannot(&shop.technician, "SetLabor", &ticket, labor).await;
    assert_eq!(refused, ["PRECONDITION_FAILED repairTicketId"]);
    let stale = json!({ "laborCost": "90.00", "expectedVersion": 1 });
    let refused = shop.cannot(&shop.technician, "SetLabor", &ticket, stale).await;
    assert_eq!(refused, ["STALE_VERSION expectedVersion"]);
}

#[tokio::test]
async fn a_voided_payment_of_a_bill_holds_its_parts_again() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.ready_to_bill(&shop.customer().await, &chargers, 2).await;
    let invoice = shop.billed(&ticket).await;
    shop.send(&invoice).await;
    shop.pay(&invoice, json!([cash("180.00")])).await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    let input = json!({ "paymentId": payment, "reason": "Mistake", "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubPaymentVoid", input, "").await;
    assert_eq!(shop.pile(&chargers).await, "5 there, 2 held");
    world.verify().await;
}

#[tokio::test]
async fn a_bill_tells_nobody_again_that_stock_is_low() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    world.meddle("UPDATE bizhub.bulk_stock SET reorder_threshold = 4").await;
    let ticket = shop.ready_to_bill(&shop.customer().await, &chargers, 2).await;
    let told = "SELECT count(*) FROM bizhub.outbox_events WHERE name = 'bizhub.bulkStock.lowStock'";
    assert_eq!(world.value(told).await, json!(1));
    let invoice = shop.billed(&ticket).await;
    shop.send(&invoice).await;
    shop.pay(&invoice, json!([cash("180.00")])).await;
    assert_eq!(world.value(told).await, json!(1));
}

#[tokio::test]
async fn the_bill_of_a_closed_repair_is_given_up_once_the_ticket_is_open_again() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(5).await;
    let ticket = shop.ready_to_bill(&shop.customer().await, &chargers, 2).await;
    let invoice = shop.billed(&ticket).await;
    shop.send(&invoice).await;
    shop.pay(&invoice, json!([cash("180.00")])).await;
    shop.does(&shop.sales, "Close", &ticket, as_outcome("REPAIRED")).await;
    let payment = shop.ids_of("payments", &invoice).await.remove(0);
    let void = json!({ "paymentId": payment, "reason": "Mistake", "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubPaymentVoid", void, "").await;
    world.verify().await;
    let cancel = || json!({ "invoiceId": invoice, "idempotencyKey": key() });
    let refused = world.refused(&shop.manager, "bizhubInvoiceCancel", cancel()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED invoiceId"]);
    shop.does(&shop.manager, "Reopen", &ticket, because()).await;
    world.done(&shop.manager, "bizhubInvoiceCancel", cancel(), "").await;
    assert_eq!(shop.books(&invoice).await, "Cancelled: 0.00 of 180.00, 0.00 back");
    world.verify().await;
}
