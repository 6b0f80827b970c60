//! A place that the shop adds; the rules give it no meaning of its own (spec 6.11).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::Location;

/// What the place is called.
#[derive(InputObject)]
#[graphql(name = "BizhubLocationCreateInput")]
pub struct Create {
    /// What the shop calls it; unique, at most 50 characters.
    pub location_name: String,
    /// What is kept there; at most 500 characters.
    pub description: Option<String>,
}

mutation! {
    /// Adds a place where goods can be.
    pub CREATE = "bizhubLocationCreate"(Create) -> Location,
    permission "bizhub.location.create" => create
}

/// Adds a place (spec 6.11).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<Location> {
    let sets = vec![
        Location::LOCATION_NAME.to(tx.text(&input.location_name, "locationName", 50)),
        Location::DESCRIPTION.to(tx.optional_text(input.description, "description", 500)),
    ];
    tx.settle()?;
    tx.insert(sets).await
}
