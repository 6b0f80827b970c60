//! A refusal at the door: a top-level GraphQL error and the HTTP status that belongs to it.

use async_graphql::{ErrorExtensionValues, Pos, ServerError, value};
use axum::http::StatusCode;

use super::engine::Rejected;

/// Why a request was turned away before it ran.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The HTTP status. `None` is a GraphQL request error, whose status depends on the
    /// media type of the answer.
    pub status: Option<StatusCode>,
    /// A code of spec 1.14.
    pub code: &'static str,
    /// One sentence for a person.
    pub message: String,
    /// Where in the document.
    pub locations: Vec<Pos>,
    /// When to try again, in seconds.
    pub retry_after_seconds: Option<u64>,
    /// The methods that would do, where the method does not.
    pub allow: Option<&'static str>,
    /// The limit that was passed.
    pub exceeded: Option<Box<Exceeded>>,
}

/// A limit that was passed; the answer has it as `extensions.details`.
#[derive(Clone, Debug)]
pub struct Exceeded {
    /// The name of the limit.
    pub what: &'static str,
    /// What is allowed.
    pub limit: u64,
    /// What was asked for.
    pub actual: u64,
}

impl Refusal {
    /// A GraphQL request error: the HTTP request was understood, the document was not run.
    pub fn request(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: None,
            code,
            message: message.into(),
            locations: Vec::new(),
            retry_after_seconds: None,
            allow: None,
            exceeded: None,
        }
    }

    /// An HTTP error: the status is the same for every media type.
    pub fn http(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status: Some(status), ..Self::request(code, message) }
    }

    /// A limit was passed.
    pub fn limit(code: &'static str, what: &'static str, limit: u64, actual: u64) -> Self {
        let message =
            format!("The request asks for too much ({what}): {actual}, where {limit} is allowed.");
        Self {
            exceeded: Some(Box::new(Exceeded { what, limit, actual })),
            ..Self::request(code, message)
        }
    }

    /// The server has too much to do at this moment.
    pub fn busy(message: &str) -> Self {
        Self {
            retry_after_seconds: Some(1),
            ..Self::http(StatusCode::SERVICE_UNAVAILABLE, "RETRY_LATER", message)
        }
    }

    /// A fault of the server, of which a caller learns no more than the request id.
    pub fn internal() -> Self {
        Self::http(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL",
            "The server failed to answer. Quote the request id when you report this.",
        )
    }

    /// The error as it stands in the answer.
    pub fn into_error(self) -> ServerError {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code);
        if let Some(exceeded) = self.exceeded {
            let Exceeded { what, limit, actual } = *exceeded;
            extensions.set("details", value!({"what": what, "limit": limit, "actual": actual}));
        }
        let mut error = ServerError::new(self.message, None);
        error.locations = self.locations;
        error.extensions = Some(extensions);
        error
    }
}

impl From<Rejected> for Refusal {
    fn from(rejected: Rejected) -> Self {
        let status =
            StatusCode::from_u16(rejected.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            retry_after_seconds: rejected.retry_after_seconds,
            ..Self::http(status, rejected.code, rejected.message)
        }
    }
}
