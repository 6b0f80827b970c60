//! The security settings of spec 1.11, each with what it must do.

mod addresses;
mod attempts;
mod card_numbers;
mod codes;
mod every_module;
mod links;
mod over_others;
mod passwords;
mod revocation;
pub mod second_factor;
mod settings;

use bizgraph::server::ServerSettings;
use serde_json::{Value, json};

use crate::server::{Server, give_passwords};
use crate::world::World;

/// A server behind proxies of the loopback network, in which everybody has a password.
pub async fn behind_a_proxy(world: &World) -> Server {
    give_passwords(world).await;
    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let settings = ServerSettings { trusted_proxies, ..ServerSettings::default() };
    Server::over(world.kernel.clone(), settings).await
}

/// Changes the settings behind the back of the server, which must find out by itself.
pub async fn set(world: &World, sets: &str) {
    world.meddle(&format!("UPDATE bizhub.security_settings SET {sets}")).await;
}

/// What the tenant has set.
pub async fn stored(world: &World, column: &str) -> Value {
    world.value(&format!("SELECT {column} FROM bizhub.security_settings")).await
}

/// Whether a token works from where a client is.
pub async fn works(client: &crate::client::Client, token: &str) -> bool {
    let answer = client.send(token, "{ viewer { username } }", json!({})).await;
    if answer.status == 403 {
        assert_eq!(answer.code(), "ADDRESS_NOT_ALLOWED", "{answer:?}");
        assert!(answer.body.get("data").is_none());
        return false;
    }
    assert_eq!(answer.status, 200, "{answer:?}");
    true
}
