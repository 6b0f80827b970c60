//! The shop's machines under test: how to put a row into any state, and what each move asks for.

use bizgraph_bizhub::asset::Asset;
use bizgraph_bizhub::invoice::Invoice;
use bizgraph_bizhub::preorder::Preorder;
use bizgraph_bizhub::refund::Refund;
use bizgraph_kernel::entity::GlobalId;
use serde_json::{Value, json};

use crate::machines::{after_sales, drawer};
use crate::machines::{obstacles, table};
use crate::matrix::{self, Call, House, Subject, advance};
use crate::shop::{LAPTOP_CHECKS, checklist};
use crate::world::{Person, World, key};

/// The person of Sales owns the rows.
pub static SHOP: House = House {
    world: || {
        Box::pin(async {
            let world = World::new().await;
            prepare(&world).await;
            world
        })
    },
    roles: &[
        ("Admin", "admin"),
        ("Manager", "manager"),
        ("Sales", "sales"),
        ("Technician", "technician"),
        ("Warehouse", "warehouse"),
    ],
    neighbour: "kumasi",
    subjects: &[
        &ASSET,
        &INVOICE,
        &REFUND,
        &PREORDER,
        &after_sales::WARRANTY,
        &after_sales::CLAIM,
        &after_sales::TICKET,
        &drawer::DRAWER,
    ],
    tables: &[
        "assets",
        "bulk_stock",
        "invoices",
        "invoice_lines",
        "payments",
        "refunds",
        "refund_lines",
        "refund_tenders",
        "preorders",
        "preorder_events",
        "preorder_payments",
        "customer_credits",
        "warranties",
        "warranty_claims",
        "repair_tickets",
        "repair_events",
        "repair_parts",
        "inventory_movements",
        "bulk_stock_movements",
        "diagnostics_results",
        "wipe_certificates",
        "approval_requests",
        "audit_entries",
        "outbox_events",
        "idempotency_records",
        "cash_drawer_sessions",
        "cash_drawer_counts",
        "number_series",
    ],
    least: (80, 120),
};

pub static ASSET: Subject = Subject {
    machine: &bizgraph_bizhub::asset::machine::MACHINE,
    rows: table::ASSET,
    obstacles: obstacles::ASSET,
    table: "assets",
    type_name: "BizhubAsset",
    permission: "bizhub.asset",
    put: |wanted| asset_sql(wanted.from, wanted.to),
    found: |_| newest("assets"),
    further: for_an_asset,
    history: None,
    advance: advance::<Asset>,
    aftermath: None,
};

pub static INVOICE: Subject = Subject {
    machine: &bizgraph_bizhub::invoice::machine::MACHINE,
    rows: table::INVOICE,
    obstacles: obstacles::INVOICE,
    table: "invoices",
    type_name: "BizhubInvoice",
    permission: "bizhub.invoice",
    put: |wanted| invoice_sql(wanted.from),
    found: |_| newest("invoices"),
    further: for_an_invoice,
    history: None,
    advance: advance::<Invoice>,
    aftermath: None,
};

pub static REFUND: Subject = Subject {
    machine: &bizgraph_bizhub::refund::machine::MACHINE,
    rows: table::REFUND,
    obstacles: obstacles::REFUND,
    table: "refunds",
    type_name: "BizhubRefund",
    permission: "bizhub.refund",
    put: |wanted| format!("{}{}", invoice_sql("Paid"), refund_sql(wanted.from)),
    found: |_| newest("refunds"),
    further: for_a_refund,
    history: None,
    advance: advance::<Refund>,
    aftermath: None,
};

pub static PREORDER: Subject = Subject {
    machine: &bizgraph_bizhub::preorder::machine::MACHINE,
    rows: table::PREORDER,
    obstacles: obstacles::PREORDER,
    table: "preorders",
    type_name: "BizhubPreorder",
    permission: "bizhub.preorder",
    put: |wanted| preorder_sql(wanted.from, wanted.to),
    found: |_| newest("preorders"),
    further: for_a_preorder,
    history: None,
    advance: advance::<Preorder>,
    aftermath: None,
};

/// The key of the newest row of a table.
pub fn newest(table: &str) -> String {
    format!("SELECT max(id) FROM bizhub.{table}")
}

/// A device in a state, ready for the move to the other.
pub async fn put_device(world: &World, from: &str, to: &str) -> i64 {
    ASSET.put(world, from, to, "").await.key.parse().unwrap()
}

fn cash(amount: &str) -> Value {
    json!([{ "paymentMethod": "CASH", "amount": amount }])
}

fn for_an_asset(call: &Call) -> Value {
    match call.verb {
        "startIntake" | "reIntake" => json!({}),
        "recordDiagnostics" => diagnostics(call.to),
        "recordWipe" => json!({ "wipeMethod": "NIST 800-88", "reason": "Because" }),
        "passQc" => json!({ "conditionGrade": "A", "reason": "Because" }),
        "failQc" => json!({ "target": constant(call.to), "reason": "Because" }),
        "scrap" => json!({ "driveDestroyed": true, "reason": "Because" }),
        "hold" | "repaired" | "block" | "unblock" => json!({ "reason": "Because" }),
        verb => panic!("the move {verb} has no row in this test"),
    }
}

fn for_an_invoice(call: &Call) -> Value {
    match call.verb {
        "send" => json!({}),
        "checkout" => json!({ "tenders": cash("10.00") }),
        "pay" if call.to == "Sent" => json!({ "tenders": cash("4.00") }),
        "pay" => json!({ "tenders": cash("10.00") }),
        "cancel" => json!({ "reason": "Because" }),
        verb => panic!("the move {verb} has no row in this test"),
    }
}

fn for_a_refund(call: &Call) -> Value {
    match call.verb {
        "approve" => json!({}),
        "reject" => json!({ "reason": "Because" }),
        "complete" => json!({ "tenders": cash("10.00") }),
        verb => panic!("the move {verb} has no row in this test"),
    }
}

fn for_a_preorder(call: &Call) -> Value {
    match call.verb {
        "order" | "close" | "ship" | "notify" => json!({}),
        "payDeposit" => json!({ "paymentMethod": "CASH", "amount": "500.00" }),
        "arrive" => json!({ "assetId": arriving(call.person, call.row.parse().unwrap()) }),
        "failToSource" => json!({ "reason": "Because", "tender": { "paymentMethod": "CASH" } }),
        "reject" => json!({ "reason": "Because" }),
        "settle" => json!({ "tender": { "paymentMethod": "CASH" } }),
        verb => panic!("the move {verb} has no row in this test"),
    }
}

/// What a shop needs before rows can be put into it; scrapping needs no second person here.
pub async fn prepare(world: &World) {
    world
        .meddle(
            "INSERT INTO bizhub.product_models (category, brand, model_name, default_price_grade_a) \
             VALUES ('Laptop', 'HP', 'EliteBook', 5000), ('Accessory', 'HP', 'Dock', 500); \
             INSERT INTO bizhub.customers (customer_type, full_name, phone) \
             VALUES ('Retail', 'Ama Mensah', '+233201234567'); \
             INSERT INTO bizhub.tenant_settings (key, value) VALUES ('four_eyes.enforced', 'false')",
        )
        .await;
}

/// Everything that a refused move must leave as it was.
pub async fn print(world: &World) -> Value {
    matrix::print(world, &SHOP).await
}

/// `Repair Hold` as GraphQL writes it: `REPAIR_HOLD`.
fn constant(stored: &str) -> String {
    stored.to_ascii_uppercase().replace(' ', "_")
}

fn diagnostics(to: &str) -> Value {
    let accessory = &["power_on", "ports", "casing"][..];
    let list = checklist(if to == "QC Pending" { accessory } else { LAPTOP_CHECKS }, "pass");
    let mut input = json!({ "checklistData": list, "overallResult": "PASS", "reason": "Because" });
    if matches!(to, "Repair Hold" | "Not Sellable") {
        input["overallResult"] = json!("FAIL");
        input["failedTarget"] = Value::from(constant(to));
    }
    input
}

/// Tested, wiped and graded, whatever the state; an accessory where only that leads to `to`.
fn asset_sql(state: &str, to: &str) -> String {
    let accessory = (state, to) == ("Diagnostics Pending", "QC Pending");
    let category = if accessory { "Accessory" } else { "Laptop" };
    let number = key().to_ascii_uppercase();
    format!(
        "WITH a AS (INSERT INTO bizhub.assets (asset_tag, serial_number, product_model_id, \
             received_date, condition_grade, battery_health_percent, battery_cycle_count, status, \
             location_id) \
           SELECT '{number}', '{number}', m.id, '2026-03-01', 'A', 90, 10, '{state}', l.id \
           FROM bizhub.product_models m, bizhub.locations l \
           WHERE m.category = '{category}' AND l.location_name = 'Backroom' RETURNING id), \
         d AS (INSERT INTO bizhub.diagnostics_results (asset_id, technician_id, checklist_data, \
             overall_result, diagnostic_date) \
           SELECT a.id, u.id, '{{}}', 'Pass', '2026-03-01' FROM a, bizhub.users u \
           WHERE u.username = 'technician2') \
         INSERT INTO bizhub.wipe_certificates (asset_id, technician_id, wipe_method, wipe_date) \
         SELECT a.id, u.id, 'NIST 800-88', '2026-03-01' FROM a, bizhub.users u \
         WHERE u.username = 'technician2';"
    )
}

/// An invoice of the person `sales` over one service of 10.00.
fn invoice_sql(state: &str) -> String {
    let number = key();
    let paid = if matches!(state, "Paid" | "Refunded") { "10.00" } else { "0.00" };
    let mut sql = format!(
        "WITH i AS (INSERT INTO bizhub.invoices (invoice_number, customer_type, invoice_date, \
             status, subtotal, total_amount, amount_paid, sales_rep_id) \
           SELECT '{number}', 'Walk-in', '2026-03-02', '{state}', 10.00, 10.00, {paid}, u.id \
           FROM bizhub.users u WHERE u.username = 'sales' RETURNING id) \
         INSERT INTO bizhub.invoice_lines (invoice_id, line_number, line_kind, item_description, \
           unit_price) SELECT i.id, 1, 'Service', 'Cleaning', 10.00 FROM i;"
    );
    if paid == "10.00" {
        sql.push_str(
            "INSERT INTO bizhub.payments (invoice_id, payment_date, payment_method, amount) \
             SELECT max(id), '2026-03-02', 'Cash', 10.00 FROM bizhub.invoices;",
        );
    }
    sql
}

/// A refund of the newest invoice in full, asked for by the person `sales`.
fn refund_sql(state: &str) -> String {
    format!(
        "WITH r AS (INSERT INTO bizhub.refunds (invoice_id, status, reason, total_amount, \
             requested_by) \
           SELECT max(i.id), '{state}', 'Because', 10.00, \
             (SELECT id FROM bizhub.users WHERE username = 'sales') \
           FROM bizhub.invoices i RETURNING id) \
         INSERT INTO bizhub.refund_lines (refund_id, invoice_line_id, quantity, amount) \
         SELECT r.id, (SELECT max(id) FROM bizhub.invoice_lines), 1, 10.00 FROM r;"
    )
}

/// Keys of the devices of preorders, out of the way of those that assets get by themselves.
const DEVICES: i64 = 1_000_000;

/// The device that came in for a preorder.
fn arriving(person: &Person, preorder: i64) -> String {
    let key = (DEVICES + preorder).to_string();
    GlobalId::encode(person.0.tenant.id, "BizhubAsset", &key)
}

/// A preorder for a laptop with a deposit of 500.00, which is paid unless it is to be paid or
/// given up, and its device.
fn preorder_sql(state: &str, to: &str) -> String {
    let number = key().to_ascii_uppercase();
    let paid = state != "Deposit Pending" || to == "Ordered";
    let came = !matches!(state, "Deposit Pending" | "Ordered" | "In Transit");
    let held = matches!(state, "Arrived" | "Customer Notified");
    let device = if came { format!("p.id + {DEVICES}") } else { "NULL".to_owned() };
    let status = if held { "Reserved" } else { "Ready for Sale" };
    let holds = if held { "p.id" } else { "NULL" };
    format!(
        "INSERT INTO bizhub.preorders (preorder_number, customer_id, requested_specs, \
           requested_category, agreed_price, deposit_paid, status, rejected_date, \
           resale_recovery_amount) \
         SELECT '{number}', max(id), 'EliteBook', 'Laptop', 5000.00, {paid}, '{state}', \
           '2025-12-01', 5000.00 FROM bizhub.customers; \
         INSERT INTO bizhub.assets (id, asset_tag, serial_number, product_model_id, received_date, \
           condition_grade, status, location_id, preorder_id) \
         SELECT p.id + {DEVICES}, '{number}', '{number}', m.id, '2026-03-01', 'A', '{status}', l.id, \
           {holds} FROM bizhub.preorders p, bizhub.product_models m, bizhub.locations l \
         WHERE p.preorder_number = '{number}' AND m.category = 'Laptop' \
           AND l.location_name = 'Backroom'; \
         UPDATE bizhub.preorders p SET asset_id = {device} WHERE preorder_number = '{number}';"
    )
}
