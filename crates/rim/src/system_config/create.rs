//! A key of the tenant's own (spec 5.10). The rules do not read it; what they read is there from
//! the beginning.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::value::{checked, known};
use super::{ConfigDataType, SystemConfig, bounds};
use crate::admin_user::acting;

/// The key and its value.
#[derive(InputObject)]
#[graphql(name = "RimSystemConfigCreateInput")]
pub struct Create {
    /// What it belongs to: one word of letters, digits, `_`, `.` and `-`, at most 50.
    pub category: String,
    /// Its name, written likewise; unique within the category.
    pub key: String,
    /// The value as text: `15`, `true`, JSON, or any text of at most 4,000 characters.
    pub value: String,
    /// What it means; at most 500 characters.
    pub description: String,
    /// How the value is read.
    pub data_type: ConfigDataType,
}

mutation! {
    /// Adds a key of the tenant's own.
    pub CREATE = "rimSystemConfigCreate"(Create) -> SystemConfig,
    permission "rim.system_config.create" => create
}

/// Adds a key (spec 5.10).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<SystemConfig> {
    let category = word(tx, &input.category, "category");
    let key = word(tx, &input.key, "key");
    if let Some(parameter) = known(&category, &key) {
        let data_type = bounds::of(parameter).data_type();
        tx.require(input.data_type == data_type, || {
            let message = format!("The rules read this key as {}.", data_type.spelling());
            Refusal::new(Code::ValidationFailed, "dataType", message)
        });
    }
    let is_free = is_free(tx, &category, &key).await?;
    tx.require(is_free, || {
        let message = format!("There is a {category}.{key} already; update it.");
        Refusal::new(Code::NotUnique, "key", message)
    });
    let value = checked(tx, (&category, &key), input.data_type, &input.value).await?;
    let description = tx.text(&input.description, "description", 500);
    tx.settle()?;
    tx.insert(vec![
        SystemConfig::CATEGORY.to(category),
        SystemConfig::KEY.to(key),
        SystemConfig::VALUE.to(value),
        SystemConfig::DESCRIPTION.to(description),
        SystemConfig::DATA_TYPE.to(input.data_type),
        SystemConfig::UPDATED_BY.to(acting(tx)),
    ])
    .await
}

async fn is_free(tx: &mut Tx, category: &str, key: &str) -> Rule<bool> {
    let mut same = Sql::new("SELECT 1 FROM system_configs WHERE category = ");
    same.bind(Bind::Text(Some(category.to_owned()))).push(" AND key = ");
    same.bind(Bind::Text(Some(key.to_owned())));
    Ok(tx.load(same).await?.is_empty())
}

fn word(tx: &mut Tx, text: &str, field: &str) -> String {
    let word = tx.text(text, field, 50);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    tx.require(word.chars().all(plain), || {
        let message = "One word of letters, digits, underscores, points and hyphens.";
        Refusal::new(Code::BadFormat, field, message)
    });
    word
}
