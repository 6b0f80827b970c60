//! What each role sees: rows in its scope, fields that are not hidden from it, and of the
//! schema only what its tenant runs.

use serde_json::{Value, json};

use crate::world::{Person, World};

const DATA: &str = include_str!("lists/data.sql");

async fn stocked() -> World {
    let world = World::new().await;
    world.meddle(DATA).await;
    world
}

async fn ask(world: &World, person: &Person, query: &str) -> Value {
    world.send(person, query, json!({})).await
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_hidden_field_reads_as_null_and_is_told_by_its_path() {
    let world = stocked().await;
    let query = "{ shop: bizhub { assets(first: 2, where: {invoiceLines: {some: {}}}) { nodes { tag: assetTag landedCost \
                 cost: purchaseCost invoiceLines { edges { node { unitCost margin unitPrice } } } } } } }";
    let (admin, technician) = (world.person("admin").await, world.person("technician").await);
    let seen = ask(&world, &admin, query).await;
    assert!(seen.get("extensions").is_none(), "{seen}");
    assert!(seen["data"]["shop"]["assets"]["nodes"][0]["cost"].is_string());
    let hidden = ask(&world, &technician, query).await;
    assert!(hidden.get("errors").is_none(), "{hidden}");
    let front = "shop.assets.nodes";
    let paths = [
        "landedCost",
        "cost",
        "invoiceLines.edges.node.unitCost",
        "invoiceLines.edges.node.margin",
    ];
    let paths: Vec<String> = paths.iter().map(|path| format!("{front}.{path}")).collect();
    assert_eq!(hidden["extensions"]["redactions"], json!(paths));
    for node in hidden["data"]["shop"]["assets"]["nodes"].as_array().unwrap() {
        assert_eq!((&node["landedCost"], &node["cost"]), (&Value::Null, &Value::Null));
    }
    // Name and phone, to ask about a device; whatever else is personal stays hidden.
    let fields = ["email", "alternatePhone", "address", "city", "region", "notes"];
    let query = format!(
        "{{ bizhub {{ customers(first: 1) {{ nodes {{ fullName phone {} }} }} }} }}",
        fields.join(" ")
    );
    let hidden = ask(&world, &technician, &query).await;
    let mut shown = json!({ "fullName": "Ama Mensah", "phone": "+233200000001" });
    for field in fields {
        shown[field] = Value::Null;
    }
    assert_eq!(hidden["data"]["bizhub"]["customers"]["nodes"][0], shown);
    let paths = fields.map(|field| format!("bizhub.customers.nodes.{field}"));
    assert_eq!(hidden["extensions"]["redactions"], json!(paths));
}

#[tokio::test]
async fn a_hidden_field_is_no_filter_and_no_order_either() {
    let world = stocked().await;
    let (technician, sales) = (world.person("technician").await, world.person("sales").await);
    let query =
        |filter: &str| format!("{{ bizhub {{ customers(where: {filter}) {{ totalCount }} }} }}");
    for (filter, field) in [
        ("{email: {startsWith: \"a\"}}", "where.email"),
        ("{email: {isNull: true}}", "where.email"),
        ("{not: {or: [{fullName: {eq: \"x\"}}, {email: {eq: \"a\"}}]}}", "where.not.or.1.email"),
    ] {
        let refused = ask(&world, &technician, &query(filter)).await;
        assert_eq!(code(&refused), "FORBIDDEN", "{filter}");
        assert_eq!(refused["errors"][0]["extensions"]["field"], field);
        assert!(ask(&world, &sales, &query(filter)).await.get("errors").is_none());
    }
    let through = "{ bizhub { invoices(where: {customer: {is: {email: {contains: \"@\"}}}}) { totalCount } } }";
    assert_eq!(code(&ask(&world, &technician, through).await), "FORBIDDEN");
}

#[tokio::test]
async fn sales_sees_its_own_invoices_by_every_way() {
    let world = stocked().await;
    let (sales, manager) = (world.person("sales").await, world.person("manager").await);
    world
        .meddle(
            "INSERT INTO bizhub.payments (invoice_id, payment_date, payment_method, amount) \
             SELECT id, '2026-03-01', 'Cash', 1 FROM bizhub.invoices",
        )
        .await;
    let counts = "{ bizhub { invoices { totalCount } payments { totalCount } invoiceLines { totalCount } \
                  invoiceAggregates { count } paymentAggregates { count } } }";
    let own = world.read(&sales, counts).await["bizhub"].clone();
    let expected = json!({ "invoices": { "totalCount": 9 }, "payments": { "totalCount": 9 },
        "invoiceLines": { "totalCount": 9 }, "invoiceAggregates": [{ "count": 9 }], "paymentAggregates": [{ "count": 9 }] });
    assert_eq!(own, expected);
    let all = world.read(&manager, counts).await["bizhub"].clone();
    assert_eq!(all["invoices"]["totalCount"], 18);
    assert_eq!(all["payments"]["totalCount"], 18);
    // I01 is another seller's, I02 is one's own.
    let ids = "{ bizhub { invoices(first: 2, where: {invoiceNumber: {in: [\"I01\", \"I02\"]}}, \
               orderBy: {field: INVOICE_NUMBER}) { nodes { id } } } }";
    let nodes = world.read(&manager, ids).await["bizhub"]["invoices"]["nodes"].clone();
    let (foreign, mine) = (nodes[0]["id"].as_str().unwrap(), nodes[1]["id"].as_str().unwrap());
    for (id, sees) in [(foreign, false), (mine, true)] {
        let query = format!(
            "{{ one: bizhub {{ invoice(id: \"{id}\") {{ id }} }} node(id: \"{id}\") {{ id }} nodes(ids: [\"{id}\"]) {{ id }} }}"
        );
        let answer = ask(&world, &sales, &query).await;
        assert_eq!(!answer["data"]["one"]["invoice"].is_null(), sees, "{answer}");
        assert_eq!(!answer["data"]["node"].is_null(), sees, "{answer}");
        assert_eq!(!answer["data"]["nodes"][0].is_null(), sees, "{answer}");
    }
    let number = |number: &str| {
        format!("{{ bizhub {{ invoiceByNumber(invoiceNumber: \"{number}\") {{ id }} }} }}")
    };
    let foreign = ask(&world, &sales, &number("I01")).await;
    assert_eq!(foreign, ask(&world, &sales, &number("I999")).await);
    assert_eq!(code(&foreign), "NOT_FOUND");
    // Through what one does see: a customer's invoices, the lines of an asset, a condition.
    let query = "{ bizhub { customers(where: {phone: {eq: \"+233200000001\"}}) { nodes { invoices { totalCount \
                 nodes { invoiceNumber } } } } asset: assets(where: {serialNumber: {eq: \"S1\"}}) { nodes { \
                 invoiceLines { totalCount nodes { id } } } } \
                 assets(where: {invoiceLines: {some: {invoice: {is: {invoiceNumber: {eq: \"I01\"}}}}}}) { totalCount } } }";
    let data = world.read(&sales, query).await["bizhub"].clone();
    let numbers = &data["customers"]["nodes"][0]["invoices"];
    assert_eq!(numbers["totalCount"], 3);
    assert_eq!(
        numbers["nodes"],
        json!([{ "invoiceNumber": "I16" }, { "invoiceNumber": "I10" }, { "invoiceNumber": "I04" }])
    );
    assert_eq!(data["asset"]["nodes"][0]["invoiceLines"], json!({ "totalCount": 0, "nodes": [] }));
    assert_eq!(data["assets"]["totalCount"], 0);
}

#[tokio::test]
async fn a_technician_sees_the_invoices_of_devices_that_carry_its_name() {
    let world = stocked().await;
    let technician = world.person("technician").await;
    let query = "{ bizhub { invoices { nodes { invoiceNumber lines { totalCount } } } } }";
    let none = world.read(&technician, query).await;
    assert_eq!(none["bizhub"]["invoices"]["nodes"], json!([]));
    world
        .meddle("UPDATE bizhub.assets SET diagnosed_by = (SELECT id FROM bizhub.users WHERE username = 'technician') WHERE id = 1")
        .await;
    let data = world.read(&technician, query).await;
    // The line of its device alone, not the others of the same invoice.
    assert_eq!(
        data["bizhub"]["invoices"]["nodes"],
        json!([{ "invoiceNumber": "I01", "lines": { "totalCount": 1 } }])
    );
}

#[tokio::test]
async fn what_a_role_may_not_read_is_refused_at_the_root_and_hidden_below() {
    let world = stocked().await;
    let technician = world.person("technician").await;
    let refused = ask(&world, &technician, "{ bizhub { payments { totalCount } } }").await;
    assert_eq!(code(&refused), "FORBIDDEN");
    let message = refused["errors"][0]["message"].as_str().unwrap();
    assert_eq!(message, "The role Technician may not read payments.");
    world
        .meddle("UPDATE bizhub.assets SET diagnosed_by = (SELECT id FROM bizhub.users WHERE username = 'technician') WHERE id = 1")
        .await;
    let query = "{ bizhub { invoices { nodes { invoiceNumber payments { totalCount } salesRep { username } salesRepName } } } }";
    let answer = ask(&world, &technician, query).await;
    let node = &answer["data"]["bizhub"]["invoices"]["nodes"][0];
    assert_eq!((&node["payments"], &node["salesRep"]), (&Value::Null, &Value::Null));
    let paths = ["bizhub.invoices.nodes.payments", "bizhub.invoices.nodes.salesRep"];
    assert_eq!(answer["extensions"]["redactions"], json!(paths));
    assert!(answer.get("errors").is_none(), "{answer}");
}

#[tokio::test]
async fn of_the_schema_a_caller_sees_what_its_tenant_runs() {
    let world = World::new().await;
    let server = crate::server::Server::start(&world).await;
    let token = server.login("sales").await;
    let query = "{ __schema { types { name } queryType { fields { name } } mutationType { fields { name } } } }";
    let (anonymous, sales) =
        (server.send("", query, json!({})).await, server.send(&token, query, json!({})).await);
    let names = |answer: &Value| answer.to_string();
    assert!(
        names(&sales.body).contains("BizhubInvoice")
            && names(&sales.body).contains("bizhubInvoicePay")
    );
    assert!(!names(&anonymous.body).to_lowercase().contains("bizhub"), "{:?}", anonymous.body);
    assert!(!names(&anonymous.body).contains("apiKeyCreate"));
    assert!(names(&anonymous.body).contains("\"login\""));
    let ty = server.send("", "{ __type(name: \"BizhubInvoice\") { name } }", json!({})).await;
    assert_eq!(ty.body["data"]["__type"], Value::Null);
}

#[tokio::test]
async fn a_field_of_another_module_is_refused_in_the_words_of_an_unknown_one() {
    let world = World::new().await;
    let server = crate::server::Server::start(&world).await;
    for (known, unknown) in [
        ("{ bizhub { invoices { nodes { id } } } }", "{ bizhup { invoices { nodes { id } } } }"),
        ("{ bizhub }", "{ bizhup }"),
        ("mutation { bizhubInvoicePay }", "mutation { bizhupInvoicePay }"),
        (
            "query($w: BizhubInvoiceWhere) { __typename }",
            "query($w: BizhupInvoiceWhere) { __typename }",
        ),
        (
            "{ __typename ... on BizhubInvoice { id } }",
            "{ __typename ... on BizhupInvoice { id } }",
        ),
    ] {
        let (known, unknown) =
            (server.send("", known, json!({})).await, server.send("", unknown, json!({})).await);
        assert_eq!((known.status, unknown.status).0.as_u16(), 400, "{known:?}");
        let words = |answer: &crate::client::Answer| {
            let errors = answer.body["errors"].as_array().unwrap().clone();
            let words = errors
                .iter()
                .map(|error| error["message"].as_str().unwrap().replace("izhup", "izhub"));
            words.collect::<Vec<_>>()
        };
        assert_eq!(words(&known), words(&unknown));
        assert!(!words(&known).is_empty());
        assert_eq!((known.code(), unknown.code()), ("VALIDATION_FAILED", "VALIDATION_FAILED"));
    }
}
