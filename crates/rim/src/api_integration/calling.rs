//! How a provider is called: where it is, and with which key and secret.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::provider::Call;
use bizgraph_kernel::refusal::Rule;

use super::ApiIntegration;

/// A GET of a path of a provider, with its secrets opened.
pub fn call(tx: &Tx, integration: &ApiIntegration, path: &str) -> Rule<Call> {
    let open = |sealed: &Option<String>| sealed.as_deref().map(|it| tx.open_secret(it)).transpose();
    Ok(Call {
        base_url: integration.base_url.clone(),
        path: path.to_owned(),
        body: None,
        api_key: open(&integration.api_key_sealed)?,
        api_secret: open(&integration.api_secret_sealed)?,
        idempotency_key: None,
    })
}
