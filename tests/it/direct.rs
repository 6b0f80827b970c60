//! A query that came before runs without the GraphQL library, and nobody can tell.

use serde_json::{Value, json};

use crate::server::Server;
use crate::world::World;

/// Documents, and variables for each: what fits and what does not.
fn cases() -> Vec<(&'static str, Vec<Value>)> {
    let list = "query($first: Int, $where: BizhubLocationWhere, $order: [BizhubLocationOrderBy!], \
                $after: String) { bizhub { locations(first: $first, where: $where, orderBy: $order, \
                after: $after) { totalCount nodes { id locationName } pageInfo { endCursor } } } }";
    let where_in = |comparison: Value| json!({ "where": { "locationName": comparison } });
    vec![
        (
            list,
            vec![
                json!({}),
                json!({ "first": 2, "unknown": 1 }),
                json!({ "first": null }),
                json!({ "first": "2" }),
                json!({ "first": 2.5 }),
                json!({ "first": -1 }),
                json!({ "first": 3_000_000_000_u32 }),
                json!({ "first": [1] }),
                json!({ "first": 2, "after": "no cursor" }),
                json!({ "after": 7 }),
                where_in(json!({ "contains": "a" })),
                where_in(json!({ "contains": 1 })),
                where_in(json!({ "contains": null })),
                where_in(json!({ "in": ["a", null] })),
                where_in(json!({ "in": "a" })),
                where_in(json!({ "nearly": "a" })),
                where_in(json!("a")),
                json!({ "where": { "and": [{ "id": { "eq": 1 } }, { "id": { "eq": [] } }] } }),
                json!({ "where": { "createdAt": { "lt": "yesterday" } } }),
                json!({ "order": { "field": "CREATED_AT" } }),
                json!({ "order": [{ "field": "CREATED_AT", "direction": "DOWN" }] }),
                json!({ "order": [{ "direction": "DESC" }] }),
                json!({ "order": [null] }),
                json!({ "order": [{ "field": 3 }] }),
            ],
        ),
        (
            "query($id: ID!) { node(id: $id) { id ... on BizhubLocation { locationName } } }",
            vec![
                json!({ "id": "MTpCaXpodWJMb2NhdGlvbjox" }),
                json!({ "id": 5 }),
                json!({ "id": null }),
                json!({ "id": "nonsense" }),
                json!({ "id": { "a": 1 } }),
                json!({}),
            ],
        ),
        (
            "query($ids: [ID!]! = [\"MTpCaXpodWJMb2NhdGlvbjox\"]) { nodes(ids: $ids) { __typename } \
             viewer { username tenant { slug } } }",
            vec![
                json!({}),
                json!({ "ids": "MTpCaXpodWJMb2NhdGlvbjox" }),
                json!({ "ids": [] }),
                json!({ "ids": [null] }),
                json!({ "ids": null }),
                json!({ "ids": [["MTpCaXpodWJMb2NhdGlvbjox"]] }),
            ],
        ),
        (
            "query($number: String!) { a: bizhub { invoiceByNumber: invoices(where: {invoiceNumber: \
             {eq: $number}}) { nodes { ...parts } } } platform { __typename } } \
             fragment parts on BizhubInvoice { invoiceNumber customer { fullName } __typename }",
            vec![json!({ "number": "INV-1" }), json!({ "number": 1 }), json!({ "number": null })],
        ),
        (
            "query($with: Boolean = true) { bizhub { locations { totalCount @include(if: $with) \
             nodes { id @skip(if: $with) locationName } } } }",
            vec![
                json!({}),
                json!({ "with": false }),
                json!({ "with": null }),
                json!({ "with": 1 }),
            ],
        ),
        (
            "{ bizhub { location(id: \"nonsense\") { id } locations { nodes { id } } } }",
            vec![json!({})],
        ),
        (
            "{ bizhub { __typename } b: bizhub { locations(first: 1) { totalCount } } }",
            vec![json!({})],
        ),
    ]
}

fn without_request_ids(mut body: Value) -> Value {
    for error in body["errors"].as_array_mut().into_iter().flatten() {
        error["extensions"].as_object_mut().map(|extensions| extensions.remove("requestId"));
    }
    body
}

#[tokio::test]
async fn a_query_that_came_before_is_answered_as_the_library_answers_it() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    for role in ["admin", "sales"] {
        let token = server.login(role).await;
        for (query, variables) in cases() {
            // The first answers say that the document is valid.
            for variables in &variables {
                server.send(&token, query, variables.clone()).await;
            }
            for (number, variables) in variables.into_iter().enumerate() {
                // Another text is another document, which the library has not seen.
                let unseen = format!("{query} # {role} {number}");
                let library = server.send(&token, &unseen, variables.clone()).await;
                let direct = server.send(&token, query, variables.clone()).await;
                assert_eq!(direct.status, library.status, "{query} {variables}");
                let (direct, library) =
                    (without_request_ids(direct.body), without_request_ids(library.body));
                assert_eq!(direct, library, "{query} {variables}");
            }
        }
    }
}
