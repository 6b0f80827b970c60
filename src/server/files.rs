//! Files in and out. `POST /files?name=front.jpg` takes the body in as a file; `GET /files/{link}`
//! follows a signed link, without a login.

use std::{io, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Extension, Path, Request, State},
    http::{
        HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE},
        request::Parts,
    },
    response::Response,
};
use bizgraph_kernel::stored_file::MOST_BYTES;
use futures_util::{StreamExt, stream::unfold};
use percent_encoding::percent_decode_str;

use super::{
    attachment,
    door::Door,
    engine::{Engine, Incoming},
    exports::not_logged_in,
    headers::RequestId,
    http::{
        exchange::{bearer_token, charge, facts, method_not_allowed},
        negotiation::MediaType,
        reply,
    },
    refusal::Refusal,
};

/// What taking a file in costs its caller (spec 1.16): as much as ten mutations.
const COST: u64 = 100;

/// Bytes beyond the most that are read without being taken in.
const HEARD_OUT: u64 = MOST_BYTES;

/// Takes a file in.
pub async fn upload<E: Engine>(
    State(door): State<Arc<Door<E>>>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let taking = take_in(&door, parts, body, &request_id);
    let taken = tokio::time::timeout(door.settings.request_timeout, taking).await;
    let taken = taken.unwrap_or_else(|_| Err(Refusal::busy("The file took too long.")));
    match taken {
        Ok(file) => {
            let mut response = Response::new(Body::from(file));
            *response.status_mut() = StatusCode::CREATED;
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
    parts: Parts,
    body: Body,
    request_id: &str,
) -> Result<Vec<u8>, Refusal> {
    if parts.method != Method::POST {
        return Err(method_not_allowed("POST", "A file is sent by POST."));
    }
    let length = parts.headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let too_long = length.filter(|length| *length > MOST_BYTES);
    if let Some(length) = too_long.filter(|length| *length > MOST_BYTES + HEARD_OUT) {
        return Err(longer_than_allowed(length));
    }
    let facts = facts(door, &parts, Some("upload".to_owned()), request_id);
    let token = bearer_token(&parts.headers)?.ok_or_else(not_logged_in)?;
    let caller = door.engine.authenticate(Some(token), &facts).await?;
    charge(door, caller.as_ref(), &facts, COST)?;
    let name = name_in(parts.uri.query().unwrap_or_default());
    let mut pieces = pieces(body, door.settings.read_timeout);
    let taken = match too_long {
        Some(length) => Err(longer_than_allowed(length)),
        None => {
            let pieces = pieces.by_ref().boxed();
            door.engine.upload(caller, facts, &name, pieces).await.map_err(Refusal::from)
        }
    };
    if taken.is_err() {
        hear_out(&mut pieces).await;
    }
    taken
}

fn longer_than_allowed(length: u64) -> Refusal {
    Refusal {
        status: Some(StatusCode::PAYLOAD_TOO_LARGE),
        ..Refusal::limit("FILE_REJECTED", "bodyBytes", MOST_BYTES, length)
    }
}

/// Lets a client say what is left of a file that was refused, if that is little: many read no
/// answer before they have said everything.
async fn hear_out(pieces: &mut Incoming<'static>) {
    let mut heard = 0;
    while let Some(Ok(piece)) = pieces.next().await {
        heard += piece.len() as u64;
        if heard > MOST_BYTES + HEARD_OUT {
            return;
        }
    }
}

/// The name of a query such as `name=front.jpg`.
fn name_in(query: &str) -> String {
    let mut parts = query.split('&').filter_map(|part| part.split_once('='));
    let name = parts.find(|(key, _)| *key == "name").map_or("", |(_, name)| name);
    percent_decode_str(&name.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// The body piece by piece, each of which has to come in time.
fn pieces(body: Body, patience: Duration) -> Incoming<'static> {
    let chunks = body.into_data_stream();
    unfold(Some(chunks), move |chunks| async move {
        let mut chunks = chunks?;
        match tokio::time::timeout(patience, chunks.next()).await {
            Ok(Some(Ok(bytes))) => Some((Ok(bytes), Some(chunks))),
            Ok(Some(Err(error))) => Some((Err(io::Error::other(error)), None)),
            Ok(None) => None,
            Err(_) => Some((Err(io::ErrorKind::TimedOut.into()), None)),
        }
    })
    .fuse()
    .boxed()
}

/// Follows a signed link.
pub async fn download<E: Engine>(
    State(door): State<Arc<Door<E>>>,
    Path(link): Path<String>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    request: Request,
) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let refusal = method_not_allowed("GET, HEAD", "A link is followed by GET.");
        return reply::refuse(refusal, MediaType::Json, &request_id).response;
    }
    let (parts, _) = request.into_parts();
    let facts = facts(&door, &parts, Some("download".to_owned()), &request_id);
    let followed = match door.slots.try_acquire() {
        Ok(_slot) => door.engine.follow(facts, &link).await.map_err(Refusal::from),
        Err(_) => Err(Refusal::busy("The server answers as many requests as it can.")),
    };
    attachment::answer(followed, &request_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_read_from_the_query() {
        assert_eq!(name_in("name=front%20side.jpg&x=1"), "front side.jpg");
        assert_eq!(name_in("x=1&name=%C3%A9cran+1.png"), "écran 1.png");
        assert_eq!(name_in(""), "");
    }
}
