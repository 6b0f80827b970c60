//! One operation from its parameters to the stream of its answers: proved, guarded and charged
//! like any other request.

use std::sync::Arc;

use async_graphql::{Response, Value, parser::types::OperationType};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};

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
    let mut request = request_of(parameters);
    let request_id = facts.request_id.clone();
    let kind = operation.kind;
    if kind == OperationType::Subscription {
        request.set_parsed_query(guarded.document().clone());
        let responses = door.engine.subscribe(caller, facts, request);
        return Ok(responses.map(move |response| answer(response, kind, &request_id)).boxed());
    }
    let door = Arc::clone(door);
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
    Ok(stream::once(only).boxed())
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
