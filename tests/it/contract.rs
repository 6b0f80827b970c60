//! The contract: the schema file, the words in it, and the metadata behind it.

use std::collections::HashMap;

use bizgraph_kernel::db::catalogue;
use bizgraph_kernel::entity::Meta;
use bizgraph_kernel::schema::{PLATFORM_ENTITIES, RequestContext};
use serde_json::{Value, json};

use crate::world::World;

fn entities() -> Vec<&'static Meta> {
    let modules = bizgraph::schema::MODULES.iter();
    modules.flat_map(|module| module.entities).chain(PLATFORM_ENTITIES).copied().collect()
}

/// `make schema` writes the file; this fails when somebody forgot to.
#[test]
fn schema_file_is_the_schema() {
    let file = std::fs::read_to_string("schema.graphql").unwrap();
    assert!(file == bizgraph::schema::sdl(), "schema.graphql is out of date: run `make schema`");
}

#[tokio::test]
async fn every_entity_agrees_with_its_table_in_every_tenant() {
    let world = World::new().await;
    for tenant in ["bizhub", "kumasi"] {
        let admin = world.person_of(tenant, "admin").await;
        let context = RequestContext::new(world.kernel.clone(), Some(admin.0), Default::default());
        let session = context.session().unwrap();
        let differences = catalogue::differences(session, &entities()).await.unwrap();
        assert_eq!(differences, Vec::<String>::new(), "{tenant}");
        context.finish().await.unwrap();
    }
}

/// A column may be filtered or ordered by only where an index starts with it.
#[tokio::test]
async fn every_filter_and_order_mark_has_an_index() {
    let world = World::new().await;
    let sql = "SELECT c.relname AS table_name, a.attname AS column_name FROM pg_index i \
               JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] \
               WHERE n.nspname = 'bizhub'";
    let mut indexed: HashMap<String, Vec<String>> = HashMap::new();
    for row in world.rows(sql).await {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        indexed.entry(text("table_name")).or_default().push(text("column_name"));
    }
    let mut missing = Vec::new();
    for meta in entities().into_iter().filter(|meta| !meta.view) {
        let columns = indexed.get(meta.table).cloned().unwrap_or_default();
        for column in meta.columns.iter().filter(|column| column.expression.is_none()) {
            // Two words tell too little apart for an index to help.
            let words = matches!(column.kind, bizgraph_kernel::entity::Kind::Bool);
            if (column.filter && !words || column.order)
                && !columns.contains(&column.name.to_owned())
            {
                missing.push(format!("{}.{}", meta.table, column.name));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[tokio::test]
async fn everything_in_the_schema_has_a_sentence() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let query = "{ __schema { types { name description fields { name description args { name \
                 description } } inputFields { name description } enumValues { name description } } } }";
    let answer = world.send(&admin, query, json!({})).await;
    let mut silent = Vec::new();
    for ty in answer["data"]["__schema"]["types"].as_array().unwrap() {
        let name = ty["name"].as_str().unwrap();
        if name.starts_with("__") {
            continue;
        }
        let mut check = |path: String, item: &Value| {
            if item["description"].as_str().is_none_or(|text| text.trim().is_empty()) {
                silent.push(path);
            }
        };
        check(name.to_owned(), ty);
        for list in ["fields", "inputFields", "enumValues"] {
            for item in ty[list].as_array().into_iter().flatten() {
                let path = format!("{name}.{}", item["name"].as_str().unwrap());
                check(path.clone(), item);
                for argument in item["args"].as_array().into_iter().flatten() {
                    check(format!("{path}({})", argument["name"].as_str().unwrap()), argument);
                }
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new());
}

#[tokio::test]
async fn a_caller_without_a_login_sees_no_module() {
    let sdl = bizgraph::schema::Schemas::default().sdl(None).to_owned();
    assert!(!sdl.contains("Bizhub"), "{sdl}");
    assert!(sdl.contains("login("), "{sdl}");
}
