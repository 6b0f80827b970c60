//! From the wish to the order: the deposit first (spec 6.8).

use serde_json::json;

use crate::preorders::{by_cash, in_cash};
use crate::shop::Shop;
use crate::till::{cash, momo, row, service};
use crate::world::{World, key};

#[tokio::test]
async fn a_preorder_is_numbered_and_asks_for_the_usual_deposit() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    shop.set("bizhub.preorder_deposit", json!("750.00")).await;
    let preorder = shop.preorder(&customer).await;
    let query = format!(
        "{{ bizhub {{ preorder(id: \"{preorder}\") {{ preorderNumber status depositAmount depositPaid \
         customer {{ fullName }} assignee {{ username }} policyTerms \
         availableActions {{ action allowed }} }} \
         preorderByNumber(preorderNumber: \"PRE-000001\") {{ requestedCategory }} }} }}"
    );
    let data = world.read(&shop.manager, &query).await;
    let shown = &data["bizhub"]["preorder"];
    assert_eq!(shown["preorderNumber"], "PRE-000001");
    assert_eq!(shown["status"], "DEPOSIT_PENDING");
    assert_eq!(shown["depositAmount"], "750.00");
    assert_eq!(shown["depositPaid"], false);
    assert_eq!(shown["customer"]["fullName"], "Ama Mensah");
    assert_eq!(shown["assignee"]["username"], "sales");
    assert!(shown["policyTerms"].as_str().unwrap().contains("owes any shortfall"));
    assert_eq!(data["bizhub"]["preorderByNumber"]["requestedCategory"], "LAPTOP");
    assert_eq!(
        shop.preorder_story(&preorder).await,
        ["created by sales: nothing -> Deposit Pending"]
    );
    world.verify().await;
}

#[tokio::test]
async fn terms_that_cannot_be_are_refused_all_at_once() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let technician = shop.user("technician").await;
    let input = json!({
        "customerId": customer, "requestedSpecs": " ", "requestedCategory": "PHONE",
        "targetPriceMin": "900.00", "targetPriceMax": "800.00", "agreedPrice": "0.00",
        "depositAmount": "-1.00", "assignedToId": technician, "idempotencyKey": key(),
    });
    let refused = world.refused(&shop.sales, "bizhubPreorderCreate", input).await;
    assert_eq!(
        refused,
        [
            "NOT_ELIGIBLE assignedToId",
            "REQUIRED requestedSpecs",
            "OUT_OF_RANGE depositAmount",
            "OUT_OF_RANGE targetPriceMax",
            "OUT_OF_RANGE agreedPrice",
        ]
    );
    assert_eq!(world.value("SELECT count(*) FROM bizhub.preorders").await, 0);
}

#[tokio::test]
async fn the_deposit_is_paid_once_and_as_a_whole() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let preorder = shop.preorder(&shop.customer().await).await;
    let part = shop.stays(&shop.sales, "PayDeposit", &preorder, in_cash("499.99")).await;
    assert_eq!(part, ["AMOUNT_MISMATCH amount"]);
    let no_reference = json!({ "paymentMethod": "MOMO", "amount": "500.00" });
    let refused = shop.stays(&shop.sales, "PayDeposit", &preorder, no_reference).await;
    assert_eq!(refused, ["REQUIRED reference"]);
    let input = momo("500.00", "MM-1");
    shop.move_on(&shop.sales, "PayDeposit", &preorder, input.clone()).await;
    let again = shop.stays(&shop.sales, "PayDeposit", &preorder, input).await;
    assert_eq!(again, ["ALREADY_DONE preorderId"]);
    assert_eq!(shop.stand(&preorder).await, "Deposit Pending, paid");
    assert_eq!(shop.purse(&preorder).await, ["Deposit 500.00 by MoMo MM-1"]);
    let columns = "SELECT deposit_date || ' ' || deposit_payment_method FROM bizhub.preorders";
    assert_eq!(world.value(columns).await, "2026-03-02 MoMo");
    let last = shop.preorder_story(&preorder).await.pop().unwrap();
    assert_eq!(last, "deposit_received by sales: Deposit Pending -> Deposit Pending");
    world.verify().await;
}

#[tokio::test]
async fn one_transfer_pays_one_deposit_or_one_invoice() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (one, two) = (shop.preorder(&customer).await, shop.preorder(&customer).await);
    shop.sold(json!([service("50.00")]), json!([momo("50.00", "MM-1")])).await;
    let used = shop.stays(&shop.sales, "PayDeposit", &one, momo("500.00", "MM-1")).await;
    assert_eq!(used, ["NOT_UNIQUE reference"]);
    shop.move_on(&shop.sales, "PayDeposit", &one, momo("500.00", "MM-2")).await;
    let used = shop.stays(&shop.sales, "PayDeposit", &two, momo("500.00", "MM-2")).await;
    assert_eq!(used, ["NOT_UNIQUE reference"]);
    assert_eq!(shop.purse(&two).await, Vec::<String>::new());
    let invoice = shop.sent(json!([service("500.00")])).await;
    let used = shop.pay_refused(&invoice, json!([momo("500.00", " MM-2 ")])).await;
    assert_eq!(used, ["NOT_UNIQUE tenders.0.reference"]);
    world.verify().await;
}

#[tokio::test]
async fn nothing_is_ordered_before_the_deposit_is_paid_and_a_price_is_agreed() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let preorder = shop.preorder_with(&customer, json!({ "agreedPrice": null })).await;
    let refused = shop.stays(&shop.sales, "Order", &preorder, json!({})).await;
    assert_eq!(refused, ["PRECONDITION_FAILED preorderId", "REQUIRED agreedPrice"]);
    shop.move_on(&shop.sales, "PayDeposit", &preorder, in_cash("500.00")).await;
    let refused = shop.stays(&shop.sales, "Order", &preorder, json!({})).await;
    assert_eq!(refused, ["REQUIRED agreedPrice"]);
    shop.move_on(&shop.sales, "Order", &preorder, json!({ "agreedPrice": "4800.00" })).await;
    let dates = "SELECT order_date || ' to ' || sla_date || ' for ' || agreed_price \
                 FROM bizhub.preorders";
    assert_eq!(world.value(dates).await, "2026-03-02 to 2026-03-23 for 4800.00");
    shop.move_on(&shop.warehouse, "Ship", &preorder, json!({ "notes": "By air" })).await;
    assert_eq!(shop.stand(&preorder).await, "In Transit, paid");
    world.verify().await;
}

#[tokio::test]
async fn without_a_deposit_there_is_none_to_wait_for() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let free = json!({ "depositAmount": "0.00" });
    let preorder = shop.preorder_with(&customer, free.clone()).await;
    shop.move_on(&shop.sales, "Order", &preorder, json!({})).await;
    let failed = json!({ "reason": "Sold out" });
    shop.move_on(&shop.manager, "FailToSource", &preorder, failed).await;
    assert_eq!(shop.stand(&preorder).await, "Closed, paid");
    let other = shop.preorder_with(&customer, free).await;
    shop.move_on(&shop.sales, "Close", &other, json!({})).await;
    assert_eq!(shop.stand(&other).await, "Closed, paid");
    world.verify().await;
}

#[tokio::test]
async fn a_deposit_goes_back_before_a_preorder_is_given_up() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let preorder = shop.with_deposit(&customer).await;
    let refused = shop.stays(&shop.sales, "Close", &preorder, json!({})).await;
    assert_eq!(refused, ["PRECONDITION_FAILED preorderId"]);
    let mut back = by_cash();
    back["reason"] = json!("Changed her mind");
    let refused = shop.stays(&shop.sales, "RefundDeposit", &preorder, back.clone()).await;
    assert_eq!(refused, ["FORBIDDEN "], "money out is a manager's");
    shop.move_on(&shop.manager, "RefundDeposit", &preorder, back.clone()).await;
    let refused = shop.stays(&shop.manager, "RefundDeposit", &preorder, back).await;
    assert_eq!(refused, ["PRECONDITION_FAILED preorderId"]);
    let refused = shop.stays(&shop.sales, "Order", &preorder, json!({})).await;
    assert_eq!(refused, ["PRECONDITION_FAILED preorderId"], "nothing is held");
    shop.move_on(&shop.sales, "Close", &preorder, json!({ "reason": "Not wanted" })).await;
    assert_eq!(shop.stand(&preorder).await, "Closed, paid, back");
    let purse = ["Deposit 500.00 by Cash", "Refund 500.00 by Cash"];
    assert_eq!(shop.purse(&preorder).await, purse);
    let unpaid = shop.preorder(&customer).await;
    shop.move_on(&shop.sales, "Close", &unpaid, json!({})).await;
    assert_eq!(shop.stand(&unpaid).await, "Closed");
    world.verify().await;
}

#[tokio::test]
async fn what_cannot_be_had_gives_the_whole_deposit_back() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let preorder = shop.ordered(&shop.customer().await).await;
    let reason = json!({ "reason": "Sold out" });
    let refused = shop.stays(&shop.manager, "FailToSource", &preorder, reason.clone()).await;
    assert_eq!(refused, ["REQUIRED tender"]);
    let mut cash_credit = reason.clone();
    cash_credit["tender"] = json!({ "paymentMethod": "CASH", "storeCredit": true });
    let refused = shop.stays(&shop.manager, "FailToSource", &preorder, cash_credit).await;
    assert_eq!(refused, ["VALIDATION_FAILED tender.paymentMethod"]);
    let mut by_credit = reason;
    by_credit["tender"] = json!({ "paymentMethod": "OTHER", "storeCredit": true });
    let refused = shop.stays(&shop.sales, "FailToSource", &preorder, by_credit.clone()).await;
    assert_eq!(refused, ["FORBIDDEN "]);
    shop.move_on(&shop.manager, "FailToSource", &preorder, by_credit).await;
    assert_eq!(shop.stand(&preorder).await, "Closed, paid, back");
    assert_eq!(shop.store_credit().await, ["Deposit 0.00 of 500.00"]);
    let last = shop.preorder_story(&preorder).await.pop().unwrap();
    assert_eq!(last, "failed_to_source by manager: Ordered -> Closed");
    world.verify().await;
}

#[tokio::test]
async fn the_wish_stays_as_it_was_ordered_and_the_deposit_as_it_was_paid() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let preorder = shop.preorder(&shop.customer().await).await;
    let change = json!({ "requestedSpecs": "ThinkPad", "depositAmount": "600.00" });
    shop.move_on(&shop.sales, "Update", &preorder, change).await;
    shop.move_on(&shop.sales, "PayDeposit", &preorder, in_cash("600.00")).await;
    let deposit = json!({ "depositAmount": "100.00" });
    let refused = shop.stays(&shop.sales, "Update", &preorder, deposit).await;
    assert_eq!(refused, ["IMMUTABLE depositAmount"]);
    shop.move_on(&shop.sales, "Order", &preorder, json!({})).await;
    let all = json!({
        "requestedSpecs": "MacBook", "requestedCategory": "PHONE", "targetPriceMin": "1.00",
        "agreedPrice": "1.00", "notes": "Call after six",
    });
    let refused = shop.stays(&shop.sales, "Update", &preorder, all).await;
    assert_eq!(
        refused,
        [
            "IMMUTABLE requestedSpecs",
            "IMMUTABLE requestedCategory",
            "IMMUTABLE targetPriceMin",
            "IMMUTABLE agreedPrice",
        ]
    );
    shop.move_on(&shop.sales, "Update", &preorder, json!({ "notes": "Call after six" })).await;
    let seller = shop.user("sales2").await;
    shop.move_on(&shop.sales, "Assign", &preorder, json!({ "assignedToId": seller })).await;
    let kinds: Vec<String> = shop.preorder_story(&preorder).await;
    let kinds: Vec<&str> = kinds.iter().map(|line| line.split(' ').next().unwrap()).collect();
    let expected = ["created", "updated", "deposit_received", "ordered", "updated", "assigned"];
    assert_eq!(kinds, expected);
    world.verify().await;
}

#[tokio::test]
async fn a_deposit_of_nothing_can_become_one_that_is_to_be_paid() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let free = json!({ "depositAmount": "0.00" });
    let preorder = shop.preorder_with(&shop.customer().await, free).await;
    let deposit = |amount: &str| json!({ "depositAmount": amount });
    shop.move_on(&shop.sales, "Update", &preorder, deposit("300.00")).await;
    assert_eq!(shop.stand(&preorder).await, "Deposit Pending");
    assert_eq!(world.value("SELECT deposit_date FROM bizhub.preorders").await, json!(null));
    let refused = shop.stays(&shop.sales, "Order", &preorder, json!({})).await;
    assert_eq!(refused, ["PRECONDITION_FAILED preorderId"]);
    world.verify().await;
    shop.move_on(&shop.sales, "Update", &preorder, deposit("0.00")).await;
    shop.move_on(&shop.sales, "Order", &preorder, json!({})).await;
    let refused = shop.stays(&shop.sales, "Update", &preorder, deposit("300.00")).await;
    assert_eq!(refused, ["IMMUTABLE depositAmount"]);
    let (mutation, mut input) = crate::preorders::call("Update", &preorder, json!({}));
    input["depositAmount"] = json!("300.00");
    let made = world.call(&shop.sales, &mutation, input, "").await;
    let message = made["userErrors"][0]["message"].as_str().unwrap();
    assert!(message.contains("only until it is ordered"), "{message}");
    world.verify().await;
}

#[tokio::test]
async fn a_customer_with_an_open_preorder_or_store_credit_is_not_deleted() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let preorder = shop.ordered(&customer).await;
    let delete = json!({ "customerId": customer, "reason": "Gone" });
    let refused = world.refused(&shop.manager, "bizhubCustomerDelete", delete.clone()).await;
    assert_eq!(refused, ["REFERENCED_IN_USE customerId"]);
    let fail = json!({
        "reason": "Sold out", "tender": { "paymentMethod": "OTHER", "storeCredit": true },
    });
    shop.move_on(&shop.manager, "FailToSource", &preorder, fail).await;
    let refused = world.refused(&shop.manager, "bizhubCustomerDelete", delete.clone()).await;
    assert_eq!(refused, ["REFERENCED_IN_USE customerId"]);
    let spend = crate::preorders::credit(&shop.newest_credit().await, "500.00");
    let input = crate::preorders::sale_to(
        &customer,
        json!([service("510.00")]),
        json!([spend, cash("10.00")]),
    );
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    world.done(&shop.manager, "bizhubCustomerDelete", delete, "").await;
    assert_eq!(world.value("SELECT deleted_at::date FROM bizhub.customers").await, "2026-03-02");
    assert_eq!(row(&customer), "1");
    world.verify().await;
}

#[tokio::test]
async fn a_person_who_leaves_hands_the_open_preorders_over() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let admin = world.person("admin").await;
    let preorder = shop.preorder(&shop.customer().await).await;
    let sales = shop.user("sales").await;
    for (successor, expected) in [
        (None, "REQUIRED handOverToId"),
        (Some(shop.user("technician").await), "NOT_ELIGIBLE handOverToId"),
    ] {
        let input = json!({ "userId": sales, "handOverToId": successor });
        let refused = world.refused(&admin, "bizhubUserDeactivate", input).await;
        assert_eq!(refused, [expected]);
    }
    let successor = shop.user("sales2").await;
    let input = json!({ "userId": sales, "handOverToId": successor });
    world.done(&admin, "bizhubUserDeactivate", input, "").await;
    let looks_after = "SELECT u.username FROM bizhub.preorders p \
                       JOIN bizhub.users u ON u.id = p.assigned_to";
    assert_eq!(world.value(looks_after).await, "sales2");
    let last = shop.preorder_story(&preorder).await.pop().unwrap();
    assert_eq!(last, "assigned by admin: Deposit Pending -> Deposit Pending");
}
