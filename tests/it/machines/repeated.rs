//! The same call twice with one key is one move.

use serde_json::{Value, json};

use crate::machines::subject::{SUBJECTS, codes, prepare, print};
use crate::machines::table::words;
use crate::shop::Shop;
use crate::world::{World, key};

#[tokio::test]
async fn a_move_that_is_sent_twice_with_one_key_is_made_once() {
    let world = World::new().await;
    prepare(&world).await;
    let admin = world.person("admin").await;
    for subject in SUBJECTS {
        let shown = format!("{} {{ id status version }}", subject.singular());
        for row in subject.steps().filter(|row| subject.is_keyed(row.0)) {
            let (from, to) = (words(row.1).next().unwrap(), words(row.2).next().unwrap());
            let it = subject.put(&world, from, to).await;
            let (mutation, input) = (subject.mutation(row.0), subject.input(&admin, it, row.0, to));
            let first = world.done(&admin, &mutation, input.clone(), &shown).await;
            assert_eq!(first["replayed"], json!(false), "{mutation}");
            let after_first = print(&world).await;
            let mut again = world.done(&admin, &mutation, input.clone(), &shown).await;
            assert_eq!(again["replayed"].take(), json!(true), "{mutation}");
            again["replayed"] = json!(false);
            assert_eq!(again, first, "{mutation}");
            assert_eq!(print(&world).await, after_first, "{mutation} wrote twice");
            refuse_another_input(&world, &admin, &mutation, input).await;
        }
    }
}

async fn refuse_another_input(
    world: &World,
    person: &crate::world::Person,
    mutation: &str,
    mut input: Value,
) {
    input["expectedVersion"] = json!(1);
    let refused = world.refused(person, mutation, input).await;
    assert_eq!(refused, ["IDEMPOTENCY_KEY_REUSED idempotencyKey"], "{mutation}");
}

#[tokio::test]
async fn a_move_without_a_key_is_refused_the_second_time() {
    let world = World::new().await;
    prepare(&world).await;
    let admin = world.person("admin").await;
    let mut moves = 0;
    for subject in SUBJECTS {
        for row in subject.steps().filter(|row| !subject.is_keyed(row.0)) {
            let (from, to) = (words(row.1).next().unwrap(), words(row.2).next().unwrap());
            let it = subject.put(&world, from, to).await;
            let first = subject.call(&world, &admin, it, row.0, to).await;
            assert_eq!(codes(&first), Vec::<String>::new(), "{}", row.0);
            let after_first = print(&world).await;
            let again = subject.call(&world, &admin, it, row.0, to).await;
            assert_eq!(codes(&again), ["INVALID_TRANSITION"], "{}", row.0);
            assert_eq!(print(&world).await, after_first, "{}", row.0);
            moves += 1;
        }
    }
    assert!(moves >= 6, "only {moves} moves, though a refund has 2 and a preorder 4");
}

#[tokio::test]
async fn a_row_that_is_begun_twice_with_one_key_is_one_row() {
    let world = World::new().await;
    prepare(&world).await;
    let shop = Shop::open(&world).await;
    let invoices = &crate::machines::subject::INVOICE;
    let paid = invoices.put(&world, "Paid", "").await;
    let line = world.value("SELECT max(id) FROM bizhub.invoice_lines").await.to_string();
    let tenant = shop.sales.0.tenant.id;
    let id = |ty: &str, key: &str| bizgraph_kernel::entity::GlobalId::encode(tenant, ty, key);
    let receive = json!({
        "productModelId": id("BizhubProductModel", "1"), "serialNumber": "SN1",
        "idempotencyKey": key(),
    });
    let create = json!({ "customerType": "WALK_IN", "idempotencyKey": key() });
    let request = json!({
        "invoiceId": invoices.id(&shop.sales, paid), "reason": "Broken",
        "lines": [{ "invoiceLineId": id("BizhubInvoiceLine", &line) }], "idempotencyKey": key(),
    });
    for (person, mutation, input, field) in [
        (&shop.warehouse, "bizhubAssetReceive", receive, "asset"),
        (&shop.sales, "bizhubInvoiceCreate", create, "invoice"),
        (&shop.sales, "bizhubRefundRequest", request, "refund"),
    ] {
        let shown = format!("{field} {{ id }}");
        let first = world.done(person, mutation, input.clone(), &shown).await;
        let after_first = print(&world).await;
        let again = world.done(person, mutation, input, &shown).await;
        assert_eq!(again["replayed"], json!(true), "{mutation}");
        assert_eq!(again[field], first[field], "{mutation}");
        assert_eq!(print(&world).await, after_first, "{mutation}");
    }
}
