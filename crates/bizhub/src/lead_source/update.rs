//! A lead source is renamed, or no longer offered. Invoices keep the name that it had when
//! they were made (spec 6.11).

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::LeadSource;

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "BizhubLeadSourceUpdateInput")]
pub struct Update {
    /// The source.
    pub lead_source_id: Id<LeadSource>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What it is called; unique, at most 50 characters.
    pub source_name: Option<String>,
    /// More about it; at most 500 characters.
    pub description: MaybeUndefined<String>,
    /// Whether new invoices can name it.
    pub is_active: Option<bool>,
}

mutation! {
    /// Renames a lead source, or says whether new invoices can name it.
    pub UPDATE = "bizhubLeadSourceUpdate"(Update) -> LeadSource,
    permission "bizhub.lead_source.update" => update
}

/// Changes a lead source (spec 6.11).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<LeadSource> {
    let (id, field) = (&input.lead_source_id, "leadSourceId");
    let source = tx.lock_version(id, field, input.expected_version).await?;
    let mut sets = Vec::new();
    if let Some(name) = input.source_name {
        sets.push(LeadSource::SOURCE_NAME.to(tx.text(&name, "sourceName", 50)));
    }
    if let Some(text) = Option::<Option<String>>::from(input.description) {
        sets.push(LeadSource::DESCRIPTION.to(tx.optional_text(text, "description", 500)));
    }
    if let Some(is_active) = input.is_active {
        sets.push(LeadSource::IS_ACTIVE.to(is_active));
    }
    tx.settle()?;
    tx.update(&source, sets).await
}
