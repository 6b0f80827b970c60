//! Services of others that the server calls (spec 5.5, 5.10). One transaction writes down what is
//! to be asked, the call goes out with nothing locked, and another transaction writes what came
//! of it. Where the server stops in between, a job finds what was written down and asks.

pub mod address;
mod errand;
mod recording;

pub use errand::Conclude;
pub(crate) use errand::Errand;
pub use recording::RecordingProvider;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use address::AllowedHosts;

/// How long a call may take altogether, whatever the provider's own limits are.
const LONGEST: Duration = Duration::from_secs(15);

/// Calls of one tenant that are under way at one time, so that a provider that stalls holds up no
/// more than these; what is turned away is left to a job.
const AT_ONCE: usize = 16;

/// What is asked of a provider.
#[derive(Clone, PartialEq)]
pub struct Call {
    /// Where the provider is, such as `https://api.telecom.example/v1`.
    pub base_url: String,
    /// What is asked there, beginning with a slash.
    pub path: String,
    /// Sent as JSON by POST; without it the call is a GET.
    pub body: Option<Value>,
    /// Says who calls.
    pub api_key: Option<String>,
    /// Signs the call.
    pub api_secret: Option<String>,
    /// The same for every attempt at the same thing, so that the provider does it once.
    pub idempotency_key: Option<String>,
}

impl fmt::Debug for Call {
    // Key and secret stay out of logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = &self.body;
        let (base_url, path) = (&self.base_url, &self.path);
        formatter
            .debug_struct("Call")
            .field("base_url", base_url)
            .field("path", path)
            .field("body", body)
            .finish_non_exhaustive()
    }
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The provider answered: HTTP status, and the JSON of the body where it is JSON.
    Answered { status: u16, body: Option<Value> },
    /// The call never reached the provider, for sure.
    NotSent(String),
    /// Nobody knows whether the provider did what it was asked.
    Unclear(String),
}

/// Whoever makes the calls.
pub trait Provider: Send + Sync + 'static {
    /// Makes one call and waits for its end.
    fn call<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Reply>;
}

/// The provider's side of a server, with what its operator allows.
pub struct Providers {
    provider: Arc<dyn Provider>,
    /// Hosts that may be called though they are not public.
    pub hosts: AllowedHosts,
    lines: Mutex<HashMap<i32, Arc<Semaphore>>>,
}

impl Default for Providers {
    fn default() -> Self {
        Providers::new(Arc::new(RecordingProvider::default()), AllowedHosts::default())
    }
}

impl Providers {
    /// Calls by this provider, also to these hosts.
    pub fn new(provider: Arc<dyn Provider>, hosts: AllowedHosts) -> Self {
        Providers { provider, hosts, lines: Mutex::default() }
    }

    /// A place among the calls of a tenant; none while too many are under way.
    fn line(&self, tenant: i32) -> Option<OwnedSemaphorePermit> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.entry(tenant).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE)));
        line.clone().try_acquire_owned().ok()
    }

    async fn call(&self, tenant: i32, call: &Call) -> Option<Reply> {
        let _place = self.line(tenant)?;
        let reply = timeout(LONGEST, self.provider.call(call)).await;
        Some(reply.unwrap_or_else(|_| {
            Reply::Unclear(format!("no answer within {} seconds", LONGEST.as_secs()))
        }))
    }
}
