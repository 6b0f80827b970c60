//! What the doors ask of the rest of the server.

use std::{future::Future, net::IpAddr, sync::Arc};

use axum::body::Bytes;
use bizgraph_kernel::callback::Knock;
use futures_util::stream::BoxStream;

use super::guard::{CostModel, Guarded};

/// What the doors know of one HTTP request.
#[derive(Clone, Debug)]
pub struct RequestFacts {
    /// Names this request in answers, logs and the audit trail.
    pub request_id: String,
    /// The caller's address, read through trusted proxies.
    pub address: Option<IpAddr>,
    /// The program that calls, as it names itself.
    pub user_agent: Option<String>,
    /// The operation of the document that is to run.
    pub operation_name: Option<String>,
}

/// Who calls, as the engine resolved the bearer token.
pub trait Caller: Send + Sync {
    /// The module of the caller's tenant, which picks the schema; `None` without a tenant.
    fn module(&self) -> Option<&'static str>;
    /// The tenant and the person whose budgets pay (spec 1.16). An empty person is
    /// anonymous and pays by address.
    fn bucket(&self) -> (String, String);
    /// Whether the role may export, and so read pages of up to 1,000 rows.
    fn may_export(&self) -> bool;
}

/// The part of the server that knows people, schemas and data.
pub trait Engine: Send + Sync + 'static {
    /// What this engine knows of a caller.
    type Caller: Caller;

    /// Resolves the bearer token; no token is an anonymous caller.
    fn authenticate(
        &self,
        token: Option<&str>,
        facts: &RequestFacts,
    ) -> impl Future<Output = Result<Arc<Self::Caller>, Rejected>> + Send;

    /// What each field costs that callers of this module see. Stable per module.
    fn costs(&self, module: Option<&'static str>) -> &CostModel;

    /// Runs one operation of a guarded document, which the request leaves to the engine.
    fn execute(
        &self,
        caller: Arc<Self::Caller>,
        facts: RequestFacts,
        guarded: &Guarded,
        request: async_graphql::Request,
    ) -> impl Future<Output = async_graphql::Response> + Send;

    /// Runs one subscription of a guarded document until it is dropped.
    fn subscribe(
        &self,
        caller: Arc<Self::Caller>,
        facts: RequestFacts,
        request: async_graphql::Request,
    ) -> BoxStream<'static, async_graphql::Response>;

    /// Completes when the token behind a caller is good no longer, or not from its address; never
    /// without one.
    fn credential_ended(
        &self,
        caller: Arc<Self::Caller>,
        facts: RequestFacts,
    ) -> impl Future<Output = ()> + Send;

    /// Takes a list out whole: its name, `csv` or `jsonl`, and the request's JSON.
    fn export(
        &self,
        _caller: Arc<Self::Caller>,
        _facts: RequestFacts,
        _list: &str,
        _ending: &str,
        _request: &[u8],
    ) -> impl Future<Output = Result<Outgoing, Rejected>> + Send {
        async { Err(Rejected::nothing_here()) }
    }

    /// Takes a file in and answers it as JSON.
    fn upload(
        &self,
        _caller: Arc<Self::Caller>,
        _facts: RequestFacts,
        _name: &str,
        _pieces: Incoming<'_>,
    ) -> impl Future<Output = Result<Vec<u8>, Rejected>> + Send {
        async { Err(Rejected::nothing_here()) }
    }

    /// What a signed link leads to.
    fn follow(
        &self,
        _facts: RequestFacts,
        _link: &str,
    ) -> impl Future<Output = Result<Outgoing, Rejected>> + Send {
        async { Err(Rejected::nothing_here()) }
    }

    /// Takes what a provider tells by itself and answers it as JSON.
    fn receive(
        &self,
        _facts: RequestFacts,
        _knock: Knock<'_>,
    ) -> impl Future<Output = Result<Vec<u8>, Rejected>> + Send {
        async { Err(Rejected::nothing_here()) }
    }

    /// Further numbers in the text format of Prometheus; none unless the engine has some.
    fn numbers(&self) -> String {
        String::new()
    }

    /// Whether requests can be answered now; the reason is for the log only.
    fn ready(&self) -> impl Future<Output = Result<(), String>> + Send;
}

/// A file on its way in, piece by piece.
pub type Incoming<'a> = BoxStream<'a, Result<Bytes, std::io::Error>>;

/// A file on its way out.
pub struct Outgoing {
    /// What it is to be called.
    pub file_name: String,
    /// Its media type.
    pub content_type: String,
    /// How long it is in bytes, where that is known.
    pub byte_length: Option<u64>,
    /// Its content. An error breaks the answer off.
    pub pieces: BoxStream<'static, Result<Bytes, std::io::Error>>,
}

/// A top-level error with its HTTP status, such as UNAUTHENTICATED with 401, RATE_LIMITED
/// with 429 or RETRY_LATER with 503 (spec 1.14).
#[derive(Clone, Debug)]
pub struct Rejected {
    /// The HTTP status.
    pub status: u16,
    /// A code of spec 1.14.
    pub code: &'static str,
    /// One sentence for a person.
    pub message: String,
    /// When to try again, in seconds.
    pub retry_after_seconds: Option<u64>,
}

impl Rejected {
    /// Nothing is at this address.
    pub fn nothing_here() -> Self {
        Self {
            status: 404,
            code: "NOT_FOUND",
            message: "Nothing is here; GraphQL is at /graphql.".to_owned(),
            retry_after_seconds: None,
        }
    }
}
