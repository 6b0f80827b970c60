//! Every state, every move, every role of the shop.

use serde_json::json;

use crate::machines::subject::{INVOICE, SHOP, prepare, print};
use crate::matrix::{actions, codes, tests_of};
use crate::world::{World, key};

tests_of! { SHOP =>
    each_allowed_role_makes_each_allowed_move,
    each_move_is_forbidden_to_every_other_role_and_changes_nothing,
    any_other_pair_of_state_and_move_is_an_invalid_transition_that_names_what_is_possible,
    no_rule_can_write_a_status_that_the_table_does_not_lead_to,
    available_actions_say_what_the_mutation_then_does,
    what_stands_against_a_move_is_told_in_the_words_with_which_it_is_refused,
    available_actions_agree_with_the_mutations_where_the_day_of_a_row_is_locked,
    a_move_that_is_sent_twice_with_one_key_is_made_once,
    a_move_that_was_made_is_not_made_again,
    a_row_of_another_tenant_is_not_found_and_stays_as_it_is,
}

#[tokio::test]
async fn whoever_may_not_receive_sell_or_ask_for_refunds_cannot_begin_a_row() {
    let world = World::new().await;
    let id = "unread: the right is asked for before the input is looked at";
    let receive = json!({ "serialNumber": "1", "productModelId": id, "idempotencyKey": key() });
    let create = json!({ "customerType": "WALK_IN", "idempotencyKey": key() });
    let request = json!({ "invoiceId": id, "reason": "Because", "idempotencyKey": key() });
    let preorder = json!({
        "customerId": id, "requestedSpecs": "Any", "requestedCategory": "LAPTOP",
        "idempotencyKey": key(),
    });
    let claim = json!({ "warrantyId": id, "customerId": id, "issueDescription": "Dead" });
    let repair = json!({
        "customerId": id, "issueType": "Screen", "issueDescription": "Dark", "idempotencyKey": key(),
    });
    let before = print(&world).await;
    for (mutation, input, others) in [
        ("bizhubAssetReceive", receive, &["sales", "technician"][..]),
        ("bizhubInvoiceCreate", create, &["technician", "warehouse"]),
        ("bizhubRefundRequest", request, &["technician", "warehouse"]),
        ("bizhubPreorderCreate", preorder, &["technician", "warehouse"]),
        ("bizhubWarrantyClaimSubmit", claim, &["manager", "technician", "warehouse"]),
        ("bizhubRepairTicketOpen", repair, &["technician", "warehouse"]),
    ] {
        for other in others {
            let person = world.person(other).await;
            let refused = world.refused(&person, mutation, input.clone()).await;
            assert_eq!(refused, ["FORBIDDEN "], "{mutation} by {other}");
        }
    }
    assert_eq!(print(&world).await, before);
}

#[tokio::test]
async fn a_seller_moves_no_invoice_or_refund_of_another_seller() {
    let world = World::new().await;
    prepare(&world).await;
    let other = world.person("sales2").await;
    for (state, verb, to) in [
        ("Draft", "send", "Sent"),
        ("Draft", "checkout", "Paid"),
        ("Draft", "cancel", "Cancelled"),
        ("Sent", "pay", "Paid"),
    ] {
        let it = INVOICE.put(&world, state, to, "sales").await;
        assert_eq!(actions(&world, &INVOICE, &other, &it).await, []);
        let before = print(&world).await;
        let payload = INVOICE.call(&world, &other, &it, verb, (state, to)).await;
        // The row of another seller answers like one that does not exist.
        assert_eq!(codes(&payload), ["NOT_FOUND"], "{verb}");
        assert_eq!(print(&world).await, before, "{verb}");
    }
    let paid = INVOICE.put(&world, "Paid", "", "sales").await;
    let input = json!({
        "invoiceId": INVOICE.id(&other, paid), "reason": "Because", "idempotencyKey": key(),
        "lines": [],
    });
    let refused = world.refused(&other, "bizhubRefundRequest", input).await;
    assert_eq!(refused, ["NOT_FOUND invoiceId"]);
}
