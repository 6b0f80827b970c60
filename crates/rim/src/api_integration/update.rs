//! What is known of a provider changes (spec 5.10). Whose service it is and for which network
//! stays, as what was paid by it names it. Another address or secret takes another test, and is
//! only given to a provider that is not called. Another host is sent no secret that was given for
//! the one before: whoever may change an address could read it there.

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::provider::address;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::scalars::Json;

use super::terms::{self, Secret};
use super::{ApiIntegration, ApiIntegrationStatus};

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "RimApiIntegrationUpdateInput")]
pub struct Update {
    /// The provider.
    pub api_integration_id: Id<ApiIntegration>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What it is called; unique, at most 100 characters.
    pub name: Option<String>,
    /// Where it is called: by https at a public host; only while it is not active. With another
    /// host come key and secret, where there are any, or null.
    pub base_url: Option<String>,
    /// Says who calls, from 8 to 500 characters; only while it is not active.
    pub api_key: MaybeUndefined<String>,
    /// Signs calls and callbacks, from 8 to 500 characters; only while it is not active.
    pub api_secret: MaybeUndefined<String>,
    /// What else it needs to know; no secrets.
    pub config: Option<Json>,
}

mutation! {
    /// Changes what is known of a provider; another address or secret takes another test.
    pub UPDATE = "rimApiIntegrationUpdate"(Update) -> ApiIntegration,
    permission "rim.api_integration.update" => update
}

/// Changes a provider (spec 5.10).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<ApiIntegration> {
    let (id, field) = (&input.api_integration_id, "apiIntegrationId");
    let integration: ApiIntegration = tx.lock_version(id, field, input.expected_version).await?;
    let is_called = integration.status == ApiIntegrationStatus::Active;
    let mut access = Vec::new();
    let mut moves = false;
    if let Some(text) = &input.base_url {
        let url = terms::base_url(tx, text);
        moves = !is_called && address::lead_apart(&url, &integration.base_url);
        if url != integration.base_url {
            access.push(ApiIntegration::BASE_URL.to(url));
        }
    }
    for (secret, given, kept) in [
        (Secret::Key, input.api_key, &integration.api_key_sealed),
        (Secret::Secret, input.api_secret, &integration.api_secret_sealed),
    ] {
        match Option::<Option<String>>::from(given) {
            Some(given) => access.extend(secret.sets(tx, given)?),
            None if moves && kept.is_some() => secret.ask_again(tx),
            None => {}
        }
    }
    tx.require(access.is_empty() || !is_called, || {
        let message = "It is called under its address and secrets; deactivate it first.";
        Refusal::new(Code::PreconditionFailed, field, message).with("status", "active")
    });
    if !access.is_empty() {
        access.push(ApiIntegration::LAST_TESTED.to(None));
        access.push(ApiIntegration::LAST_TEST_RESULT.to(None));
    }
    let mut sets = access;
    if let Some(name) = input.name {
        sets.push(ApiIntegration::NAME.to(tx.text(&name, "name", 100)));
    }
    if let Some(Json(config)) = input.config {
        sets.push(ApiIntegration::CONFIG.to(terms::config(tx, config)));
    }
    tx.settle()?;
    tx.update(&integration, sets).await
}
