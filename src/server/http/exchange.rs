//! The walk of one GraphQL request: negotiate, read, say who calls, guard, charge, run.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use async_graphql::{Request, Response, Value, parser::types::OperationType, value};
use axum::{
    body::Body,
    extract::{Extension, State},
    http::{
        HeaderMap, Method, StatusCode,
        header::{AUTHORIZATION, USER_AGENT},
        request::Parts,
    },
    response::Response as HttpResponse,
};
use bizgraph_kernel::aside::aside;
use futures_util::FutureExt;

use super::{
    body,
    negotiation::{self, MediaType},
    parameters::{self, Parameters},
    reply,
};
use crate::server::{
    address::{Peer, caller_address},
    budget::Payer,
    door::Door,
    engine::{Caller, Engine, RequestFacts},
    guard::{Guarded, OperationFacts},
    headers::RequestId,
    live,
    refusal::Refusal,
};

/// Answers a GraphQL request by GET or POST.
pub async fn graphql<E: Engine>(
    State(door): State<Arc<Door<E>>>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    request: axum::extract::Request,
) -> HttpResponse {
    let started = Instant::now();
    if live::is_socket(request.headers()) {
        return live::open(door, request, &request_id);
    }
    let (parts, body) = request.into_parts();
    if negotiation::wants_events(&parts.headers) {
        return aside(live::events(door, parts, body, request_id)).await;
    }
    let Some(media_type) = negotiation::negotiate(&parts.headers) else {
        let refusal = Refusal::http(
            StatusCode::NOT_ACCEPTABLE,
            "BAD_FORMAT",
            "Answers are application/graphql-response+json or application/json.",
        );
        return reply::refuse(refusal, MediaType::Json, &request_id).response;
    };
    let mut kind = None;
    let walk = walk(&door, &parts, body, &request_id, &mut kind);
    let walk = tokio::time::timeout(door.settings.request_timeout, walk);
    // A panic ends this request, not the connection, and its message stays in the log.
    let outcome = match AssertUnwindSafe(walk).catch_unwind().await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(Refusal::busy("The request took too long.")),
        Err(_) => {
            tracing::error!(request_id, "a request panicked");
            Err(Refusal::internal())
        }
    };
    let reply = match outcome {
        Ok(Walked::Listens(parameters)) => {
            return aside(live::stream(door, parts, parameters, request_id)).await;
        }
        Ok(Walked::Answered(response)) => reply::answer(response, media_type, &request_id),
        Err(refusal) => {
            if let Some(exceeded) = &refusal.exceeded {
                door.metrics.refused(exceeded.what);
            }
            reply::refuse(refusal, media_type, &request_id)
        }
    };
    let took = started.elapsed();
    door.metrics.answered(kind, reply.code.as_deref(), took);
    tracing::debug!(
        request_id,
        status = reply.response.status().as_u16(),
        code = reply.code,
        milliseconds = took.as_millis() as u64,
        "answered"
    );
    reply.response
}

/// What a request came to.
enum Walked {
    Answered(Response),
    /// A subscription of a client that reads events too.
    Listens(Parameters),
}

async fn walk<E: Engine>(
    door: &Door<E>,
    parts: &Parts,
    body: Body,
    request_id: &str,
    kind: &mut Option<OperationType>,
) -> Result<Walked, Refusal> {
    let parameters = read(door, parts, body).await?;
    let _slot = door
        .slots
        .try_acquire()
        .map_err(|_| Refusal::busy("The server answers as many requests as it can."))?;
    let facts = facts(door, parts, parameters.operation_name.clone(), request_id);
    let token = bearer_token(&parts.headers)?;
    let caller = door.engine.authenticate(token, &facts).await?;
    let (guarded, operation) = guard(door, caller.as_ref(), &parameters)?;
    *kind = Some(operation.kind);
    if operation.kind == OperationType::Subscription && negotiation::reads_events(&parts.headers) {
        return Ok(Walked::Listens(parameters));
    }
    check_kind(operation.kind, &parts.method)?;
    let remaining = charge(door, caller.as_ref(), &facts, operation.cost)?;
    let tells_cost = wants_cost(&parts.headers, &parameters);

    let request = request_of(parameters);
    let mut response = door.engine.execute(caller, facts, &guarded, request).await;
    if tells_cost {
        let cost = value!({"requested": (operation.cost), "budgetRemaining": (remaining)});
        response.extensions.insert("cost".to_owned(), cost);
    }
    Ok(Walked::Answered(response))
}

/// The guarded document of a request and its operation.
pub(in crate::server) fn guard<E: Engine>(
    door: &Door<E>,
    caller: &E::Caller,
    parameters: &Parameters,
) -> Result<(Arc<Guarded>, OperationFacts), Refusal> {
    let module = caller.module();
    let model = door.engine.costs(module);
    let guarded = door.documents.get(module, &parameters.query, model)?;
    let operation = guarded.operation(
        parameters.operation_name.as_deref(),
        &parameters.variables,
        parameters.variables_bytes,
        model,
    )?;
    Ok((guarded, operation))
}

/// The request as the engine takes it.
pub(in crate::server) fn request_of(parameters: Parameters) -> Request {
    let mut request = Request::new(parameters.query).variables(parameters.variables);
    request.operation_name = parameters.operation_name;
    request.extensions = parameters.extensions;
    request
}

pub(in crate::server) async fn read<E: Engine>(
    door: &Door<E>,
    parts: &Parts,
    body: Body,
) -> Result<Parameters, Refusal> {
    match parts.method {
        Method::GET => parameters::from_query(parts.uri.query().unwrap_or_default()),
        Method::POST => {
            parameters::check_content_type(&parts.headers)?;
            let bytes = body::read(body, &parts.headers, door.settings.read_timeout).await?;
            parameters::from_body(&bytes)
        }
        _ => Err(method_not_allowed(
            "GET, POST",
            "A GraphQL request is a POST, or a GET where it only reads.",
        )),
    }
}

/// What is known of a request.
pub(in crate::server) fn facts<E: Engine>(
    door: &Door<E>,
    parts: &Parts,
    operation_name: Option<String>,
    request_id: &str,
) -> RequestFacts {
    let peer = parts.extensions.get::<Peer>().copied();
    RequestFacts {
        request_id: request_id.to_owned(),
        address: caller_address(peer, &parts.headers, &door.settings.trusted_proxies),
        user_agent: parts
            .headers
            .get(USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned),
        operation_name,
    }
}

/// The token of `Authorization: Bearer ..`; `None` without the header.
pub(in crate::server) fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    header
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| Some(token.trim()))
        .ok_or_else(|| {
            Refusal::http(
                StatusCode::UNAUTHORIZED,
                "UNAUTHENTICATED",
                "The Authorization header is Bearer and a token.",
            )
        })
}

/// A GET may be sent by a link, a picture or a cache, so it only reads.
fn check_kind(kind: OperationType, method: &Method) -> Result<(), Refusal> {
    match kind {
        OperationType::Mutation if *method == Method::GET => {
            Err(method_not_allowed("POST", "A mutation is sent by POST."))
        }
        OperationType::Subscription => Err(Refusal::request(
            "VALIDATION_FAILED",
            "A subscription is a stream: open a WebSocket with the protocol graphql-transport-ws, or \
             accept text/event-stream.",
        )),
        OperationType::Query | OperationType::Mutation => Ok(()),
    }
}

/// The answer to a method that an address does not take.
pub(in crate::server) fn method_not_allowed(allow: &'static str, message: &str) -> Refusal {
    Refusal {
        allow: Some(allow),
        ..Refusal::http(StatusCode::METHOD_NOT_ALLOWED, "VALIDATION_FAILED", message)
    }
}

/// Takes a cost from the caller's budgets and answers what remains.
pub(in crate::server) fn charge<E: Engine>(
    door: &Door<E>,
    caller: &E::Caller,
    facts: &RequestFacts,
    cost: u64,
) -> Result<u64, Refusal> {
    let (tenant, person) = caller.bucket();
    let payers: &[Payer] = if person.is_empty() {
        &[Payer::anonymous(facts.address)]
    } else {
        &[Payer::Person(tenant.clone(), person), Payer::Tenant(tenant)]
    };
    // Even an operation that costs nothing takes our time.
    let cost = cost.max(1);
    door.budgets.charge(payers, cost, Instant::now()).map_err(|exhausted| Refusal {
        retry_after_seconds: Some(exhausted.retry_after_seconds),
        ..Refusal::http(
            StatusCode::TOO_MANY_REQUESTS,
            "RATE_LIMITED",
            format!(
                "The budget of cost is spent; it suffices again in {} s.",
                exhausted.retry_after_seconds
            ),
        )
    })
}

/// Whether the caller asks for `extensions.cost`, by a header or in the request.
fn wants_cost(headers: &HeaderMap, parameters: &Parameters) -> bool {
    headers.get("x-graphql-cost").is_some_and(|value| value == "include")
        || parameters
            .extensions
            .get("cost")
            .is_some_and(|wish| *wish == Value::from("include") || *wish == Value::Boolean(true))
}
