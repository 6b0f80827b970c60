//! What a person at the terminal reads when the server is ready.

use std::net::SocketAddr;

use crate::server::graphiql::{DemoLogin, DemoLogins};

/// An operation to begin with: the platform's, and the shop's.
const EXAMPLE: &str = "{ viewer { name role tenant { name } } }";
const SHOP_EXAMPLE: &str = "{ bizhub { assets(first: 3, where: {status: {eq: READY_FOR_SALE}}) \
                            { totalCount nodes { assetTag productModel { brand modelName } } } } }";

/// Prints where the server is, who can log in, and what to ask first.
pub fn print(address: SocketAddr, logins: &DemoLogins) {
    println!("\nbizgraph serves http://{address}");
    println!("  GraphiQL at /, the support desk at /desk, GraphQL at /graphql");
    println!("  also /livez, /readyz, /metrics\n");
    print_logins(&logins.logins);
    let example = if logins.logins.len() > 1 { SHOP_EXAMPLE } else { EXAMPLE };
    println!("Log in there, then ask for example:\n  {example}\n");
}

/// Prints whom one can log in as.
pub fn print_logins(logins: &[DemoLogin]) {
    if logins.is_empty() {
        return;
    }
    println!("  {:<10} {:<16} {:<20} role", "tenant", "username", "password");
    for DemoLogin { tenant, username, role, password } in logins {
        println!("  {tenant:<10} {username:<16} {password:<20} {role}");
    }
    println!();
}
