//! Which address leads where.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Extension, Path, State},
    http::{Method, StatusCode},
    middleware::from_fn_with_state,
    response::Response,
    routing::{any, get},
};

use super::{
    callbacks, desk,
    door::Door,
    engine::Engine,
    exports, files, graphiql,
    headers::{self, RequestId},
    health,
    http::{
        graphql,
        negotiation::{MediaType, wants_page},
        reply,
    },
    refusal::Refusal,
};

/// All routes of a server.
pub fn router<E: Engine>(door: Arc<Door<E>>) -> Router {
    Router::new()
        .route("/", any(root::<E>))
        .route("/graphql", any(graphql::<E>))
        .route("/graphiql/{*path}", get(graphiql_asset))
        .route("/desk", get(desk_index))
        .route("/desk/", get(desk_index))
        .route("/desk/{*path}", get(desk_asset))
        .route("/export/{file}", any(exports::export::<E>))
        .route("/files", any(files::upload::<E>))
        .route("/files/{link}", any(files::download::<E>))
        .route("/callbacks/{tenant}/{sender}", any(callbacks::take::<E>))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz::<E>))
        .route("/metrics", get(health::metrics::<E>))
        .fallback(nothing_here)
        .with_state(Arc::clone(&door))
        .merge(door.settings.extra_routes.clone())
        .layer(from_fn_with_state(door, headers::surround::<E>))
}

/// The page for a browser, GraphQL for everybody else.
async fn root<E: Engine>(
    state: State<Arc<Door<E>>>,
    request_id: Extension<RequestId>,
    request: axum::extract::Request,
) -> Response {
    if request.method() == Method::GET && wants_page(request.headers()) {
        return graphiql::index();
    }
    graphql(state, request_id, request).await
}

async fn graphiql_asset(Path(path): Path<String>) -> Response {
    graphiql::asset(&path)
}

async fn desk_index() -> Response {
    desk::index()
}

async fn desk_asset(Path(path): Path<String>) -> Response {
    desk::asset(&path)
}

async fn nothing_here(Extension(RequestId(request_id)): Extension<RequestId>) -> Response {
    let refusal = Refusal::http(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        "Nothing is here; GraphQL is at /graphql.",
    );
    reply::refuse(refusal, MediaType::Json, &request_id).response
}
