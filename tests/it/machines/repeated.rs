//! The same beginning twice with one key is one row.

use serde_json::json;

use crate::machines::subject::{INVOICE, prepare, print};
use crate::shop::Shop;
use crate::world::{World, key};

#[tokio::test]
async fn a_row_that_is_begun_twice_with_one_key_is_one_row() {
    let world = World::new().await;
    prepare(&world).await;
    let shop = Shop::open(&world).await;
    let paid = INVOICE.put(&world, "Paid", "", "sales").await;
    let line = world.value("SELECT max(id) FROM bizhub.invoice_lines").await.to_string();
    let tenant = shop.sales.0.tenant.id;
    let id = |ty: &str, key: &str| bizgraph_kernel::entity::GlobalId::encode(tenant, ty, key);
    let receive = json!({
        "productModelId": id("BizhubProductModel", "1"), "serialNumber": "SN1",
        "idempotencyKey": key(),
    });
    let create = json!({ "customerType": "WALK_IN", "idempotencyKey": key() });
    let request = json!({
        "invoiceId": INVOICE.id(&shop.sales, paid), "reason": "Broken",
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
