//! A value changes (spec 5.10). What the rules read keeps its type and its bounds; they read it
//! in their own transaction, so a change holds for every rule that begins after it, on every
//! server.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::value::{checked, known};
use super::{ConfigDataType, SystemConfig};
use crate::admin_user::acting;

/// What changes; a field left out stays as it is.
#[derive(InputObject)]
#[graphql(name = "RimSystemConfigUpdateInput")]
pub struct Update {
    /// The key.
    pub system_config_id: Id<SystemConfig>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// The value as text: `15`, `true`, JSON, or any text of at most 4,000 characters.
    pub value: Option<String>,
    /// What it means; at most 500 characters.
    pub description: Option<String>,
    /// How the value is read; not of a key that the rules read.
    pub data_type: Option<ConfigDataType>,
    /// Why, for the audit log.
    pub reason: Option<String>,
}

mutation! {
    /// Changes a value that rules or people use.
    pub UPDATE = "rimSystemConfigUpdate"(Update) -> SystemConfig,
    permission "rim.system_config.update" => update
}

/// Changes a value (spec 5.10).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<SystemConfig> {
    let (id, field) = (&input.system_config_id, "systemConfigId");
    let config: SystemConfig = tx.lock_version(id, field, input.expected_version).await?;
    let data_type = input.data_type.unwrap_or(config.data_type);
    let is_known = known(&config.category, &config.key).is_some();
    tx.require(data_type == config.data_type || !is_known, || {
        let message = format!("The rules read it as {}.", config.data_type.spelling());
        Refusal::new(Code::Immutable, "dataType", message)
    });
    let value = input.value.unwrap_or_else(|| config.value.clone());
    let name = (config.category.as_str(), config.key.as_str());
    let mut sets = vec![
        SystemConfig::VALUE.to(checked(tx, name, data_type, &value).await?),
        SystemConfig::DATA_TYPE.to(data_type),
    ];
    if let Some(text) = input.description {
        sets.push(SystemConfig::DESCRIPTION.to(tx.text(&text, "description", 500)));
    }
    tx.settle()?;
    sets.push(SystemConfig::UPDATED_BY.to(acting(tx)));
    tx.update(&config, sets).await
}
