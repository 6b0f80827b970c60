//! The machines under test: how to put a row into any state, and how to call each move.

use bizgraph_kernel::entity::GlobalId;
use bizgraph_kernel::machine::Machine;
use serde_json::{Value, json};

use crate::machines::table::{self, Row};
use crate::machines::{after_sales, drawer};
use crate::shop::{LAPTOP_CHECKS, checklist};
use crate::world::{Person, World, key};

/// Every role, with a person of it; the person of Sales owns the rows.
pub const ROLES: [(&str, &str); 5] = [
    ("Admin", "admin"),
    ("Manager", "manager"),
    ("Sales", "sales"),
    ("Technician", "technician"),
    ("Warehouse", "warehouse"),
];

/// A machine with its table.
pub struct Subject {
    pub machine: &'static Machine,
    pub rows: &'static [Row],
    pub table: &'static str,
    pub type_name: &'static str,
}

pub static ASSET: Subject = Subject {
    machine: &bizgraph_bizhub::asset::machine::MACHINE,
    rows: table::ASSET,
    table: "assets",
    type_name: "BizhubAsset",
};

pub static INVOICE: Subject = Subject {
    machine: &bizgraph_bizhub::invoice::machine::MACHINE,
    rows: table::INVOICE,
    table: "invoices",
    type_name: "BizhubInvoice",
};

pub static REFUND: Subject = Subject {
    machine: &bizgraph_bizhub::refund::machine::MACHINE,
    rows: table::REFUND,
    table: "refunds",
    type_name: "BizhubRefund",
};

pub static PREORDER: Subject = Subject {
    machine: &bizgraph_bizhub::preorder::machine::MACHINE,
    rows: table::PREORDER,
    table: "preorders",
    type_name: "BizhubPreorder",
};

pub static SUBJECTS: [&Subject; 8] = [
    &ASSET,
    &INVOICE,
    &REFUND,
    &PREORDER,
    &after_sales::WARRANTY,
    &after_sales::CLAIM,
    &after_sales::TICKET,
    &drawer::DRAWER,
];

impl Subject {
    /// `bizhubAssetPassQc`
    pub fn mutation(&self, verb: &str) -> String {
        let mut name = format!("{}{verb}", self.type_name.replacen('B', "b", 1));
        let first = name.len() - verb.len();
        name[first..=first].make_ascii_uppercase();
        name
    }

    /// `bizhub.asset.transition:passQc`
    pub fn permission(&self, verb: &str) -> String {
        format!("bizhub.{}.transition:{verb}", self.machine.name.replace(' ', "_"))
    }

    /// The path at which a refused move of this machine is reported.
    pub fn field(&self) -> String {
        format!("{}Id", self.singular())
    }

    /// `warrantyClaim`
    pub fn singular(&self) -> String {
        let name = self.type_name.trim_start_matches("Bizhub");
        name[..1].to_lowercase() + &name[1..]
    }

    /// Every state of the machine.
    pub fn states(&self) -> impl Iterator<Item = &'static str> {
        self.machine.states.values.iter().map(|word| word.stored)
    }

    /// Moves of the table that people make on a row that exists.
    pub fn steps(&self) -> impl Iterator<Item = &'static Row> {
        self.rows.iter().filter(|row| row.3 != table::AUTO && !row.1.is_empty())
    }

    /// Puts a row into a state behind the server's back, such that no guard but the status
    /// stands in the way of the move to `to`; answers its key.
    pub async fn put(&self, world: &World, state: &str, to: &str) -> i64 {
        let sql = match self.machine.name {
            "asset" => asset_sql(state, to),
            "invoice" => invoice_sql(state),
            "preorder" => preorder_sql(state, to),
            "warranty" => after_sales::warranty_sql(state),
            "warranty claim" => after_sales::claim_sql(state),
            "repair ticket" => after_sales::ticket_sql(state),
            "cash drawer session" => drawer::drawer_sql(state),
            _ => format!("{}{}", invoice_sql("Paid"), refund_sql(state)),
        };
        world.meddle(&sql).await;
        let newest = format!("SELECT max(id) FROM bizhub.{}", self.table);
        world.value(&newest).await.as_i64().unwrap()
    }

    /// The id that clients know a row by.
    pub fn id(&self, person: &Person, row: i64) -> String {
        GlobalId::encode(person.0.tenant.id, self.type_name, &row.to_string())
    }

    /// Calls a move with an input that leads to `to`.
    pub async fn call(
        &self,
        world: &World,
        person: &Person,
        row: i64,
        verb: &str,
        to: &str,
    ) -> Value {
        let input = self.input(person, row, verb, to);
        world.call(person, &self.mutation(verb), input, "").await
    }

    /// A complete input of a move that leads to `to`; a new move needs a line here.
    pub fn input(&self, person: &Person, row: i64, verb: &str, to: &str) -> Value {
        let cash = |amount: &str| json!([{ "paymentMethod": "CASH", "amount": amount }]);
        let further = match (self.machine.name, verb) {
            ("asset", "startIntake" | "reIntake") => json!({}),
            ("asset", "recordDiagnostics") => diagnostics(to),
            ("asset", "recordWipe") => json!({ "wipeMethod": "NIST 800-88", "reason": "Because" }),
            ("asset", "passQc") => json!({ "conditionGrade": "A", "reason": "Because" }),
            ("asset", "failQc") => json!({ "target": constant(to), "reason": "Because" }),
            ("asset", "scrap") => json!({ "driveDestroyed": true, "reason": "Because" }),
            ("asset", "hold" | "repaired" | "block" | "unblock") => json!({ "reason": "Because" }),
            ("invoice", "send") => json!({}),
            ("invoice", "checkout") => json!({ "tenders": cash("10.00") }),
            ("invoice", "pay") if to == "Sent" => json!({ "tenders": cash("4.00") }),
            ("invoice", "pay") => json!({ "tenders": cash("10.00") }),
            ("invoice", "cancel") | ("refund", "reject") => json!({ "reason": "Because" }),
            ("refund", "approve") => json!({}),
            ("preorder", "order" | "close" | "ship" | "notify") => json!({}),
            ("preorder", "payDeposit") => json!({ "paymentMethod": "CASH", "amount": "500.00" }),
            ("preorder", "arrive") => json!({ "assetId": arriving(person, row) }),
            ("preorder", "failToSource") => {
                json!({ "reason": "Because", "tender": { "paymentMethod": "CASH" } })
            }
            ("preorder", "reject") => json!({ "reason": "Because" }),
            ("preorder", "settle") => json!({ "tender": { "paymentMethod": "CASH" } }),
            ("refund", "complete") => json!({ "tenders": cash("10.00") }),
            (machine, verb) => after_sales::further(machine, verb)
                .or_else(|| drawer::further(machine, verb))
                .unwrap_or_else(|| panic!("the move {machine} {verb} has no row in this test")),
        };
        let Value::Object(mut input) = further else { unreachable!() };
        input.insert(self.field(), Value::from(self.id(person, row)));
        if self.is_keyed(verb) {
            input.insert("idempotencyKey".to_owned(), Value::from(key()));
        }
        Value::Object(input)
    }

    /// Whether the move's mutation takes an idempotency key.
    pub fn is_keyed(&self, verb: &str) -> bool {
        let name = self.mutation(verb);
        let mutations = bizgraph::schema::MODULES[0].mutations.iter();
        mutations.filter(|mutation| mutation.keyed).any(|mutation| mutation.name == name)
    }

    /// The status of a row as the database has it.
    pub async fn status(&self, world: &World, row: i64) -> String {
        let sql = format!("SELECT status FROM bizhub.{} WHERE id = {row}", self.table);
        world.value(&sql).await.as_str().unwrap().to_owned()
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
    let tables = [
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
    ];
    let prints: Vec<String> = tables
        .iter()
        .map(|table| {
            format!("(SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) FROM bizhub.{table} r) AS {table}")
        })
        .collect();
    world.rows(&format!("SELECT {}", prints.join(", "))).await.remove(0)
}

/// Codes of a payload's refusals.
pub fn codes(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().unwrap();
    errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect()
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
