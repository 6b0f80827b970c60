//! What the doors can be told; each default is stated here once.

use std::time::Duration;

use axum::Router;
use bizgraph_kernel::network::Network;

/// The settings of the doors.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// Origins whose pages may call this server; none unless named.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed; none unless named.
    pub trusted_proxies: Vec<Network>,
    /// GraphQL requests that may run at one time; the next is told to retry.
    pub requests_in_flight: usize,
    /// Connections that may be open at one time; the next waits to be accepted.
    pub connections: usize,
    /// How long a client may take to send its headers, and then its body.
    pub read_timeout: Duration,
    /// How long a request may take, from the first header to the answer. Longer than the
    /// longest statement timeout of spec 1.16.
    pub request_timeout: Duration,
    /// How long running requests may still take once the server is told to stop.
    pub drain_timeout: Duration,
    /// The cost that a person may ask for at once (spec 1.16); a tenant has ten times that.
    pub cost_budget: u32,
    /// The cost that comes back to a person each second (spec 1.16), ten times to a tenant.
    pub cost_refill_per_second: u32,
    /// Routes of the composition, such as the demo logins of GraphiQL.
    pub extra_routes: Router,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            requests_in_flight: 512,
            connections: 1_024,
            read_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(35),
            drain_timeout: Duration::from_secs(10),
            cost_budget: 5_000,
            cost_refill_per_second: 500,
            extra_routes: Router::new(),
        }
    }
}
