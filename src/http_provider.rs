//! Providers by HTTP: one connection a call, public addresses only, no redirects, no proxies, and
//! answers of a bounded length within a bounded time.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bizgraph_kernel::callback::sign;
use bizgraph_kernel::clock::{Clock, SystemClock};
use bizgraph_kernel::provider::address::{self, AllowedHosts};
use bizgraph_kernel::provider::{Call, Provider, Providers, RecordingProvider, Reply};
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};

use crate::config::{ProviderCalls, ProviderOptions};

/// How long the connection may take.
const CONNECTING: Duration = Duration::from_secs(4);

/// How long a call may take altogether.
const CALLING: Duration = Duration::from_secs(10);

/// Most bytes of an answer that are read.
const MOST_BYTES: usize = 64 * 1024;

/// The way to providers that the operator chose.
///
/// # Errors
/// When the machine has no certificates to tell providers by.
pub fn providers(options: &ProviderOptions) -> anyhow::Result<Providers> {
    let hosts = AllowedHosts::new(options.hosts.iter().cloned());
    let provider: Arc<dyn Provider> = match options.calls {
        ProviderCalls::Record => Arc::new(RecordingProvider::default()),
        ProviderCalls::Http => Arc::new(HttpProvider::new(hosts.clone(), CALLING)?),
    };
    Ok(Providers::new(provider, hosts))
}

/// Calls providers by HTTP.
pub struct HttpProvider {
    client: Client,
    hosts: AllowedHosts,
}

impl HttpProvider {
    /// Calls public addresses and these hosts; a call may take so long.
    ///
    /// # Errors
    /// When the machine has no certificates to tell providers by.
    pub fn new(hosts: AllowedHosts, within: Duration) -> anyhow::Result<Self> {
        let client = Client::builder()
            .user_agent("bizgraph")
            .connect_timeout(CONNECTING.min(within))
            .timeout(within)
            .redirect(Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(PublicOnly(hosts.clone())))
            .build()
            .context("providers cannot be called")?;
        Ok(HttpProvider { client, hosts })
    }

    fn request(&self, call: &Call) -> Result<RequestBuilder, String> {
        // Looked at again: what the operator allows may have changed since it was written down.
        let base = address::parse(&call.base_url, &self.hosts).map_err(str::to_owned)?;
        let url = format!("{}{}", base.as_str().trim_end_matches('/'), call.path);
        let body = call.body.as_ref().map(ToString::to_string).unwrap_or_default();
        let request = match &call.body {
            None => self.client.get(url),
            Some(_) => self.client.post(url).header("content-type", "application/json"),
        };
        let mut request = request.header("accept", "application/json");
        if let Some(secret) = &call.api_secret {
            let timestamp = SystemClock.now().timestamp().to_string();
            let signature = sign(secret, &timestamp, body.as_bytes());
            let signature = signature.ok_or("the call cannot be signed")?;
            request = request.header("x-bizgraph-timestamp", timestamp);
            request = request.header("x-bizgraph-signature", signature);
        }
        if let Some(key) = &call.api_key {
            request = request.bearer_auth(key);
        }
        if let Some(key) = &call.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        Ok(if call.body.is_some() { request.body(body) } else { request })
    }

    async fn send(&self, call: &Call) -> Reply {
        let request = match self.request(call) {
            Ok(request) => request,
            Err(why) => return Reply::NotSent(why),
        };
        match request.send().await {
            Ok(response) => read(response).await,
            // Only a connection that was never made has surely told the provider nothing.
            Err(error) if error.is_connect() || error.is_builder() => Reply::NotSent(why(&error)),
            Err(error) => Reply::Unclear(why(&error)),
        }
    }
}

impl Provider for HttpProvider {
    fn call<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Reply> {
        Box::pin(self.send(call))
    }
}

async fn read(mut response: Response) -> Reply {
    let status = response.status().as_u16();
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() <= MOST_BYTES => {
                bytes.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => {
                return Reply::Unclear(format!("an answer of more than {MOST_BYTES} bytes"));
            }
            Ok(None) => break,
            Err(error) => return Reply::Unclear(why(&error)),
        }
    }
    Reply::Answered { status, body: serde_json::from_slice(&bytes).ok() }
}

/// What went wrong, without the address, which may hold what nobody is to read in a log.
fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let what = if error.is_connect() { "no connection" } else { "the call broke off" };
    match std::ptr::eq(innermost, error as &dyn std::error::Error) {
        true => what.to_owned(),
        false => format!("{what}: {innermost}"),
    }
}

/// Resolves names to public addresses only, except for hosts that are allowed.
struct PublicOnly(AllowedHosts);

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let is_allowed = self.0.hold(name.as_str());
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let fits = |found: &SocketAddr| is_allowed || address::is_public(found.ip());
            let fitting: Vec<SocketAddr> = found.filter(fits).collect();
            if fitting.is_empty() {
                return Err(io::Error::other("the host has no public address").into());
            }
            Ok(Box::new(fitting.into_iter()) as Addrs)
        })
    }
}
