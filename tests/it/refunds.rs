//! Refunds (spec 6.7), one test a sentence.

mod lines;
mod states;
mod tenders;

use serde_json::{Value, json};

use crate::shop::{Shop, id_of};
use crate::till::{asset, cash, momo, pieces, row, service};
use crate::world::{World, key};

/// The input that asks for a refund of these lines, with anything else laid over it.
fn ask(invoice: &str, lines: Value, more: Value) -> Value {
    let mut input = json!({
        "invoiceId": invoice, "lines": lines, "reason": "Did not fit", "idempotencyKey": key(),
    });
    for (field, value) in more.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}

/// The input that names a line as a whole.
fn whole(line: &str) -> Value {
    json!({ "invoiceLineId": line })
}

/// The refund rows as text.
async fn refund_rows(shop: &Shop<'_>) -> Vec<String> {
    let sql = "SELECT f.status || ' ' || f.total_amount || coalesce(' on ' || f.refund_date, '') || \
               coalesce(': ' || (SELECT string_agg(t.payment_method || ' ' || t.amount || \
               coalesce(' of payment ' || p.amount, ''), ', ' ORDER BY t.id) \
               FROM bizhub.refund_tenders t LEFT JOIN bizhub.payments p ON p.id = t.payment_id \
               WHERE t.refund_id = f.id), '') AS line FROM bizhub.refunds f ORDER BY f.id";
    shop.lines(sql).await
}

#[tokio::test]
async fn a_full_refund_takes_the_goods_back_and_pays_out_as_it_was_paid() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let chargers = shop.chargers(5).await;
    let customer = shop.customer().await;
    let input = json!({
        "customerId": customer, "lines": [asset(&laptop), pieces(&chargers, 2), service("20.00")],
        "tenders": [cash("3120.00"), momo("2000.00", "A")], "idempotencyKey": key(),
    });
    let made = world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
    let invoice = id_of(&made, "invoice");
    world.clock.advance(chrono::TimeDelta::days(3));
    let lines = shop.ids_of("lines", &invoice).await;
    let lines = json!(lines.iter().map(|line| whole(line)).collect::<Vec<_>>());
    let back = json!([cash("3120.00"), json!({ "paymentMethod": "MOMO", "amount": "2000.00" })]);
    shop.refunded(&invoice, lines, back).await;

    assert_eq!(shop.books(&invoice).await, "Refunded: 5120.00 of 5120.00, 5120.00 back");
    assert_eq!(shop.shelf(&laptop).await, "Returned at Backroom");
    assert_eq!(shop.pile(&chargers).await, "5 there, 0 held");
    assert_eq!(
        refund_rows(&shop).await,
        ["completed 5120.00 on 2026-03-05: Cash 3120.00 of payment 3120.00, \
          MoMo 2000.00 of payment 2000.00"]
    );
    let people = "SELECT concat_ws(', ', a.username, b.username, c.username) AS line \
                  FROM bizhub.refunds f JOIN bizhub.users a ON a.id = f.requested_by \
                  JOIN bizhub.users b ON b.id = f.approved_by \
                  JOIN bizhub.users c ON c.id = f.completed_by";
    assert_eq!(shop.lines(people).await, ["sales, manager2, manager2"]);
    let released = "SELECT count(*) FROM bizhub.invoice_lines WHERE released_at IS NOT NULL \
                    AND refunded_quantity = quantity AND refunded_amount = line_total";
    assert_eq!(world.value(released).await, 3);
    let moved = "SELECT from_status || ' to ' || to_status || ': ' || reason AS line \
                 FROM bizhub.inventory_movements ORDER BY id DESC LIMIT 1";
    assert_eq!(shop.lines(moved).await, ["Sold to Returned: Refunded from INV-000001"]);
    let piles = "SELECT movement_type || ' ' || quantity_change AS line \
                 FROM bizhub.bulk_stock_movements ORDER BY id";
    assert_eq!(shop.lines(piles).await, ["Receive 5", "Sale -2", "Return 2"]);
    world.verify().await;
}

#[tokio::test]
async fn a_part_leaves_the_invoice_paid_and_knows_what_went_back() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let mut dear = service("20.00");
    dear["itemDescription"] = json!("Data moved");
    let customer = json!({ "customerId": shop.customer().await });
    let mut input = json!({
        "lines": [asset(&laptop), dear], "tenders": [cash("5020.00")], "idempotencyKey": key(),
    });
    input["customerId"] = customer["customerId"].clone();
    let made = world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
    let invoice = id_of(&made, "invoice");
    let lines = shop.ids_of("lines", &invoice).await;
    shop.refunded(&invoice, json!([whole(&lines[0])]), json!([cash("5000.00")])).await;
    assert_eq!(shop.books(&invoice).await, "Paid: 5020.00 of 5020.00, 5000.00 back");
    assert_eq!(shop.shelf(&laptop).await, "Returned at Backroom");
    world.verify().await;
    shop.refunded(&invoice, json!([whole(&lines[1])]), json!([cash("20.00")])).await;
    assert_eq!(shop.books(&invoice).await, "Refunded: 5020.00 of 5020.00, 5020.00 back");
    world.verify().await;
}

#[tokio::test]
async fn sales_reports_net_a_refund_on_the_day_it_was_paid_out() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice =
        shop.sold(json!([service("20.00"), service("30.00")]), json!([cash("50.00")])).await;
    world.clock.advance(chrono::TimeDelta::days(1));
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    shop.refunded(&invoice, json!([whole(&line)]), json!([cash("20.00")])).await;
    let query = "{ bizhub { salesDays { nodes { invoiceDate transactionCount totalSales grossSales \
                 refunds netSales } } } }";
    let data = world.read(&shop.manager, query).await;
    assert_eq!(
        data["bizhub"]["salesDays"]["nodes"],
        json!([
            { "invoiceDate": "2026-03-03", "transactionCount": "0", "totalSales": "0.00",
              "grossSales": "0.00", "refunds": "20.00", "netSales": "-20.00" },
            { "invoiceDate": "2026-03-02", "transactionCount": "1", "totalSales": "50.00",
              "grossSales": "50.00", "refunds": "0.00", "netSales": "50.00" },
        ])
    );
}

#[tokio::test]
async fn a_returned_asset_is_sold_again_after_the_full_cycle() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let invoice = shop.sold(json!([asset(&laptop)]), json!([cash("5000.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    shop.refunded(&invoice, json!([whole(&line)]), json!([cash("5000.00")])).await;
    world.clock.advance(chrono::TimeDelta::hours(1));
    let again = json!({ "assetId": laptop, "idempotencyKey": key() });
    world.done(&shop.technician, "bizhubAssetReIntake", again, "").await;
    shop.diagnosed(&laptop).await;
    let wipe = json!({ "assetId": laptop, "wipeMethod": "NIST 800-88", "idempotencyKey": key() });
    world.done(&shop.technician, "bizhubAssetRecordWipe", wipe, "").await;
    let check = json!({ "assetId": laptop, "conditionGrade": "B", "idempotencyKey": key() });
    world.done(&shop.technician2, "bizhubAssetPassQc", check, "").await;
    shop.sold(json!([asset(&laptop)]), json!([cash("4500.00")])).await;
    assert_eq!(shop.shelf(&laptop).await, "Sold at Sold, 4500.00 on 2026-03-02 by INV-000002");
    let lines =
        format!("SELECT count(*) FROM bizhub.invoice_lines WHERE asset_id = {}", row(&laptop));
    assert_eq!(world.value(&lines).await, 2, "history stays in the lines");
    world.verify().await;
}

#[tokio::test]
async fn a_sent_invoices_tenders_go_back_without_lines_so_that_it_can_be_cancelled() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let invoice = shop.sent(json!([asset(&laptop)])).await;
    shop.pay(&invoice, json!([cash("1000.00"), momo("500.00", "A")])).await;
    world.clock.advance(chrono::TimeDelta::days(2));
    let cancel = json!({ "invoiceId": invoice, "idempotencyKey": key() });
    let refusals = world.refused(&shop.manager, "bizhubInvoiceCancel", cancel.clone()).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED invoiceId"]);

    let input = ask(&invoice, json!([]), json!({ "paymentsOnly": true }));
    let made =
        world.done(&shop.sales, "bizhubRefundRequest", input, "refund { id totalAmount }").await;
    assert_eq!(made["refund"]["totalAmount"], "1500.00");
    let back = json!([cash("1000.00"), { "paymentMethod": "MOMO", "amount": "500.00" }]);
    shop.pay_out(&id_of(&made, "refund"), back).await;
    assert_eq!(shop.books(&invoice).await, "Sent: 1500.00 of 5000.00, 1500.00 back");
    world.verify().await;

    let refusals = shop.pay_refused(&invoice, json!([cash("3500.00")])).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED invoiceId"], "what was paid back pays nothing");
    world.done(&shop.manager, "bizhubInvoiceCancel", cancel, "").await;
    assert_eq!(shop.books(&invoice).await, "Cancelled: 1500.00 of 5000.00, 1500.00 back");
    assert_eq!(shop.shelf(&laptop).await, "Ready for Sale at Repair Bench");
    world.verify().await;
}

#[tokio::test]
async fn payments_alone_go_back_whole_and_for_a_sent_invoice_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([service("50.00")])).await;
    let alone = json!({ "paymentsOnly": true });
    let input = ask(&invoice, json!([]), alone.clone());
    let refusals = world.refused(&shop.sales, "bizhubRefundRequest", input).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED invoiceId"], "nothing is paid yet");
    shop.pay(&invoice, json!([cash("20.00")])).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    for more in [json!({ "paymentsOnly": true, "restockingFee": "1.00" }), alone.clone()] {
        let lines = if more == alone { json!([whole(&line)]) } else { json!([]) };
        let input = ask(&invoice, lines, more);
        let refusals = world.refused(&shop.sales, "bizhubRefundRequest", input).await;
        assert_eq!(refusals, ["VALIDATION_FAILED lines"]);
    }
    shop.pay(&invoice, json!([cash("30.00")])).await;
    let input = ask(&invoice, json!([]), alone);
    let refusals = world.refused(&shop.sales, "bizhubRefundRequest", input).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED invoiceId"], "a paid invoice has lines to refund");
    world.verify().await;
}

/// An approved refund of the tenders of an invoice of 50.00, of which 20.00 are paid.
async fn payments_back(shop: &Shop<'_>) -> (String, String) {
    let invoice = shop.sent(json!([service("50.00")])).await;
    shop.pay(&invoice, json!([cash("20.00")])).await;
    let input = ask(&invoice, json!([]), json!({ "paymentsOnly": true }));
    let made = shop.world.done(&shop.sales, "bizhubRefundRequest", input, "refund { id }").await;
    let refund = id_of(&made, "refund");
    let approve = json!({ "refundId": refund });
    shop.world.done(&shop.manager, "bizhubRefundApprove", approve, "").await;
    (invoice, refund)
}

#[tokio::test]
async fn a_refund_of_payments_gives_back_what_was_agreed_though_more_came_in() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (invoice, refund) = payments_back(&shop).await;
    shop.pay(&invoice, json!([cash("10.00")])).await;
    let input = json!({ "refundId": refund, "tenders": [cash("20.00")], "idempotencyKey": key() });
    world.done(&shop.manager, "bizhubRefundComplete", input, "").await;
    assert_eq!(shop.books(&invoice).await, "Sent: 30.00 of 50.00, 20.00 back");
    let cancel = json!({ "invoiceId": invoice, "idempotencyKey": key() });
    let refusals = world.refused(&shop.manager, "bizhubInvoiceCancel", cancel.clone()).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED invoiceId"], "10.00 are still there");
    let input = ask(&invoice, json!([]), json!({ "paymentsOnly": true }));
    let made = world.done(&shop.sales, "bizhubRefundRequest", input, "refund { id }").await;
    shop.pay_out(&id_of(&made, "refund"), json!([cash("10.00")])).await;
    world.done(&shop.manager, "bizhubInvoiceCancel", cancel, "").await;
    assert_eq!(shop.books(&invoice).await, "Cancelled: 30.00 of 50.00, 30.00 back");
    world.verify().await;
}

#[tokio::test]
async fn a_refund_of_payments_is_not_paid_out_once_the_invoice_is_settled() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (invoice, refund) = payments_back(&shop).await;
    shop.pay(&invoice, json!([cash("30.00")])).await;
    let input = json!({ "refundId": refund, "tenders": [cash("20.00")], "idempotencyKey": key() });
    let refusals = world.refused(&shop.manager, "bizhubRefundComplete", input).await;
    assert_eq!(refusals, ["PRECONDITION_FAILED refundId"]);
    assert_eq!(shop.books(&invoice).await, "Paid: 50.00 of 50.00, 0.00 back");
    world.verify().await;
}
