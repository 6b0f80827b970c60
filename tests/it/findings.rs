//! `verify` sees what was changed behind its back: one break, exactly its finding (spec 6.13).

mod after_sales;

use serde_json::json;

use crate::preorders::{by_cash, deposit, sale_to};
use crate::shop::Shop;
use crate::till::{asset, cash, momo, pieces, row, service};
use crate::world::World;

/// Breaks something, expects exactly these findings, mends it, expects none.
async fn found(world: &World, breaks: &str, mends: &str, findings: &[String]) {
    world.meddle(breaks).await;
    assert_eq!(world.findings().await, findings, "{breaks}");
    world.meddle(mends).await;
    assert_eq!(world.findings().await, Vec::<String>::new(), "{mends}");
}

#[tokio::test]
async fn b1_a_sold_asset_stands_on_one_paid_line_with_the_sales_fields() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    shop.sold(json!([asset(&laptop)]), json!([cash("5000.00")])).await;
    let finding = [format!("B1 asset {}", row(&laptop))];
    for (breaks, mends) in [
        (
            "UPDATE bizhub.assets SET sale_price = sale_price - 1",
            "UPDATE bizhub.assets SET sale_price = sale_price + 1",
        ),
        (
            "UPDATE bizhub.invoice_lines SET released_at = now()",
            "UPDATE bizhub.invoice_lines SET released_at = NULL",
        ),
    ] {
        found(&world, breaks, mends, &finding).await;
    }
}

#[tokio::test]
async fn b2_payments_fit_the_invoices_status() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let paid = shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let finding = [format!("B2 invoice {}", row(&paid))];
    for (breaks, mends) in [
        (
            "UPDATE bizhub.payments SET amount = amount - 0.01",
            "UPDATE bizhub.payments SET amount = amount + 0.01",
        ),
        (
            "UPDATE bizhub.invoices SET amount_paid = amount_paid - 0.01",
            "UPDATE bizhub.invoices SET amount_paid = amount_paid + 0.01",
        ),
        (
            "UPDATE bizhub.invoices SET status = 'Sent'",
            "UPDATE bizhub.invoices SET status = 'Paid'",
        ),
        (
            "UPDATE bizhub.payments SET voided_at = now(), voided_by = 1, void_reason = 'x'",
            "UPDATE bizhub.payments SET voided_at = NULL, voided_by = NULL, void_reason = NULL",
        ),
    ] {
        found(&world, breaks, mends, &finding).await;
    }
}

#[tokio::test]
async fn b3_headers_are_the_sums_of_their_lines() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let draft = shop.draft(json!([service("50.00"), service("20.00")])).await;
    let finding = [format!("B3 invoice {}", row(&draft))];
    for (breaks, mends) in [
        (
            "UPDATE bizhub.invoices SET subtotal = subtotal + 1, total_amount = total_amount + 1",
            "UPDATE bizhub.invoices SET subtotal = subtotal - 1, total_amount = total_amount - 1",
        ),
        (
            "UPDATE bizhub.invoice_lines SET tax_amount = 1 WHERE line_number = 1",
            "UPDATE bizhub.invoice_lines SET tax_amount = 0",
        ),
        (
            "UPDATE bizhub.invoice_lines SET discount = 1 WHERE line_number = 2",
            "UPDATE bizhub.invoice_lines SET discount = 0",
        ),
    ] {
        found(&world, breaks, mends, &finding).await;
    }
}

#[tokio::test]
async fn b4_bulk_quantity_is_its_movements_and_reserved_is_what_lines_hold() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let chargers = shop.chargers(10).await;
    shop.sold(json!([pieces(&chargers, 2)]), json!([cash("100.00")])).await;
    shop.draft(json!([pieces(&chargers, 3)])).await;
    let finding = [format!("B4 bulk_stock {}", row(&chargers))];
    for (breaks, mends) in [
        (
            "UPDATE bizhub.bulk_stock SET quantity = quantity + 1",
            "UPDATE bizhub.bulk_stock SET quantity = quantity - 1",
        ),
        (
            "UPDATE bizhub.bulk_stock SET reserved = reserved - 1",
            "UPDATE bizhub.bulk_stock SET reserved = reserved + 1",
        ),
        (
            "UPDATE bizhub.bulk_stock_movements SET quantity_change = -1 WHERE movement_type = 'Sale'",
            "UPDATE bizhub.bulk_stock_movements SET quantity_change = -2 WHERE movement_type = 'Sale'",
        ),
    ] {
        found(&world, breaks, mends, &finding).await;
    }
}

#[tokio::test]
async fn b5_an_assets_last_movement_is_its_state_and_the_chain_holds() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let asset = [format!("B5 asset {}", row(&laptop))];
    let place = "(SELECT id FROM bizhub.locations WHERE location_name = ";
    let breaks = format!("UPDATE bizhub.assets SET location_id = {place}'Shop Floor')");
    let mends = format!("UPDATE bizhub.assets SET location_id = {place}'Repair Bench')");
    found(&world, &breaks, &mends, &asset).await;
    let second = "(SELECT id FROM bizhub.inventory_movements ORDER BY id OFFSET 1 LIMIT 1)";
    let id = world.value(&format!("SELECT {second}")).await;
    let breaks =
        format!("UPDATE bizhub.inventory_movements SET from_status = 'Returned' WHERE id = {id}");
    let mends =
        format!("UPDATE bizhub.inventory_movements SET from_status = 'Received' WHERE id = {id}");
    found(&world, &breaks, &mends, &[format!("B5 inventory_movement {id}")]).await;
}

#[tokio::test]
async fn b6_what_is_ready_for_sale_was_graded_tested_and_wiped_since_its_intake() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    let finding = [format!("B6 asset {}", row(&laptop))];
    for (breaks, mends) in [
        (
            "UPDATE bizhub.assets SET condition_grade = NULL",
            "UPDATE bizhub.assets SET condition_grade = 'A'",
        ),
        (
            "UPDATE bizhub.diagnostics_results SET overall_result = 'Fail'",
            "UPDATE bizhub.diagnostics_results SET overall_result = 'Pass'",
        ),
        (
            "UPDATE bizhub.wipe_certificates SET created_at = created_at - interval '1 day'",
            "UPDATE bizhub.wipe_certificates SET created_at = created_at + interval '1 day'",
        ),
        (
            "UPDATE bizhub.assets SET last_intake_at = last_intake_at + interval '1 day'",
            "UPDATE bizhub.assets SET last_intake_at = last_intake_at - interval '1 day'",
        ),
    ] {
        found(&world, breaks, mends, &finding).await;
    }
}

#[tokio::test]
async fn b7_what_is_ordered_has_its_deposit() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let preorder = shop.ordered(&shop.customer().await).await;
    let finding = [format!("B7 preorder {}", row(&preorder))];
    for (breaks, mends) in [
        (
            "UPDATE bizhub.preorder_payments SET amount = 499.99",
            "UPDATE bizhub.preorder_payments SET amount = 500.00",
        ),
        (
            "UPDATE bizhub.preorders SET deposit_amount = 500.01",
            "UPDATE bizhub.preorders SET deposit_amount = 500.00",
        ),
        (
            "UPDATE bizhub.preorders SET deposit_paid = FALSE; \
             UPDATE bizhub.preorder_payments SET payment_kind = 'Shortfall'",
            "UPDATE bizhub.preorders SET deposit_paid = TRUE; \
             UPDATE bizhub.preorder_payments SET payment_kind = 'Deposit'",
        ),
    ] {
        found(&world, breaks, mends, &finding).await;
    }
}

#[tokio::test]
async fn b8_what_came_in_for_a_preorder_is_held_for_it() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, laptop) = shop.arrived(&shop.customer().await).await;
    let of_asset = format!("B8 asset {}", row(&laptop));
    let of_preorder = format!("B8 preorder {}", row(&preorder));
    let breaks = "UPDATE bizhub.assets SET preorder_id = NULL";
    let mends = format!("UPDATE bizhub.assets SET preorder_id = {}", row(&preorder));
    found(&world, breaks, &mends, &[of_asset.clone(), of_preorder]).await;
    let breaks = "UPDATE bizhub.preorders SET status = 'Ordered'";
    let mends = "UPDATE bizhub.preorders SET status = 'Arrived'";
    found(&world, breaks, mends, &[of_asset]).await;
}

#[tokio::test]
async fn b12_a_settlement_is_its_arithmetic_and_was_paid_so() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (preorder, _) = shop.resold(&shop.customer().await, "4700.00").await;
    shop.move_on(&shop.manager, "Settle", &preorder, by_cash()).await;
    let finding = [format!("B12 preorder {}", row(&preorder))];
    for (breaks, mends) in [
        (
            "UPDATE bizhub.preorders SET shortfall = 299.99",
            "UPDATE bizhub.preorders SET shortfall = 300.00",
        ),
        (
            "UPDATE bizhub.preorders SET resale_recovery_amount = 4700.01, shortfall = 299.99, \
             refund_due = 200.01; \
             UPDATE bizhub.preorder_payments SET amount = 200.01 WHERE payment_kind = 'Refund'",
            "UPDATE bizhub.preorders SET resale_recovery_amount = 4700.00, shortfall = 300.00, \
             refund_due = 200.00; \
             UPDATE bizhub.preorder_payments SET amount = 200.00 WHERE payment_kind = 'Refund'",
        ),
        (
            "UPDATE bizhub.preorder_payments SET amount = 200.01 WHERE payment_kind = 'Refund'",
            "UPDATE bizhub.preorder_payments SET amount = 200.00 WHERE payment_kind = 'Refund'",
        ),
        (
            "UPDATE bizhub.preorders SET deposit_refunded = FALSE",
            "UPDATE bizhub.preorders SET deposit_refunded = TRUE",
        ),
    ] {
        found(&world, breaks, mends, &finding).await;
    }
}

#[tokio::test]
async fn b12_a_deposit_pays_the_sale_of_its_preorder() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let (preorder, laptop) = shop.arrived(&customer).await;
    let tenders = json!([deposit(&preorder, "500.00"), cash("4500.00")]);
    let input = sale_to(&customer, json!([asset(&laptop)]), tenders);
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    let breaks = "UPDATE bizhub.payments SET preorder_id = NULL, reference_kind = NULL \
                  WHERE payment_method = 'Other'";
    let mends = format!(
        "UPDATE bizhub.payments SET preorder_id = {}, reference_kind = 'Deposit' \
         WHERE payment_method = 'Other'",
        row(&preorder)
    );
    found(&world, breaks, &mends, &[format!("B12 preorder {}", row(&preorder))]).await;
}

#[tokio::test]
async fn b13_store_credit_is_used_by_its_tenders() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let preorder = shop.ordered(&shop.customer().await).await;
    let fail = json!({
        "reason": "Sold out", "tender": { "paymentMethod": "OTHER", "storeCredit": true },
    });
    shop.move_on(&shop.manager, "FailToSource", &preorder, fail).await;
    let breaks = "UPDATE bizhub.customer_credits SET used = 0.01";
    let mends = "UPDATE bizhub.customer_credits SET used = 0.00";
    found(&world, breaks, mends, &["B13 customer_credit 1".to_owned()]).await;
}

#[tokio::test]
async fn b8_what_is_reserved_has_a_live_unpaid_line() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let laptop = shop.ready(&shop.laptop_model().await).await;
    shop.draft(json!([asset(&laptop)])).await;
    let finding = [format!("B8 asset {}", row(&laptop))];
    for (breaks, mends) in [
        (
            "UPDATE bizhub.invoice_lines SET released_at = now()",
            "UPDATE bizhub.invoice_lines SET released_at = NULL",
        ),
        (
            "UPDATE bizhub.invoices SET status = 'Cancelled'",
            "UPDATE bizhub.invoices SET status = 'Draft'",
        ),
    ] {
        found(&world, breaks, mends, &finding).await;
    }
}

#[tokio::test]
async fn b10_no_more_is_refunded_than_was_paid_and_the_invoice_knows_the_sum() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let tenders = json!([cash("30.00"), momo("20.00", "A")]);
    let invoice = shop.sold(json!([service("50.00")]), tenders).await;
    let line = shop.ids_of("lines", &invoice).await.remove(0);
    let part = json!([{ "invoiceLineId": line, "amount": "20.00" }]);
    shop.refunded(&invoice, part, json!([{ "paymentMethod": "MOMO", "amount": "20.00" }])).await;
    let finding = [format!("B10 invoice {}", row(&invoice))];
    for (breaks, mends) in [
        (
            "UPDATE bizhub.invoices SET refunded_amount = 19.99",
            "UPDATE bizhub.invoices SET refunded_amount = 20.00",
        ),
        (
            "UPDATE bizhub.invoices SET refunded_amount = 20.01",
            "UPDATE bizhub.invoices SET refunded_amount = 20.00",
        ),
        (
            "UPDATE bizhub.refund_tenders SET payment_method = 'Card'",
            "UPDATE bizhub.refund_tenders SET payment_method = 'MoMo'",
        ),
        (
            "UPDATE bizhub.refund_tenders SET payment_method = 'Cash', amount = 50.01; \
             UPDATE bizhub.invoices SET refunded_amount = 50.01",
            "UPDATE bizhub.refund_tenders SET payment_method = 'MoMo', amount = 20.00; \
             UPDATE bizhub.invoices SET refunded_amount = 20.00",
        ),
    ] {
        found(&world, breaks, mends, &finding).await;
    }
}

#[tokio::test]
async fn p1_no_other_tenants_role_uses_the_schema() {
    let world = World::new().await;
    let role = world.kernel.tenant("kumasi").unwrap().role.clone();
    let breaks = format!("GRANT USAGE ON SCHEMA bizhub TO \"{role}\"");
    let mends = format!("REVOKE USAGE ON SCHEMA bizhub FROM \"{role}\"");
    found(&world, &breaks, &mends, &[format!("P1 role {role}")]).await;
}

#[tokio::test]
async fn p4_invoice_numbers_have_no_hole() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.sold(json!([service("50.00")]), json!([cash("50.00")])).await;
    let breaks = "UPDATE bizhub.number_series SET next = next + 1 WHERE name = 'invoice'";
    let mends = "UPDATE bizhub.number_series SET next = next - 1 WHERE name = 'invoice'";
    found(&world, breaks, mends, &["P4 number_series invoice".to_owned()]).await;
}

#[tokio::test]
async fn p6_every_key_has_the_outcome_of_its_call() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let input = json!({
        "lines": [service("50.00")], "tenders": [cash("50.00")], "idempotencyKey": "till-7",
    });
    world.done(&shop.sales, "bizhubInvoiceCheckout", input, "").await;
    let seller = "SELECT id::text FROM bizhub.users WHERE username = 'sales'";
    let seller = world.value(seller).await.as_str().unwrap().to_owned();
    let outcome = world.value("SELECT outcome::text FROM bizhub.idempotency_records").await;
    let breaks = "UPDATE bizhub.idempotency_records SET outcome = NULL";
    let mends =
        format!("UPDATE bizhub.idempotency_records SET outcome = '{}'", outcome.as_str().unwrap());
    found(&world, breaks, &mends, &[format!("P6 idempotency_record {seller} till-7")]).await;
}
