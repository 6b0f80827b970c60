//! A new way in which customers find the shop (spec 6.11).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::LeadSource;

/// What the source is called.
#[derive(InputObject)]
#[graphql(name = "BizhubLeadSourceCreateInput")]
pub struct Create {
    /// What it is called; unique, at most 50 characters.
    pub source_name: String,
    /// More about it; at most 500 characters.
    pub description: Option<String>,
}

mutation! {
    /// Adds a way in which customers find the shop.
    pub CREATE = "bizhubLeadSourceCreate"(Create) -> LeadSource,
    permission "bizhub.lead_source.create" => create
}

/// Adds a lead source (spec 6.11).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<LeadSource> {
    let sets = vec![
        LeadSource::SOURCE_NAME.to(tx.text(&input.source_name, "sourceName", 50)),
        LeadSource::DESCRIPTION.to(tx.optional_text(input.description, "description", 500)),
    ];
    tx.settle()?;
    tx.insert(sets).await
}
