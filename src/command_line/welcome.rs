//! What a person at the terminal reads when the server is ready.

use bizgraph_kernel::db::provision::{DEFAULT_ADMINISTRATOR, Provisioned};

use crate::config::Config;
use crate::server::graphiql::{DemoLogin, DemoLogins};

/// An operation to begin with.
const EXAMPLE: &str = "{ viewer { name role tenant { name } } }";

/// The logins that everybody knows: of tenants that got their default administrator just now.
pub fn logins(config: &Config, tenants: &[Provisioned]) -> Vec<DemoLogin> {
    if !config.demo {
        return Vec::new();
    }
    let (username, password) = DEFAULT_ADMINISTRATOR;
    let fresh = tenants.iter().filter(|provisioned| provisioned.default_administrator);
    fresh
        .map(|provisioned| DemoLogin {
            tenant: provisioned.tenant.slug.clone(),
            username: username.to_owned(),
            role: "administrator".to_owned(),
            password: password.to_owned(),
        })
        .collect()
}

/// Prints where the server is, who can log in, and what to ask first.
pub fn print(config: &Config, logins: &DemoLogins) {
    println!("\nbizgraph serves http://{}", config.listen);
    println!("  GraphiQL at /, GraphQL at /graphql, also /livez, /readyz, /metrics");
    for login in &logins.logins {
        let DemoLogin { tenant, username, role, password } = login;
        println!("  {tenant}: log in as {username} with {password} ({role})");
    }
    println!("\nTo begin with, log in there and ask:\n  {EXAMPLE}\n");
}
