//! A provider that is switched off is deleted softly, its secrets for good (spec 5.10, 1.9): what
//! was paid by it and its calls keep it. One that owes an answer on airtime stays.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Entity, Id, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{ApiIntegration, ApiIntegrationStatus};
use crate::admin_user::acting;
use crate::transaction::Transaction;

/// Which provider to delete, and why.
#[derive(InputObject)]
#[graphql(name = "RimApiIntegrationDeleteInput")]
pub struct Delete {
    /// The provider.
    pub api_integration_id: Id<ApiIntegration>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why it is deleted; at most 500 characters.
    pub reason: String,
}

mutation! {
    /// Deletes a provider that is switched off; its secrets are gone for good.
    pub DELETE = "rimApiIntegrationDelete"(Delete),
    permission "rim.api_integration.delete"
    also [("deletedId", "The provider that was deleted.", "ID")] => delete
}

/// Deletes a provider (spec 5.10).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.api_integration_id, "apiIntegrationId");
    let integration: ApiIntegration = tx.lock_version(id, field, input.expected_version).await?;
    let reason = tx.text(&input.reason, "reason", 500);
    tx.require(integration.status == ApiIntegrationStatus::Inactive, || {
        let status = integration.status.spelling();
        let message = format!("It is {status}; deactivate it first.");
        Refusal::new(Code::PreconditionFailed, field, message).with("status", status)
    });
    let owed = owed(tx, &integration).await?;
    tx.require(owed == 0, || {
        let message = format!("It owes an answer on {owed} payments of airtime; wait for them.");
        Refusal::new(Code::ReferencedInUse, field, message).with("count", owed)
    });
    tx.settle()?;
    let sets = vec![
        ApiIntegration::API_KEY_SEALED.to(None),
        ApiIntegration::API_KEY_END.to(None),
        ApiIntegration::API_SECRET_SEALED.to(None),
        ApiIntegration::API_SECRET_END.to(None),
        ApiIntegration::LAST_TESTED.to(None),
        ApiIntegration::LAST_TEST_RESULT.to(None),
        ApiIntegration::DELETED_AT.to(Some(tx.now)),
        ApiIntegration::DELETED_BY.to(acting(tx)),
        ApiIntegration::DELETE_REASON.to(Some(reason)),
    ];
    let integration = tx.amend(&integration, sets).await?;
    tx.announce(ApiIntegration::META, "delete", &integration.key());
    Ok(Outcome::default().with("deletedId", id.as_str()))
}

/// Airtime on its way by this provider.
async fn owed(tx: &mut Tx, integration: &ApiIntegration) -> Rule<usize> {
    let network = integration.network.map(|network| network.spelling().to_owned());
    let mut pending = Sql::new("t.type = 'airtime' AND t.status = 'pending' AND t.provider = ");
    pending.bind(Bind::Text(Some(integration.provider.clone()))).push(" AND t.network = ");
    pending.bind(Bind::Text(network)).push(" LIMIT 100");
    Ok(tx.select::<Transaction>(pending).await?.len())
}
