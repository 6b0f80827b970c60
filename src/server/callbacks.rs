//! `POST /callbacks/{tenant}/{sender}`: what providers tell by themselves, as JSON that they sign
//! (spec 1.6.5). `X-Bizgraph-Timestamp` has the seconds since 1970, `X-Bizgraph-Signature` is
//! `sha256=` and the HMAC-SHA256 of timestamp, a point and the body under the shared secret.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Extension, Path, Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE},
        request::Parts,
    },
    response::Response,
};
use bizgraph_kernel::callback::{Knock, MOST_BYTES};
use std::time::Instant;

use super::{
    budget::Payer,
    door::Door,
    engine::Engine,
    headers::RequestId,
    http::{
        body,
        exchange::{facts, method_not_allowed},
        negotiation::MediaType,
        parameters::check_content_type,
        reply,
    },
    refusal::Refusal,
};

/// What a callback costs the address that it comes from (spec 1.16): as much as a mutation.
const COST: u64 = 10;

/// Takes what a provider tells.
pub async fn take<E: Engine>(
    State(door): State<Arc<Door<E>>>,
    Path((tenant, sender)): Path<(String, String)>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let taking = take_in(&door, &tenant, &sender, parts, body, &request_id);
    let taken = tokio::time::timeout(door.settings.request_timeout, taking).await;
    let taken = taken.unwrap_or_else(|_| Err(Refusal::busy("The request took too long.")));
    match taken {
        Ok(answer) => {
            let mut response = Response::new(Body::from(answer));
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(refusal) => reply::refuse(refusal, MediaType::Json, &request_id).response,
    }
}

async fn take_in<E: Engine>(
    door: &Door<E>,
    tenant: &str,
    sender: &str,
    parts: Parts,
    body: Body,
    request_id: &str,
) -> Result<Vec<u8>, Refusal> {
    if parts.method != Method::POST {
        return Err(method_not_allowed("POST", "A callback is sent by POST."));
    }
    check_content_type(&parts.headers)?;
    at_most(announced(&parts.headers))?;
    let facts = facts(door, &parts, Some("callback".to_owned()), request_id);
    let payer = [Payer::anonymous(facts.address)];
    door.budgets.charge(&payer, COST, Instant::now()).map_err(|exhausted| Refusal {
        retry_after_seconds: Some(exhausted.retry_after_seconds),
        ..Refusal::http(
            StatusCode::TOO_MANY_REQUESTS,
            "RATE_LIMITED",
            "Too many callbacks come from this address; tell it again later.",
        )
    })?;
    let bytes = body::read(body, &parts.headers, door.settings.read_timeout).await?;
    at_most(bytes.len())?;
    let _slot = door
        .slots
        .try_acquire()
        .map_err(|_| Refusal::busy("The server answers as many requests as it can."))?;
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let knock = Knock {
        tenant,
        sender,
        timestamp: text("x-bizgraph-timestamp").unwrap_or_default(),
        signature: text("x-bizgraph-signature").unwrap_or_default(),
        body: bytes,
    };
    Ok(door.engine.receive(facts, knock).await?)
}

fn announced(headers: &HeaderMap) -> usize {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or_default()
}

fn at_most(length: usize) -> Result<(), Refusal> {
    if length <= MOST_BYTES {
        return Ok(());
    }
    Err(Refusal {
        status: Some(StatusCode::PAYLOAD_TOO_LARGE),
        ..Refusal::limit("LIMIT_EXCEEDED", "bodyBytes", MOST_BYTES as u64, length as u64)
    })
}
