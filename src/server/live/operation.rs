//! One operation from its parameters to the stream of its answers: proved, guarded and charged
//! like any other request.

use std::{panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{Response, Value, parser::types::OperationType};
use futures_util::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};

use super::root_field;
use crate::server::{
    door::Door,
    engine::{Engine, RequestFacts},
    http::{
        exchange::{charge, guard, request_of},
        parameters::Parameters,
        reply,
    },
    refusal::Refusal,
    render::render,
};

/// One answer of an operation.
pub struct Answer {
    /// The response as JSON; of a refusal the list of its errors.
    pub json: Vec<u8>,
    /// Nothing ran, or nothing will: the only answer.
    pub is_refusal: bool,
}

/// What an operation comes to.
pub type Answers = BoxStream<'static, Answer>;

/// Starts an operation for whoever the token proves.
///
/// # Errors
/// Fails when it is refused before it runs.
pub async fn start<E: Engine>(
    door: &Arc<Door<E>>,
    token: Option<&str>,
    mut facts: RequestFacts,
    parameters: Parameters,
) -> Result<Answers, Refusal> {
    facts.operation_name.clone_from(&parameters.operation_name);
    let caller = door.engine.authenticate(token, &facts).await?;
    let (guarded, operation) = guard(door, caller.as_ref(), &parameters)?;
    charge(door, caller.as_ref(), &facts, operation.cost)?;
    let document = match operation.kind {
        OperationType::Subscription => {
            Some(root_field::single(guarded.document(), parameters.operation_name.as_deref())?)
        }
        OperationType::Query | OperationType::Mutation => None,
    };
    let mut request = request_of(parameters);
    let request_id = facts.request_id.clone();
    let kind = operation.kind;
    if let Some(document) = document {
        request.set_parsed_query(document);
        let responses = door.engine.subscribe(caller, facts, request);
        let answered_as = request_id.clone();
        let answers = responses.map(move |response| answer(response, kind, &answered_as));
        return Ok(without_panics(answers, request_id));
    }
    let (door, asked_as) = (Arc::clone(door), request_id.clone());
    let only = async move {
        let Ok(_slot) = door.slots.try_acquire() else {
            let busy = Refusal::busy("The server answers as many requests as it can.");
            return refusal(busy, &request_id);
        };
        let response = door.engine.execute(caller, facts, &guarded, request);
        match tokio::time::timeout(door.settings.request_timeout, response).await {
            Ok(response) => answer(response, kind, &request_id),
            Err(_) => refusal(Refusal::busy("The request took too long."), &request_id),
        }
    };
    Ok(without_panics(stream::once(only), asked_as))
}

/// A panic ends this operation, not the socket with all others, and its message stays in the log.
fn without_panics(
    answers: impl Stream<Item = Answer> + Send + 'static,
    request_id: String,
) -> Answers {
    let caught = AssertUnwindSafe(answers).catch_unwind().map(move |answer| {
        answer.unwrap_or_else(|_| {
            tracing::error!(request_id, "an operation panicked");
            refusal(Refusal::internal(), &request_id)
        })
    });
    caught.boxed()
}

/// A refusal as the only answer.
pub fn refusal(refusal: Refusal, request_id: &str) -> Answer {
    answer(Response::from_errors(vec![refusal.into_error()]), OperationType::Query, request_id)
}

fn answer(mut response: Response, kind: OperationType, request_id: &str) -> Answer {
    let nothing_ran = reply::complete(&mut response, request_id);
    // A subscription that is not let in has no data, wherever its error stands.
    let is_refusal = nothing_ran
        || (kind == OperationType::Subscription
            && response.data == Value::Null
            && !response.errors.is_empty());
    let json =
        if is_refusal { serde_json::to_vec(&response.errors) } else { render(&response, false) };
    let json = json.unwrap_or_else(|error| {
        tracing::error!(request_id, %error, "an answer could not be written");
        br#"{"data":null,"errors":[{"message":"The answer could not be written."}]}"#.to_vec()
    });
    Answer { json, is_refusal }
}
