//! The pick-up: the deposit pays as a tender, and undoing the sale undoes it (spec 6.6, 6.8).

use serde_json::{Value, json};

use crate::preorders::{deposit, sale_to};
use crate::shop::{Shop, id_of};
use crate::till::{asset, cash, momo, row, service};
use crate::world::{World, key};

#[tokio::test]
async fn the_deposit_pays_as_a_tender_and_the_preorder_is_picked_up() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, laptop) = shop.arrived(&customer).await;
    let tenders = json!([deposit(&preorder, "500.00"), cash("5000.00")]);
    let input = sale_to(&customer, json!([asset(&laptop)]), tenders);
    let sale = world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
    let invoice = id_of(&sale, "invoice");
    assert_eq!(shop.books(&invoice).await, "Paid: 5000.00 of 5000.00, 0.00 back");
    let tenders = ["Other 500.00", "Cash 4500.00 of 5000.00, change 500.00"];
    assert_eq!(shop.tenders(&invoice).await, tenders);
    assert_eq!(shop.stand(&preorder).await, "Picked Up, paid, on INV-000001");
    assert_eq!(shop.shelf(&laptop).await, "Sold at Sold, 5000.00 on 2026-03-02 by INV-000001");
    let query = format!(
        "{{ bizhub {{ invoice(id: \"{invoice}\") {{ payments {{ nodes {{ reference referenceKind \
         preorder {{ preorderNumber pickedUpDate }} }} }} }} }} }}"
    );
    let shown = world.read(&shop.sales, &query).await;
    let nodes = shown["bizhub"]["invoice"]["payments"]["nodes"].as_array().unwrap().clone();
    assert!(nodes.contains(&json!({
        "reference": "PRE-000001", "referenceKind": "DEPOSIT",
        "preorder": { "preorderNumber": "PRE-000001", "pickedUpDate": "2026-03-02" },
    })));
    let last = shop.preorder_story(&preorder).await.pop().unwrap();
    assert_eq!(last, "picked_up by sales: Arrived -> Picked Up");
    world.verify().await;
}

/// A sent invoice of the customer over its laptop.
async fn sent(shop: &Shop<'_>, customer: &str, laptop: &str) -> String {
    let input = json!({
        "customerId": customer, "customerType": "RETAIL", "lines": [asset(laptop)],
        "idempotencyKey": key(),
    });
    let made = shop.world.done(&shop.sales, "bizhubInvoiceCreate", input, "invoice { id }").await;
    let invoice = id_of(&made, "invoice");
    shop.send(&invoice).await;
    invoice
}

#[tokio::test]
async fn the_deposit_pays_with_the_last_tender_of_a_sent_invoice() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, laptop) = shop.arrived(&customer).await;
    shop.move_on(&shop.sales, "Notify", &preorder, json!({})).await;
    let invoice = sent(&shop, &customer, &laptop).await;
    let early = shop.pay_refused(&invoice, json!([deposit(&preorder, "500.00")])).await;
    assert_eq!(early, ["PRECONDITION_FAILED tenders.0.preorderId"]);
    shop.pay(&invoice, json!([momo("4000.00", "MM-1")])).await;
    assert_eq!(shop.stand(&preorder).await, "Customer Notified, paid");
    let without = shop.pay_refused(&invoice, json!([cash("1000.00")])).await;
    assert_eq!(without, ["PRECONDITION_FAILED tenders"], "the deposit is left out");
    shop.pay(&invoice, json!([cash("500.00"), deposit(&preorder, "500.00")])).await;
    assert_eq!(shop.tenders(&invoice).await, ["MoMo 4000.00", "Cash 500.00", "Other 500.00"]);
    assert_eq!(shop.stand(&preorder).await, "Picked Up, paid, on INV-000001");
    world.verify().await;
}

#[tokio::test]
async fn a_deposit_pays_as_a_whole_once_and_for_its_own_device() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, laptop) = shop.arrived(&customer).await;
    let waiting = shop.with_deposit(&customer).await;
    let refusals = |tenders: Value| {
        let input = sale_to(&customer, json!([asset(&laptop)]), tenders);
        let (world, sales) = (&world, &shop.sales);
        async move { world.refused(sales, "bizhubInvoiceCheckout", input).await }
    };
    let part = json!([deposit(&preorder, "400.00"), cash("4600.00")]);
    assert_eq!(refusals(part).await, ["AMOUNT_MISMATCH tenders.0.amount"]);
    let twice =
        json!([deposit(&preorder, "500.00"), deposit(&preorder, "500.00"), cash("4000.00"),]);
    let refused = refusals(twice).await;
    assert_eq!(refused, ["NOT_UNIQUE tenders.1", "NOT_ELIGIBLE tenders.1.preorderId"]);
    let another = json!([deposit(&waiting, "500.00"), cash("4500.00")]);
    let refused = refusals(another).await;
    assert_eq!(refused, ["NOT_ELIGIBLE tenders.0.preorderId", "PRECONDITION_FAILED tenders"]);
    let mut as_cash = deposit(&preorder, "500.00");
    as_cash["paymentMethod"] = json!("CASH");
    as_cash["reference"] = json!("PRE-1");
    let refused = refusals(json!([as_cash, cash("4500.00")])).await;
    assert_eq!(
        refused,
        ["VALIDATION_FAILED tenders.0.paymentMethod", "VALIDATION_FAILED tenders.0.reference"]
    );
    assert_eq!(refusals(json!([cash("5000.00")])).await, ["PRECONDITION_FAILED tenders"]);
    let nothing = json!({ "invoiceId": shop.sent(json!([service("500.00")])).await });
    let elsewhere = shop
        .pay_refused(nothing["invoiceId"].as_str().unwrap(), json!([deposit(&preorder, "500.00")]))
        .await;
    assert_eq!(elsewhere, ["NOT_ELIGIBLE tenders.0.preorderId"]);
    assert_eq!(shop.stand(&preorder).await, "Arrived, paid");
    world.verify().await;
}

/// A pick-up at 300.00 whose deposit of 500.00 leaves store credit of 200.00.
async fn cheap_pick_up(shop: &Shop<'_>, customer: &str) -> (String, String) {
    let (preorder, laptop) = shop.arrived(customer).await;
    let mut line = asset(&laptop);
    line["unitPrice"] = json!("300.00");
    let input = sale_to(customer, json!([line]), json!([deposit(&preorder, "500.00")]));
    let shown = "invoice { id }";
    let sale = shop.world.done(&shop.manager, "bizhubInvoiceCheckout", input, shown).await;
    (preorder, id_of(&sale, "invoice"))
}

#[tokio::test]
async fn what_the_sale_does_not_need_of_the_deposit_becomes_store_credit() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, invoice) = cheap_pick_up(&shop, &customer).await;
    assert_eq!(shop.tenders(&invoice).await, ["Other 300.00"]);
    assert_eq!(shop.store_credit().await, ["Deposit 0.00 of 200.00"]);
    assert_eq!(shop.stand(&preorder).await, "Picked Up, paid, on INV-000001");
    world.verify().await;
}

async fn void_input(shop: &Shop<'_>, invoice: &str, place: usize) -> Value {
    let payment = shop.ids_of("payments", invoice).await.remove(place);
    json!({ "paymentId": payment, "reason": "Wrong till", "idempotencyKey": key() })
}

#[tokio::test]
async fn voiding_a_tender_of_the_pick_up_puts_the_preorder_back() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, laptop) = shop.arrived(&customer).await;
    let invoice = sent(&shop, &customer, &laptop).await;
    shop.pay(&invoice, json!([momo("4000.00", "MM-1")])).await;
    shop.pay(&invoice, json!([cash("500.00"), deposit(&preorder, "500.00")])).await;
    let input = void_input(&shop, &invoice, 1).await;
    world.done(&shop.manager, "bizhubPaymentVoid", input, "").await;
    assert_eq!(shop.books(&invoice).await, "Sent: 4000.00 of 5000.00, 0.00 back");
    let tenders = ["MoMo 4000.00", "Cash 500.00 void", "Other 500.00 void"];
    assert_eq!(shop.tenders(&invoice).await, tenders);
    assert_eq!(shop.stand(&preorder).await, "Arrived, paid");
    assert_eq!(shop.shelf(&laptop).await, "Reserved at Backroom");
    world.verify().await;
    shop.pay(&invoice, json!([momo("500.00", "MM-2"), deposit(&preorder, "500.00")])).await;
    assert_eq!(shop.stand(&preorder).await, "Picked Up, paid, on INV-000001");
    let end: Vec<String> = shop.preorder_story(&preorder).await.split_off(4);
    assert_eq!(
        end,
        [
            "picked_up by sales: Arrived -> Picked Up",
            "pick_up_undone by manager: Picked Up -> Arrived",
            "picked_up by sales: Arrived -> Picked Up",
        ]
    );
    world.verify().await;
}

#[tokio::test]
async fn voiding_the_deposit_takes_back_its_rest_unless_that_is_spent() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, invoice) = cheap_pick_up(&shop, &customer).await;
    let spend = crate::preorders::credit(&shop.newest_credit().await, "50.00");
    let input = sale_to(&customer, json!([service("50.00")]), json!([spend]));
    let other = world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
    let input = void_input(&shop, &invoice, 0).await;
    let refused = world.refused(&shop.manager, "bizhubPaymentVoid", input.clone()).await;
    assert_eq!(refused, ["PRECONDITION_FAILED paymentId"]);
    let back = void_input(&shop, &id_of(&other, "invoice"), 0).await;
    world.done(&shop.manager, "bizhubPaymentVoid", back, "").await;
    assert_eq!(shop.store_credit().await, ["Deposit 0.00 of 200.00"]);
    world.done(&shop.manager, "bizhubPaymentVoid", input, "").await;
    assert_eq!(shop.store_credit().await, ["Deposit 0.00 of 200.00 void"]);
    assert_eq!(shop.stand(&preorder).await, "Arrived, paid");
    world.verify().await;
}

#[tokio::test]
async fn a_device_that_comes_back_from_its_pick_up_is_nobodys() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, laptop) = shop.arrived(&customer).await;
    let tenders = json!([deposit(&preorder, "500.00"), cash("4500.00")]);
    let input = sale_to(&customer, json!([asset(&laptop)]), tenders);
    let sale = world.done(&shop.sales, "bizhubInvoiceCheckout", input, "invoice { id }").await;
    let invoice = id_of(&sale, "invoice");
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let out = json!([{ "paymentMethod": "CASH", "amount": "5000.00" }]);
    shop.refunded(&invoice, json!([{ "invoiceLineId": line }]), out).await;
    assert_eq!(shop.shelf(&laptop).await, "Returned at Backroom");
    let link = format!("SELECT preorder_id FROM bizhub.assets WHERE id = {}", row(&laptop));
    assert_eq!(world.value(&link).await, Value::Null);
    assert_eq!(shop.stand(&preorder).await, "Picked Up, paid, on INV-000001");
    world.verify().await;
}

#[tokio::test]
async fn the_agreed_price_is_what_the_pick_up_costs_unless_said_and_it_does_not_lower_the_floor() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let model = shop.laptop_model().await;
    // The floor of a laptop at 5,000.00 is 4,500.00, so the second waits for a manager.
    for (agreed, sold_by_sales) in [("4800.00", true), ("4000.00", false)] {
        let preorder = shop.preorder_with(&customer, json!({ "agreedPrice": agreed })).await;
        let paid = crate::preorders::in_cash("500.00");
        shop.move_on(&shop.sales, "PayDeposit", &preorder, paid).await;
        shop.move_on(&shop.sales, "Order", &preorder, json!({})).await;
        let laptop = shop.ready(&model).await;
        shop.move_on(&shop.warehouse, "Arrive", &preorder, json!({ "assetId": laptop })).await;
        let draft = || {
            json!({
                "customerId": customer, "customerType": "RETAIL", "lines": [asset(&laptop)],
                "idempotencyKey": key(),
            })
        };
        let mut seller = &shop.sales;
        if !sold_by_sales {
            let refused = world.refused(seller, "bizhubInvoiceCreate", draft()).await;
            assert_eq!(refused, ["NOT_ELIGIBLE lines.0.unitPrice"]);
            seller = &shop.manager;
        }
        let shown = "invoice { totalAmount }";
        let made = world.done(seller, "bizhubInvoiceCreate", draft(), shown).await;
        assert_eq!(made["invoice"]["totalAmount"], agreed);
    }
    world.verify().await;
}
