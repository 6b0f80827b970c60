//! The answer to a GraphQL request.

use async_graphql::{Response, ServerError, Value};
use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::Response as HttpResponse,
};

use super::negotiation::MediaType;
use crate::server::{refusal::Refusal, render::render};

/// The errors that an answer lists when nothing ran; a document of nothing but mistakes
/// must not be answered by a book.
const REQUEST_ERRORS: usize = 20;

/// An answer and what the metrics say of it.
pub struct Reply {
    /// What goes to the caller.
    pub response: HttpResponse,
    /// The code of the first error; `None` when there is none.
    pub code: Option<String>,
}

/// The answer of a request that was turned away.
pub fn refuse(refusal: Refusal, media_type: MediaType, request_id: &str) -> Reply {
    let status = refusal.status.unwrap_or(match media_type {
        MediaType::GraphqlResponse => StatusCode::BAD_REQUEST,
        MediaType::Json => StatusCode::OK,
    });
    let retry_after = refusal.retry_after_seconds;
    let allow = refusal.allow;
    let code = refusal.code.to_owned();
    let mut response = Response::from_errors(vec![refusal.into_error()]);
    name_request(&mut response.errors, request_id);
    let mut http = json(status, media_type, &response, true);
    let headers = http.headers_mut();
    if let Some(seconds) = retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    if let Some(methods) = allow {
        headers.insert(ALLOW, HeaderValue::from_static(methods));
    }
    match status {
        StatusCode::UNAUTHORIZED => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // What is left of the body is not worth reading.
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT => {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        _ => {}
    }
    Reply { response: http, code: Some(code) }
}

/// Gives every error its code and the request's id; answers whether nothing ran.
pub fn complete(response: &mut Response, request_id: &str) -> bool {
    if is_all_null(&response.data) && busy_status(&response.errors).is_some() {
        response.data = Value::Null;
    }
    let nothing_came = response.data == Value::Null && !response.errors.is_empty();
    let is_request_error =
        nothing_came && response.errors.iter().all(|error| error.path.is_empty());
    if is_request_error {
        response.errors.truncate(REQUEST_ERRORS);
    }
    for error in &mut response.errors {
        if code(error).is_none() {
            name_kind(error, is_request_error, request_id);
        }
    }
    name_request(&mut response.errors, request_id);
    is_request_error
}

/// The answer of a request that the engine took.
pub fn answer(mut response: Response, media_type: MediaType, request_id: &str) -> Reply {
    let is_request_error = complete(&mut response, request_id);
    let nothing_came = response.data == Value::Null && !response.errors.is_empty();
    let first = response.errors.first().and_then(code).map(str::to_owned);
    let status = if nothing_came {
        status_of_failure(&response, is_request_error, media_type)
    } else {
        StatusCode::OK
    };
    let mut http = json(status, media_type, &response, is_request_error);
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        http.headers_mut().insert(RETRY_AFTER, 1.into());
    }
    Reply { response: http, code: first }
}

/// Nothing of the answer came. Where that is because the server is too busy, the status
/// says so, for that is what clients and load balancers retry on.
fn status_of_failure(
    response: &Response,
    is_request_error: bool,
    media_type: MediaType,
) -> StatusCode {
    if let Some(status) = busy_status(&response.errors) {
        return status;
    }
    if is_request_error && all_are(&response.errors, "UNAUTHENTICATED") {
        return StatusCode::UNAUTHORIZED;
    }
    match (is_request_error, media_type) {
        (true, MediaType::GraphqlResponse) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    }
}

/// The status that says that the same call may go through in a moment, where every error does.
fn busy_status(errors: &[ServerError]) -> Option<StatusCode> {
    if all_are(errors, "RETRY_LATER") {
        return Some(StatusCode::SERVICE_UNAVAILABLE);
    }
    all_are(errors, "RATE_LIMITED").then_some(StatusCode::TOO_MANY_REQUESTS)
}

/// Whether there are errors, all with this code.
fn all_are(errors: &[ServerError], wanted: &str) -> bool {
    !errors.is_empty() && errors.iter().all(|error| code(error) == Some(wanted))
}

/// Whether no root field has a value.
fn is_all_null(data: &Value) -> bool {
    matches!(data, Value::Object(fields) if fields.values().all(|value| *value == Value::Null))
}

/// An error without a code is the library's: a document or an argument that does not fit
/// the schema, or else a fault of ours whose message stays in the log.
fn name_kind(error: &mut ServerError, is_request_error: bool, request_id: &str) {
    let kind = if is_request_error {
        let hint = match error.message.rsplit_once("expected type ") {
            Some((_, "\"Money\"")) => ": write an amount in quotes, such as \"1250.00\"",
            Some((_, "\"JSON\"")) => ": at most 16 KiB and 8 levels deep",
            _ => "",
        };
        error.message.push_str(hint);
        "VALIDATION_FAILED"
    } else if error.message.starts_with("Failed to parse \"") {
        "BAD_FORMAT"
    } else {
        tracing::error!(request_id, path = ?error.path, message = error.message, "a field failed");
        error.message = "The server failed to answer this field. \
                         Quote the request id when you report this."
            .to_owned();
        "INTERNAL"
    };
    error.extensions.get_or_insert_default().set("code", kind);
}

fn name_request(errors: &mut [ServerError], request_id: &str) {
    for error in errors {
        error.extensions.get_or_insert_default().set("requestId", request_id);
    }
}

fn code(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        Value::Enum(code) => Some(code.as_str()),
        _ => None,
    }
}

fn json(
    status: StatusCode,
    media_type: MediaType,
    response: &Response,
    is_request_error: bool,
) -> HttpResponse {
    let (status, body) = match render(response, is_request_error) {
        Ok(body) => (status, body),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                br#"{"errors":[{"message":"The answer could not be written.","extensions":{"code":"INTERNAL"}}]}"#
                    .to_vec(),
            )
        }
    };
    let mut http = HttpResponse::new(Body::from(body));
    *http.status_mut() = status;
    let headers = http.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type.content_type()));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    http
}
