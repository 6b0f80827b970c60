//! Whom an invoice is for and who sells it (spec 6.5).

use serde_json::{Value, json};

use super::{refused, sale};
use crate::shop::{Shop, id_of};
use crate::till::{cash, row, service};
use crate::world::World;

fn of(more: Value) -> Value {
    sale(json!([service("20.00")]), json!([cash("20.00")]), more)
}

#[tokio::test]
async fn a_retail_or_wholesale_invoice_needs_its_customer() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    for customer_type in ["RETAIL", "WHOLESALE"] {
        let refusals = refused(&shop, of(json!({ "customerType": customer_type }))).await;
        assert_eq!(refusals, ["REQUIRED customerId"]);
    }
}

#[tokio::test]
async fn the_invoices_type_is_the_customers_type() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let retail = shop.customer().await;
    let more = json!({ "customerId": retail, "customerType": "WHOLESALE" });
    assert_eq!(refused(&shop, of(more)).await, ["VALIDATION_FAILED customerType"]);
    let more = json!({ "customerId": retail, "customerType": "RETAIL" });
    world.done(&shop.sales, "bizhubInvoiceCheckout", of(more), "").await;
}

#[tokio::test]
async fn a_walk_in_is_sold_to_without_a_customer() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    world.done(&shop.sales, "bizhubInvoiceCheckout", of(json!({})), "").await;
    let parties = "SELECT customer_type || coalesce(customer_id::text, ' nobody') AS line \
                   FROM bizhub.invoices";
    assert_eq!(shop.lines(parties).await, ["Walk-in nobody"]);
}

#[tokio::test]
async fn a_deleted_customer_buys_nothing() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let input = json!({ "customerId": customer, "reason": "Asked to be forgotten" });
    world.done(&shop.manager, "bizhubCustomerDelete", input, "").await;
    let more = json!({ "customerId": customer, "customerType": "RETAIL" });
    assert_eq!(refused(&shop, of(more)).await, ["NOT_FOUND customerId"]);
}

#[tokio::test]
async fn the_sales_rep_is_active_and_may_sell() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (technician, other) = (shop.user("technician").await, shop.user("sales2").await);
    let deactivate =
        format!("UPDATE bizhub.users SET is_active = FALSE WHERE id = {}", row(&other));
    world.meddle(&deactivate).await;
    for rep in [technician, other] {
        let refusals =
            world.refused(&shop.manager, "bizhubInvoiceCheckout", of(json!({ "salesRepId": rep })));
        assert_eq!(refusals.await, ["NOT_ELIGIBLE salesRepId"]);
    }
}

#[tokio::test]
async fn a_seller_sells_in_its_own_name_only() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let more = json!({ "salesRepId": shop.user("sales2").await });
    assert_eq!(refused(&shop, of(more.clone())).await, ["FORBIDDEN salesRepId"]);
    world.done(&shop.manager, "bizhubInvoiceCheckout", of(more), "").await;
    let rep = "SELECT u.username AS line FROM bizhub.invoices i \
               JOIN bizhub.users u ON u.id = i.sales_rep_id";
    assert_eq!(shop.lines(rep).await, ["sales2"]);
}

#[tokio::test]
async fn an_inactive_lead_source_is_refused_and_an_active_one_kept_as_text() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let input = json!({ "sourceName": "Radio" });
    let made =
        world.done(&shop.manager, "bizhubLeadSourceCreate", input, "leadSource { id }").await;
    let source = id_of(&made, "leadSource");
    world
        .done(&shop.sales, "bizhubInvoiceCheckout", of(json!({ "leadSourceId": source })), "")
        .await;
    let update = json!({ "leadSourceId": source, "sourceName": "Radio Gold", "isActive": false });
    world.done(&shop.manager, "bizhubLeadSourceUpdate", update, "").await;
    let refusals = refused(&shop, of(json!({ "leadSourceId": source }))).await;
    assert_eq!(refusals, ["NOT_ELIGIBLE leadSourceId"]);
    let kept = "SELECT lead_source AS line FROM bizhub.invoices";
    assert_eq!(shop.lines(kept).await, ["Radio"]);
}

#[tokio::test]
async fn notes_hold_no_card_number() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let more = json!({ "notes": "Card 4111 1111 1111 1111" });
    assert_eq!(refused(&shop, of(more)).await, ["VALIDATION_FAILED notes"]);
}
