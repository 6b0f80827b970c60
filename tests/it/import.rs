//! Import: what an existing installation exported is taken over whole, or not at all.

mod bad_rows;
pub mod exports;

use bizgraph_kernel::import::{BadRow, ImportFault, Imported, import};
use serde_json::{Value, json};

use crate::program::{DataFolder, Program};
use crate::shop::{Shop, id_of};
use crate::till::{cash, row, service};
use crate::verification::told;
use crate::world::{World, key};
use exports::Exports;

/// Imports into the tenant of a world.
async fn imported(
    world: &World,
    exports: &Exports,
    skip_bad: bool,
) -> Result<Imported, ImportFault> {
    let tenant = world.kernel.tenant("bizhub").unwrap();
    import(&world.kernel, tenant, exports.folder(), skip_bad, |_| ()).await
}

/// The bad rows of an import that must not succeed, and that left nothing behind.
async fn refused(world: &World, exports: &Exports) -> Vec<BadRow> {
    let people = world.rows("SELECT id, username FROM bizhub.users ORDER BY id").await;
    let bad = match imported(world, exports, false).await.unwrap_err() {
        ImportFault::Bad(rows) => rows,
        other => panic!("{other}"),
    };
    for table in ["customers", "invoices", "assets", "bulk_stock", "payments"] {
        let count = world.value(&format!("SELECT count(*) FROM bizhub.{table}")).await;
        assert_eq!(count, 0, "{table}");
    }
    assert_eq!(world.rows("SELECT id, username FROM bizhub.users ORDER BY id").await, people);
    bad
}

#[tokio::test]
async fn a_good_export_is_taken_over_and_every_invariant_holds() {
    let world = World::new().await;
    let imported = imported(&world, &Exports::good(), false).await.unwrap();
    assert_eq!(imported.left_out, []);
    let rows = |table: &str| imported.rows.iter().find(|(name, _)| *name == table).unwrap().1;
    assert_eq!(
        ["users", "customers", "assets", "invoices", "payments", "refunds"].map(rows),
        [3, 3, 6, 6, 5, 1]
    );
    world.verify().await;
}

#[tokio::test]
async fn keys_and_texts_are_kept_as_they_were() {
    let world = World::new().await;
    imported(&world, &Exports::good(), false).await.unwrap();
    let customer = "SELECT id, customer_type, full_name, business_name, phone, notes, city \
                    FROM bizhub.customers WHERE id = 12";
    assert_eq!(
        world.rows(customer).await,
        [json!({
            "id": 12, "customer_type": "Wholesale", "full_name": "Kofi \"KB\" Boateng",
            "business_name": "Boateng, Sons", "phone": "+233244000012",
            "notes": "Pays late,\nbut pays.", "city": null,
        })]
    );
    let invoice = "SELECT invoice_number, amount_paid::text, paid_date::text, lead_source_id, \
                   lead_source, status FROM bizhub.invoices WHERE id = 101";
    assert_eq!(
        world.rows(invoice).await,
        [json!({
            "invoice_number": "INV-000001", "amount_paid": "5000.00", "paid_date": "2026-02-03",
            "lead_source_id": 4, "lead_source": "Campus", "status": "Paid",
        })]
    );
}

#[tokio::test]
async fn what_the_document_lacks_is_derived() {
    let world = World::new().await;
    imported(&world, &Exports::good(), false).await.unwrap();
    let movements = "SELECT from_status, to_status, reason FROM bizhub.inventory_movements \
                     WHERE asset_id = 52 ORDER BY id";
    assert_eq!(
        world.rows(movements).await,
        [
            json!({ "from_status": null, "to_status": "Received",
                    "reason": "Not recorded by the former system" }),
            json!({ "from_status": "Received", "to_status": "Diagnostics Pending",
                    "reason": "Auto-logged on asset update" }),
            json!({ "from_status": "Diagnostics Pending", "to_status": "Ready for Sale",
                    "reason": "Not recorded by the former system" }),
        ]
    );
    let stock = "SELECT b.quantity, b.reserved, m.movement_type, m.quantity_change \
                 FROM bizhub.bulk_stock b JOIN bizhub.bulk_stock_movements m ON m.bulk_stock_id = b.id";
    assert_eq!(
        world.rows(stock).await,
        [
            json!({ "quantity": 40, "reserved": 2, "movement_type": "Adjust", "quantity_change": 40 })
        ]
    );
    let refund = "SELECT r.status, r.total_amount::text, t.payment_method, t.amount::text \
                  FROM bizhub.refunds r JOIN bizhub.refund_tenders t ON t.refund_id = r.id";
    assert_eq!(
        world.rows(refund).await,
        [json!({ "status": "completed", "total_amount": "80.00", "payment_method": "MoMo",
                 "amount": "80.00" })]
    );
    let tax =
        "SELECT tax_amount::text FROM bizhub.invoice_lines WHERE invoice_id = 104 ORDER BY id";
    assert_eq!(
        world.rows(tax).await,
        [json!({ "tax_amount": "3.33" }), json!({ "tax_amount": "6.67" })]
    );
    assert_eq!(
        world.value("SELECT invoice_number FROM bizhub.invoices WHERE status = 'Draft'").await,
        "DRAFT-103"
    );
}

#[tokio::test]
async fn counters_go_on_behind_what_was_imported() {
    let world = World::new().await;
    imported(&world, &Exports::good(), false).await.unwrap();
    let sales = world.person("esi").await;
    let input = json!({ "customerType": "RETAIL", "fullName": "Adjoa", "phone": "0244000013" });
    let made = world.done(&sales, "bizhubCustomerCreate", input, "customer { id }").await;
    assert_eq!(row(&id_of(&made, "customer")), "13");
    let input = json!({
        "lines": [service("50.00")], "tenders": [cash("50.00")], "idempotencyKey": key(),
    });
    let done =
        world.done(&sales, "bizhubInvoiceCheckout", input, "invoice { invoiceNumber }").await;
    assert_eq!(done["invoice"]["invoiceNumber"], "INV-000008");
    world.verify().await;
}

#[tokio::test]
async fn people_log_in_with_the_passwords_that_they_had() {
    let world = World::new().await;
    imported(&world, &Exports::good(), false).await.unwrap();
    let kept = "SELECT password_hash LIKE '$2b$10$%' FROM bizhub.credentials WHERE user_id = '7'";
    assert_eq!(world.value(kept).await, true);
    let columns = "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'bizhub' \
                   AND table_name = 'users' AND column_name = 'password_hash'";
    assert_eq!(world.value(columns).await, 0);
    let login = "mutation { login(input: {tenant: \"bizhub\", username: \"esi\", password: \
                 \"changeme123\"}) { token userErrors { code } } }";
    let answer = world.send_as_nobody(login, json!({})).await;
    assert!(answer["data"]["login"]["token"].is_string(), "{answer:#}");
}

#[tokio::test]
async fn an_import_is_recorded_in_the_trail() {
    let world = World::new().await;
    imported(&world, &Exports::good(), false).await.unwrap();
    let entry = "SELECT actor, new_values ->> 'customers' AS customers FROM bizhub.audit_entries \
                 WHERE action = 'import'";
    assert_eq!(world.rows(entry).await, [json!({ "actor": "system", "customers": "3" })]);
}

#[tokio::test]
async fn a_tenant_that_is_in_use_takes_nothing_in() {
    let world = World::new().await;
    Shop::open(&world).await.customer().await;
    let told = imported(&world, &Exports::good(), false).await.unwrap_err().to_string();
    assert!(told.starts_with("the tenant has customers already"), "{told}");
}

#[tokio::test]
async fn files_that_are_missing_count_as_empty() {
    let world = World::new().await;
    let exports = Exports::good();
    for table in exports.tables() {
        if table != "customers" {
            exports.remove(table);
        }
    }
    imported(&world, &exports, false).await.unwrap();
    assert_eq!(world.value("SELECT count(*) FROM bizhub.customers").await, 3);
    let people = world.value("SELECT count(*) FROM bizhub.users").await;
    assert_eq!(people, Value::from(crate::world::PEOPLE.len()));
    world.verify().await;
}

#[tokio::test]
async fn a_claim_that_was_replaced_comes_without_the_device_that_replaced() {
    let world = World::new().await;
    let exports = Exports::good();
    exports.replace("warranty_claims", ",Approved,,500,,,", ",Completed,,500,Replaced,2026-02-28,");
    exports.replace(
        "repair_tickets",
        ",In Repair,6,2026-02-26,,,",
        ",Closed,6,2026-02-26,2026-02-28,Replaced,",
    );
    exports.replace("warranties", ",Claimed,", ",Void,");
    imported(&world, &exports, false).await.unwrap();
    let claim = "SELECT outcome, replacement_asset_id, replaced_before_import AS before \
                 FROM bizhub.warranty_claims";
    assert_eq!(
        world.rows(claim).await,
        [json!({ "outcome": "Replaced", "replacement_asset_id": null, "before": true })]
    );
    world.verify().await;
}

#[tokio::test]
async fn the_command_tells_what_came_of_an_import() {
    let data = DataFolder::new();
    let exports = Exports::good();
    exports.replace("payments", "TX-1", "4111 1111 1111 1111");
    let folder = exports.folder().to_str().unwrap();
    let import = ["import", "bizhub", folder];
    let program = Program::serve(&data).await;
    let (code, text) = told(&import, &data).await;
    assert_eq!(code, 1, "{text}");
    assert!(text.starts_with("payments.csv line 3: reference: "), "{text}");
    assert!(text.contains("nothing was imported: 1 rows are bad"), "{text}");
    exports.replace("payments", "4111 1111 1111 1111", "TX-1");
    let (code, text) = told(&import, &data).await;
    assert!(code == 0 && text.contains("3 customers\n"), "{text}");
    assert!(text.ends_with("Imported whole.\n"), "{text}");
    let (code, text) = told(&["verify", "--tenant", "bizhub"], &data).await;
    assert_eq!(code, 0, "{text}");
    program.terminate();
}
