//! What is selected is what comes: aliases, fragments, directives, the same field twice.

use serde_json::json;

use super::{ask, codes, stocked};

#[tokio::test]
async fn the_same_field_twice_is_one_field_with_everything_selected() {
    let (world, admin) = stocked().await;
    let query = "{ bizhub { invoices(first: 1) { nodes { invoiceNumber } } } \
                   bizhub { invoices(first: 1) { nodes { status customer { fullName } } } \
                            ...Rest } } \
                 fragment Rest on BizhubQuery { invoices(first: 1) { nodes { customer { city } \
                   lines(first: 1) { nodes { lineNumber } } lines(first: 1) { totalCount } } } }";
    let data = world.read(&admin, query).await;
    let node = json!({
        "invoiceNumber": "I18", "status": "PAID", "customer": null,
        "lines": { "nodes": [{ "lineNumber": 1 }], "totalCount": 1 },
    });
    assert_eq!(data, json!({ "bizhub": { "invoices": { "nodes": [node] } } }));
    let other = "{ bizhub { invoiceByNumber(invoiceNumber: \"I01\") { customer { fullName } customer { city } } } }";
    let data = world.read(&admin, other).await;
    let customer = json!({ "fullName": "Ama Mensah", "city": "Accra" });
    assert_eq!(data["bizhub"]["invoiceByNumber"]["customer"], customer);
}

#[tokio::test]
async fn one_key_for_two_different_fields_or_arguments_is_refused() {
    let (world, admin) = stocked().await;
    for conflict in [
        "invoices(first: 1) { nodes { id } } invoices(first: 2) { nodes { id } }",
        "it: invoices { nodes { id } } it: customers { nodes { id } }",
        "invoices { nodes { it: id it: status } }",
        "invoices { nodes { lines(first: 1) { totalCount } lines { totalCount } } }",
    ] {
        let answer = ask(&world, &admin, &format!("{{ bizhub {{ {conflict} }} }}")).await;
        assert!(answer["errors"].is_array() && answer["data"].is_null(), "{conflict}: {answer}");
    }
}

#[tokio::test]
async fn aliases_name_each_place_and_keys_keep_their_order() {
    let (world, admin) = stocked().await;
    let query = "{ b: bizhub { z: invoices(first: 1) { n: nodes { y: invoiceNumber x: invoiceNumber id2: id id } \
                 e: edges { node { a: invoiceNumber } node { b: invoiceNumber } n2: node { c: status } } } \
                 a: invoices(last: 1) { nodes { invoiceNumber __typename } __typename } __typename } __typename }";
    let answer = ask(&world, &admin, query).await;
    let id = answer["data"]["b"]["z"]["n"][0]["id"].clone();
    let expected = json!({
        "b": {
            "z": {
                "n": [{ "y": "I18", "x": "I18", "id2": id, "id": id }],
                "e": [{ "node": { "a": "I18", "b": "I18" }, "n2": { "c": "PAID" } }],
            },
            "a": { "nodes": [{ "invoiceNumber": "I01", "__typename": "BizhubInvoice" }],
                   "__typename": "BizhubInvoiceConnection" },
            "__typename": "BizhubQuery",
        },
        "__typename": "Query",
    });
    assert_eq!(answer["data"], expected);
    let place = |text: &str, key: &str| text.find(&format!("\"{key}\":")).unwrap();
    let origin = bizgraph_kernel::actor::Origin::default();
    let context = bizgraph_kernel::schema::RequestContext::new(
        world.kernel.clone(),
        Some(admin.0.clone()),
        origin,
    );
    let request = async_graphql::Request::new(query);
    let response = crate::world::execute(context, request).await;
    let text =
        String::from_utf8(bizgraph::server::render::render(&response, false).unwrap()).unwrap();
    let keys = ["b", "z", "n", "y", "x", "id2", "id", "e", "n2", "a\":{\"nodes"];
    let places: Vec<usize> =
        keys.iter().map(|key| place(&text, key.trim_end_matches("\":{\"nodes"))).collect();
    assert!(places[..9].is_sorted(), "{text}");
}

#[tokio::test]
async fn fragments_apply_to_their_own_type_and_its_interface() {
    let (world, admin) = stocked().await;
    let ids =
        "{ bizhub { invoices(first: 1) { nodes { id } } customers(first: 1) { nodes { id } } } }";
    let data = world.read(&admin, ids).await["bizhub"].clone();
    let (invoice, customer) =
        (&data["invoices"]["nodes"][0]["id"], &data["customers"]["nodes"][0]["id"]);
    let query = "query($ids: [ID!]!, $one: ID!) { nodes(ids: $ids) { __typename ...Any ... on BizhubInvoice { invoiceNumber \
                 ...Lines } ... on BizhubCustomer { fullName } } node(id: $one) { id ... { ... on BizhubInvoice { status } } } } \
                 fragment Any on Node { id } fragment Lines on BizhubInvoice { lines { totalCount } }";
    let variables = json!({ "ids": [customer, invoice, customer], "one": invoice });
    let answer = world.send(&admin, query, variables).await;
    let shown_customer =
        json!({ "__typename": "BizhubCustomer", "id": customer, "fullName": "Ama Mensah" });
    let shown_invoice = json!({ "__typename": "BizhubInvoice", "id": invoice, "invoiceNumber": "I18",
                                "lines": { "totalCount": 1 } });
    let expected = json!({
        "nodes": [shown_customer, shown_invoice, shown_customer],
        "node": { "id": invoice, "status": "PAID" },
    });
    assert_eq!(answer["data"], expected, "{answer}");
}

#[tokio::test]
async fn skip_and_include_leave_fields_out_at_every_depth() {
    let (world, admin) = stocked().await;
    let query = "query($no: Boolean!, $yes: Boolean = true, $first: Int = 1) { \
        gone: viewer @skip(if: $yes) { name } bizhub { \
        invoices(first: $first) @include(if: $yes) { nodes { invoiceNumber status @include(if: $no) \
          ...Rest @skip(if: $yes) ... @include(if: $yes) { id @skip(if: true) totalAmount } \
          customer @include(if: $no) { fullName } lines(first: 1) { totalCount @skip(if: $yes) nodes { lineNumber } } } } \
        customers @skip(if: $yes) { nodes { id } } } } \
        fragment Rest on BizhubInvoice { dueDate }";
    let answer = world.send(&admin, query, json!({ "no": false })).await;
    let node = json!({ "invoiceNumber": "I18", "totalAmount": "300.25", "lines": { "nodes": [{ "lineNumber": 1 }] } });
    assert_eq!(answer, json!({ "data": { "bizhub": { "invoices": { "nodes": [node] } } } }));
}

#[tokio::test]
async fn connections_nest_and_lead_back() {
    let (world, admin) = stocked().await;
    let query = "{ bizhub { customers(where: {phone: {eq: \"+233200000001\"}}) { nodes { fullName \
        invoices(first: 2, orderBy: {field: INVOICE_NUMBER}) { totalCount nodes { invoiceNumber customer { fullName } \
          lines(last: 2) { totalCount pageInfo { hasPreviousPage } nodes { lineNumber asset { assetTag productModel { brand \
            assets(first: 1, orderBy: {field: ASSET_TAG}) { nodes { assetTag } } } } } } } } } } } }";
    let data = world.read(&admin, query).await;
    let customer = &data["bizhub"]["customers"]["nodes"][0];
    assert_eq!(customer["invoices"]["totalCount"], 6);
    let nodes = customer["invoices"]["nodes"].as_array().unwrap();
    let numbers: Vec<&str> =
        nodes.iter().map(|node| node["invoiceNumber"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["I01", "I04"]);
    assert_eq!(nodes[0]["customer"]["fullName"], "Ama Mensah");
    assert_eq!(nodes[0]["lines"]["totalCount"], 9);
    assert_eq!(nodes[0]["lines"]["pageInfo"]["hasPreviousPage"], true);
    assert_eq!(nodes[0]["lines"]["nodes"][0], json!({ "lineNumber": 8, "asset": null }));
    let line = &nodes[1]["lines"]["nodes"][0];
    let sql = "SELECT m.brand, (SELECT min(b.asset_tag) FROM bizhub.assets b WHERE b.product_model_id = m.id) AS first, \
               a.asset_tag FROM bizhub.assets a JOIN bizhub.product_models m ON m.id = a.product_model_id WHERE a.id = 4";
    let row = world.rows(sql).await.remove(0);
    assert_eq!(line["asset"]["assetTag"], row["asset_tag"]);
    let model =
        json!({ "brand": row["brand"], "assets": { "nodes": [{ "assetTag": row["first"] }] } });
    assert_eq!(line["asset"]["productModel"], model);
}

#[tokio::test]
async fn one_root_field_that_fails_leaves_the_others() {
    let (world, _) = stocked().await;
    let technician = world.person("technician").await;
    let query = "{ bizhub { payments { nodes { id } } locations(first: 1) { totalCount } \
                 missing: invoiceByNumber(invoiceNumber: \"none\") { id } } }";
    let answer = ask(&world, &technician, query).await;
    assert_eq!(codes(&answer), ["FORBIDDEN", "NOT_FOUND"]);
    assert_eq!(answer["errors"][0]["path"], json!(["bizhub", "payments"]));
    assert_eq!(answer["errors"][1]["path"], json!(["bizhub", "missing"]));
    assert_eq!(answer["data"]["bizhub"]["payments"], json!(null));
    assert!(answer["data"]["bizhub"]["locations"]["totalCount"].as_i64().unwrap() > 1);
}
