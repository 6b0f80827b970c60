//! Operations as server-sent events: the answers of one operation on one response, as the
//! protocol of GraphQL over SSE has it in its distinct connections mode.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{
        HeaderValue, Method,
        header::{CACHE_CONTROL, CONTENT_TYPE},
        request::Parts,
    },
    response::Response,
};
use futures_util::{Stream, StreamExt, stream::unfold};
use tokio::time::timeout;

use super::operation::{self, Answer, Answers};
use crate::server::{
    door::Door,
    engine::Engine,
    http::{
        exchange::{bearer_token, facts, guard, method_not_allowed, read},
        negotiation::MediaType,
        parameters::Parameters,
        reply,
    },
    refusal::Refusal,
};
use async_graphql::parser::types::OperationType;

/// How long the stream may be silent before a comment shows that it lives.
const SILENCE: Duration = Duration::from_secs(15);

/// Answers a request by a stream of events.
pub async fn events<E: Engine>(
    door: Arc<Door<E>>,
    parts: Parts,
    body: Body,
    request_id: String,
) -> Response {
    match read(&door, &parts, body).await {
        Ok(parameters) => stream(door, parts, parameters, request_id).await,
        Err(refusal) => reply::refuse(refusal, MediaType::GraphqlResponse, &request_id).response,
    }
}

/// The same for a request whose body was read.
pub async fn stream<E: Engine>(
    door: Arc<Door<E>>,
    parts: Parts,
    parameters: Parameters,
    request_id: String,
) -> Response {
    match open(&door, &parts, parameters, &request_id).await {
        Ok((answers, ended)) => {
            let mut response = Response::new(Body::from_stream(written(door, answers, ended)));
            let headers = response.headers_mut();
            let events = HeaderValue::from_static("text/event-stream; charset=utf-8");
            headers.insert(CONTENT_TYPE, events);
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(refusal) => reply::refuse(refusal, MediaType::GraphqlResponse, &request_id).response,
    }
}

type Ended = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

async fn open<E: Engine>(
    door: &Arc<Door<E>>,
    parts: &Parts,
    parameters: Parameters,
    request_id: &str,
) -> Result<(Answers, Ended), Refusal> {
    let facts = facts(door, parts, parameters.operation_name.clone(), request_id);
    let token = bearer_token(&parts.headers)?;
    let caller = door.engine.authenticate(token, &facts).await?;
    let (_, operation) = guard(door, caller.as_ref(), &parameters)?;
    if operation.kind == OperationType::Mutation && parts.method == Method::GET {
        return Err(method_not_allowed("POST", "A mutation is sent by POST."));
    }
    let answers = operation::start(door, token, facts.clone(), parameters).await?;
    let door = Arc::clone(door);
    let ended = Box::pin(async move { door.engine.credential_ended(caller, facts).await });
    Ok((answers, ended))
}

/// What happens next on the stream.
enum Next {
    Answer(Answer),
    Complete,
    Silent,
    Ended,
}

fn written<E: Engine>(
    door: Arc<Door<E>>,
    answers: Answers,
    ended: Ended,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let state = Some((door, answers, ended));
    unfold(state, |state| async move {
        let (door, mut answers, mut ended) = state?;
        let next = tokio::select! {
            next = timeout(SILENCE, answers.next()) => match next {
                Ok(Some(answer)) => Next::Answer(answer),
                Ok(None) => Next::Complete,
                Err(_) => Next::Silent,
            },
            () = &mut ended => Next::Ended,
            // The client comes back, to another server.
            () = door.drained() => return None,
        };
        let (text, goes_on) = match next {
            Next::Answer(answer) if answer.is_refusal => (refused(&answer.json) + COMPLETE, false),
            Next::Answer(answer) => (event(&answer.json), true),
            Next::Complete => (COMPLETE.to_owned(), false),
            Next::Silent => (":\n\n".to_owned(), true),
            Next::Ended => {
                let message = "The session ended. Log in again.";
                let refusal = Refusal::request("UNAUTHENTICATED", message);
                let answer = operation::refusal(refusal, &uuid::Uuid::now_v7().to_string());
                (refused(&answer.json) + COMPLETE, false)
            }
        };
        Some((Ok(Bytes::from(text)), goes_on.then_some((door, answers, ended))))
    })
}

/// The end of a stream.
const COMPLETE: &str = "event: complete\ndata:\n\n";

/// JSON has no raw line break, so it is one line of the event.
fn event(json: &[u8]) -> String {
    format!("event: next\ndata: {}\n\n", String::from_utf8_lossy(json))
}

fn refused(errors: &[u8]) -> String {
    event(format!(r#"{{"errors":{}}}"#, String::from_utf8_lossy(errors)).as_bytes())
}
