//! The doors in front of an engine that knows one schema and one token.

use std::sync::Arc;

use async_graphql::{EmptySubscription, Error, ErrorExtensions, Object, Request, Response, Schema};
use axum::{Router, body::Body, http::StatusCode};
use futures_util::stream::BoxStream;
use tower::Service;

use crate::server::{
    Caller, Engine, Rejected, RequestFacts, ServerSettings,
    door::Door,
    guard::{CostModel, Guarded},
    routes::router,
};

struct Query;

#[Object]
impl Query {
    async fn hello(&self) -> &str {
        "world"
    }
    async fn broken(&self) -> Result<i32, Error> {
        Err("the secret".into())
    }
    async fn busy(&self) -> Result<i32, Error> {
        Err(Error::new("busy").extend_with(|_, extensions| extensions.set("code", "RETRY_LATER")))
    }
    async fn panics(&self, really: bool) -> i32 {
        assert!(!really, "the secret");
        1
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn set(&self) -> i32 {
        1
    }
}

struct Anyone;

impl Caller for Anyone {
    fn module(&self) -> Option<&'static str> {
        None
    }
    fn bucket(&self) -> (String, String) {
        ("shop".to_owned(), "ama".to_owned())
    }
    fn may_export(&self) -> bool {
        false
    }
}

struct Toy {
    schema: Schema<Query, Mutation, EmptySubscription>,
    costs: CostModel,
}

impl Engine for Toy {
    type Caller = Anyone;

    async fn authenticate(
        &self,
        token: Option<&str>,
        _facts: &RequestFacts,
    ) -> Result<Arc<Anyone>, Rejected> {
        match token {
            None | Some("good") => Ok(Arc::new(Anyone)),
            Some(_) => Err(Rejected {
                status: 401,
                code: "UNAUTHENTICATED",
                message: "The session has ended.".to_owned(),
                retry_after_seconds: None,
            }),
        }
    }

    fn costs(&self, _module: Option<&'static str>) -> &CostModel {
        &self.costs
    }

    async fn execute(
        &self,
        _caller: Arc<Anyone>,
        _facts: RequestFacts,
        guarded: &Guarded,
        mut request: Request,
    ) -> Response {
        request.set_parsed_query(guarded.document().clone());
        self.schema.execute(request).await
    }

    fn subscribe(
        &self,
        _caller: Arc<Anyone>,
        _facts: RequestFacts,
        request: Request,
    ) -> BoxStream<'static, Response> {
        self.schema.execute_stream(request)
    }

    async fn credential_ended(&self, _caller: Arc<Anyone>, _facts: RequestFacts) {
        std::future::pending().await
    }

    async fn ready(&self) -> Result<(), String> {
        Err("the secret".to_owned())
    }
}

fn toy(settings: ServerSettings) -> Router {
    let schema = Schema::new(Query, Mutation, EmptySubscription);
    let costs = CostModel::from_sdl(&schema.sdl()).unwrap();
    router(Door::new(Arc::new(Toy { schema, costs }), settings))
}

async fn send(router: &Router, request: axum::http::request::Builder, body: &str) -> (u16, String) {
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = router.clone().call(request).await.unwrap();
    assert!(response.headers().contains_key("x-request-id"));
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

fn post() -> axum::http::request::Builder {
    axum::http::Request::post("/graphql")
        .header("content-type", "application/json")
        .header("accept", "application/graphql-response+json")
}

fn get(uri: &str) -> axum::http::request::Builder {
    axum::http::Request::get(uri)
}

#[tokio::test]
async fn each_request_gets_its_status_and_code() {
    let router = toy(ServerSettings::default());
    let query = |query: &str| serde_json::json!({ "query": query }).to_string();
    let hello = query("{ hello }");
    let form = || axum::http::Request::post("/graphql").header("content-type", "text/plain");
    let long = "x".repeat(2 << 20);
    for (request, body, status, part) in [
        (post(), hello.as_str(), 200, r#"{"data":{"hello":"world"}}"#),
        (get("/graphql?query=%7Bhello%7D"), "", 200, "world"),
        (get("/graphql?query=mutation%7Bset%7D"), "", 405, "POST"),
        (get("/graphql"), "", 400, "REQUIRED"),
        (form(), &hello, 415, "BAD_FORMAT"),
        (post(), "[]", 400, "BAD_FORMAT"),
        (post(), &long, 413, "LIMIT_EXCEEDED"),
        (post(), &query("{"), 400, "BAD_FORMAT"),
        (post(), &query("{ nothing }"), 400, "VALIDATION_FAILED"),
        (post(), &query("subscription { x }"), 400, "VALIDATION_FAILED"),
        (post(), &query("{ broken }"), 200, r#""data":null"#),
        (post(), &query("{ busy }"), 503, "RETRY_LATER"),
        (post(), &query("{ panics(really: true) }"), 500, "INTERNAL"),
        (post().header("authorization", "Bearer bad"), &hello, 401, "UNAUTHENTICATED"),
        (post().header("authorization", "Basic eA=="), &hello, 401, "UNAUTHENTICATED"),
        (post().header("authorization", "bearer good"), &hello, 200, "world"),
        (post().header("x-graphql-cost", "include"), &query("{ a: hello }"), 200, "requested"),
        (get("/nothing"), "", 404, "NOT_FOUND"),
        (get("/livez"), "", 200, "alive"),
        (get("/readyz"), "", 503, "not ready"),
        (get("/metrics"), "", 200, r#"code="BAD_FORMAT"} "#),
    ] {
        let (got, text) = send(&router, request, body).await;
        let start = body.get(..60).unwrap_or(body);
        assert_eq!(got, status, "{start}: {text}");
        assert!(text.contains(part), "{start}: {text}");
        assert!(!text.contains("secret"), "{text}");
        if status == 400 {
            assert!(!text.contains("\"data\"") && text.contains("requestId"), "{text}");
        }
    }
}

#[tokio::test]
async fn an_operation_that_panics_ends_its_stream_with_an_error() {
    let router = toy(ServerSettings::default());
    let request = axum::http::Request::post("/graphql")
        .header("content-type", "application/json")
        .header("accept", "text/event-stream");
    let (status, text) = send(&router, request, r#"{"query":"{ panics(really: true) }"}"#).await;
    assert_eq!(status, 200);
    let (next, complete) = text.trim_end().split_once("\n\n").unwrap();
    assert!(next.starts_with("event: next") && next.contains("INTERNAL"), "{text}");
    assert!(next.contains("requestId") && !next.contains("secret"), "{text}");
    assert!(complete.starts_with("event: complete"), "{text}");
}

#[tokio::test]
async fn without_the_newer_media_type_a_request_error_is_200() {
    let router = toy(ServerSettings::default());
    let request = axum::http::Request::post("/").header("content-type", "application/json");
    let (status, text) = send(&router, request, r#"{"query":"{"}"#).await;
    assert_eq!(status, 200);
    assert!(!text.contains("\"data\""), "{text}");
}

#[tokio::test]
async fn a_spent_budget_and_a_full_server_say_when_to_retry() {
    let spent = toy(ServerSettings { cost_budget: 1, ..ServerSettings::default() });
    let hello = r#"{"query":"{ hello }"}"#;
    let expensive = r#"{"query":"mutation { set }"}"#;
    assert_eq!(send(&spent, post(), hello).await.0, 200);
    let (status, text) = send(&spent, post(), expensive).await;
    assert_eq!(status, 429, "{text}");
    let full = toy(ServerSettings { requests_in_flight: 0, ..ServerSettings::default() });
    assert_eq!(send(&full, post(), hello).await.0, 503);
    assert_eq!(send(&full, get("/livez"), "").await.0, 200);
}

#[tokio::test]
async fn other_origins_may_call_only_where_they_are_named() {
    let router = toy(ServerSettings {
        allowed_origins: vec!["https://shop.example".to_owned()],
        ..ServerSettings::default()
    });
    for (origin, expected) in [
        ("https://shop.example", StatusCode::NO_CONTENT),
        ("https://other.example", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let request = axum::http::Request::options("/graphql")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .body(Body::empty())
            .unwrap();
        let response = router.clone().call(request).await.unwrap();
        let allowed = response.headers().get("access-control-allow-origin");
        assert_eq!(response.status(), expected);
        assert_eq!(allowed.is_some(), expected == StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn the_composition_may_add_routes() {
    let router = toy(ServerSettings {
        extra_routes: Router::new()
            .route("/graphiql/demo.json", axum::routing::get(async || "demo")),
        ..ServerSettings::default()
    });
    assert_eq!(send(&router, get("/graphiql/demo.json"), "").await.1, "demo");
}
