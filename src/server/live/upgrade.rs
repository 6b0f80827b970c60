//! From an HTTP request to a socket.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version,
        header::{
            CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
            SEC_WEBSOCKET_VERSION, UPGRADE,
        },
    },
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};

use super::{message::PROTOCOL, socket};
use crate::server::{
    door::Door,
    engine::Engine,
    http::{
        exchange::{bearer_token, facts},
        negotiation::MediaType,
        reply,
    },
    listen::Place,
    refusal::Refusal,
};

/// The version of WebSocket that is spoken.
const VERSION: &str = "13";
/// Bytes of the key that a client makes up.
const KEY_BYTES: usize = 16;
/// The longest message that a client may send.
const MESSAGE_BYTES: usize = 256 * 1_024;
/// What is read at once: small, for most sockets are idle.
const READ_BYTES: usize = 4 * 1_024;
/// What may wait to be written: an answer is at most a page of rows.
const WRITE_BYTES: usize = 16 * 1_024 * 1_024;

/// Whether the request asks for a socket. One that speaks of it and does not ask for this
/// connection to be upgraded is a request like any other.
pub fn is_socket(headers: &HeaderMap) -> bool {
    let asks = |name, word: &str| tokens(headers, name).any(|it| it.eq_ignore_ascii_case(word));
    asks(UPGRADE, "websocket") && asks(CONNECTION, "upgrade")
}

/// Opens the socket that was asked for.
pub fn open<E: Engine>(
    door: Arc<Door<E>>,
    mut request: axum::extract::Request,
    request_id: &str,
) -> Response {
    let refuse = |refusal| {
        let mut response = reply::refuse(refusal, MediaType::Json, request_id).response;
        // What would do, as RFC 6455 wants it told.
        response.headers_mut().insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static(VERSION));
        response
    };
    let accept = match accept_key(&request) {
        Ok(accept) => accept,
        Err(refusal) => return refuse(refusal),
    };
    let token = match bearer_token(request.headers()) {
        Ok(token) => token.map(str::to_owned),
        Err(refusal) => return refuse(refusal),
    };
    let speaks = tokens(request.headers(), SEC_WEBSOCKET_PROTOCOL).any(|it| it == PROTOCOL);
    let place = request.extensions().get::<Place>().cloned();
    let upgrade = hyper::upgrade::on(&mut request);
    let (parts, _) = request.into_parts();
    let facts = facts(&door, &parts, None, request_id);
    tokio::spawn(async move {
        let _place = place;
        let upgraded = match upgrade.await {
            Ok(upgraded) => TokioIo::new(upgraded),
            Err(error) => return tracing::debug!(%error, "a socket was not opened"),
        };
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(WRITE_BYTES)
            .max_message_size(Some(MESSAGE_BYTES))
            .max_frame_size(Some(MESSAGE_BYTES));
        let frames = WebSocketStream::from_raw_socket(upgraded, Role::Server, Some(config)).await;
        socket::serve(door, frames, facts, token, speaks).await;
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    if speaks {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    }
    response
}

/// The words of a header that lists them.
fn tokens(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let values = headers.get_all(name).iter();
    values.flat_map(|value| value.to_str().unwrap_or_default().split(',')).map(str::trim)
}

fn accept_key(request: &axum::extract::Request) -> Result<HeaderValue, Refusal> {
    let headers = request.headers();
    let wrong = |message: &str| Refusal::http(StatusCode::BAD_REQUEST, "BAD_FORMAT", message);
    if request.method() != Method::GET || request.version() != Version::HTTP_11 {
        return Err(wrong("A WebSocket is opened by a GET of HTTP/1.1."));
    }
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != VERSION) {
        let message = "The version of WebSocket is 13.";
        return Err(Refusal::http(StatusCode::UPGRADE_REQUIRED, "BAD_FORMAT", message));
    }
    let key =
        headers.get(SEC_WEBSOCKET_KEY).ok_or_else(|| wrong("Sec-WebSocket-Key is missing."))?;
    if STANDARD.decode(key.as_bytes()).ok().is_none_or(|key| key.len() != KEY_BYTES) {
        return Err(wrong("Sec-WebSocket-Key is 16 bytes in base64."));
    }
    HeaderValue::from_str(&derive_accept_key(key.as_bytes()))
        .map_err(|_| wrong("Sec-WebSocket-Key cannot be used."))
}
