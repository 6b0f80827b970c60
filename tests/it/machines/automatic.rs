//! Moves that are only ever the effect of another: from each state that the table names, and
//! refused from every other, whatever led there.

use serde_json::{Value, json};

use crate::machines::subject::{ASSET, INVOICE, print};
use crate::matrix::{AUTO, codes, words};
use crate::shop::{Shop, id_of};
use crate::till::{asset, cash, row};
use crate::world::{Person, World, key};

/// An asset, and the call whose effect the move is.
struct Cause<'s> {
    asset: String,
    person: &'s Person,
    mutation: &'static str,
    input: Value,
    /// Where a refusal of the move is reported.
    field: Value,
}

/// Brings the shop to just before the move; a new automatic move needs a line here.
async fn cause<'s>(shop: &'s Shop<'_>, model: &str, verb: &str) -> Cause<'s> {
    let laptop = shop.ready(model).await;
    let line = json!([asset(&laptop)]);
    let all = json!([cash("5000.00")]);
    let nowhere = json!([]);
    let (person, mutation, mut input, field) = match verb {
        "reserve" => {
            let input = json!({ "customerType": "WALK_IN", "lines": line });
            (&shop.sales, "bizhubInvoiceCreate", input, json!(["lines", "0", "assetId"]))
        }
        "release" => {
            let invoice = shop.draft(line).await;
            (&shop.sales, "bizhubInvoiceCancel", json!({ "invoiceId": invoice }), nowhere)
        }
        "sell" => {
            let invoice = shop.sent(line).await;
            let input = json!({ "invoiceId": invoice, "tenders": all });
            (&shop.sales, "bizhubInvoicePay", input, nowhere)
        }
        "undoSale" => {
            let invoice = shop.sold(line, all).await;
            let payment = shop.ids_of("payments", &invoice).await.remove(0);
            let input = json!({ "paymentId": payment, "reason": "Wrong customer" });
            (&shop.manager, "bizhubPaymentVoid", input, nowhere)
        }
        "takeBack" => {
            let invoice = shop.sold(line, all.clone()).await;
            let refund = approved_refund(shop, &invoice).await;
            let input = json!({ "refundId": refund, "tenders": all });
            (&shop.manager, "bizhubRefundComplete", input, nowhere)
        }
        other => panic!("the move {other} has no row in this test"),
    };
    input["idempotencyKey"] = Value::from(key());
    Cause { asset: laptop, person, mutation, input, field }
}

/// A refund of all lines of an invoice that a manager agreed to.
pub async fn approved_refund(shop: &Shop<'_>, invoice: &str) -> String {
    let lines = shop.ids_of("lines", invoice).await;
    let lines: Vec<Value> = lines.iter().map(|line| json!({ "invoiceLineId": line })).collect();
    let input = json!({
        "invoiceId": invoice, "lines": lines, "reason": "Broken", "idempotencyKey": key(),
    });
    let made = shop.world.done(&shop.sales, "bizhubRefundRequest", input, "refund { id }").await;
    let refund = id_of(&made, "refund");
    shop.world.done(&shop.manager, "bizhubRefundApprove", json!({ "refundId": refund }), "").await;
    refund
}

async fn set_status(world: &World, asset: &str, state: &str) {
    world
        .meddle(&format!("UPDATE bizhub.assets SET status = '{state}' WHERE id = {}", row(asset)))
        .await;
}

#[tokio::test]
async fn an_asset_is_reserved_released_sold_and_taken_back_from_the_states_of_the_table_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let model = shop.laptop_model().await;
    for step in ASSET.rows.iter().filter(|row| row.3 == AUTO) {
        let to = words(step.2).next().unwrap();
        for from in words(step.1) {
            let cause = cause(&shop, &model, step.0).await;
            for state in ASSET.states().filter(|state| words(step.1).all(|from| from != *state)) {
                set_status(&world, &cause.asset, state).await;
                let before = print(&world).await;
                let payload =
                    world.call(cause.person, cause.mutation, cause.input.clone(), "").await;
                let case = format!("{} from {state}: {payload}", step.0);
                assert_eq!(codes(&payload), ["INVALID_TRANSITION"], "{case}");
                let error = &payload["userErrors"][0];
                let possible = ASSET.possible_from(state);
                let details = json!({ "from": state, "to": to, "allowed": possible });
                assert_eq!(error["details"], details, "{case}");
                assert_eq!(error["field"], cause.field, "{case}");
                assert_eq!(print(&world).await, before, "{case}");
            }
            set_status(&world, &cause.asset, from).await;
            world.done(cause.person, cause.mutation, cause.input, "").await;
            let id: i64 = row(&cause.asset).parse().unwrap();
            assert_eq!(ASSET.status(&world, id).await, to, "{} from {from}", step.0);
        }
    }
}

#[tokio::test]
async fn an_invoice_is_settled_by_the_tender_that_meets_its_total_and_from_sent_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let invoice = shop.sent(json!([crate::till::service("100.00")])).await;
    for state in INVOICE.states().filter(|state| *state != "Sent") {
        set_invoice(&world, &invoice, state).await;
        let refused = shop.pay_refused(&invoice, json!([cash("100.00")])).await;
        assert_eq!(refused, ["INVALID_TRANSITION invoiceId"], "{state}");
    }
    set_invoice(&world, &invoice, "Sent").await;
    shop.pay(&invoice, json!([cash("99.99")])).await;
    assert_eq!(shop.books(&invoice).await, "Sent: 99.99 of 100.00, 0.00 back");
    shop.pay(&invoice, json!([cash("0.01")])).await;
    assert_eq!(shop.books(&invoice).await, "Paid: 100.00 of 100.00, 0.00 back");
}

#[tokio::test]
async fn a_voided_tender_opens_a_paid_invoice_again_and_no_other() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let line = json!([crate::till::service("100.00")]);
    let invoice = shop.sold(line, json!([cash("60.00"), cash("40.00")])).await;
    let payments = shop.ids_of("payments", &invoice).await;
    let void = |payment: &str| json!({ "paymentId": payment, "reason": "Typing error", "idempotencyKey": key() });
    for state in ["Draft", "Cancelled", "Refunded"] {
        set_invoice(&world, &invoice, state).await;
        let before = print(&world).await;
        let payload = world.call(&shop.manager, "bizhubPaymentVoid", void(&payments[0]), "").await;
        assert_eq!(codes(&payload), ["INVALID_TRANSITION"], "{state}");
        let details = &payload["userErrors"][0]["details"];
        assert_eq!((&details["from"], &details["to"]), (&json!(state), &json!("Sent")));
        assert_eq!(print(&world).await, before, "{state}");
    }
    set_invoice(&world, &invoice, "Paid").await;
    world.done(&shop.manager, "bizhubPaymentVoid", void(&payments[0]), "").await;
    assert_eq!(shop.books(&invoice).await, "Sent: 40.00 of 100.00, 0.00 back");
    // Of a sent invoice a tender can be voided too; the status stays.
    world.done(&shop.manager, "bizhubPaymentVoid", void(&payments[1]), "").await;
    assert_eq!(shop.books(&invoice).await, "Sent: 0.00 of 100.00, 0.00 back");
    let events = shop.lines(
        "SELECT name AS line FROM bizhub.outbox_events WHERE entity = 'BizhubInvoice' ORDER BY id",
    );
    let expected = [
        "bizhub.invoice.create",
        "bizhub.invoice.checkout",
        "bizhub.invoice.reopen",
        "bizhub.invoice.update",
    ];
    assert_eq!(events.await, expected);
}

#[tokio::test]
async fn a_refund_is_paid_out_on_a_paid_invoice_only_and_ends_it_once_nothing_is_left() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let line = json!([crate::till::service("100.00")]);
    let invoice = shop.sold(line, json!([cash("100.00")])).await;
    let refund = approved_refund(&shop, &invoice).await;
    let input = json!({
        "refundId": refund, "tenders": [cash("100.00")], "idempotencyKey": key(),
    });
    for state in INVOICE.states().filter(|state| *state != "Paid") {
        set_invoice(&world, &invoice, state).await;
        let before = print(&world).await;
        let refused = world.refused(&shop.manager, "bizhubRefundComplete", input.clone()).await;
        assert_eq!(refused, ["PRECONDITION_FAILED refundId"], "{state}");
        assert_eq!(print(&world).await, before, "{state}");
    }
    set_invoice(&world, &invoice, "Paid").await;
    world.done(&shop.manager, "bizhubRefundComplete", input, "").await;
    assert_eq!(shop.books(&invoice).await, "Refunded: 100.00 of 100.00, 100.00 back");
}

async fn set_invoice(world: &World, invoice: &str, state: &str) {
    world
        .meddle(&format!(
            "UPDATE bizhub.invoices SET status = '{state}' WHERE id = {}",
            row(invoice)
        ))
        .await;
}

#[tokio::test]
async fn the_second_draft_hears_the_number_and_the_owner_of_the_first() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let model = shop.laptop_model().await;
    let laptop = shop.ready(&model).await;
    let first = shop.draft(json!([asset(&laptop)])).await;
    let input = json!({
        "customerType": "WALK_IN", "lines": [asset(&laptop)], "idempotencyKey": key(),
    });
    let other = world.person("sales2").await;
    let payload = world.call(&other, "bizhubInvoiceCreate", input, "").await;
    let error = &payload["userErrors"][0];
    assert_eq!(codes(&payload), ["ALREADY_DONE"]);
    assert_eq!(error["field"], json!(["lines", "0", "assetId"]));
    assert_eq!(error["details"]["invoiceNumber"], format!("DRAFT-{}", row(&first)));
    assert_eq!(error["details"]["owner"], "sales of bizhub");
    let live = "SELECT count(*) FROM bizhub.invoice_lines WHERE released_at IS NULL";
    assert_eq!(world.value(live).await, json!(1));
    assert_eq!(world.value("SELECT count(*) FROM bizhub.invoices").await, json!(1));
}
