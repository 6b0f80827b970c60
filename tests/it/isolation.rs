//! Two tenants of one module side by side: neither reaches the other, by any id or field.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
use serde_json::{Map, Value, json};

use crate::shop::Shop;
use crate::world::World;

/// The input types of the contract, by name.
struct Inputs(Map<String, Value>);

impl Inputs {
    fn read() -> (Inputs, Vec<(String, String)>) {
        let document = parse_schema(bizgraph::schema::sdl()).unwrap();
        let (mut inputs, mut mutations) = (Map::new(), Vec::new());
        for definition in document.definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let name = ty.node.name.node.to_string();
            match ty.node.kind {
                TypeKind::InputObject(object) => {
                    let fields: Map<String, Value> = object
                        .fields
                        .iter()
                        .map(|field| (field.node.name.node.to_string(), shape(&field.node.ty.node)))
                        .collect();
                    inputs.insert(name, Value::Object(fields));
                }
                TypeKind::Object(object) if name == "Mutation" => {
                    for field in object.fields {
                        let input = field
                            .node
                            .arguments
                            .first()
                            .map(|input| input.node.ty.node.to_string());
                        if let Some(input) = input {
                            let input = input.trim_end_matches('!').to_owned();
                            mutations.push((field.node.name.node.to_string(), input));
                        }
                    }
                }
                TypeKind::Enum(words) => {
                    let first = words.values.first().map(|word| word.node.value.node.to_string());
                    inputs.insert(name, json!({ "enum": first }));
                }
                _ => {}
            }
        }
        (Inputs(inputs), mutations)
    }

    /// A value of a type in which every id is a foreign one.
    fn value(&self, ty: &str, foreign: &str, depth: usize) -> Value {
        if let Some(item) = ty.strip_prefix('[') {
            return json!([self.value(item.trim_end_matches(']'), foreign, depth)]);
        }
        match ty {
            "ID" => Value::from(foreign),
            "String" => json!("probe"),
            "Int" => json!(1),
            "Boolean" => json!(true),
            "Money" | "Decimal" => json!("1.00"),
            "BigInt" => json!("1"),
            "Date" => json!("2026-03-02"),
            "DateTime" => json!("2026-03-02T09:00:00Z"),
            "JSON" => json!({}),
            name => match self.0.get(name) {
                Some(Value::Object(fields)) if fields.contains_key("enum") => {
                    fields["enum"].clone()
                }
                Some(Value::Object(fields)) if depth < 4 => {
                    let fields = fields.iter().map(|(field, ty)| {
                        (field.clone(), self.value(ty.as_str().unwrap(), foreign, depth + 1))
                    });
                    Value::Object(fields.collect())
                }
                _ => Value::Null,
            },
        }
    }
}

fn shape(ty: &Type) -> Value {
    match &ty.base {
        BaseType::Named(name) => Value::from(name.to_string()),
        BaseType::List(item) => Value::from(format!("[{}]", shape(item).as_str().unwrap())),
    }
}

/// One row of each of these lists of the other tenant, by its id.
async fn foreign_ids(
    world: &World,
    tenant: &str,
    lists: &[&'static str],
) -> Vec<(&'static str, String)> {
    let theirs = world.person_of(tenant, "admin").await;
    let module = theirs.0.module.name;
    let fields: Vec<String> =
        lists.iter().map(|list| format!("{list} {{ nodes {{ id }} }}")).collect();
    let data = world.read(&theirs, &format!("{{ {module} {{ {} }} }}", fields.join(" "))).await;
    let id = |list: &str| data[module][list]["nodes"][0]["id"].as_str().unwrap().to_owned();
    lists.iter().map(|list| (*list, id(list))).collect()
}

/// Sends every mutation that another module does not have with ids of another tenant, each of
/// which has to be refused without a trace; answers how many were sent.
async fn probe(world: &World, tenants: [&str; 2], lists: &[&'static str]) -> usize {
    let admin = world.person("admin").await;
    let counts = format!(
        "SELECT (SELECT count(*) FROM {}.audit_entries) AS a, \
         (SELECT count(*) FROM {}.audit_entries) AS b",
        tenants[0], tenants[1]
    );
    let others = world.kernel.modules().iter().filter(|other| other.name != admin.0.module.name);
    let others: Vec<&str> = others.map(|other| other.name).collect();
    let before = world.rows(&counts).await;
    let (inputs, mutations) = Inputs::read();
    let here = mutations
        .iter()
        .filter(|(mutation, _)| !others.iter().any(|other| mutation.starts_with(other)));
    let here: Vec<_> = here.collect();
    let mut probed = 0;
    for (list, foreign) in foreign_ids(world, tenants[1], lists).await {
        for (mutation, input) in &here {
            let value = inputs.value(input, &foreign, 0);
            let takes_ids = value.to_string().contains(&foreign);
            if !takes_ids {
                continue;
            }
            let payload = world.call(&admin, mutation, value.clone(), "").await;
            let errors = payload["userErrors"].as_array().unwrap();
            assert!(!errors.is_empty(), "{mutation} took the id of foreign {list}: {value}");
            probed += 1;
        }
    }
    assert_eq!(world.rows(&counts).await, before, "a refused mutation wrote something");
    probed
}

#[tokio::test]
async fn no_mutation_takes_an_id_of_another_tenant() {
    let world = World::new().await;
    let lists = ["users", "locations", "leadSources"];
    let probed = probe(&world, ["bizhub", "kumasi"], &lists).await;
    assert!(probed > 60, "only {probed} probes");
}

#[tokio::test]
async fn no_mutation_of_a_lender_takes_an_id_of_another() {
    let world = World::rim().await;
    let lists = [
        "users",
        "adminUsers",
        "adminRoles",
        "departments",
        "supportAgents",
        "slaPolicies",
        "systemAlerts",
        "emailTemplates",
        "smsTemplates",
        "systemConfigs",
    ];
    let probed = probe(&world, ["rim", "ikeja"], &lists).await;
    assert!(probed > 60, "only {probed} probes");
}

#[tokio::test]
async fn another_tenants_row_answers_exactly_like_a_missing_one() {
    let world = World::new().await;
    let (ours, theirs) = (world.person("admin").await, world.person_of("kumasi", "admin").await);
    let shop = Shop::open(&world).await;
    let customer = shop.customer().await;
    let missing = {
        use base64::Engine;
        let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let plain = String::from_utf8(engine.decode(&customer).unwrap()).unwrap();
        let (front, _) = plain.rsplit_once(':').unwrap();
        engine.encode(format!("{front}:999999"))
    };
    let query = |id: &str| format!("{{ bizhub {{ customer(id: \"{id}\") {{ fullName }} }} }}");
    let found = world.send(&ours, &query(&customer), json!({})).await;
    assert_eq!(found["data"]["bizhub"]["customer"]["fullName"], "Ama Mensah");
    let foreign = world.send(&theirs, &query(&customer), json!({})).await;
    let absent = world.send(&ours, &query(&missing), json!({})).await;
    assert_eq!(foreign, absent);
    assert_eq!(foreign["errors"][0]["extensions"]["code"], "NOT_FOUND");
}

#[tokio::test]
async fn the_application_role_reads_nothing_outside_a_tenants_transaction() {
    let world = World::new().await;
    let (connection, driver) =
        tokio_postgres::connect(&world.app_url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(driver);
    for sql in [
        "SELECT * FROM bizhub.customers",
        "SELECT * FROM kumasi.credentials",
        "SET search_path TO bizhub; SELECT * FROM users",
        "CREATE TABLE public.mine (id int)",
        "DELETE FROM platform.tenants",
    ] {
        assert!(connection.batch_execute(sql).await.is_err(), "{sql}");
    }
    let tenant = world.kernel.tenant("bizhub").unwrap();
    let inside =
        format!("BEGIN; SET LOCAL ROLE \"{}\"; SELECT * FROM kumasi.customers", tenant.role);
    assert!(connection.batch_execute(&inside).await.is_err(), "one tenant read another");
    connection.batch_execute("ROLLBACK").await.unwrap();
}
