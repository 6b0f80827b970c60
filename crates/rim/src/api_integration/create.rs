//! A provider is written down, switched off (spec 5.10).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::scalars::Json;

use super::terms::{self, Secret};
use super::{ApiIntegration, ApiIntegrationType};
use crate::network::Network;

/// The provider.
#[derive(InputObject)]
#[graphql(name = "RimApiIntegrationCreateInput")]
pub struct Create {
    /// What it is called; unique, at most 100 characters.
    pub name: String,
    /// What it does.
    pub r#type: ApiIntegrationType,
    /// Whose service it is, at most 100 characters; it stays so.
    pub provider: String,
    /// The network of a telecom, which has one; others have none.
    pub network: Option<Network>,
    /// Where it is called: by https at a public host, at most 500 characters.
    pub base_url: String,
    /// Says who calls, from 8 to 500 characters; it is never shown again.
    pub api_key: Option<String>,
    /// Signs calls and callbacks, from 8 to 500 characters; it is never shown again.
    pub api_secret: Option<String>,
    /// What else it needs to know; no secrets.
    pub config: Option<Json>,
}

mutation! {
    /// Adds a provider, switched off until a test succeeds and somebody activates it.
    pub CREATE = "rimApiIntegrationCreate"(Create) -> ApiIntegration,
    permission "rim.api_integration.create" => create
}

/// Adds a provider (spec 5.10).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<ApiIntegration> {
    let is_telecom = input.r#type == ApiIntegrationType::Telecom;
    tx.require(input.network.is_some() || !is_telecom, || {
        Refusal::new(Code::Required, "network", "A telecom has a network.")
    });
    tx.require(input.network.is_none() || is_telecom, || {
        Refusal::new(Code::ValidationFailed, "network", "Only a telecom has a network.")
    });
    let mut sets = vec![
        ApiIntegration::NAME.to(tx.text(&input.name, "name", 100)),
        ApiIntegration::TYPE.to(input.r#type),
        ApiIntegration::PROVIDER.to(tx.text(&input.provider, "provider", 100)),
        ApiIntegration::NETWORK.to(input.network),
        ApiIntegration::BASE_URL.to(terms::base_url(tx, &input.base_url)),
    ];
    sets.extend(Secret::Key.sets(tx, input.api_key)?);
    sets.extend(Secret::Secret.sets(tx, input.api_secret)?);
    if let Some(Json(config)) = input.config {
        sets.push(ApiIntegration::CONFIG.to(terms::config(tx, config)));
    }
    tx.settle()?;
    tx.insert(sets).await
}
