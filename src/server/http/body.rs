//! The bytes of a request, read under a limit of length and of time.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header::CONTENT_LENGTH},
};
use futures_util::StreamExt;

use crate::server::{guard::limits, refusal::Refusal};

/// Reads a body to its end.
///
/// # Errors
/// Fails with LIMIT_EXCEEDED as soon as the body is known to be too long, and with
/// RETRY_LATER when the client sends it too slowly.
pub async fn read(body: Body, headers: &HeaderMap, within: Duration) -> Result<Vec<u8>, Refusal> {
    let announced =
        headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if let Some(length) = announced {
        at_most(length)?;
    }
    tokio::time::timeout(within, collect(body)).await.unwrap_or_else(|_| {
        Err(Refusal::http(
            StatusCode::REQUEST_TIMEOUT,
            "RETRY_LATER",
            "The body of the request did not arrive in time.",
        ))
    })
}

async fn collect(body: Body) -> Result<Vec<u8>, Refusal> {
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| {
            Refusal::http(
                StatusCode::BAD_REQUEST,
                "BAD_FORMAT",
                "The body of the request could not be read.",
            )
        })?;
        at_most(bytes.len().saturating_add(chunk.len()))?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn at_most(length: usize) -> Result<(), Refusal> {
    if length <= limits::BODY_BYTES {
        return Ok(());
    }
    Err(Refusal {
        status: Some(StatusCode::PAYLOAD_TOO_LARGE),
        ..Refusal::limit("LIMIT_EXCEEDED", "bodyBytes", limits::BODY_BYTES as u64, length as u64)
    })
}
