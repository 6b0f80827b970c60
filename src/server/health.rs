//! Whether the server lives, whether it can answer, and how it does.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};

use super::{door::Door, engine::Engine};

/// How long the engine may take to say that it is ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// The process runs and its loop turns.
pub async fn livez() -> &'static str {
    "alive\n"
}

/// Requests can be answered now; load balancers ask this one.
pub async fn readyz<E: Engine>(State(door): State<Arc<Door<E>>>) -> (StatusCode, &'static str) {
    if door.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match tokio::time::timeout(READY_WITHIN, door.engine.ready()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        Ok(Err(reason)) => {
            tracing::warn!(reason, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
        Err(_) => {
            tracing::warn!("not ready in time");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}

/// The numbers of this server.
pub async fn metrics<E: Engine>(State(door): State<Arc<Door<E>>>) -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        door.metrics.render(door.in_flight()) + &door.engine.numbers(),
    )
}
