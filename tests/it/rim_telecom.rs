//! Airtime by a real HTTP server on loopback that behaves well and badly, and the integrations
//! behind it (spec 5.5, 5.6, 5.10).

pub mod callbacks;
mod health;
mod integrations;
mod keeping;
mod paying_out;
mod provider_server;
mod receipts;
mod replies;
mod reversals;
mod rotation;
mod told_again;
mod waiting;

use std::sync::Arc;
use std::time::Duration;

use bizgraph::http_provider::HttpProvider;
use bizgraph::schema::MODULES;
use bizgraph_kernel::audit::Cipher;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::provider::Providers;
use bizgraph_kernel::provider::address::AllowedHosts;
use serde_json::{Value, json};

use crate::rim::id_of;
use crate::rim_loans::agreed;
use crate::world::{World, key};
use provider_server::ProviderServer;

/// The secret that calls and callbacks are signed with.
pub const SECRET: &str = "a-shared-secret";

/// The same world with a kernel that calls providers by HTTP, loopback included.
pub async fn calling(mut world: World) -> World {
    let database = Database::new(&world.app_url, PoolSizes { reads: 4, writes: 8 }).unwrap();
    let hosts = AllowedHosts::new(["127.0.0.1".to_owned()]);
    let provider = HttpProvider::new(hosts.clone(), Duration::from_secs(2)).unwrap();
    let kernel = Kernel::new(database, world.clock.clone(), Cipher::new(&[7; 32]), MODULES)
        .with_providers(Providers::new(Arc::new(provider), hosts));
    kernel.refresh_tenants().await.unwrap();
    world.kernel = Arc::new(kernel);
    world
}

/// A lender whose MTN telecom is a server of ours, tested and active.
pub async fn lender() -> (World, ProviderServer) {
    let world = calling(World::rim().await).await;
    let server = ProviderServer::start().await;
    let telecom = added(&world, &server.url()).await;
    let admin = world.person("admin").await;
    for step in ["rimApiIntegrationTest", "rimApiIntegrationActivate"] {
        world.done(&admin, step, json!({ "apiIntegrationId": telecom }), "").await;
    }
    (world, server)
}

/// What a new telecom of MTN says.
pub fn telecom(url: &str) -> Value {
    json!({
        "name": "MTN airtime", "type": "TELECOM", "provider": "MTN Nigeria", "network": "MTN",
        "baseUrl": url, "apiKey": "key-0123456789", "apiSecret": SECRET,
    })
}

/// Adds a telecom and answers its id.
pub async fn added(world: &World, url: &str) -> String {
    let admin = world.person("admin").await;
    let shown = "apiIntegration { id }";
    let payload = world.done(&admin, "rimApiIntegrationCreate", telecom(url), shown).await;
    payload["apiIntegration"]["id"].as_str().unwrap().to_owned()
}

/// The id of the telecom of MTN.
pub async fn telecom_id(world: &World) -> String {
    id_of(world, "apiIntegrations", "network: { eq: MTN }").await
}

/// A loan of Ada that the telecom paid out.
pub async fn lent(world: &World, amount: &str) -> String {
    let loan = agreed(world, amount).await;
    let finance = world.person("finance").await;
    let input = json!({ "loanId": loan, "idempotencyKey": key() });
    let payload = world.done(&finance, "rimLoanDisburse", input, "loan { status }").await;
    assert_eq!(payload["loan"]["status"], "DISBURSED");
    loan
}

/// How the airtime and its loan stand.
pub async fn standing(world: &World) -> Value {
    let sql = "SELECT t.status AS airtime, l.status AS loan, l.disbursement_attempts AS attempts, \
               i.failure_count AS failures, i.status AS telecom \
               FROM rim.loans l JOIN rim.transactions t ON t.loan_id = l.id \
               JOIN rim.api_integrations i ON i.network = l.network ORDER BY t.id DESC LIMIT 1";
    world.rows(sql).await.remove(0)
}
