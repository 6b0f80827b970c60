//! Every report, by every role.

use std::sync::Arc;

use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::policy::{Scope, rights_of};
use bizgraph_kernel::report::{Report, Shape};
use serde_json::{Value, json};

use crate::shop::Shop;
use crate::till::{cash, service};
use crate::world::{Person, World};

const DATA: &str = include_str!("../lists/data.sql");
const ROLES: [(&str, &str); 5] = [
    ("admin", "Admin"),
    ("manager", "Manager"),
    ("sales", "Sales"),
    ("technician", "Technician"),
    ("warehouse", "Warehouse"),
];

fn reports() -> &'static [&'static Report] {
    bizgraph::schema::MODULES[0].reports
}

/// A query for everything that a report of a module can tell, grouped by this.
pub fn everything(module: &str, report: &Report, group: Option<&str>) -> String {
    let names = |totals: bool| {
        let figures = report.figures.iter().filter(|figure| !totals || figure.total.is_some());
        figures.map(|figure| figure.column.field).collect::<Vec<_>>().join(" ")
    };
    let mut arguments = Vec::new();
    if report.period.is_some() {
        arguments.push("from: \"2025-01-01\"".to_owned());
    }
    arguments.extend(group.map(|group| format!("groupBy: {group}")));
    if report.over.is_some() {
        arguments.push("where: {}".to_owned());
    }
    let arguments = match arguments.is_empty() {
        true => String::new(),
        false => format!("({})", arguments.join(", ")),
    };
    let shown = match report.shape {
        Shape::Kept => format!("{} asOf currency __typename", names(false)),
        Shape::Rows => {
            let keys = if group.is_some() { "group groupId" } else { "" };
            let totals = match names(true).as_str() {
                "" => String::new(),
                names => format!("totals {{ {names} __typename }}"),
            };
            let days = if report.period.is_some() { "from to" } else { "" };
            let rows = format!("rows(first: 5) {{ {keys} {} __typename }}", names(false));
            format!("{rows} {totals} rowCount {days} currency __typename")
        }
    };
    format!("{{ {module} {{ reports {{ it: {}{arguments} {{ {shown} }} }} }} }}", report.name)
}

/// All groups of a report, or none.
pub fn groups(report: &Report) -> Vec<Option<&'static str>> {
    match report.groups {
        [] => vec![None],
        groups => groups.iter().map(|group| Some(group.name)).collect(),
    }
}

async fn ask(world: &World, person: &Person, query: &str) -> Value {
    world.send(person, query, json!({})).await
}

#[tokio::test]
async fn each_report_answers_who_may_see_it_and_refuses_everybody_else() {
    let world = World::new().await;
    world.meddle(DATA).await;
    let rights = rights_of(bizgraph::schema::MODULES[0]);
    for (username, role) in ROLES {
        let person = world.person(username).await;
        for report in reports() {
            for group in groups(report) {
                let answer = ask(&world, &person, &everything("bizhub", report, group)).await;
                let case = format!("{} by {group:?} as {role}: {answer:#}", report.name);
                let shown = !answer["data"]["bizhub"]["reports"]["it"].is_null();
                assert_eq!(shown, rights[role].may(report.permission), "{case}");
                if shown {
                    assert!(answer.get("errors").is_none(), "{case}");
                } else {
                    let error = &answer["errors"][0];
                    assert_eq!(error["extensions"]["code"], "FORBIDDEN", "{case}");
                    assert_eq!(error["path"], json!(["bizhub", "reports", "it"]), "{case}");
                }
                let hidden: Vec<&str> = answer["extensions"]["redactions"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|path| path.as_str().unwrap().rsplit_once('.').unwrap().1)
                    .collect();
                let sensitive = |field: &str| {
                    let figure = report.figures.iter().find(|it| it.column.field == field);
                    let permission = figure.and_then(|figure| figure.column.sensitive);
                    permission.is_some_and(|permission| !rights[role].may(permission))
                };
                assert!(hidden.iter().all(|field| sensitive(field)), "{case}");
                if shown {
                    let fields = report.figures.iter().map(|figure| figure.column.field);
                    for field in fields.filter(|field| sensitive(field)) {
                        assert!(hidden.contains(&field), "{field} of {case}");
                    }
                }
            }
        }
    }
}

/// A narrower grant that nothing narrows would show everything.
#[test]
fn a_report_held_for_own_rows_is_narrowed_to_them() {
    for (role, rights) in rights_of(bizgraph::schema::MODULES[0]) {
        for report in reports() {
            let Some(Scope::Only(_)) = rights.scope(report.permission) else { continue };
            let by_list = report
                .over
                .is_some_and(|over| matches!(rights.scope(over().read), Some(Scope::Only(_))));
            let case = format!("{} of {role}", report.name);
            assert!(by_list || report.sql.contains("{own "), "{case}");
        }
    }
}

#[tokio::test]
async fn a_seller_sees_the_own_sales_alone() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.sold(json!([service("20.00")]), json!([cash("20.00")])).await;
    let second = world.person("sales2").await;
    let input = json!({
        "lines": [service("30.00")], "tenders": [cash("30.00")], "idempotencyKey": crate::world::key(),
    });
    world.done(&second, "bizhubInvoiceCheckout", input, "").await;
    let query = "{ bizhub { reports { sales { totals { netSales } } payments { totals { received } } \
                 dashboard { salesToday } } } }";
    for (person, sum) in [(&shop.sales, "20.00"), (&second, "30.00"), (&shop.manager, "50.00")] {
        let data = world.read(person, query).await["bizhub"]["reports"].clone();
        let expected = json!({
            "sales": { "totals": { "netSales": sum } }, "payments": { "totals": { "received": sum } },
            "dashboard": { "salesToday": sum },
        });
        assert_eq!(data, expected);
    }
}

#[tokio::test]
async fn a_report_takes_the_filter_of_its_list() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    shop.sold(json!([service("20.00")]), json!([cash("20.00")])).await;
    shop.sold(json!([service("30.00")]), json!([cash("30.00")])).await;
    let query = "{ bizhub { reports { sales(where: {totalAmount: {gt: \"25.00\"}}) { rowCount \
                 totals { invoices netSales } } } } }";
    let data = world.read(&shop.manager, query).await["bizhub"]["reports"]["sales"].clone();
    let expected = json!({ "rowCount": 1, "totals": { "invoices": 1, "netSales": "30.00" } });
    assert_eq!(data, expected);
    let query = "{ bizhub { reports { stockValue(where: {status: {eq: SOLD}, \
                 productModel: {is: {brand: {eq: \"HP\"}}}}) { rowCount } } } }";
    let data = world.read(&shop.manager, query).await;
    assert_eq!(data["bizhub"]["reports"]["stockValue"]["rowCount"], 0);
}

#[tokio::test]
async fn a_wrong_period_or_page_is_refused_in_its_own_place() {
    let world = World::new().await;
    let manager = world.person("manager").await;
    let query = "{ bizhub { reports { \
                 a: sales(from: \"2026-03-03\", to: \"2026-03-02\") { rowCount } \
                 b: sales { rows(first: 1001) { group } } \
                 c: sales { rows(offset: -1) { group } } \
                 d: sales(to: \"2026-02-14\") { rowCount from to } } } }";
    let answer = ask(&world, &manager, query).await;
    let errors = answer["errors"].as_array().unwrap();
    let lines: Vec<String> = errors
        .iter()
        .map(|error| {
            let extensions = &error["extensions"];
            format!("{} {} {}", error["path"][2], extensions["code"], extensions["field"])
        })
        .collect();
    let expected = [
        "\"a\" \"VALIDATION_FAILED\" \"from\"",
        "\"b\" \"OUT_OF_RANGE\" \"first\"",
        "\"c\" \"OUT_OF_RANGE\" \"offset\"",
    ];
    assert_eq!(lines, expected);
    let expected = json!({ "rowCount": 0, "from": "2026-02-01", "to": "2026-02-14" });
    assert_eq!(answer["data"]["bizhub"]["reports"]["d"], expected);
}

#[tokio::test]
async fn rows_come_in_pages_and_totals_are_of_all() {
    let world = World::new().await;
    world.meddle(DATA).await;
    let manager = world.person("manager").await;
    let query = "{ bizhub { reports { priceList { rowCount all: rows { modelName } \
                 page: rows(first: 1, offset: 1) { modelName } } } } }";
    let found = world.read(&manager, query).await["bizhub"]["reports"]["priceList"].clone();
    let all = found["all"].as_array().unwrap();
    assert!(all.len() > 2, "{found}");
    assert_eq!(found["rowCount"], all.len());
    assert_eq!(found["page"], json!([all[1]]));
}

#[tokio::test]
async fn sensitive_figures_that_were_shown_are_told_by_the_trail() {
    let world = World::new().await;
    let manager = world.person("manager").await;
    let query = "{ bizhub { reports { grossMargin { totals { margin sales } } } } }";
    world.read(&manager, query).await;
    let sql = "SELECT entity || ' ' || (new_values->>'fields') AS line \
               FROM bizhub.audit_entries WHERE action = 'read_sensitive'";
    let rows = world.rows(sql).await;
    assert_eq!(rows, [json!({ "line": "BizhubGrossMargin [\"margin\"]" })]);
}

/// The usual limit, made short, stops a list that is read slowly, but no report of it (spec 1.16).
#[tokio::test]
async fn a_report_may_take_longer_than_a_list() {
    let mut world = World::new().await;
    Shop::open(&world).await.laptop_model().await;
    let role = world.app_url.split("user=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let database = world.value("SELECT current_database()").await;
    let database = database.as_str().unwrap();
    let slow = format!(
        "ALTER ROLE \"{role}\" IN DATABASE {database} SET statement_timeout = '200ms'; \
         ALTER TABLE bizhub.product_models ENABLE ROW LEVEL SECURITY; \
         CREATE POLICY slow ON bizhub.product_models USING (pg_sleep(0.4)::text IS NOT NULL)"
    );
    world.meddle(&slow).await;
    // Connections that were made before know nothing of the limit.
    let database = Database::new(&world.app_url, PoolSizes { reads: 2, writes: 2 }).unwrap();
    let modules = bizgraph::schema::MODULES;
    let kernel = Kernel::new(database, world.clock.clone(), Cipher::new(&[7; 32]), modules);
    kernel.refresh_tenants().await.unwrap();
    world.kernel = Arc::new(kernel);
    let manager = world.person("manager").await;
    let list = ask(&world, &manager, "{ bizhub { productModels { nodes { brand } } } }").await;
    assert_eq!(list["errors"][0]["extensions"]["code"], "COST_EXCEEDED", "{list}");
    let report = "{ bizhub { reports { priceList { rows { brand } } } } }";
    let report = ask(&world, &manager, report).await;
    assert_eq!(
        report["data"]["bizhub"]["reports"]["priceList"]["rows"][0]["brand"], "HP",
        "{report}"
    );
}
