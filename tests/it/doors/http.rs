//! The manners of HTTP: methods, media types, encodings, headers.

use serde_json::json;

use crate::server::Server;
use crate::world::World;

const MUTATION: &str = "mutation { login(input: {tenant: \"a\", username: \"b\", password: \"c\"}) { userErrors { code } } }";

#[tokio::test]
async fn a_mutation_by_get_is_not_run() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let encoded =
        percent_encoding::utf8_percent_encode(MUTATION, percent_encoding::NON_ALPHANUMERIC);
    let response = server.get(&format!("/graphql?query={encoded}")).await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "POST");
    let body: serde_json::Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "VALIDATION_FAILED");
    assert_eq!(world.value("SELECT count(*) FROM bizhub.login_attempts").await, 0);
    let response = server.get("/graphql?query=%7B__typename%7D").await;
    assert_eq!(
        (response.status().as_u16(), response.text().await.unwrap().as_str()),
        (200, "{\"data\":{\"__typename\":\"Query\"}}")
    );
}

#[tokio::test]
async fn a_form_or_plain_text_from_another_site_is_not_read() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let json = json!({ "query": MUTATION }).to_string();
    let form = format!(
        "query={}",
        percent_encoding::utf8_percent_encode(MUTATION, percent_encoding::NON_ALPHANUMERIC)
    );
    for (content_type, body) in [
        ("application/x-www-form-urlencoded", &form),
        ("multipart/form-data; boundary=x", &json),
        ("text/plain", &json),
        ("text/plain; application/json", &json),
        ("application/graphql", &MUTATION.to_owned()),
        ("application/jsonx", &json),
        ("application/json; charset=utf-16", &json),
        ("", &json),
    ] {
        let request = server.post().header("content-type", content_type).body(body.clone());
        let answer = server.answer(request).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (415, "BAD_FORMAT"), "{content_type}");
    }
    assert_eq!(world.value("SELECT count(*) FROM bizhub.login_attempts").await, 0);
}

#[tokio::test]
async fn a_body_that_is_no_json_in_utf8_is_refused() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    for body in [
        &b"{\"query\": \"\xff\"}"[..],
        b"\xef\xbb\xbf{\"query\": \"{__typename}\"}",
        b"{\"query\": \"{ \xed\xa0\x80 }\"}",
        b"",
        b"null",
        b"[{\"query\": \"{__typename}\"}]",
        b"{\"query\": {}}",
        b"{\"query\": \"{__typename}\"",
        b"{\"query\": \"{__typename}\", \"variables\": 1}",
        b"{\"query\": \"{__typename}\", \"operationName\": 1}",
    ] {
        let request = server.post().header("content-type", "application/json").body(body);
        let answer = server.answer(request).await;
        let text = String::from_utf8_lossy(body).into_owned();
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "BAD_FORMAT"),
            "{text}: {answer:?}"
        );
    }
    let response = server.get("/graphql?query=%ff").await;
    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn a_lone_surrogate_never_becomes_text() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    for body in [
        r#"{"query": "{ __typename } # \ud800"}"#,
        r#"{"query": "query($a: String) { __typename @skip(if: false) }", "variables": {"a": "\ud800"}}"#,
    ] {
        let request = server.post().header("content-type", "application/json").body(body);
        let answer = server.answer(request).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "BAD_FORMAT"), "{body}");
    }
}

#[tokio::test]
async fn every_answer_has_its_headers_and_every_error_its_request() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let mut ids = Vec::new();
    for path in ["/graphql?query=%7B__typename%7D", "/nothing", "/livez", "/readyz", "/metrics"] {
        let response = server.get(path).await;
        let headers = response.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["x-frame-options"], "DENY", "{path}");
        ids.push(headers["x-request-id"].to_str().unwrap().to_owned());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
    let nothing = server.get("/nothing").await;
    assert_eq!(nothing.status(), 404);
    for method in [reqwest::Method::PUT, reqwest::Method::DELETE, reqwest::Method::PATCH] {
        let client = reqwest::Client::new();
        let response = client.request(method.clone(), server.url()).send().await.unwrap();
        assert_eq!(
            (response.status().as_u16(), &response.headers()["allow"]),
            (405, &"GET, POST".parse().unwrap()),
            "{method}"
        );
    }
    let request =
        server.post().header("accept", "text/csv").json(&json!({ "query": "{__typename}" }));
    // Both values of the header count; one that is known is enough.
    assert_eq!(server.answer(request).await.status, 200);
    let client = reqwest::Client::new();
    let response = client
        .post(server.url())
        .header("accept", "text/csv")
        .json(&json!({ "query": "{__typename}" }));
    assert_eq!(response.send().await.unwrap().status(), 406);
}

#[tokio::test]
async fn introspection_as_graphiql_asks_for_it_works() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    let query = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name } \
        types { ...FullType } directives { name description locations args { ...InputValue } } } } \
        fragment FullType on __Type { kind name description fields(includeDeprecated: true) { name description \
          args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason } inputFields { ...InputValue } \
          interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } \
          possibleTypes { ...TypeRef } } \
        fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue } \
        fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name \
          ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";
    for token in ["", token.as_str()] {
        let answer = server.send(token, query, json!({})).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body["errors"]);
        assert!(answer.body["data"]["__schema"]["types"].as_array().unwrap().len() > 20);
    }
}

#[tokio::test]
async fn an_amount_that_is_a_number_is_refused_with_how_to_write_it() {
    let world = World::new().await;
    let server = Server::start(&world).await;
    let token = server.login("sales").await;
    let query = "mutation($input: BizhubCashDrawerSessionOpenInput!) { \
                 bizhubCashDrawerSessionOpen(input: $input) { userErrors { code } } }";
    for amount in [json!(200), json!(0.1)] {
        let input = json!({ "openingFloat": amount, "idempotencyKey": crate::world::key() });
        let answer = server.send(&token, query, json!({ "input": input })).await;
        let error = &answer.body["errors"][0];
        assert_eq!(error["extensions"]["code"], "VALIDATION_FAILED", "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.ends_with("write an amount in quotes, such as \"1250.00\""), "{message}");
    }
    assert_eq!(world.value("SELECT count(*) FROM bizhub.cash_drawer_sessions").await, 0);
}
