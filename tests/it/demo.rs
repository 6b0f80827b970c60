//! The demo world, which is data.

pub mod lender;

use bizgraph::demo::{Loaded, load, logins};
use serde_json::json;
use tokio::sync::{Notify, OnceCell};

use crate::world::{Template, World};

/// A shop with nobody but its administrator in it.
async fn empty() -> World {
    let world = World::new().await;
    world.meddle("DELETE FROM bizhub.users WHERE username <> 'admin'").await;
    world
}

async fn loaded(world: &World) -> Loaded {
    let tenant = world.kernel.tenant("bizhub").unwrap();
    load(&world.kernel, &tenant, |_, _| ()).await.unwrap()
}

static DEMO: OnceCell<Template> = OnceCell::const_new();

/// A shop with the demo world in it.
pub async fn demo() -> World {
    let load = async || {
        let world = empty().await;
        assert!(matches!(loaded(&world).await, Loaded::Now(_)));
        world.into_template()
    };
    World::like(DEMO.get_or_init(load).await).await
}

/// Loads the demo world until so many calls are made.
async fn cut_short(world: &World, tenant: &str, calls: usize) {
    let tenant = world.kernel.tenant(tenant).unwrap();
    let reached = Notify::new();
    let told = |done, _| {
        if done >= calls {
            reached.notify_one();
        }
    };
    tokio::select! {
        biased;
        () = reached.notified() => {}
        ended = load(&world.kernel, &tenant, told) => panic!("{ended:?} before call {calls}"),
    }
}

/// Statuses of machines that no row of the world has, such as `loan: pending`.
async fn missing_statuses(world: &World, module: &str) -> Vec<String> {
    let mut missing = Vec::new();
    for meta in world.kernel.module(module).unwrap().entities {
        let Some(machine) = meta.machine.map(|machine| machine()) else { continue };
        for word in machine.states.values {
            let (table, status) = (meta.table, word.stored);
            let sql =
                format!("SELECT EXISTS (SELECT FROM {module}.{table} WHERE status = '{status}')");
            if world.value(&sql).await == json!(false) {
                missing.push(format!("{}: {status}", machine.name));
            }
        }
    }
    missing
}

async fn count(world: &World, table: &str) -> i64 {
    world.value(&format!("SELECT count(*) FROM bizhub.{table}")).await.as_i64().unwrap()
}

/// Everything that a load leaves behind, in figures.
async fn figures(world: &World) -> Vec<i64> {
    let tables = [
        "assets",
        "inventory_movements",
        "diagnostics_results",
        "wipe_certificates",
        "bulk_stock_movements",
        "invoices",
        "invoice_lines",
        "payments",
        "refunds",
        "refund_tenders",
        "approval_requests",
        "preorders",
        "preorder_payments",
        "customer_credits",
        "warranties",
        "warranty_claims",
        "repair_tickets",
        "repair_events",
        "cash_drawer_sessions",
        "users",
    ];
    let mut figures = Vec::new();
    for table in tables {
        figures.push(count(world, table).await);
    }
    figures
}

#[tokio::test]
async fn the_demo_world_is_as_large_as_the_document_says_and_in_every_status() {
    let world = demo().await;
    world.verify().await;
    for (table, least, most) in [
        ("customers", 5, 10),
        ("product_models", 20, 30),
        ("assets", 50, 100),
        ("invoices", 10, 20),
        ("preorders", 5, 10),
        // One of each status, beyond what the document asks for.
        ("repair_tickets", 6, 7),
        ("warranty_claims", 4, 4),
    ] {
        let rows = count(&world, table).await;
        assert!((least..=most).contains(&rows), "{rows} {table}");
    }
    assert_eq!(missing_statuses(&world, "bizhub").await, Vec::<String>::new());
    let credit = "SELECT source_kind || ' ' || amount FROM bizhub.customer_credits";
    assert_eq!(world.value(credit).await, json!("Deposit 500.00"));
    let pending = "SELECT count(*) FROM bizhub.approval_requests WHERE status = 'pending'";
    assert_eq!(world.value(pending).await, json!(1));
}

#[tokio::test]
async fn its_history_goes_back_over_business_days_up_to_today() {
    let world = demo().await;
    let days = "SELECT count(DISTINCT created_at::date) AS days, min(created_at)::date AS first, \
                max(created_at)::date AS last FROM bizhub.inventory_movements";
    let days = world.rows(days).await.remove(0);
    assert!(days["days"].as_i64().unwrap() > 20, "{days}");
    assert_eq!((&days["first"], &days["last"]), (&json!("2025-11-22"), &json!("2026-03-02")));
    let late = "SELECT count(*) FROM bizhub.audit_entries WHERE occurred_at > '2026-03-02 09:00Z'";
    assert_eq!(world.value(late).await, json!(0), "something happened after the present");
    let two = "SELECT payment_method || ' ' || amount AS line FROM bizhub.payments p \
               JOIN bizhub.invoices i ON i.id = p.invoice_id \
               WHERE i.total_amount = 5000 ORDER BY p.id LIMIT 2";
    let lines = world.rows(two).await;
    assert_eq!(lines, [json!({ "line": "Cash 3000.00" }), json!({ "line": "MoMo 2000.00" })]);
}

#[tokio::test]
async fn it_is_loaded_once() {
    let world = demo().await;
    let before = figures(&world).await;
    assert_eq!(loaded(&world).await, Loaded::Before);
    assert_eq!(figures(&world).await, before);
}

#[tokio::test]
async fn a_load_that_was_cut_short_goes_on() {
    let whole = demo().await;
    let world = empty().await;
    for calls in [3, 150, 380] {
        cut_short(&world, "bizhub", calls).await;
    }
    assert!(matches!(loaded(&world).await, Loaded::Now(_)));
    assert_eq!(figures(&world).await, figures(&whole).await);
    world.verify().await;
}

#[tokio::test]
async fn peoples_own_data_are_left_alone() {
    let world = World::new().await;
    let sales = world.person("sales").await;
    let input = json!({ "customerType": "RETAIL", "fullName": "Ama", "phone": "0201234567" });
    world.done(&sales, "bizhubCustomerCreate", input, "").await;
    let before = figures(&world).await;
    assert_eq!(loaded(&world).await, Loaded::InUse);
    assert_eq!(figures(&world).await, before);
}

#[tokio::test]
async fn people_are_offered_until_their_password_is_changed() {
    let world = demo().await;
    let tenant = world.kernel.tenant("bizhub").unwrap();
    let offered = async || {
        let logins = logins(&world.kernel, &tenant).await.unwrap();
        let line = |login: &bizgraph::server::graphiql::DemoLogin| {
            format!("{} {} {}", login.username, login.role, login.password)
        };
        logins.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(
        offered().await,
        [
            "manager Manager demo-manager-1",
            "sales Sales demo-sales-1",
            "technician Technician demo-technician-1",
            "technician2 Technician demo-technician2-1",
            "warehouse Warehouse demo-warehouse-1",
        ]
    );
    let admin = world.person("admin").await;
    let found = world.read(&admin, "{ bizhub { userByUsername(username: \"sales\") { id } } }");
    let user = found.await["bizhub"]["userByUsername"]["id"].clone();
    let input = json!({ "userId": user, "newPassword": "another one of 2026" });
    world.done(&admin, "bizhubUserSetPassword", input, "").await;
    assert_eq!(offered().await.len(), 4);
}
