//! Lists taken out whole (spec 1.7.1, 1.8.3, 1.16), one test a sentence.

mod rights;
mod streams;

use std::time::{Duration, Instant};

use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::export::{Export, ExportRequest, Format};
use bizgraph_kernel::refusal::{Rejection, Rule};
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::personal_data::encrypt;
use crate::server::Server;
use crate::shop::Shop;
use crate::world::{Person, World};

/// Customers that are called so, each with a phone number of its own.
async fn customers(world: &World, names: &[&str]) {
    for (place, name) in names.iter().enumerate() {
        let name = name.replace('\'', "''");
        let sql = format!(
            "INSERT INTO bizhub.customers (customer_type, full_name, phone) \
             VALUES ('Retail', '{name}', '+2332012345{place:02}')"
        );
        world.meddle(&sql).await;
    }
}

/// Begins an export in this process.
async fn begin(world: &World, person: &Person, list: &str, request: Value) -> Rule<Export> {
    let request: ExportRequest = serde_json::from_value(request).unwrap();
    let origin = Origin { request_id: "test".to_owned(), ..Origin::default() };
    world.kernel.export(&person.0, origin, list, Format::JsonLines, request).await
}

/// Every row of an export as JSON.
async fn rows(world: &World, person: &Person, list: &str, request: Value) -> Vec<Value> {
    let mut export = begin(world, person, list, request).await.unwrap_or_else(|_| panic!("{list}"));
    let mut text = Vec::new();
    while let Some(piece) = export.pieces.next().await {
        text.extend_from_slice(&piece.unwrap());
    }
    let text = String::from_utf8(text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The refusal of an export as `CODE path`.
async fn refused(world: &World, person: &Person, list: &str, request: Value) -> String {
    match begin(world, person, list, request).await {
        Err(Rejection::Refused(refusals)) => {
            format!("{} {}", refusals[0].code.as_str(), refusals[0].field)
        }
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("{list} was not refused"),
    }
}

/// Waits until every connection for reading is back in its pool.
async fn all_returned(world: &World) {
    let started = Instant::now();
    while world.kernel.database.lent() != (0, 0) {
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", world.kernel.database.lent());
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_list_is_a_file_with_its_own_filter_order_and_columns() {
    let world = World::new().await;
    customers(&world, &["Ama, of \"Osu\"", "Kofi", "Yaw"]).await;
    let server = Server::start(&world).await;
    let token = server.login("manager").await;
    let request = json!({
        "where": { "fullName": { "ne": "Kofi" } },
        "orderBy": [{ "field": "FULL_NAME", "direction": "DESC" }],
        "columns": ["fullName", "customerType", "version"],
    });
    let answer = server.export(&token, "customers.csv", request).await;
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"customers-2026-03-02.csv\"; \
         filename*=UTF-8''customers-2026-03-02.csv"
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(
        answer.text().await.unwrap(),
        "fullName,customerType,version\r\nYaw,RETAIL,1\r\n\"Ama, of \"\"Osu\"\"\",RETAIL,1\r\n"
    );
}

#[tokio::test]
async fn a_line_of_json_is_the_row_as_the_list_shows_it() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let model = shop.laptop_model().await;
    shop.ready(&model).await;
    shop.received(&model).await;
    let fields = "id assetTag status landedCost receivedDate daysInInventory createdAt \
                  conditionGrade currency";
    let query = format!("{{ bizhub {{ assets {{ nodes {{ {fields} }} }} }} }}");
    let listed = world.read(&shop.manager, &query).await;
    let columns: Vec<&str> = fields.split_whitespace().collect();
    let taken = rows(&world, &shop.manager, "assets", json!({ "columns": columns })).await;
    assert_eq!(taken.len(), 2);
    assert_eq!(Value::from(taken), listed["bizhub"]["assets"]["nodes"]);
}

#[tokio::test]
async fn what_is_sealed_in_the_database_is_taken_out_open() {
    let world = World::new().await;
    customers(&world, &["Ama", "Kofi"]).await;
    encrypt(&world, "bizhub").await;
    let manager = world.person("manager").await;
    let request = json!({
        "columns": ["phone"], "where": { "phone": { "eq": "+233201234501" } },
    });
    let taken = rows(&world, &manager, "customers", request).await;
    assert_eq!(taken, [json!({ "phone": "+233201234501" })]);
    let part = json!({ "where": { "phone": { "contains": "01" } } });
    let refusal = refused(&world, &manager, "customers", part).await;
    assert_eq!(refusal, "VALIDATION_FAILED where.phone.contains");
}

#[tokio::test]
async fn without_columns_every_field_of_the_row_is_there() {
    let world = World::new().await;
    let manager = world.person("manager").await;
    for meta in bizgraph_bizhub::MODULE.entities {
        let admin = world.person("admin").await;
        rows(&world, &admin, meta.plural, json!({})).await;
    }
    let locations = rows(&world, &manager, "locations", json!({})).await;
    assert_eq!(locations.len(), 5);
    let names: Vec<&String> = locations[0].as_object().unwrap().keys().collect();
    assert!(names.contains(&&"locationName".to_owned()), "{names:?}");
}

#[tokio::test]
async fn what_a_spreadsheet_would_run_is_text() {
    let world = World::new().await;
    customers(&world, &["=HYPERLINK(\"http://evil\")", "@SUM(A1)", "+1", "-1", "\tA", "\rB"]).await;
    let server = Server::start(&world).await;
    let token = server.login("manager").await;
    let request = json!({ "columns": ["fullName"], "orderBy": [{ "field": "CREATED_AT" }] });
    let answer = server.export(&token, "customers.csv", request).await;
    let text = answer.text().await.unwrap();
    let mut cells: Vec<&str> = text.split("\r\n").skip(1).filter(|cell| !cell.is_empty()).collect();
    cells.sort_unstable();
    assert_eq!(
        cells,
        ["\"'\tA\"", "\"'\rB\"", "\"'=HYPERLINK(\"\"http://evil\"\")\"", "'+1", "'-1", "'@SUM(A1)"]
    );
}

#[tokio::test]
async fn every_export_is_recorded_before_it_leaves() {
    let world = World::new().await;
    customers(&world, &["Ama"]).await;
    let manager = world.person("manager").await;
    let request = json!({
        "where": { "phone": { "eq": "+233201234500" } }, "columns": ["fullName", "phone"],
    });
    let export = begin(&world, &manager, "customers", request).await;
    let sql = "SELECT actor_name, entity, new_values FROM bizhub.audit_entries \
               WHERE action = 'export'";
    let entries = world.rows(sql).await;
    drop(export);
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["actor_name"], "manager of bizhub");
    assert_eq!(entries[0]["entity"], "BizhubCustomer");
    let values = &entries[0]["new_values"];
    assert_eq!(values["format"], "jsonl");
    assert_eq!(values["fields"], json!(["fullName", "phone"]));
    // What was searched for is itself what only some may read.
    assert!(values["where"].as_str().unwrap().starts_with("sealed:"), "{values}");
}

#[tokio::test]
async fn a_request_that_does_not_fit_is_refused_with_its_place() {
    let world = World::new().await;
    let manager = world.person("manager").await;
    for (request, refusal) in [
        (json!({ "columns": ["fullName", "nothing"] }), "VALIDATION_FAILED columns.1"),
        (json!({ "columns": ["deletedByUser"] }), "VALIDATION_FAILED columns.0"),
        (json!({ "columns": ["fullName", "fullName"] }), "VALIDATION_FAILED columns.1"),
        (json!({ "columns": [] }), "REQUIRED columns"),
        (json!({ "where": { "notes": { "eq": "x" } } }), "VALIDATION_FAILED where.notes"),
        (json!({ "where": { "id": { "eq": "x" } } }), "BAD_FORMAT where.id.eq"),
        (json!({ "where": "x" }), "BAD_FORMAT where"),
        (json!({ "orderBy": [{ "field": "NOTES" }] }), "VALIDATION_FAILED orderBy.0"),
    ] {
        assert_eq!(
            refused(&world, &manager, "customers", request.clone()).await,
            refusal,
            "{request}"
        );
    }
}

#[tokio::test]
async fn the_door_answers_what_is_wrong() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("manager").await;
    for (file, status) in [("invoices.xml", 404), ("invoices", 404), ("nothing.csv", 404)] {
        assert_eq!(server.export(&token, file, json!({})).await.status(), status, "{file}");
    }
    let unknown = server.export(&token, "customers.csv", json!({ "wher": {} })).await;
    assert_eq!(unknown.status(), 400);
    let body: Value = serde_json::from_str(&unknown.text().await.unwrap()).unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_FORMAT");
    let nul = json!({ "where": { "fullName": { "eq": "\u{0}" } } });
    assert_eq!(server.export(&token, "customers.csv", nul).await.status(), 400);
    assert_eq!(server.get("/export/customers.csv").await.status(), 405);
    assert_eq!(server.export("", "customers.csv", json!({})).await.status(), 401);
}
