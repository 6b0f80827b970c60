//! From refusals, faults and JSON to the parts of an answer.

use async_graphql::registry::{MetaTypeName, Registry};
use async_graphql::{ErrorExtensionValues, PathSegment, Pos, ServerError, Value};

use crate::db::Fault;
use crate::entity::plan::json_key;
use crate::entity::render;
use crate::entity::selection::{Document, Selected};
use crate::refusal::{Code, Refusal, Rejection};

/// A refusal as a top-level error, for queries and the doors.
pub fn refusal_error(refusal: &Refusal, position: Pos, path: &[&str]) -> ServerError {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", refusal.code.as_str());
    if !refusal.field.is_empty() {
        extensions.set("field", refusal.field.as_str());
    }
    if !refusal.details.is_empty() {
        let details = serde_json::Value::Object(refusal.details.clone());
        extensions.set("details", Value::from_json(details).unwrap_or_default());
    }
    error(refusal.message.clone(), extensions, position, path)
}

/// A fault as a top-level error; what is internal stays in the log.
pub fn fault_error(fault: &Fault, position: Pos, path: &[&str]) -> ServerError {
    let (code, message) = match fault {
        Fault::Busy
        | Fault::Unreachable(_)
        | Fault::LockTimeout
        | Fault::Retry
        | Fault::StalePlan => {
            (Code::RetryLater, "The server is too busy at the moment. Send the same call again.")
        }
        Fault::TooManyHashes => (
            Code::RateLimited,
            "Too many passwords are being checked at this moment. Try again in a second.",
        ),
        Fault::BadText => (Code::BadFormat, "The character U+0000 cannot be stored or searched."),
        Fault::StatementTimeout => {
            (Code::CostExceeded, "This takes longer than allowed. Ask for less at once.")
        }
        Fault::Database(_) | Fault::Internal(_) => (
            Code::Internal,
            "Something went wrong on our side. The request id finds it in the logs.",
        ),
    };
    if matches!(code, Code::CostExceeded | Code::BadFormat | Code::RateLimited) {
        tracing::warn!(%fault, "refused");
    } else {
        tracing::error!(%fault, "fault");
    }
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code.as_str());
    error(message.to_owned(), extensions, position, path)
}

fn error(
    message: String,
    extensions: ErrorExtensionValues,
    position: Pos,
    path: &[&str],
) -> ServerError {
    let mut error = ServerError::new(message, Some(position));
    error.path = path.iter().map(|key| PathSegment::Field((*key).to_owned())).collect();
    error.extensions = Some(extensions);
    error
}

/// Every error that a rejection of a query amounts to.
pub fn rejection_errors(rejection: Rejection, position: Pos, path: &[&str]) -> Vec<ServerError> {
    match rejection {
        Rejection::Refused(refusals) => {
            refusals.iter().map(|refusal| refusal_error(refusal, position, path)).collect()
        }
        Rejection::Fault(fault) => vec![fault_error(&fault, position, path)],
        Rejection::AwaitsApproval(_) => {
            vec![fault_error(&Fault::internal("a query that awaits approval"), position, path)]
        }
    }
}

/// Writes of a JSON value what was selected of it.
pub fn project(
    out: &mut Vec<u8>,
    document: Document<'_>,
    registry: &Registry,
    selected: &Selected<'_>,
    type_name: &str,
    value: &serde_json::Value,
) {
    match value {
        serde_json::Value::Array(items) if !is_scalar(registry, type_name) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                project(out, document, registry, selected, type_name, item);
            }
            out.push(b']');
        }
        serde_json::Value::Object(fields) if !is_scalar(registry, type_name) => {
            out.push(b'{');
            for (place, below) in document.below(selected, &[type_name]).iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                out.extend_from_slice(json_key(below.key).as_bytes());
                if below.name == "__typename" {
                    render::string(out, type_name);
                    continue;
                }
                let ty = registry.types.get(type_name);
                let field = ty.and_then(|ty| ty.field_by_name(below.name));
                let ty = field.map_or("JSON", |field| MetaTypeName::concrete_typename(&field.ty));
                let null = serde_json::Value::Null;
                let value = fields.get(below.name).unwrap_or(&null);
                project(out, document, registry, below, ty, value);
            }
            out.push(b'}');
        }
        plain => out.extend_from_slice(plain.to_string().as_bytes()),
    }
}

fn is_scalar(registry: &Registry, type_name: &str) -> bool {
    registry.types.get(type_name).is_none_or(|ty| ty.is_leaf())
}
