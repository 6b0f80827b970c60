//! The contract: the schema file, the words in it, and the metadata behind it.

use std::collections::HashMap;

use bizgraph::schema::MODULES;
use bizgraph_kernel::db::catalogue;
use bizgraph_kernel::entity::Meta;
use bizgraph_kernel::module::Module;
use bizgraph_kernel::schema::{PLATFORM_ENTITIES, RequestContext};
use serde_json::{Value, json};

use crate::world::{SCHEMAS, World};

/// Entities of a module's tenants, the platform's included.
fn entities(module: &Module) -> Vec<&'static Meta> {
    module.entities.iter().chain(PLATFORM_ENTITIES).copied().collect()
}

/// A world of each module with its tenants, the one that people belong to first.
async fn worlds() -> [(World, [&'static str; 2]); 2] {
    [(World::new().await, ["bizhub", "kumasi"]), (World::rim().await, ["rim", "ikeja"])]
}

/// `make schema` writes the file; this fails when somebody forgot to.
#[test]
fn schema_file_is_the_schema() {
    let file = std::fs::read_to_string("schema.graphql").unwrap();
    assert!(file == bizgraph::schema::sdl(), "schema.graphql is out of date: run `make schema`");
}

#[tokio::test]
async fn every_entity_agrees_with_its_table_in_every_tenant() {
    for (world, tenants) in worlds().await {
        for tenant in tenants {
            let admin = world.person_of(tenant, "admin").await;
            let entities = entities(admin.0.module);
            let context =
                RequestContext::new(world.kernel.clone(), Some(admin.0), Default::default());
            let session = context.session().unwrap();
            let differences = catalogue::differences(session, &entities).await.unwrap();
            assert_eq!(differences, Vec::<String>::new(), "{tenant}");
            context.finish(&[]).await.unwrap();
        }
    }
}

/// A column may be filtered or ordered by only where an index starts with it.
#[tokio::test]
async fn every_filter_and_order_mark_has_an_index() {
    for (world, tenants) in worlds().await {
        let admin = world.person("admin").await;
        let entities = entities(admin.0.module);
        assert_eq!(unindexed(&world, tenants[0], entities).await, Vec::<String>::new());
    }
}

/// Marked columns of these entities that no index of the tenant starts with.
async fn unindexed(world: &World, tenant: &str, entities: Vec<&'static Meta>) -> Vec<String> {
    let sql = format!(
        "SELECT c.relname AS table_name, a.attname AS column_name FROM pg_index i \
         JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] \
         WHERE n.nspname = '{tenant}'"
    );
    let mut indexed: HashMap<String, Vec<String>> = HashMap::new();
    for row in world.rows(&sql).await {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        indexed.entry(text("table_name")).or_default().push(text("column_name"));
    }
    let mut missing = Vec::new();
    for meta in entities.into_iter().filter(|meta| !meta.view) {
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
    missing
}

/// Spec 5.13 and the document's note 5.
#[test]
fn every_entity_of_the_lender_says_when_it_was_made_and_when_it_changed() {
    let module = MODULES.iter().find(|module| module.name == "rim").unwrap();
    for meta in module.entities {
        for field in ["createdAt", "updatedAt"] {
            let column = meta.columns.iter().find(|column| column.field == field);
            assert!(column.is_some_and(|column| !column.hidden), "{} {field}", meta.type_name);
        }
    }
}

/// A library's own scalar has no rules of ours: a day is a `Date`, money is `Money`.
#[test]
fn every_scalar_is_one_of_the_house() {
    let sdl = bizgraph::schema::sdl();
    let mut scalars: Vec<&str> =
        sdl.lines().filter_map(|line| line.strip_prefix("scalar ")).collect();
    scalars.sort_unstable();
    let known = ["BigInt", "Date", "DateTime", "Decimal", "JSON", "Money", "UUID"];
    assert_eq!(scalars, known);
}

#[tokio::test]
async fn everything_in_the_schema_has_a_sentence() {
    for (world, _) in worlds().await {
        assert_eq!(silent(&world).await, Vec::<String>::new());
    }
}

/// What the contract that an administrator sees has no sentence for.
async fn silent(world: &World) -> Vec<String> {
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
    silent
}

#[tokio::test]
async fn a_caller_without_a_login_sees_no_module() {
    let sdl = SCHEMAS.sdl(None);
    assert!(!sdl.contains("Bizhub") && !sdl.contains("Rim"), "{sdl}");
    assert!(sdl.contains("login("), "{sdl}");
}

/// Spec 1.2.6: a module that the caller's tenant does not run is left out of the contract, and
/// a document that names it hears what any unknown field hears.
#[tokio::test]
async fn a_module_that_the_tenant_does_not_run_does_not_exist() {
    for (world, tenants) in worlds().await {
        let (own, other) = match tenants[0] {
            "bizhub" => ("Bizhub", "Rim"),
            _ => ("Rim", "Bizhub"),
        };
        let sdl = SCHEMAS.sdl(Some(tenants[0]));
        assert!(sdl.contains(own) && !sdl.contains(other), "{own}");
        let admin = world.person("admin").await;
        let (module, field) =
            if other == "Rim" { ("rim", "loans") } else { ("bizhub", "invoices") };
        let ask = |name: &str| format!("{{ {name} {{ {field} {{ totalCount }} }} }}");
        let foreign = world.send(&admin, &ask(module), json!({})).await;
        let unknown = world.send(&admin, &ask("nothing"), json!({})).await;
        assert_eq!(
            foreign.to_string().replace(module, "nothing"),
            unknown.to_string(),
            "{module} is not like an unknown field"
        );
    }
}
