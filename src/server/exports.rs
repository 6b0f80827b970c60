//! `POST /export/{list}.csv` and `.jsonl`: a list whole, as a file. The body is JSON with the
//! list's own `where` and `orderBy`, and `columns`; all of it may be left out.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Extension, Path, Request, State},
    http::{Method, StatusCode, request::Parts},
    response::Response,
};

use super::{
    attachment,
    door::Door,
    engine::{Engine, Outgoing, Rejected},
    headers::RequestId,
    http::{
        body,
        exchange::{bearer_token, charge, facts, method_not_allowed},
        parameters::check_content_type,
    },
    refusal::Refusal,
};

/// What an export costs its caller (spec 1.16): a page of a thousand rows and a report.
const COST: u64 = 1_000;

/// Answers a list as a file.
pub async fn export<E: Engine>(
    State(door): State<Arc<Door<E>>>,
    Path(file): Path<String>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let taking = take_out(&door, &file, parts, body, &request_id);
    let taken = tokio::time::timeout(door.settings.request_timeout, taking).await;
    let taken = taken.unwrap_or_else(|_| Err(Refusal::busy("The request took too long.")));
    attachment::answer(taken, &request_id)
}

async fn take_out<E: Engine>(
    door: &Door<E>,
    file: &str,
    parts: Parts,
    body: Body,
    request_id: &str,
) -> Result<Outgoing, Refusal> {
    if parts.method != Method::POST {
        return Err(method_not_allowed("POST", "An export is asked for by POST."));
    }
    let (list, ending) = file.rsplit_once('.').ok_or_else(Rejected::nothing_here)?;
    let bytes = body::read(body, &parts.headers, door.settings.read_timeout).await?;
    if !bytes.is_empty() {
        check_content_type(&parts.headers)?;
    }
    let facts = facts(door, &parts, Some(format!("export {list}")), request_id);
    let token = bearer_token(&parts.headers)?.ok_or_else(not_logged_in)?;
    let caller = door.engine.authenticate(Some(token), &facts).await?;
    charge(door, caller.as_ref(), &facts, COST)?;
    Ok(door.engine.export(caller, facts, list, ending, &bytes).await?)
}

/// The answer to a call that needs a login and came without.
pub(super) fn not_logged_in() -> Refusal {
    Refusal::http(
        StatusCode::UNAUTHORIZED,
        "UNAUTHENTICATED",
        "Log in first, and send the token as Authorization: Bearer.",
    )
}
