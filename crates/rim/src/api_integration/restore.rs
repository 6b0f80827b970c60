//! A deleted provider comes back, switched off and without secrets (spec 1.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::db::tx::not_found;
use bizgraph_kernel::entity::{Entity, Id, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::ApiIntegration;

/// Which provider to bring back.
#[derive(InputObject)]
#[graphql(name = "RimApiIntegrationRestoreInput")]
pub struct Restore {
    /// The provider.
    pub api_integration_id: Id<ApiIntegration>,
}

mutation! {
    /// Brings a deleted provider back, unless another has its name by now.
    pub RESTORE = "rimApiIntegrationRestore"(Restore) -> ApiIntegration,
    permission "rim.api_integration.delete" => restore
}

/// Brings a deleted provider back (spec 1.9); the index on live names is the check.
pub async fn restore(tx: &mut Tx, input: Restore) -> Rule<ApiIntegration> {
    let field = "apiIntegrationId";
    let mut wanted = Sql::new("t.id = ");
    wanted.bind(tx.key(&input.api_integration_id, field)?).push(" FOR NO KEY UPDATE OF t");
    let Some(integration) = tx.select::<ApiIntegration>(wanted).await?.pop() else {
        return Err(not_found::<ApiIntegration>(field).into());
    };
    tx.require(integration.deleted_at.is_some(), || {
        let message = format!("{} is not deleted.", integration.name);
        Refusal::new(Code::AlreadyDone, field, message)
    });
    tx.settle()?;
    let sets = vec![
        ApiIntegration::DELETED_AT.to(None),
        ApiIntegration::DELETED_BY.to(None),
        ApiIntegration::DELETE_REASON.to(None),
    ];
    let integration = tx.amend(&integration, sets).await?;
    tx.announce(ApiIntegration::META, "restore", &integration.key());
    Ok(integration)
}
