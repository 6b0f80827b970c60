//! A key of the tenant's own can go; one that the rules read cannot (spec 5.10).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::SystemConfig;
use super::value::known;

/// Which key to delete.
#[derive(InputObject)]
#[graphql(name = "RimSystemConfigDeleteInput")]
pub struct Delete {
    /// The key.
    pub system_config_id: Id<SystemConfig>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Deletes a key that the rules do not read.
    pub DELETE = "rimSystemConfigDelete"(Delete),
    permission "rim.system_config.delete"
    also [("deletedId", "The key that was deleted.", "ID")] => delete
}

/// Deletes a key (spec 5.10).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.system_config_id, "systemConfigId");
    let config: SystemConfig = tx.lock_version(id, field, input.expected_version).await?;
    tx.require(known(&config.category, &config.key).is_none(), || {
        let message = format!("The rules read {}.{}; it stays.", config.category, config.key);
        Refusal::new(Code::Immutable, field, message)
    });
    tx.settle()?;
    tx.delete(&config).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
